package nn

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Bounds of an architecture, so that no text can ask for more memory or time than a small computer has.
const (
	maxText       = 2000        // characters
	maxLayers     = 64          //
	maxSide       = 1024        // pixels of the input's height and width
	maxFilter     = 11          // pixels of a filter's and a max-pool window's height and width
	maxChannels   = 1024        // of a convolution or the input
	maxOutputs    = 4096        // of a dense layer
	maxParameters = 2_000_000   // weights; n1 has 55 thousand
	maxValues     = 2_000_000   // inputs (with their padding) and outputs of all layers, for one image; n1 has 100 thousand
	maxProducts   = 200_000_000 // multiplications of a forward pass, for one image; n1 has 2.1 million
)

// ParseArchitecture reads an architecture for images of the given shape and a number of classes (at least 2): the name of a
// preset, or layers from first to last, separated by "|":
//
//	conv HxWxC [stride S] [pad P]   filters of H x W (1 to 11), C of them; S pixels apart (1), P zero pixels around the input (0)
//	relu
//	maxpool K [stride S]            windows of K x K (1 to 11), S pixels apart (K); rows and columns that fill no window are left out
//	dense N                         N outputs; "dense classes" has one for each class
//
// The last layer is dense with as many outputs as classes. Letter case and white space do not matter.
// An error is an *ArchitectureError if the text is at fault, and points at the word.
func ParseArchitecture(text string, input Shape, classes int) (*Architecture, error) {
	if input.H < 1 || input.W < 1 || input.C < 1 || input.H > maxSide || input.W > maxSide || input.C > maxChannels {
		return nil, fmt.Errorf("nn: images of %v: height and width must be 1 to %d, channels 1 to %d", input, maxSide, maxChannels)
	}
	if classes < 2 || classes > maxOutputs {
		return nil, fmt.Errorf("nn: %d classes: must be 2 to %d", classes, maxOutputs)
	}
	if n := utf8.RuneCountInString(text); n > maxText {
		return nil, &ArchitectureError{Text: text, Offset: maxText, Length: n - maxText, Message: fmt.Sprintf("%d characters are too many: at most %d", n, maxText)}
	}
	name := strings.ToLower(strings.TrimSpace(text))
	for _, p := range Presets() {
		if p.Name == name {
			return parsePreset(p, text, input, classes)
		}
	}
	a, err := parseLayers(text, input, classes)
	if err != nil {
		return nil, err
	}
	return a, nil
}

func parsePreset(p Preset, text string, input Shape, classes int) (*Architecture, error) {
	a, err := parseLayers(p.Text, input, classes)
	if err != nil {
		word := words(text)[0]
		return nil, &ArchitectureError{Text: text, Offset: word.offset, Length: word.length(),
			Message: fmt.Sprintf("%s does not suit images of %v: %s", p.Name, input, err.Message)}
	}
	a.Preset = p.Name
	return a, nil
}

// parser reads words one by one. Its methods keep the first error, after which all words are empty.
type parser struct {
	text  string
	words []word // a "|" is a word; one empty word at the end
	next  int
	arch  *Architecture
	err   *ArchitectureError

	parameters, values int
	products           int64
}

func parseLayers(text string, input Shape, classes int) (*Architecture, *ArchitectureError) {
	p := &parser{text: text, words: words(text), arch: &Architecture{Input: input, Classes: classes}}
	shape := input
	var canonical []string
	for {
		first := p.word()
		layer, as := p.layer(first, shape)
		p.end()
		if p.err != nil {
			return nil, p.err
		}
		p.arch.Layers = append(p.arch.Layers, layer)
		canonical = append(canonical, as)
		shape = layer.Out
		if p.bound(first, &layer); p.err != nil {
			return nil, p.err
		}
		if p.take().text == "" {
			p.last(first)
			break
		}
	}
	if p.err != nil {
		return nil, p.err
	}
	p.arch.Text = strings.Join(canonical, " | ")
	p.arch.number()
	return p.arch, nil
}

// bound checks what the layers so far would cost.
func (p *parser) bound(first word, l *Layer) {
	weights := 0
	switch l.Kind {
	case Conv:
		weights = l.FilterH * l.FilterW * l.In.C * l.Out.C
	case Dense:
		weights = l.In.Size() * l.Out.C
	}
	p.parameters += weights
	p.values += (l.In.H+2*l.Pad)*(l.In.W+2*l.Pad)*l.In.C + l.Out.Size()
	p.products += int64(l.Out.H*l.Out.W) * int64(weights)
	switch {
	case len(p.arch.Layers) > maxLayers:
		p.fail(first, "more than %d layers", maxLayers)
	case p.parameters > maxParameters:
		p.fail(first, "with this layer the network would have more than %d weights", maxParameters)
	case p.values > maxValues:
		p.fail(first, "with this layer the network would hold more than %d values per image", maxValues)
	case p.products > maxProducts:
		p.fail(first, "with this layer the network would need more than %d multiplications per image", maxProducts)
	}
}

// last checks the layer that the text ends with.
func (p *parser) last(first word) {
	l := p.arch.Layers[len(p.arch.Layers)-1]
	if l.Kind != Dense {
		p.fail(first, "the last layer must be dense %d, one output for each class (dense classes), but it is %v", p.arch.Classes, l.Kind)
	} else if l.Out.C != p.arch.Classes {
		p.fail(p.words[len(p.words)-2], "the last layer has %d outputs: it must have %d, one for each class (dense classes)", l.Out.C, p.arch.Classes)
	}
}

func presetNames() string {
	var names []string
	for _, p := range Presets() {
		names = append(names, p.Name)
	}
	return strings.Join(names, ", ")
}
