//go:build !linux

package web

import "time"

// threadTime is the time on the clock, where that of a thread is not told.
func threadTime() time.Duration { return time.Since(processBegan) }
