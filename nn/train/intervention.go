package train

import "filterscope/nn"

// What an Intervention can do to a unit.
const (
	Silence      = "silence"      // its incoming weights and bias become 0 and stay 0, so its output is 0 for every image
	Freeze       = "freeze"       // its incoming weights and bias stay as they are
	Reinitialize = "reinitialize" // its incoming weights become random again, as at step 0, and its bias 0
	Release      = "release"      // it is trained again; one that was silenced gets the weights back that it had
)

// An Intervention changes one unit of a convolution, between two steps.
type Intervention struct {
	Level  string `json:"level"`  // low, mid, high, conv1, conv2, …
	Unit   int    `json:"unit"`   // from 0
	Action string `json:"action"` // Silence, Freeze, Reinitialize or Release
}

// A Hold is a unit that is silenced or frozen, and not released yet.
type Hold struct {
	Level  string `json:"level"` // the convolution: conv1, conv2, …
	Unit   int    `json:"unit"`
	Action string `json:"action"` // Silence or Freeze
	Step   int    `json:"step"`   // after which it took effect
}

// done says in words what was done to a held unit.
func (h Hold) done() string {
	if h.Action == Silence {
		return "silenced"
	}
	return "frozen"
}

// check returns the *ConfigError of an action that there is not.
func (v Intervention) check() error {
	switch v.Action {
	case Silence, Freeze, Reinitialize, Release:
		return nil
	}
	return configErrorf("units", "%q is no action; use %s, %s, %s or %s", v.Action, Silence, Freeze, Reinitialize, Release)
}

// layer finds the convolution that an intervention is about.
func (v Intervention) layer(arch *nn.Architecture) (int, error) {
	layer, err := arch.Level(v.Level)
	if err != nil {
		return 0, configErrorf("units", "%v", err)
	}
	if l := arch.Layers[layer]; v.Unit < 0 || v.Unit >= l.Out.C {
		return 0, configErrorf("units", "%s has no unit %d; use 0 to %d", l.Name, v.Unit, l.Out.C-1)
	}
	return layer, nil
}

// checkUnits returns the first problem of interventions, taken one after the
// other, on a network with the given holds.
func checkUnits(arch *nn.Architecture, holds []Hold, units []Intervention) error {
	type unit struct {
		layer string
		index int
	}
	held := map[unit]Hold{}
	for _, h := range holds {
		held[unit{h.Level, h.Unit}] = h
	}
	for _, v := range units {
		if err := v.check(); err != nil {
			return err
		}
		layer, err := v.layer(arch)
		if err != nil {
			return err
		}
		at := unit{arch.Layers[layer].Name, v.Unit}
		switch now, is := held[at]; {
		case v.Action == Release && !is:
			return configErrorf("units", "unit %d of %s is neither silenced nor frozen; there is nothing to release", v.Unit, at.layer)
		case v.Action == Release:
			delete(held, at)
		case is:
			return configErrorf("units", "unit %d of %s is already %s; release it before you %s it", v.Unit, at.layer, now.done(), v.Action)
		case v.Action != Reinitialize:
			held[at] = Hold{Action: v.Action}
		}
	}
	return nil
}
