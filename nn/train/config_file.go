package train

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"filterscope/nn/digits"
)

// settings are the fields of a configuration file, in its order, and what each
// may be.
var settings = []struct{ name, right string }{
	{"name", "a text"},
	{"from", `{"run": the id of a run, "step": one of its steps}`},
	{"init", `{"file": a name, "sha256": of the file}, which -init names`},
	{"architecture", "a preset's name or layers, as a text"},
	{"data", "the name of a set of images"},
	{"augmentation", `"off", or numbers for rotation, shear, scale, shift, elastic and width`},
	{"optimizer", "adam or sgd"},
	{"momentum", "a number from 0 up to but not including 1"},
	{"learningRate", fmt.Sprintf("a number above 0 and up to %d", MaxLearningRate)},
	{"schedule", OneCycle + " or " + Constant},
	{"batchSize", fmt.Sprintf("a whole number from 1 to %d", MaxBatchSize)},
	{"epochs", fmt.Sprintf("a whole number from 1 to %d", MaxEpochs)},
	{"seed", "a whole number from 1 to 18446744073709551615"},
	{"validation", "a whole number from 0"},
	{"targetAccuracy", "a fraction from 0 (never stop early) to 1"},
	{"pace", `"max", "watch", or a number of steps per second`},
	{"units", `a list of {"level", "unit", "action"}`},
	{"taught", `a list of {"label", "pixels"}`},
}

func settingNames() string {
	var names []string
	for _, s := range settings {
		names = append(names, s.name)
	}
	return strings.Join(names, ", ")
}

// ReadConfig reads a JSON object into a *Config, or a pointer to a struct that
// embeds one. What is wrong with a field is a Problem with its place in the
// text, and the others are read all the same. An error is of a text that is no
// JSON object, and says where.
func ReadConfig(text []byte, into any) ([]Problem, error) {
	var all []Problem
	seen := map[string]bool{}
	err := eachField(text, func(name string, value json.RawMessage, offset int) {
		found := readField(name, value, into)
		if seen[name] {
			found = problemsOf(configErrorf(name, "it is there twice; keep one"))
		}
		seen[name] = true
		for _, p := range found {
			p.Line, p.Column = placeOf(text, offset)
			all = append(all, p)
		}
	})
	return all, err
}

// Locate gives problems the places of their fields in the text that they were
// read from; those of fields that it lacks stay as they are.
func Locate(text []byte, problems []Problem) []Problem {
	// A text that is no object has no fields.
	_ = eachField(text, func(name string, _ json.RawMessage, offset int) {
		for i := range problems {
			if problems[i].Field == name {
				problems[i].Line, problems[i].Column = placeOf(text, offset)
			}
		}
	})
	return problems
}

// readField sets one field.
func readField(name string, value json.RawMessage, into any) []Problem {
	if name == "augmentation" && value[0] == '{' {
		return readAugmentation(value, into)
	}
	key, err := json.Marshal(name)
	if err != nil {
		return problemsOf(configErrorf(name, "it is no name"))
	}
	decoder := json.NewDecoder(bytes.NewReader(slices.Concat([]byte("{"), key, []byte(":"), value, []byte("}"))))
	decoder.DisallowUnknownFields()
	err = decoder.Decode(into)
	var config *ConfigError
	i := slices.IndexFunc(settings, func(s struct{ name, right string }) bool { return s.name == name })
	switch {
	case err == nil:
		return nil
	case errors.As(err, &config):
		return problemsOf(err)
	case i < 0 && errors.As(err, new(*json.UnmarshalTypeError)):
		return problemsOf(configErrorf(name, "%s is impossible; it has another type", shortened(value)))
	case i < 0:
		return problemsOf(configErrorf(name, "it is no setting; there are %s", settingNames()))
	}
	return problemsOf(configErrorf(name, "%s is impossible; use %s", shortened(value), settings[i].right))
}

// readAugmentation sets the augmentation, setting by setting.
func readAugmentation(value json.RawMessage, into any) []Problem {
	var all []Problem
	var a digits.Augmentation
	fields := map[string]*float64{"rotation": &a.Rotation, "shear": &a.Shear, "scale": &a.Scale, "shift": &a.Shift, "elastic": &a.Elastic, "width": &a.Width}
	err := eachField(value, func(name string, value json.RawMessage, _ int) {
		problem := ""
		if fields[name] == nil {
			problem = "it is no setting of the augmentation; there are rotation, shear, scale, shift, elastic and width"
		} else if json.Unmarshal(value, fields[name]) != nil {
			problem = fmt.Sprintf("%s %s is impossible; use a number", name, shortened(value))
		}
		if problem != "" {
			all = append(all, Problem{ConfigError: &ConfigError{Field: "augmentation", Problem: problem}, Setting: name})
		}
	})
	if err != nil {
		return problemsOf(configErrorf("augmentation", "%v", err))
	}
	text, err := json.Marshal(map[string]digits.Augmentation{"augmentation": a})
	if err == nil {
		err = json.Unmarshal(text, into)
	}
	if err != nil {
		return problemsOf(configErrorf("augmentation", "%v", err))
	}
	return all
}

// shortened is a value as people can read it.
func shortened(value json.RawMessage) string {
	const most = 40
	if utf8.RuneCount(value) <= most {
		return string(value)
	}
	return string([]rune(string(value))[:most]) + "…"
}

// eachField visits the fields of a JSON object. offset is where in the text a
// value begins, in bytes.
func eachField(text []byte, visit func(name string, value json.RawMessage, offset int)) error {
	if err := checkSyntax(text); err != nil {
		return err
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	if _, err := decoder.Token(); err != nil {
		return err
	}
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			return err
		}
		var value json.RawMessage
		if err := decoder.Decode(&value); err != nil {
			return err
		}
		visit(name.(string), value, int(decoder.InputOffset())-len(value))
	}
	return nil
}

// checkSyntax says what keeps a text from being one JSON object, and where.
func checkSyntax(text []byte) error {
	if !utf8.Valid(text) {
		return errors.New("the text is not UTF-8")
	}
	var value json.RawMessage
	decoder := json.NewDecoder(bytes.NewReader(text))
	err := decoder.Decode(&value)
	var syntax *json.SyntaxError
	line, column := placeOf(text, len(text))
	switch {
	case errors.As(err, &syntax):
		line, column = placeOf(text, int(syntax.Offset)-1)
		return fmt.Errorf("line %d, column %d is no JSON: %v", line, column, err)
	case err != nil:
		return fmt.Errorf("line %d, column %d is no JSON: the text ends too early", line, column)
	case value[0] != '{':
		return errors.New(`the JSON is no object; write {"epochs": 5}, for example`)
	}
	line, column = placeOf(text, int(decoder.InputOffset()))
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return fmt.Errorf("there is more than one JSON value: the first ends at line %d, column %d", line, column)
	}
	return nil
}

// placeOf is the line and column, in characters from 1, of an offset in bytes.
func placeOf(text []byte, offset int) (line, column int) {
	before := text[:min(max(offset, 0), len(text))]
	start := bytes.LastIndexByte(before, '\n') + 1
	return bytes.Count(before, []byte("\n")) + 1, utf8.RuneCount(before[start:]) + 1
}
