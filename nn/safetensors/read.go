package safetensors

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// maxHeader is the longest header that the format allows, in bytes.
const maxHeader = 100_000_000

// A File is a file's content.
type File struct {
	Metadata map[string]string
	Tensors  map[string]Tensor
}

// A Tensor is values of any shape, the last index running fastest.
type Tensor struct {
	Shape  []int
	Values []float32
}

// Parse reads a file. An error says what is wrong with it and what would be right.
func Parse(file []byte) (*File, error) {
	text, data, err := split(file)
	if err != nil {
		return nil, err
	}
	f := &File{Metadata: map[string]string{}, Tensors: map[string]Tensor{}}
	var members map[string]jsontext.Value
	if err := json.Unmarshal(text, &members); err != nil { // which refuses a name that comes twice
		return nil, fmt.Errorf("the header is not the JSON object of a safetensors file: %w", err)
	}
	headers := map[string]header{}
	for name, value := range members {
		if name == "__metadata__" {
			if err := json.Unmarshal(value, &f.Metadata); err != nil {
				return nil, fmt.Errorf("the header's __metadata__ must be an object of strings: %w", err)
			}
			continue
		}
		var h header
		if err := json.Unmarshal(value, &h, json.RejectUnknownMembers(true)); err != nil {
			return nil, fmt.Errorf("tensor %q: the header must have dtype, shape and data_offsets: %w", name, err)
		}
		headers[name] = h
	}
	if err := checkOffsets(headers, int64(len(data))); err != nil {
		return nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(headers)) {
		if f.Tensors[name], err = headers[name].read(data); err != nil {
			return nil, fmt.Errorf("tensor %q: %w", name, err)
		}
	}
	return f, nil
}

// split cuts a file into its header and its data.
func split(file []byte) (text, data []byte, err error) {
	if len(file) < 8 {
		return nil, nil, fmt.Errorf("the file has %d bytes; a safetensors file begins with 8 bytes of length", len(file))
	}
	n, rest := binary.LittleEndian.Uint64(file), file[8:]
	switch {
	case n > maxHeader:
		return nil, nil, fmt.Errorf("the header would have %d bytes, which is no safetensors file; the format allows %d", n, maxHeader)
	case n > uint64(len(rest)):
		return nil, nil, fmt.Errorf("the header should have %d bytes, but only %d follow: the file is cut off", n, len(rest))
	case n == 0 || rest[0] != '{':
		return nil, nil, errors.New(`the header does not begin with "{": this is no safetensors file`)
	}
	return bytes.TrimRight(rest[:n], " "), rest[n:], nil
}

// checkOffsets refuses tensors that overlap, and bytes that belong to none.
func checkOffsets(headers map[string]header, size int64) error {
	names := slices.SortedFunc(maps.Keys(headers), func(a, b string) int {
		x, y := headers[a].Offsets, headers[b].Offsets
		return cmp.Or(cmp.Compare(x[0], y[0]), cmp.Compare(x[1], y[1]), cmp.Compare(a, b))
	})
	at := int64(0)
	for _, name := range names {
		o := headers[name].Offsets
		switch {
		case o[0] != at || o[1] < o[0]:
			return fmt.Errorf("tensor %q: its bytes are %d to %d, but must begin at %d, where the one before ends", name, o[0], o[1], at)
		case o[1] > size:
			return fmt.Errorf("tensor %q: its bytes are %d to %d, but there are only %d: the file is cut off", name, o[0], o[1], size)
		}
		at = o[1]
	}
	if at != size {
		return fmt.Errorf("%d bytes follow that belong to no tensor", size-at)
	}
	return nil
}

// dtypes are the types of values that can be read, with their size in bytes and how.
var dtypes = map[string]struct {
	size int64
	read func([]byte) float32
}{
	"F32":  {4, func(b []byte) float32 { return math.Float32frombits(binary.LittleEndian.Uint32(b)) }},
	"F64":  {8, func(b []byte) float32 { return float32(math.Float64frombits(binary.LittleEndian.Uint64(b))) }},
	"F16":  {2, func(b []byte) float32 { return half(binary.LittleEndian.Uint16(b)) }},
	"BF16": {2, func(b []byte) float32 { return math.Float32frombits(uint32(binary.LittleEndian.Uint16(b)) << 16) }},
}

// read takes the tensor's values out of the data.
func (h header) read(data []byte) (Tensor, error) {
	kind, ok := dtypes[h.DType]
	if !ok {
		return Tensor{}, fmt.Errorf("the type %q cannot be read; use F32, F64, F16 or BF16", h.DType)
	}
	length := h.Offsets[1] - h.Offsets[0]
	n := int64(1)
	for _, side := range h.Shape {
		if side < 0 || side > 0 && n > math.MaxInt64/int64(side)/kind.size {
			return Tensor{}, fmt.Errorf("the shape %v is impossible", h.Shape)
		}
		n *= int64(side)
	}
	if n*kind.size != length {
		return Tensor{}, fmt.Errorf("the shape %v of %s needs %d bytes, but there are %d", h.Shape, h.DType, n*kind.size, length)
	}
	t := Tensor{Shape: h.Shape, Values: make([]float32, n)}
	for i := range t.Values {
		v := kind.read(data[h.Offsets[0]+int64(i)*kind.size:])
		if v-v != 0 { // of infinity and NaN, the difference is NaN
			return t, fmt.Errorf("value %d is %v; use finite numbers", i, v)
		}
		t.Values[i] = v
	}
	return t, nil
}

// half is a number of 16 bits, IEEE 754 binary16.
func half(bits uint16) float32 {
	exponent, fraction := int(bits>>10&0x1f), float64(bits&0x3ff)
	v := math.Ldexp(1+fraction/1024, exponent-15)
	switch exponent {
	case 0:
		v = math.Ldexp(fraction, -24)
	case 0x1f:
		v = math.Inf(1)
		if fraction != 0 {
			v = math.NaN()
		}
	}
	if bits&0x8000 != 0 {
		v = -v
	}
	return float32(v)
}
