package nn

import (
	"fmt"
	"strings"
)

// layer reads one layer, whose first word is given, and returns it with its canonical text.
func (p *parser) layer(first word, in Shape) (Layer, string) {
	afterDense := len(p.arch.Layers) > 0 && in.H*in.W == 1 && p.denseBefore()
	switch strings.ToLower(first.text) {
	case "conv":
		if afterDense {
			p.fail(first, "conv after dense: a dense layer's outputs have no places to convolve over")
		}
		return p.conv(in)
	case "relu":
		return Layer{Kind: ReLU, In: in, Out: in}, "relu"
	case "maxpool":
		if afterDense {
			p.fail(first, "maxpool after dense: a dense layer's outputs have no places to pool")
		}
		return p.maxPool(in)
	case "dense":
		return p.dense(in)
	case "", "|":
		if len(p.words) == 1 {
			p.fail(first, "the architecture is empty: write a preset (%s) or layers such as conv 3x3x8 | relu | dense classes", presetNames())
		} else {
			p.fail(first, "a layer is missing here: conv, relu, maxpool or dense")
		}
	default:
		hint := ""
		if len(p.words) == 2 {
			hint = ", and no preset (" + presetNames() + ")"
		}
		p.fail(first, "%q is no layer%s: write conv, relu, maxpool or dense", first.text, hint)
	}
	return Layer{}, ""
}

func (p *parser) denseBefore() bool {
	for i := range p.arch.Layers {
		if p.arch.Layers[i].Kind == Dense {
			return true
		}
	}
	return false
}

func (p *parser) conv(in Shape) (Layer, string) {
	size := p.word()
	h, w, c := p.filter(size)
	l := Layer{Kind: Conv, In: in, FilterH: h, FilterW: w, Stride: 1}
	option := p.options(&l, "stride", "pad")
	if p.err != nil {
		return l, ""
	}
	if l.Pad >= max(h, w) {
		p.fail(option["pad"], "pad %d is too much for a filter of %dx%d: at most %d", l.Pad, h, w, max(h, w)-1)
		return l, ""
	}
	if in.H+2*l.Pad < h || in.W+2*l.Pad < w {
		p.fail(size, "a filter of %dx%d does not fit into %v%s", h, w, in, padded(l.Pad))
		return l, ""
	}
	l.Out = Shape{(in.H+2*l.Pad-h)/l.Stride + 1, (in.W+2*l.Pad-w)/l.Stride + 1, c}
	text := fmt.Sprintf("conv %dx%dx%d", h, w, c)
	if l.Stride != 1 {
		text += fmt.Sprintf(" stride %d", l.Stride)
	}
	if l.Pad != 0 {
		text += fmt.Sprintf(" pad %d", l.Pad)
	}
	return l, text
}

func padded(pad int) string {
	if pad == 0 {
		return ""
	}
	return fmt.Sprintf(" with pad %d", pad)
}

func (p *parser) maxPool(in Shape) (Layer, string) {
	size := p.word()
	k := p.number(size, "the size of a max-pool window", 1, maxFilter)
	l := Layer{Kind: MaxPool, In: in, FilterH: k, FilterW: k, Stride: k}
	p.options(&l, "stride")
	if p.err != nil {
		return l, ""
	}
	if k > in.H || k > in.W {
		p.fail(size, "a max-pool window of %dx%d does not fit into %v", k, k, in)
		return l, ""
	}
	l.Out = Shape{(in.H-k)/l.Stride + 1, (in.W-k)/l.Stride + 1, in.C}
	text := fmt.Sprintf("maxpool %d", k)
	if l.Stride != k {
		text += fmt.Sprintf(" stride %d", l.Stride)
	}
	return l, text
}

func (p *parser) dense(in Shape) (Layer, string) {
	size := p.word()
	n := p.arch.Classes
	if !strings.EqualFold(size.text, "classes") {
		n = p.number(size, `the number of outputs, or "classes",`, 1, maxOutputs)
	}
	return Layer{Kind: Dense, In: in, Out: Shape{1, 1, n}}, fmt.Sprintf("dense %d", n)
}
