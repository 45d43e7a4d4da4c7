//go:build !unix

package runlog

import (
	"fmt"
	"os"
	"path/filepath"
)

// A lockFile is removed when it is closed.
type lockFile struct{ *os.File }

func (f lockFile) Close() error {
	f.File.Close()
	return os.Remove(f.Name())
}

// lock keeps other processes off a folder until the file is closed.
func lock(folder string) (lockFile, error) {
	name := filepath.Join(folder, "lock")
	file, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if err != nil {
		return lockFile{}, fmt.Errorf("the runs in %s are in use by another process; stop it, or use another folder with -data, or remove %s if there is no such process", folder, name)
	}
	return lockFile{file}, nil
}
