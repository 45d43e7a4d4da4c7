package train

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"filterscope/nn"
	"filterscope/nn/digits"
)

// A ConfigError says which field of a Config is impossible, and what would be
// possible. Its sentence is meant for the person who set the field.
type ConfigError struct {
	Field   string // as in JSON
	Problem string
}

func (e *ConfigError) Error() string { return e.Field + ": " + e.Problem }

func configErrorf(field, format string, args ...any) error {
	return &ConfigError{Field: field, Problem: fmt.Sprintf(format, args...)}
}

// A Problem is one of all ConfigErrors of a configuration, and where it is.
type Problem struct {
	*ConfigError
	Setting      string                // of the augmentation; "" means the whole field
	Word         *nn.ArchitectureError // of an architecture: the word of its text that is wrong; nil elsewhere
	Line, Column int                   // of the value in the text that was read, in characters, from 1; 0 means that none was
}

// Path is the field as in JSON, "augmentation.rotation" with its setting.
func (p Problem) Path() string {
	if p.Setting == "" {
		return p.Field
	}
	return p.Field + "." + p.Setting
}

// problemsOf are the problems of errors, each nil or a *ConfigError.
func problemsOf(errs ...error) (all []Problem) {
	for _, err := range errs {
		var config *ConfigError
		if !errors.As(err, &config) {
			continue
		}
		p := Problem{ConfigError: config}
		errors.As(err, &p.Word)
		all = append(all, p)
	}
	return all
}

// ofArchitecture is the *ConfigError of a text that is no architecture, with
// the mistake.
func ofArchitecture(err error) error {
	if err == nil {
		return nil
	}
	problem := &ConfigError{Field: "architecture", Problem: strings.TrimPrefix(err.Error(), "architecture: ")}
	return errors.Join(problem, err)
}

func ofAugmentation(a digits.Augmentation) (all []Problem) {
	for _, err := range a.CheckAll() {
		all = append(all, Problem{ConfigError: &ConfigError{Field: "augmentation", Problem: err.Error()}, Setting: err.Setting})
	}
	return all
}

// MaxName bounds a run's name, in characters.
const MaxName = 100

// CheckName returns the *ConfigError of a name that no run can have.
func CheckName(name string) error {
	if n := utf8.RuneCountInString(name); n > MaxName {
		return configErrorf("name", "%d characters are too many; use up to %d", n, MaxName)
	}
	if strings.ContainsFunc(name, unicode.IsControl) {
		return configErrorf("name", "control characters are impossible; use letters, digits and signs")
	}
	return nil
}
