package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"filterscope/web"
)

// noReport is the value of -report that writes none.
const noReport = "none"

// A reportFolder is where a report is written: a folder with nothing in it.
type reportFolder struct {
	dir  string
	made bool // by this program
}

// claimReport makes sure, before there is anything to report, that a report can
// be written. Without a name it finds one in the working directory; nil means
// that none is wanted.
func claimReport(name string) (*reportFolder, error) {
	switch name {
	case noReport:
		return nil, nil
	case "":
		name = "filterscope-report-" + time.Now().Format("2006-01-02-150405")
	}
	f := &reportFolder{dir: name}
	entries, err := os.ReadDir(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if err := os.MkdirAll(name, 0o755); err != nil {
			return nil, reportError(err)
		}
		f.made = true
	case err != nil:
		return nil, reportError(err)
	case len(entries) > 0:
		return nil, fmt.Errorf("-report: the folder %s is not empty; name another one, or remove what is in it", name)
	}
	probe, err := os.CreateTemp(name, ".filterscope-*")
	if err != nil {
		f.giveUp()
		return nil, reportError(err)
	}
	return f, reportErrorOf(errors.Join(probe.Close(), os.Remove(probe.Name())))
}

func reportError(err error) error {
	return fmt.Errorf("-report: no report can be written: %w; name another folder, or %q", err, noReport)
}

func reportErrorOf(err error) error {
	if err == nil {
		return nil
	}
	return reportError(err)
}

// giveUp removes the folder if it was made for a report that is not written.
func (f *reportFolder) giveUp() {
	if f != nil && f.made {
		_ = os.Remove(f.dir) // it is empty, or somebody else has written to it
	}
}

// write writes a report, whose last file shows that it is whole: if a file
// cannot be written, none stays. It returns where the last file is.
func (f *reportFolder) write(files []web.ReportFile) (last string, err error) {
	var written []string
	for _, file := range files {
		last = filepath.Join(f.dir, filepath.FromSlash(file.Name))
		if err = writeWhole(last, file.Content); err != nil {
			break
		}
		written = append(written, last)
	}
	if err == nil {
		return last, nil
	}
	for _, name := range written {
		_ = os.Remove(name)
		for dir := filepath.Dir(name); dir != f.dir && os.Remove(dir) == nil; dir = filepath.Dir(dir) {
		}
	}
	f.giveUp()
	return "", fmt.Errorf("-report: the report could not be written: %w", err)
}

// writeWhole writes a file that has its name only when it is whole.
func writeWhole(name string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	file, err := os.CreateTemp(filepath.Dir(name), ".filterscope-*")
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	if err = errors.Join(err, file.Chmod(0o644), file.Close()); err == nil {
		err = os.Rename(file.Name(), name)
	}
	if err != nil {
		_ = os.Remove(file.Name())
	}
	return err
}

// reportOn writes the report of a run that has ended, and says where it is.
func (h *headlessRun) reportOn(ctx context.Context, run string, took time.Duration) error {
	if h.folder == nil {
		return nil
	}
	site, err := web.New(web.Config{Runs: h.store, Data: h.data, Hosts: []string{"localhost"}, Log: h.log})
	if err != nil {
		return err
	}
	defer site.Close("the report is written")
	h.screen.note("writing the report")
	files, err := site.Report(ctx, run, web.ReportOptions{Took: took, Required: h.options.require})
	if err != nil {
		return fmt.Errorf("-report: %w", err)
	}
	page, err := h.folder.write(files)
	if err != nil {
		return err
	}
	return h.screen.printf("report: %s\n", page)
}
