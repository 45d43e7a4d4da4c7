package train

import "filterscope/nn/digits"

// A Preset is a configuration that has a name.
type Preset struct {
	Name   string `json:"name"`
	About  string `json:"about"` // a sentence for people
	Config Config `json:"-"`     // what is zero is as usual
}

// Presets are configurations worth a look, all of which can be run on the
// data; the first is the default.
func Presets(data *digits.Data) []Preset {
	names := DataNames(data)
	alone, off := names[len(names)-1], &digits.Augmentation{}
	all := []Preset{
		{"The usual", "The default: three convolutions, images changed at random, Adam with a one-cycle learning rate, 5 epochs.", Config{}},
		{"Tiny and fast", "The net tiny, which takes a fortieth of the work: two epochs in a few seconds.", Config{Architecture: "tiny", Epochs: 2}},
		{"LeNet-5, after 1998", "LeCun's net as one writes it today, on " + data.Name + " alone, unchanged, with plain gradient descent in small batches.",
			Config{Architecture: "lenet5", Data: alone, Augmentation: off, Optimizer: "sgd", LearningRate: 0.05, Schedule: Constant, BatchSize: 16}},
		{"Plain SGD", "Gradient descent with neither momentum nor schedule, to watch it struggle: the filters change slowly.",
			Config{Optimizer: "sgd", LearningRate: 0.01, Schedule: Constant}},
		{"Too high a rate", "The loss shoots up in the first steps, units die, and the net only guesses ever after: silence in the filters.",
			Config{Optimizer: "sgd", LearningRate: 2, Schedule: Constant, Epochs: 1}},
		{"Divergence", "A net without ReLU at a far too high rate: within a few steps its numbers are none, and the run fails.",
			Config{Architecture: "conv 5x5x16 stride 2 | conv 3x3x32 stride 2 | dense classes", Optimizer: "sgd", LearningRate: 20, Schedule: Constant, Epochs: 1}},
	}
	if len(names) > 1 {
		all = append(all, Preset{data.Name + " alone", "The default net without pen digits and without changes at random.", Config{Data: alone, Augmentation: off}})
	}
	var possible []Preset
	for _, p := range all {
		if _, _, err := p.Config.Check(data); err == nil {
			possible = append(possible, p)
		}
	}
	return possible
}
