//go:build unix

package runlog

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// lock keeps other processes off a folder until the file is closed.
func lock(folder string) (*os.File, error) {
	file, err := os.OpenFile(filepath.Join(folder, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		file.Close()
		return nil, fmt.Errorf("the runs in %s are in use by another process; stop it, or use another folder with -data", folder)
	}
	return file, nil
}
