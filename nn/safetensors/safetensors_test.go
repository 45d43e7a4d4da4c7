package safetensors_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"filterscope/nn"
	"filterscope/nn/safetensors"
)

// asymmetric has other sizes in each direction.
const asymmetric = "conv 3x2x3 pad 1 | relu | maxpool 2 | conv 2x2x5 | relu | dense classes"

func network(t *testing.T) *nn.Network {
	t.Helper()
	arch, err := nn.ParseArchitecture(asymmetric, nn.Shape{H: 7, W: 9, C: 2}, 4)
	if err != nil {
		t.Fatal(err)
	}
	net := nn.NewNetwork(arch, 5)
	for i := range net.Weights {
		net.Weights[i] += float32(i%7) / 100 // biases of their own
	}
	return net
}

func written(t testing.TB, net *nn.Network) []byte {
	t.Helper()
	var file bytes.Buffer
	if err := safetensors.Write(&file, net, map[string]string{"run": "abc", "step": "12"}); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

func TestWeightsComeBackBitForBit(t *testing.T) {
	net := network(t)
	file := written(t, net)
	if !bytes.Equal(file, written(t, net)) {
		t.Error("the same network gives another file")
	}
	n := binary.LittleEndian.Uint64(file)
	if n%8 != 0 || file[8] != '{' || len(file) != 8+int(n)+4*len(net.Weights) {
		t.Errorf("a header of %d bytes, beginning with %q, and %d bytes in all for %d weights", n, file[8], len(file), len(net.Weights))
	}
	f, err := safetensors.Parse(file)
	if err != nil {
		t.Fatal(err)
	}
	if f.Architecture() != net.Arch.Text || f.Metadata["run"] != "abc" || f.Metadata["format"] != "pt" || f.Metadata["input"] != "7x9x2" || f.Metadata["classes"] != "4" {
		t.Errorf("the metadata is %v", f.Metadata)
	}
	back, err := f.Network(net.Arch)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(net.Weights, back.Weights) {
		t.Error("the weights are others")
	}
}

// What the file says is computed as PyTorch would, by loops over its own order of indices.
func TestLayoutIsPyTorchs(t *testing.T) {
	net := network(t)
	f, err := safetensors.Parse(written(t, net))
	if err != nil {
		t.Fatal(err)
	}
	if got := f.Tensors["conv1.weight"].Shape; !slices.Equal(got, []int{3, 2, 3, 2}) {
		t.Errorf("conv1.weight has the shape %v", got)
	}
	in := net.Arch.Input
	image := planes{in.C, in.H, in.W, make([]float64, in.Size())}
	pixels := make([]float32, in.Size())
	for i := range pixels {
		c, y, x := i%in.C, i/in.C/in.W, i/in.C%in.W
		pixels[i] = float32(math.Sin(float64(i)))
		image.v[(c*in.H+y)*in.W+x] = float64(pixels[i])
	}
	hidden := image.conv(f, "conv1", 1).relu().pool().conv(f, "conv2", 0).relu()
	dense, bias := f.Tensors["dense1.weight"], f.Tensors["dense1.bias"]
	w := nn.NewWorkspace(net.Arch, 1)
	w.SetInput(0, pixels)
	for o, logit := range net.Forward(w, 1) {
		sum := float64(bias.Values[o])
		for i, v := range hidden.v {
			sum += v * float64(dense.Values[o*len(hidden.v)+i])
		}
		if math.Abs(sum-float64(logit)) > 1e-4 {
			t.Errorf("logit %d is %v by the file, %v by the network", o, sum, logit)
		}
	}
}

// planes are an image as PyTorch has it: channel, row, column.
type planes struct {
	c, h, w int
	v       []float64
}

func (p planes) at(c, y, x int) float64 {
	if y < 0 || x < 0 || y >= p.h || x >= p.w {
		return 0
	}
	return p.v[(c*p.h+y)*p.w+x]
}

func (p planes) conv(f *safetensors.File, name string, pad int) planes {
	w, b := f.Tensors[name+".weight"], f.Tensors[name+".bias"]
	out, in, fh, fw := w.Shape[0], w.Shape[1], w.Shape[2], w.Shape[3]
	q := planes{c: out, h: p.h + 2*pad - fh + 1, w: p.w + 2*pad - fw + 1}
	for o := range out {
		for y := range q.h {
			for x := range q.w {
				sum := float64(b.Values[o])
				for c := range in {
					for i := range fh {
						for j := range fw {
							sum += p.at(c, y+i-pad, x+j-pad) * float64(w.Values[((o*in+c)*fh+i)*fw+j])
						}
					}
				}
				q.v = append(q.v, sum)
			}
		}
	}
	return q
}

func (p planes) relu() planes {
	for i := range p.v {
		p.v[i] = max(0, p.v[i])
	}
	return p
}

func (p planes) pool() planes {
	q := planes{c: p.c, h: p.h / 2, w: p.w / 2}
	for c := range q.c {
		for y := range q.h {
			for x := range q.w {
				q.v = append(q.v, max(p.at(c, 2*y, 2*x), p.at(c, 2*y+1, 2*x), p.at(c, 2*y, 2*x+1), p.at(c, 2*y+1, 2*x+1)))
			}
		}
	}
	return q
}

// file frames a header and data.
func file(header, data string) []byte {
	return append(binary.LittleEndian.AppendUint64(nil, uint64(len(header))), header+data...)
}

func TestOtherTypesAreConverted(t *testing.T) {
	for _, c := range []struct {
		dtype string
		bytes []byte
		want  float32
	}{
		{"F32", []byte{0, 0, 0x20, 0xc0}, -2.5},
		{"F64", []byte{0, 0, 0, 0, 0, 0, 0x04, 0xc0}, -2.5},
		{"BF16", []byte{0x20, 0xc0}, -2.5},
		{"F16", []byte{0x00, 0xc1}, -2.5},
		{"F16", []byte{0xff, 0x7b}, 65504},
		{"F16", []byte{0x01, 0x00}, 0x1p-24},
		{"F16", []byte{0x00, 0x04}, 0x1p-14},
	} {
		f, err := safetensors.Parse(file(fmt.Sprintf(`{"x":{"dtype":%q,"shape":[1],"data_offsets":[0,%d]}}`, c.dtype, len(c.bytes)), string(c.bytes)))
		if err != nil || f.Tensors["x"].Values[0] != c.want {
			t.Errorf("%s of % x: %v, %v; want %v", c.dtype, c.bytes, f, err, c.want)
		}
	}
}

func TestWrongFilesSayWhatIsWrong(t *testing.T) {
	one := `"dtype":"F32","shape":[1],"data_offsets":[0,4]`
	for _, c := range []struct {
		file  []byte
		words string
	}{
		{nil, "begins with 8 bytes"},
		{[]byte("PK\x03\x04 a zip file instead"), "the format allows"},
		{binary.LittleEndian.AppendUint64(nil, 50), "cut off"},
		{file("", ""), "does not begin"},
		{file(` {}`, ""), "does not begin"},
		{file(`{"x":`, ""), "JSON"},
		{file(`{"x":{`+one+`},"x":{`+one+`}}`, "abcd"), "duplicate"},
		{file(`{"x":{"dtype":"F32",`+one+`}}`, "abcd"), "duplicate"},
		{file(`{"x":{`+one+`,"more":1}}`, "abcd"), "more"},
		{file(`{"__metadata__":{"step":3}}`, ""), "object of strings"},
		{file(`{"x":{`+one+`}}`, "abc"), "cut off"},
		{file(`{"x":{`+one+`}}`, "abcde"), "1 bytes follow"},
		{file(`{"x":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}`, "abcdefgh"), "must begin at 0"},
		{file(`{"x":{`+one+`},"y":{`+one+`}}`, "abcd"), "must begin at 4"},
		{file(`{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,-4]}}`, ""), "must begin at 0"},
		{file(`{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}`, "abcd"), "needs 8 bytes"},
		{file(`{"x":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}`, "abcd"), "impossible"},
		{file(`{"x":{"dtype":"F32","shape":[4294967296,4294967296,4294967296],"data_offsets":[0,4]}}`, "abcd"), "impossible"},
		{file(`{"x":{"dtype":"I64","shape":[1],"data_offsets":[0,8]}}`, "abcdefgh"), "use F32, F64, F16 or BF16"},
		{file(`{"x":{`+one+`}}`, "\x00\x00\xc0\x7f"), "value 0 is NaN"},
		{file(`{"x":{`+one+`}}`, "\x00\x00\x80\x7f"), "value 0 is +Inf"},
	} {
		if _, err := safetensors.Parse(c.file); err == nil || !strings.Contains(err.Error(), c.words) {
			t.Errorf("%.60q: %v; want a word of %q", c.file, err, c.words)
		}
	}
}

func TestTensorsMustFitTheArchitecture(t *testing.T) {
	net := network(t)
	fresh := func() *safetensors.File {
		f, err := safetensors.Parse(written(t, net))
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	for _, c := range []struct {
		change func(*safetensors.File)
		words  string
	}{
		{func(f *safetensors.File) { delete(f.Tensors, "conv2.bias") }, `tensor "conv2.bias" is missing: it should have the shape [5]; the file has conv1.bias, conv1.weight, conv2.weight`},
		{func(f *safetensors.File) { f.Tensors["conv3.weight"] = safetensors.Tensor{} }, `tensor "conv3.weight": the architecture "conv 3x2x3`},
		{func(f *safetensors.File) { f.Tensors["conv1.bias"] = safetensors.Tensor{Shape: []int{4}} }, `tensor "conv1.bias" has the shape [4]; this architecture needs [3]`},
		{func(f *safetensors.File) { clear(f.Tensors) }, "the file has no tensors"},
	} {
		f := fresh()
		c.change(f)
		if _, err := f.Network(net.Arch); err == nil || !strings.Contains(err.Error(), c.words) {
			t.Errorf("%v; want %q", err, c.words)
		}
	}
}

// Whatever a file has, it is an error or values that are all there.
func FuzzParse(f *testing.F) {
	arch, err := nn.ParseArchitecture("conv 2x2x1 | dense classes", nn.Shape{H: 3, W: 3, C: 1}, 2)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(written(f, nn.NewNetwork(arch, 1)))
	f.Add(file(`{"x":{"dtype":"F16","shape":[],"data_offsets":[0,2]},"__metadata__":{"a":"b"}}`, "ab"))
	f.Add(file(`{"x":{"dtype":"F32","shape":[0,9],"data_offsets":[0,0]}}`, ""))
	f.Fuzz(func(t *testing.T, content []byte) {
		parsed, err := safetensors.Parse(content)
		if err != nil {
			return
		}
		for name, tensor := range parsed.Tensors {
			n := 1
			for _, side := range tensor.Shape {
				n *= side
			}
			if n != len(tensor.Values) {
				t.Errorf("tensor %q of shape %v has %d values", name, tensor.Shape, len(tensor.Values))
			}
		}
		if net, err := parsed.Network(arch); err == nil && len(net.Weights) != arch.Parameters() {
			t.Errorf("a network of %d weights", len(net.Weights))
		}
	})
}
