package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"

	"filterscope/nn/digits"
	"filterscope/nn/safetensors"
	"filterscope/nn/train"
)

// maxInit bounds a file of weights, in bytes: more than any network has that
// this program can train.
const maxInit = 2 << 30

// An initFile is the weights that -init names.
type initFile struct {
	name, sum string
	file      *safetensors.File
}

// readInit reads a file of weights; whether they fit is seen when the data is
// there.
func readInit(path string) (*initFile, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("-init: %w", err)
	}
	if !info.Mode().IsRegular() || info.Size() > maxInit {
		return nil, fmt.Errorf("-init: %s is no file of weights; use a safetensors file of up to %d MB", path, maxInit>>20)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("-init: %w", err)
	}
	file, err := safetensors.Parse(content)
	if err != nil {
		return nil, fmt.Errorf("-init: %s: %w", path, err)
	}
	sum := sha256.Sum256(content)
	return &initFile{filepath.Base(path), hex.EncodeToString(sum[:]), file}, nil
}

// start completes the configuration of a new run: where it does not name an
// architecture it has that of the weights that it starts from.
func (o options) start(data *digits.Data) (train.Config, error) {
	c, i := o.config, o.init
	if i == nil {
		return c, nil
	}
	if named := c.Init; named != nil && named.SHA256 != i.sum {
		return c, fmt.Errorf("-init: %s is not the file that -config names: its SHA-256 is %s, and should be %s (%s)", i.name, i.sum, named.SHA256, named.File)
	}
	c.Init = nil
	if c.Architecture == "" {
		c.Architecture = i.file.Architecture()
	}
	_, arch, err := c.Check(data)
	if err != nil {
		return c, err
	}
	net, err := i.file.Network(arch)
	if err != nil {
		return c, fmt.Errorf("-init: %s: %w", i.name, err)
	}
	c.Init = &train.Init{File: i.name, SHA256: i.sum, Weights: net.Weights}
	return c, nil
}
