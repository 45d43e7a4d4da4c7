//go:build linux || darwin

package runlog

import "syscall"

// freeSpace returns the bytes that a folder's disk has left for this process.
func freeSpace(folder string) (bytes int64, known bool) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(folder, &s); err != nil {
		return 0, false
	}
	return int64(s.Bavail) * int64(s.Bsize), true
}
