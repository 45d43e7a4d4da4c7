//go:build linux

package runlog

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"filterscope/nn/train"
)

// zeros are endless.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// A disk is filled to its last byte while a run trains, faster than anybody could look. Training waits, and goes on by itself once
// there is room. It needs the right to mount a disk.
func TestFilledDisk(t *testing.T) {
	folder := t.TempDir()
	if err := unix.Mount("none", folder, "tmpfs", 0, "size=48m"); err != nil {
		t.Skip("no disk can be mounted: ", err)
	}
	t.Cleanup(func() {
		if err := unix.Unmount(folder, 0); err != nil {
			t.Error(err)
		}
	})
	s := open(t, Config{Dir: filepath.Join(folder, "data"), Reserve: 1 << 20})
	c := killed
	c.Epochs = 1000
	info := start(t, s, c)
	until(t, s, info.ID, func(s train.Status) bool { return s.Step > 20 })

	big, err := os.Create(filepath.Join(folder, "big"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(big, zeros{}); !errors.Is(err, unix.ENOSPC) {
		t.Fatalf("filling the disk: %v", err)
	}
	records := until(t, s, info.ID, func(s train.Status) bool {
		return s.State == train.Stalled && strings.Contains(s.Message, "MB left")
	})
	stalled := records[len(records)-1].Status
	if err := errors.Join(big.Close(), os.Remove(big.Name())); err != nil {
		t.Fatal(err)
	}
	until(t, s, info.ID, func(s train.Status) bool { return s.State == train.Running && s.Step > stalled.Step+20 })
	if _, err := s.Command(t.Context(), info.ID, train.Command{Kind: train.Pause}); err != nil {
		t.Error(err)
	}
	gapless(t, s, info.ID)
}
