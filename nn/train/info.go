package train

import (
	"errors"
	"time"
)

// Info is a run as a store lists it.
type Info struct {
	ID      string
	Name    string // for people
	Created time.Time
	Config  Config // as it was started, defaults filled in
	Status  Status // as of the newest record
}

// What a store says of things it does not hold.
var (
	ErrNoRun      = errors.New("there is no such run")
	ErrNoSnapshot = errors.New("no snapshot is kept for this step")
)

// A Drawing is a digit that somebody drew, with the label that it was meant to
// have. It belongs to no run, but says which one looked at it.
type Drawing struct {
	ID      string        `json:"id"`
	Created time.Time     `json:"created"`
	Label   int           `json:"label"`
	Strokes [][][]float64 `json:"strokes"` // of points [x, y]; x right, y down, any scale
	Run     string        `json:"run"`
	Step    int           `json:"step"` // of the weights that it was shown to
}

// ErrNoDrawing says that a store does not hold a drawing.
var ErrNoDrawing = errors.New("there is no such drawing")
