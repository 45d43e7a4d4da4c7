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
