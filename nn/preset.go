package nn

// Preset is an architecture that has a name.
type Preset struct {
	Name  string
	Text  string // as written in ParseArchitecture, with "dense classes"
	About string // a sentence for people
}

// Presets are the architectures that ParseArchitecture knows by name; the first one is the default.
func Presets() []Preset {
	return []Preset{
		{
			Name:  "n1",
			Text:  "conv 5x5x16 pad 2 | relu | maxpool 2 | conv 3x3x32 pad 1 | relu | maxpool 2 | conv 3x3x64 pad 1 | relu | dense classes",
			About: "Three convolutions, one for each level; reaches 99 % on MNIST within two epochs.",
		},
		{
			Name:  "lenet5",
			Text:  "conv 5x5x6 pad 2 | relu | maxpool 2 | conv 5x5x16 | relu | maxpool 2 | dense 120 | relu | dense 84 | relu | dense classes",
			About: "The classic of LeCun et al. (1998), with ReLU and max-pool as one would write it today.",
		},
		{
			Name:  "tiny",
			Text:  "conv 5x5x4 stride 2 pad 2 | relu | conv 3x3x8 stride 2 pad 1 | relu | conv 3x3x16 stride 2 pad 1 | relu | dense classes",
			About: "Three small convolutions with stride 2: about forty times less work than n1.",
		},
	}
}
