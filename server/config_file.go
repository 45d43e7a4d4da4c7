package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"filterscope/nn/digits"
	"filterscope/nn/train"
)

// A configFile is the file that -config names.
type configFile struct {
	name  string
	text  []byte
	given map[string]bool // flags, which count more
}

// readConfig reads a file strictly. Its error has a line for each field that
// cannot be read.
func readConfig(name string, c *train.Config) (configFile, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return configFile{}, fmt.Errorf("-config: %w", err)
	}
	f := configFile{name: name, text: text}
	problems, err := train.ReadConfig(text, c)
	if err != nil {
		return f, fmt.Errorf("-config: %s: %w", name, err)
	}
	var config *train.ConfigError
	if errors.As(train.CheckName(c.Name), &config) {
		problems = append(problems, train.Problem{ConfigError: config})
	}
	return f, f.errorOf(problems)
}

// errorOf tells problems, one a line, with their places in the file.
func (f configFile) errorOf(problems []train.Problem) error {
	var lines []string
	for _, p := range train.Locate(f.text, problems) {
		line := fmt.Sprintf("%s: %s", p.Path(), p.Problem)
		if p.Line > 0 && !f.given[p.Field] {
			line = fmt.Sprintf("-config: %s:%d:%d: %s", f.name, p.Line, p.Column, line)
		}
		lines = append(lines, line)
	}
	if len(lines) == 0 {
		return nil
	}
	return errors.New(strings.Join(lines, "\n"))
}

// explain tells all that is impossible in the file where a run of it could not
// be started.
func (o options) explain(err error, data func() (*digits.Data, error)) error {
	var config *train.ConfigError
	if o.file.name == "" || !errors.As(err, &config) {
		return err
	}
	problems := []train.Problem{{ConfigError: config}}
	if images, dataErr := data(); dataErr == nil {
		c := o.config
		if o.init != nil {
			c.Init = nil // it is given otherwise
		}
		_, _, all := c.CheckAll(images)
		if len(all) > 0 && o.config.From == nil {
			problems = all
		}
	}
	return o.file.errorOf(problems)
}
