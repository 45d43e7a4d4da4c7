package train

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"slices"

	"filterscope/nn"
)

// held is a Hold with what carrying it out takes.
type held struct {
	Hold
	incoming []int     // indices of the unit's weights and bias
	before   []float32 // what a silenced unit had there
}

// intervene changes units, which checkUnits has found possible.
func (r *Run) intervene(units []Intervention) {
	for _, v := range units {
		layer, err := v.layer(r.arch)
		if err != nil {
			panic(err) // it was checked
		}
		l := &r.arch.Layers[layer]
		incoming := l.Incoming(v.Unit)
		r.optimize.Forget(incoming)
		switch v.Action {
		case Reinitialize:
			r.net.Redraw(layer, v.Unit, r.random(layer, v.Unit))
		case Release:
			r.releaseUnit(l.Name, v.Unit)
		default:
			h := held{Hold: Hold{l.Name, v.Unit, v.Action, r.status.Step}, incoming: incoming}
			if v.Action == Silence {
				h.before = gather(r.net.Weights, incoming)
				r.net.Silence(layer, v.Unit)
			}
			r.held = append(r.held, h)
		}
	}
	r.status.Units = holdsOf(r.held)
	r.status.UnitChanges++
	r.published, r.kept = -1, -1 // the step's weights are others now
}

// random is the generator of a unit's new weights. It depends on nothing but
// the seed, the step and the unit.
func (r *Run) random(layer, unit int) *rand.Rand {
	var key [32]byte
	for i, n := range []uint64{r.seed, uint64(r.status.Step), uint64(layer), uint64(unit)} {
		binary.LittleEndian.PutUint64(key[8*i:], n)
	}
	return rand.New(rand.NewChaCha8(key))
}

// releaseUnit ends a hold.
func (r *Run) releaseUnit(level string, unit int) {
	i := slices.IndexFunc(r.held, func(h held) bool { return h.Level == level && h.Unit == unit })
	for j, w := range r.held[i].before {
		r.net.Weights[r.held[i].incoming[j]] = w
	}
	r.held = slices.Delete(r.held, i, i+1)
}

// hold takes the gradient away from held units. As the optimizer remembers
// nothing of them either, their weights keep their bits.
func (r *Run) hold() {
	for _, h := range r.held {
		for _, i := range h.incoming {
			r.grad[i] = 0
		}
	}
}

// withheld are the weights that silenced units get back, one unit's behind the
// other's.
func (r *Run) withheld() (all []float32) {
	for _, h := range r.held {
		all = append(all, h.before...)
	}
	return all
}

// heldAt are the held units of a checkpoint.
func heldAt(arch *nn.Architecture, c *Checkpoint) ([]held, error) {
	var all []held
	rest := c.Withheld
	for _, hold := range c.Status.Holds() {
		layer, err := Intervention{Level: hold.Level, Unit: hold.Unit}.layer(arch)
		if err != nil {
			return nil, fmt.Errorf("train: a checkpoint's held units: %w", err)
		}
		h := held{Hold: hold, incoming: arch.Layers[layer].Incoming(hold.Unit)}
		if hold.Action == Silence {
			n := len(h.incoming)
			if len(rest) < n {
				return nil, fmt.Errorf("train: a checkpoint lacks the weights of the silenced unit %d of %s", hold.Unit, hold.Level)
			}
			h.before, rest = rest[:n:n], rest[n:]
		}
		all = append(all, h)
	}
	return all, nil
}

// holdsOf is what the status tells of held units.
func holdsOf(all []held) *[]Hold {
	if len(all) == 0 {
		return nil
	}
	holds := make([]Hold, len(all))
	for i, h := range all {
		holds[i] = h.Hold
	}
	return &holds
}

func gather(from []float32, indices []int) []float32 {
	values := make([]float32, len(indices))
	for i, index := range indices {
		values[i] = from[index]
	}
	return values
}
