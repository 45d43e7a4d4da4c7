package train

import (
	"slices"

	"filterscope/nn"
)

// An Init is weights that a run starts from instead of random ones. A configuration's JSON only names them: whoever keeps a run
// keeps them beside it.
type Init struct {
	File   string `json:"file"`   // its name, for people
	SHA256 string `json:"sha256"` // of the file, in hexadecimal

	Weights []float32 `json:"-"` // as in nn.Network; never written again
}

func checkInit(i *Init, arch *nn.Architecture) error {
	switch {
	case i == nil:
		return nil
	case len(i.Weights) == 0:
		return configErrorf("init", "the weights of %q (SHA-256 %.12s…) are no part of a configuration; start the program with -init and this file", i.File, i.SHA256)
	case arch != nil && len(i.Weights) != arch.Parameters():
		return configErrorf("init", "%q has %d weights; this architecture has %d", i.File, len(i.Weights), arch.Parameters())
	case !finite(i.Weights):
		return configErrorf("init", "%q has weights that are not numbers; use finite ones", i.File)
	}
	return nil
}

// Start is the network of step 0: random, or with the weights that the configuration names.
func (c Config) Start(arch *nn.Architecture) *nn.Network {
	if c.Init != nil {
		return &nn.Network{Arch: arch, Weights: slices.Clone(c.Init.Weights)}
	}
	return nn.NewNetwork(arch, c.Seed)
}
