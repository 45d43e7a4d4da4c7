//go:build !amd64

package kernel

// supported is empty: there is no assembly for this architecture.
func supported() []*Table { return nil }
