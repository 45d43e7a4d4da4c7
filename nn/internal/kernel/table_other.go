//go:build (!amd64 && !arm64) || purego

package kernel

// supported is empty: there is no assembly for this architecture, or the build tag purego leaves it out.
func supported() []*Table { return nil }
