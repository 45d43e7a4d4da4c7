package web

import "filterscope/nn/train"

// lessonJSON is a training step taken apart. All lists of four have an entry
// for each of the fixed digits.
type lessonJSON struct {
	Run        string          `json:"run"`
	Init       string          `json:"init"` // file whose weights the run started from; "" means random ones
	Step       int             `json:"step"` // the first that cannot be taken, if Problem is not ""
	Newest     int             `json:"newest"`
	LastStep   int             `json:"lastStep"`
	State      train.State     `json:"state"`
	Taken      bool            `json:"taken"`   // by the run itself
	Exact      *bool           `json:"exact"`   // whether the weights computed again are the recorded ones, bit for bit; null if none are recorded
	Problem    string          `json:"problem"` // why the step cannot be taken
	WhatIf     *whatIfJSON     `json:"whatIf"`
	Settings   settingsJSON    `json:"settings"` // of this step
	Recorded   recordedJSON    `json:"recorded"` // the run's own there
	Path       []pointJSON     `json:"path"`     // the steps computed
	Actual     []pointJSON     `json:"actual"`   // the run's own of the same steps
	Network    networkJSON     `json:"network"`
	Start      []spreadJSON    `json:"start"` // weights of step 0
	Digits     []digitJSON     `json:"digits"`
	Before     passJSON        `json:"before"`
	After      *passJSON       `json:"after"`
	Batch      batchJSON       `json:"batch"`
	Update     updateJSON      `json:"update"`
	Cost       costJSON        `json:"cost"`
	Milestones []milestoneJSON `json:"milestones"`
}

type whatIfJSON struct {
	From         int     `json:"from"`
	LearningRate float64 `json:"learningRate"`
	BatchSize    int     `json:"batchSize"`
}

type settingsJSON struct {
	Optimizer    string  `json:"optimizer"`
	Momentum     float64 `json:"momentum"`
	Schedule     string  `json:"schedule"`
	LearningRate float64 `json:"learningRate"`
	Rate         float64 `json:"rate"` // the learning rate in use
	BatchSize    int     `json:"batchSize"`
}

type recordedJSON struct {
	LearningRate float64 `json:"learningRate"`
	BatchSize    int     `json:"batchSize"`
}

type pointJSON struct {
	Step     int    `json:"step"`
	Loss     number `json:"loss"`
	Accuracy number `json:"accuracy"`
}

type networkJSON struct {
	Input      [3]int      `json:"input"`
	Classes    []string    `json:"classes"`
	Parameters int         `json:"parameters"`
	Layers     []layerJSON `json:"layers"`
}

type layerJSON struct {
	Name            string  `json:"name"`
	Kind            string  `json:"kind"`
	Level           string  `json:"level"`
	In              [3]int  `json:"in"`
	Out             [3]int  `json:"out"`
	Filter          *[3]int `json:"filter"` // height, width, channels
	Stride          int     `json:"stride"`
	Pad             int     `json:"pad"`
	Weights         int     `json:"weights"`
	Biases          int     `json:"biases"`
	Multiplications int     `json:"multiplications"` // of one image on its way forward
}

// spreadJSON is how a layer's weights are spread.
type spreadJSON struct {
	Layer string `json:"layer"`
	histogramJSON
	Mean      float64 `json:"mean"`
	Deviation float64 `json:"deviation"`
}

type digitJSON struct {
	Index  int     `json:"index"` // in the test set
	Label  int     `json:"label"`
	Pixels []float `json:"pixels"`
}

type passJSON struct {
	Step          int       `json:"step"`
	Logits        [][]float `json:"logits"`
	Probabilities [][]float `json:"probabilities"`
	Deltas        [][]float `json:"deltas"` // p - y
	Losses        []number  `json:"losses"`
	Loss          number    `json:"loss"`
	Predictions   []int     `json:"predictions"`
}

type batchJSON struct {
	Epoch         int          `json:"epoch"`  // from 1
	Number        int          `json:"number"` // in the epoch, from 1
	Batches       int          `json:"batches"`
	Images        int          `json:"images"` // of an epoch
	Size          int          `json:"size"`
	Loss          *number      `json:"loss"`
	Accuracy      *number      `json:"accuracy"`
	LossAfter     *number      `json:"lossAfter"`
	AccuracyAfter *number      `json:"accuracyAfter"`
	Predicted     *number      `json:"predicted"` // change of the loss, by its gradient
	Actual        *number      `json:"actual"`
	Members       []memberJSON `json:"members"` // the first images
	Varied        bool         `json:"varied"`  // whether the images are changed at random
	Pixels        []byte       `json:"pixels"`  // theirs, as the network saw them
}

type memberJSON struct {
	Index      int    `json:"index"` // in its set
	Set        string `json:"set"`
	Label      int    `json:"label"`
	Prediction int    `json:"prediction"`
	Loss       number `json:"loss"`
}

type updateJSON struct {
	Layer        string  `json:"layer"`
	Unit         int     `json:"unit"`
	Units        int     `json:"units"`
	Shape        [3]int  `json:"shape"`
	Before       []float `json:"before"`
	Bias         float   `json:"bias"`
	Gradient     []float `json:"gradient"`
	GradientBias float   `json:"gradientBias"`
	After        []float `json:"after"`
	BiasAfter    *float  `json:"biasAfter"`
}

type costJSON struct {
	Forward         int64   `json:"forward"` // multiplications for an image
	Backward        int64   `json:"backward"`
	Step            int64   `json:"step"`
	Epoch           int64   `json:"epoch"`
	StepSeconds     float64 `json:"stepSeconds"` // that this step took, computed again
	SecondsPerEpoch float64 `json:"secondsPerEpoch"`
	Cores           int     `json:"cores"`
}

type milestoneJSON struct {
	Name string `json:"name"` // start, epoch or now
	passJSON
	TestAccuracy *float64 `json:"testAccuracy"`
}

type originJSON struct {
	Layer  string     `json:"layer"`
	Kind   string     `json:"kind"`
	Digit  int        `json:"digit"`
	Row    int        `json:"row"`
	Column int        `json:"column"`
	Unit   int        `json:"unit"`
	Value  float      `json:"value"`
	Bias   float      `json:"bias"`
	Terms  []termJSON `json:"terms"`
	Rest   number     `json:"rest"` // sum of the products that are not listed
	Of     string     `json:"of"`   // the layer whose outputs the inputs are
}

type termJSON struct {
	Row     int   `json:"row"`
	Column  int   `json:"column"`
	Channel int   `json:"channel"`
	Input   float `json:"input"`
	Weight  float `json:"weight"`
	Product float `json:"product"`
}
