package digits

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// Augmentation says how far the images of a training set are changed at random each time that they are used
// (Simard, Steinkraus and Platt 2003, "Best practices for convolutional neural networks"). Each number is the most that
// is done either way, and 0 is nothing. The zero value is off, which is also how JSON has it: "off".
type Augmentation struct {
	Rotation float64 `json:"rotation"` // degrees
	Shear    float64 `json:"shear"`    // how far a line moves against another, in their distances
	Scale    float64 `json:"scale"`    // of width and height, each on its own: 0.1 makes 0.9 to 1.1 of them
	Shift    float64 `json:"shift"`    // pixels
	Elastic  float64 `json:"elastic"`  // pixels that the points of a grid of 7x7 pixels move, each on its own
	Width    float64 `json:"width"`    // pixels of the stroke's width
}

// The most that an image can be changed and as a rule still be the same digit.
const (
	maxRotation = 45
	maxShear    = 1
	maxScale    = 0.5
	maxShift    = 8
	maxElastic  = 4
	maxWidth    = 2
)

// Off reports whether images stay as they are.
func (a Augmentation) Off() bool { return a == Augmentation{} }

// An AugmentationError is a setting that is impossible.
type AugmentationError struct {
	Setting    string // as in JSON
	Value, Max float64
}

func (e *AugmentationError) Error() string {
	return fmt.Sprintf("%s %v is impossible; use 0 to %v", e.Setting, e.Value, e.Max)
}

// Check returns an *AugmentationError, the first of CheckAll.
func (a Augmentation) Check() error {
	if wrong := a.CheckAll(); len(wrong) > 0 {
		return wrong[0]
	}
	return nil
}

// CheckAll returns every setting that is impossible.
func (a Augmentation) CheckAll() (wrong []*AugmentationError) {
	for _, e := range []AugmentationError{
		{"rotation", a.Rotation, maxRotation}, {"shear", a.Shear, maxShear}, {"scale", a.Scale, maxScale},
		{"shift", a.Shift, maxShift}, {"elastic", a.Elastic, maxElastic}, {"width", a.Width, maxWidth},
	} {
		if !(e.Value >= 0 && e.Value <= e.Max) {
			wrong = append(wrong, &e)
		}
	}
	return wrong
}

// plain is an Augmentation without its methods.
type plain Augmentation

const off = "off"

// String is off, or the settings as JSON has them.
func (a Augmentation) String() string {
	if a.Off() {
		return off
	}
	text, err := json.Marshal(plain(a))
	if err != nil {
		return fmt.Sprint(plain(a)) // a number that is none, which Check refuses
	}
	return string(text)
}

// MarshalJSON writes "off" or an object.
func (a Augmentation) MarshalJSON() ([]byte, error) {
	if a.Off() {
		return json.Marshal(off)
	}
	return json.Marshal(plain(a))
}

// UnmarshalJSON reads "off" or an object, in which what is missing is 0.
func (a *Augmentation) UnmarshalJSON(text []byte) error {
	*a = Augmentation{}
	if string(text) == `"`+off+`"` {
		return nil
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode((*plain)(a)); err != nil {
		return fmt.Errorf(`augmentation: %s is not known; use "off", or numbers for rotation, shear, scale, shift, elastic and width`, text)
	}
	return nil
}
