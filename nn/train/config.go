package train

import (
	"math"

	"filterscope/nn"
	"filterscope/nn/digits"
)

// Limits of a configuration. They keep a mistyped number from asking for more
// memory or time than any run of this program can use.
const (
	MaxEpochs       = 10_000
	MaxBatchSize    = 4096
	MaxLearningRate = 100
)

// Names of the learning-rate schedules.
const (
	OneCycle = "one-cycle" // linear up to the peak at 20 % of the run, linear down to its end
	Constant = "constant"
)

// Config says what a run trains and how. Its zero value is the default run.
type Config struct {
	Name         string  `json:"name,omitempty"` // shown to people; "" means that the store finds one
	Architecture string  `json:"architecture"`   // a preset's name or an architecture text; "" means n1
	Seed         uint64  `json:"seed"`           // of initialization and shuffling; 0 means 1
	Epochs       int     `json:"epochs"`         // 0 means 5
	BatchSize    int     `json:"batchSize"`      // examples per step; 0 means 128
	Optimizer    string  `json:"optimizer"`      // "adam" or "sgd"; "" means adam
	Momentum     float64 `json:"momentum"`       // of sgd, in [0, 1); 0 means none
	LearningRate float64 `json:"learningRate"`   // the peak of the schedule; 0 means 0.005 for adam, 0.1 for sgd
	Schedule     string  `json:"schedule"`       // OneCycle or Constant; "" means one-cycle
	Validation   int     `json:"validation"`     // training images held out; 0 means none
	Data         string  `json:"data"`           // images to train on, see DataNames; "" means the first of them

	// How images are changed each time that they are trained on; nil means DefaultAugmentation where images are mixed, and
	// not at all where the data set has only its own.
	Augmentation *digits.Augmentation `json:"augmentation"`

	TargetAccuracy float64 `json:"targetAccuracy"` // stop once an evaluation reaches it; 0 means never
	Pace           Pace    `json:"pace"`           // the zero value is as fast as possible
	From           *Origin `json:"from,omitempty"` // of a branch; nil means the run's own start
	Init           *Init   `json:"init,omitempty"` // weights of step 0; nil means random ones

	Taught []Taught `json:"taught,omitempty"` // images to train on beside the data set; nil means none, in a branch its origin's

	Units []Intervention `json:"units,omitempty"` // before the first step; of a branch, at the step where it begins
}

// withDefaults returns the configuration with every zero replaced by what it
// means.
func (c Config) withDefaults(data *digits.Data) Config {
	setDefault(&c.Architecture, "n1")
	setDefault(&c.Seed, 1)
	setDefault(&c.Epochs, 5)
	setDefault(&c.BatchSize, 128)
	setDefault(&c.Optimizer, "adam")
	setDefault(&c.Schedule, OneCycle)
	rate := 0.005
	if c.Optimizer == "sgd" {
		rate = 0.1
	}
	setDefault(&c.LearningRate, rate)
	setDefault(&c.Data, DataNames(data)[0])
	if c.Augmentation == nil {
		c.Augmentation = new(digits.Augmentation)
		if c.mixes(data) {
			*c.Augmentation = DefaultAugmentation
		}
	}
	return c
}

func setDefault[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

// Check returns the configuration with its defaults filled in and the
// architecture it names for the given data, or a *ConfigError, the first of
// CheckAll's.
func (c Config) Check(data *digits.Data) (Config, *nn.Architecture, error) {
	c, arch, problems := c.CheckAll(data)
	if len(problems) > 0 {
		return c, nil, problems[0].ConfigError
	}
	return c, arch, nil
}

// CheckAll is Check with everything that is impossible. The architecture is
// nil if that is its text.
func (c Config) CheckAll(data *digits.Data) (Config, *nn.Architecture, []Problem) {
	c = c.withDefaults(data)
	set := data.Train
	arch, err := nn.ParseArchitecture(c.Architecture, nn.Shape{H: set.H, W: set.W, C: set.C}, set.Classes)
	problems := problemsOf(
		ofArchitecture(err),
		checkTaught(c.Taught, set),
		checkInit(c.Init, arch),
		checkEpochs(c.Epochs),
		checkBatchSize(c.BatchSize),
		checkLearningRate(c.LearningRate),
		c.Pace.check(),
		c.checkOptimizer(),
		c.checkMomentum(),
		c.checkSchedule(),
		c.checkValidation(set.Len()),
		checkTarget(c.TargetAccuracy),
		c.checkData(data),
	)
	problems = append(problems, ofAugmentation(*c.Augmentation)...)
	if c.From == nil && arch != nil { // what a branch can change depends on its origin
		problems = append(problems, problemsOf(checkUnits(arch, nil, c.Units))...)
	}
	return c, arch, problems
}

func (c Config) checkOptimizer() error {
	switch c.Optimizer {
	case "adam", "sgd":
		return nil
	}
	return configErrorf("optimizer", "%q is not known; use adam or sgd", c.Optimizer)
}

func (c Config) checkMomentum() error {
	if !(c.Momentum >= 0 && c.Momentum < 1) {
		return configErrorf("momentum", "%v is impossible; use a number from 0 up to but not including 1", c.Momentum)
	}
	if c.Momentum > 0 && c.Optimizer == "adam" {
		return configErrorf("momentum", "%s has no momentum setting; use it with sgd", c.Optimizer)
	}
	return nil
}

func (c Config) checkSchedule() error {
	if c.Schedule != OneCycle && c.Schedule != Constant {
		return configErrorf("schedule", "%q is not known; use %s or %s", c.Schedule, OneCycle, Constant)
	}
	return nil
}

func (c Config) checkValidation(images int) error {
	if c.Validation < 0 || c.Validation >= images {
		return configErrorf("validation", "%d of %d training images cannot be held out; use 0 to %d", c.Validation, images, images-1)
	}
	return nil
}

func checkTarget(accuracy float64) error {
	if !(accuracy >= 0 && accuracy <= 1) {
		return configErrorf("targetAccuracy", "%v is impossible; use a fraction from 0 (never stop early) to 1", accuracy)
	}
	return nil
}

func checkEpochs(n int) error {
	if n < 1 || n > MaxEpochs {
		return configErrorf("epochs", "%d is impossible; use 1 to %d", n, MaxEpochs)
	}
	return nil
}

func checkBatchSize(n int) error {
	if n < 1 || n > MaxBatchSize {
		return configErrorf("batchSize", "%d is impossible; use 1 to %d", n, MaxBatchSize)
	}
	return nil
}

func checkLearningRate(rate float64) error {
	if !(rate > 0 && rate <= MaxLearningRate) || math.IsNaN(rate) {
		return configErrorf("learningRate", "%v is impossible; use a number above 0 and up to %d", rate, MaxLearningRate)
	}
	return nil
}
