package web

import (
	"time"

	"golang.org/x/sys/unix"
)

// threadTime is how long the operating system's thread has computed. It is
// less than the time on the clock where others use the processors too.
func threadTime() time.Duration {
	var u unix.Rusage
	if unix.Getrusage(unix.RUSAGE_THREAD, &u) != nil {
		return time.Since(processBegan)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
