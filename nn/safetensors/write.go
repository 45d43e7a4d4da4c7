package safetensors

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math"

	"filterscope/nn"
)

// Keys of the metadata that Write fills in itself.
const (
	FormatKey       = "format"       // "pt": the tensors lie as PyTorch has them
	ArchitectureKey = "architecture" // as nn.ParseArchitecture reads it
	InputKey        = "input"        // height, width and channels: "28x28x1"
	ClassesKey      = "classes"      // how many
	LayoutKey       = "layout"       // the layout in words
)

const layoutText = "conv weights are [outputs][inputs][filter height][filter width], dense weights [outputs][inputs] with the inputs in the order " +
	"channel, row, column, biases [outputs]; values are little-endian float32; the input is [channel][row][column] of 0, no ink, to 1"

// header is a tensor as the file describes it.
type header struct {
	DType   string   `json:"dtype"`
	Shape   []int    `json:"shape"`
	Offsets [2]int64 `json:"data_offsets"` // first byte and the one behind the last, from the header's end
}

// alignment of the tensors in the file, in bytes.
const alignment = 8

// Write writes a network with metadata of the caller's own. The same network and metadata give the same bytes.
func Write(w io.Writer, net *nn.Network, metadata map[string]string) error {
	arch := net.Arch
	about := map[string]string{}
	maps.Copy(about, metadata)
	about[FormatKey], about[LayoutKey] = "pt", layoutText
	about[ArchitectureKey], about[InputKey], about[ClassesKey] = arch.Text, arch.Input.String(), fmt.Sprint(arch.Classes)
	var all bytes.Buffer
	if err := writeHeader(&all, arch, about); err != nil {
		return err
	}
	for _, l := range arch.Layers {
		if l.Weight.Len == 0 {
			continue
		}
		_, order := placed(l)
		weights := net.Tensor(l.Weight)
		values := make([]float32, len(weights))
		for theirs, ours := range order {
			values[theirs] = weights[ours]
		}
		writeFloats(&all, values)
		writeFloats(&all, net.Tensor(l.Bias))
	}
	_, err := w.Write(all.Bytes())
	return err
}

// writeHeader writes the header, its keys in the order of the file, and spaces up to the alignment.
func writeHeader(to *bytes.Buffer, arch *nn.Architecture, about map[string]string) error {
	text, err := json.Marshal(about) // in the order of the keys
	if err != nil {
		return err
	}
	to.Write(make([]byte, 8))
	fmt.Fprintf(to, `{"__metadata__":%s`, text)
	at := int64(0)
	for _, l := range arch.Layers {
		if l.Weight.Len == 0 {
			continue
		}
		shape, _ := placed(l)
		for _, t := range []struct {
			name  string
			shape []int
			n     int
		}{{l.Weight.Name, shape, l.Weight.Len}, {l.Bias.Name, l.Bias.Shape, l.Bias.Len}} {
			end := at + 4*int64(t.n)
			text, err := json.Marshal(header{"F32", t.shape, [2]int64{at, end}})
			if err != nil {
				return err
			}
			fmt.Fprintf(to, ",%q:%s", t.name, text)
			at = end
		}
	}
	to.WriteByte('}')
	for to.Len()%alignment != 0 {
		to.WriteByte(' ')
	}
	binary.LittleEndian.PutUint64(to.Bytes(), uint64(to.Len()-8))
	return nil
}

func writeFloats(to *bytes.Buffer, values []float32) {
	for _, v := range values {
		to.Write(binary.LittleEndian.AppendUint32(to.AvailableBuffer(), math.Float32bits(v)))
	}
}

// placed is the shape that a layer's weights have in a file, and for each of their places there the index in the network's own
// order, which has the outputs last.
func placed(l nn.Layer) (shape, order []int) {
	h, w := l.FilterH, l.FilterW
	if l.Kind == nn.Dense {
		h, w = l.In.H, l.In.W
	}
	in, out := l.In.C, l.Out.C
	order = make([]int, 0, out*in*h*w)
	for o := range out {
		for c := range in {
			for y := range h {
				for x := range w {
					order = append(order, ((y*w+x)*in+c)*out+o)
				}
			}
		}
	}
	if l.Kind == nn.Dense {
		return []int{out, in * h * w}, order
	}
	return []int{out, in, h, w}, order
}
