package train

import (
	"cmp"

	"filterscope/nn"
	"filterscope/nn/digits"
)

// Branch completes the configuration of a branch of a run with the given
// configuration and architecture, and returns the Past that Continue is to go on from: the
// origin's at a step, with the changed settings. Its Evaluated and Kept are for
// the store to fill in, if the branch's log has them. What is zero in c is as it
// was at that step. A field that a branch cannot change is a *ConfigError, the
// first of CheckBranch's.
func (c Config) Branch(origin Config, arch *nn.Architecture, at *Checkpoint) (Config, Past, error) {
	branch, problems := c.CheckBranch(origin, arch, at)
	if len(problems) > 0 {
		return c, Past{}, problems[0].ConfigError
	}
	then, change := at.Status, c.changeOf(at.Status)
	then.State, then.Message, then.Pace = Running, "", c.Pace
	return branch, Past{Checkpoint: at, Status: then, Kept: -1, change: &change}, nil
}

// CheckBranch returns the completed configuration of a branch and all that is
// impossible in it. Of the state where it begins it needs no weights.
func (c Config) CheckBranch(origin Config, arch *nn.Architecture, at *Checkpoint) (Config, []Problem) {
	then := at.Status
	begun := then.Epoch
	if at.Used > 0 {
		begun++
	}
	branch, change := c.overOrigin(origin, then), c.changeOf(then)
	change.Units = nil // checked below, on what is held there
	errs := []error{
		sameAsOrigin("architecture", c.Architecture, origin.Architecture),
		sameAsOrigin("seed", c.Seed, origin.Seed),
		sameAsOrigin("optimizer", c.Optimizer, origin.Optimizer),
		sameAsOrigin("momentum", c.Momentum, origin.Momentum),
		sameAsOrigin("schedule", c.Schedule, origin.Schedule),
		sameAsOrigin("validation", c.Validation, origin.Validation),
		sameAsOrigin("data", c.Data, origin.Data),
		sameInit(c.Init, origin.Init),
		sameAugmentation(c.Augmentation, origin.Augmentation),
	}
	errs = append(errs, change.problems(begun)...)
	errs = append(errs, checkUnits(arch, then.Holds(), c.Units), checkTarget(c.TargetAccuracy), c.Pace.check())
	if branch.Epochs >= begun && then.Epoch >= branch.Epochs {
		errs = append(errs, configErrorf("epochs", "%d epochs are done at step %d; use more", then.Epoch, then.Step))
	}
	return branch, problemsOf(errs...)
}

// overOrigin is the origin's configuration with what c changes.
func (c Config) overOrigin(origin Config, then Status) Config {
	branch := origin
	branch.Name, branch.From, branch.Pace, branch.Units = c.Name, c.From, c.Pace, c.Units
	if c.Taught != nil {
		branch.Taught = c.Taught
	}
	branch.LearningRate = cmp.Or(c.LearningRate, then.LearningRate)
	branch.BatchSize = cmp.Or(c.BatchSize, then.BatchSize)
	branch.Epochs = cmp.Or(c.Epochs, then.Epochs)
	branch.TargetAccuracy = cmp.Or(c.TargetAccuracy, origin.TargetAccuracy)
	return branch
}

// changeOf is what c changes where it begins.
func (c Config) changeOf(then Status) Change {
	change := Change{Units: c.Units}
	changed(&change.LearningRate, c.LearningRate, then.LearningRate)
	changed(&change.BatchSize, c.BatchSize, then.BatchSize)
	changed(&change.Epochs, c.Epochs, then.Epochs)
	return change
}

func sameAsOrigin[T comparable](field string, value, origin T) error {
	var zero T
	if value == zero || value == origin {
		return nil
	}
	return configErrorf(field, "%v is impossible: a branch keeps its origin's, %v", value, origin)
}

func sameInit(value, origin *Init) error {
	if value == nil || origin != nil && value.SHA256 == origin.SHA256 {
		return nil
	}
	return configErrorf("init", "%q is impossible: a branch begins with its origin's weights", value.File)
}

func sameAugmentation(value, origin *digits.Augmentation) error {
	if value == nil {
		return nil
	}
	return sameAsOrigin("augmentation", value.String(), origin.String())
}

func changed[T comparable](to **T, value, origin T) {
	var zero T
	if value != zero && value != origin {
		*to = &value
	}
}
