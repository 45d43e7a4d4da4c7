package nn_test

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"filterscope/nn"
)

func TestParseMistakes(t *testing.T) {
	const long = "conv 3x3x4 pad 1 | relu | "
	for _, test := range []struct{ text, at, message string }{
		{"", "", "empty"},
		{" \n ", "", "empty"},
		{"n2", "n2", "no preset (n1, lenet5, tiny)"},
		{"cnv 3x3x4 | dense classes", "cnv", `"cnv" is no layer`},
		{"conv 3x3x4 | | dense classes", "| dense", "a layer is missing"},
		{"| dense classes", "| dense", "a layer is missing"},
		{"dense classes |", "", "a layer is missing"},
		{"conv | dense classes", "| dense", "size is missing"},
		{"conv 3x3 | dense classes", "3x3", "HxWxC"},
		{"conv 3x3x4x5 | dense classes", "3x3x4x5", "HxWxC"},
		{"conv 12x3x4 | dense classes", "12", "height must be a whole number from 1 to 11"},
		{"conv 3x0x4 | dense classes", "0", "width must be a whole number from 1 to 11"},
		{"conv 3x3x-4 | dense classes", "-4", "number of filters"},
		{"conv 3x3x99999999999999999999 | dense classes", "99999999999999999999", "number of filters"},
		{"conv 3xx4 | dense classes", "x4", "width is missing"},
		{"conv 3x3x4 stride | dense classes", "| dense", "the stride is missing"},
		{"conv 3x3x4 stride 0 | dense classes", "0", "the stride must be"},
		{"conv 3x3x4 stride +1 | dense classes", "+1", "the stride must be"},
		{"conv 3x3x4 pad 3 | dense classes", "3 |", "pad 3 is too much"},
		{"conv 3x3x4 pad 1 pad 1 | dense classes", "pad 1 |", "pad is there twice"},
		{"conv 3x3x4 padding 1 | dense classes", "padding", "takes stride and pad"},
		{"conv 3x3x4 relu | dense classes", "relu", "separated by |"},
		{"conv 10x3x4 | dense classes", "10x3x4", "does not fit into 9x7x3"},
		{"relu 3 | dense classes", "3", "one word too many"},
		{"maxpool | dense classes", "| dense", "window is missing"},
		{"maxpool 8 | dense classes", "8", "does not fit into 9x7x3"},
		{"maxpool 2 pad 1 | dense classes", "pad", "takes stride"},
		{"dense", "", `"classes", is missing`},
		{"dense many | dense classes", "many", "must be a whole number"},
		{"dense classes classes", "classes", "one word too many"},
		{"dense 5", "5", "it must have 4"},
		{"conv 3x3x4", "conv", "the last layer must be dense 4"},
		{"dense 4 | relu", "relu", "the last layer must be dense 4"},
		{"dense 4 | conv 1x1x1 | dense 4", "conv", "conv after dense"},
		{"dense 4 | maxpool 1 | dense 4", "maxpool", "maxpool after dense"},
		{"conv 11x11x1024 pad 10 | conv 11x11x1024 | dense classes", "conv 11x11x1024 |", "more than 2000000 weights"},
		{"conv 11x11x1000 pad 10 | conv 1x1x1000 pad 0 | conv 1x1x1000 | dense classes", "conv 1x1x1000 pad", "more than 200000000 multiplications"},
		{"conv 1x1x1024 pad 0 | conv 11x11x1 pad 10 | " + strings.Repeat("conv 1x1x1024 | conv 11x11x1 pad 10 | ", 9) + "dense classes", "conv 11x11x1 pad", "more than 2000000 values"},
		{strings.Repeat("relu | ", 64) + "dense classes", "dense", "more than 64 layers"},
		{strings.Repeat(" ", 2000) + "dense classes", "dense", "2013 characters are too many"},
		{long + "größe 3", "größe", "is no layer"},
		{"schön | dense classes", "schön", "is no layer"},
		{"conv 3x3x4 | größe | cönv", "größe", "is no layer"},
	} {
		t.Run(test.text[:min(40, len(test.text))], func(t *testing.T) {
			_, err := nn.ParseArchitecture(test.text, nn.Shape{H: 9, W: 7, C: 3}, 4)
			var mistake *nn.ArchitectureError
			if !errors.As(err, &mistake) {
				t.Fatalf("error = %v, want an *ArchitectureError", err)
			}
			if !strings.Contains(mistake.Message, test.message) {
				t.Errorf("message %q, want %q", mistake.Message, test.message)
			}
			if got := string([]rune(test.text)[mistake.Offset:]); !strings.HasPrefix(got, test.at) || test.at == "" && got != "" {
				t.Errorf("points at %q (offset %d), want %q", got, mistake.Offset, test.at)
			}
			if n := utf8.RuneCountInString(strings.Fields(test.at + " x")[0]); test.at != "" && mistake.Length > n && !strings.Contains(mistake.Message, "characters") {
				t.Errorf("points at %d characters, want at most %d", mistake.Length, n)
			}
		})
	}
}

// In a terminal the caret stands under the word, also behind letters of several bytes, tabs, and other lines.
func TestCaret(t *testing.T) {
	_, err := nn.ParseArchitecture("relu |\n\tconv 3×3×4 padd 1 | relu |\ndense classes", nn.Shape{H: 9, W: 7, C: 3}, 4)
	want := `architecture: "padd" is unknown here: conv takes stride and pad; layers are separated by |
   conv 3×3×4 padd 1 | relu |
              ^^^^`
	if err == nil || err.Error() != want {
		t.Errorf("error:\n%v\nwant:\n%v", err, want)
	}
	_, err = nn.ParseArchitecture("tiny", nn.Shape{H: 2, W: 2, C: 1}, 1)
	if err == nil || !strings.Contains(err.Error(), "1 classes: must be 2") {
		t.Errorf("one class: error = %v", err)
	}
	_, err = nn.ParseArchitecture("tiny", nn.Shape{H: 0, W: 2, C: 1}, 2)
	if err == nil || !strings.Contains(err.Error(), "0x2x1") {
		t.Errorf("no pixels: error = %v", err)
	}
}

func TestPresetThatDoesNotSuit(t *testing.T) {
	_, err := nn.ParseArchitecture(" N1 ", nn.Shape{H: 3, W: 9, C: 1}, 10)
	want := `architecture: n1 does not suit images of 3x9x1: a max-pool window of 2x2 does not fit into 1x4x32
   N1 
   ^^`
	if err == nil || err.Error() != want {
		t.Errorf("error:\n%v\nwant:\n%v", err, want)
	}
}

func TestParse(t *testing.T) {
	a := parse(t, "  Conv 3X2x5  PAD 1 stride 2|RELU|\n maxpool 2 stride 2 | maxpool 2 stride 1|dense 7|relu|dense CLASSES", nn.Shape{H: 9, W: 7, C: 3}, 4)
	if want := "conv 3x2x5 stride 2 pad 1 | relu | maxpool 2 | maxpool 2 stride 1 | dense 7 | relu | dense 4"; a.Text != want {
		t.Errorf("text %q, want %q", a.Text, want)
	}
	type layer struct {
		Name, In, Out    string
		Weights, Offset  int
		FilterH, FilterW int
		Stride, Pad      int
	}
	var got []layer
	for _, l := range a.Layers {
		got = append(got, layer{l.Name, l.In.String(), l.Out.String(), l.Weight.Len + l.Bias.Len, l.Weight.Offset, l.FilterH, l.FilterW, l.Stride, l.Pad})
	}
	want := []layer{
		{"conv1", "9x7x3", "5x4x5", 95, 0, 3, 2, 2, 1},
		{"relu1", "5x4x5", "5x4x5", 0, 0, 0, 0, 0, 0},
		{"pool1", "5x4x5", "2x2x5", 0, 0, 2, 2, 2, 0},
		{"pool2", "2x2x5", "1x1x5", 0, 0, 2, 2, 1, 0},
		{"dense1", "1x1x5", "1x1x7", 42, 95, 0, 0, 0, 0},
		{"relu2", "1x1x7", "1x1x7", 0, 0, 0, 0, 0, 0},
		{"dense2", "1x1x7", "1x1x4", 32, 137, 0, 0, 0, 0},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("layers (-want +got):\n%s", diff)
	}
	tensors := []nn.Tensor{
		{Name: "conv1.weight", Shape: []int{3, 2, 3, 5}, Offset: 0, Len: 90}, {Name: "conv1.bias", Shape: []int{5}, Offset: 90, Len: 5},
		{Name: "dense1.weight", Shape: []int{5, 7}, Offset: 95, Len: 35}, {Name: "dense1.bias", Shape: []int{7}, Offset: 130, Len: 7},
		{Name: "dense2.weight", Shape: []int{7, 4}, Offset: 137, Len: 28}, {Name: "dense2.bias", Shape: []int{4}, Offset: 165, Len: 4},
	}
	if diff := cmp.Diff(tensors, a.Tensors()); diff != "" || a.Parameters() != 169 {
		t.Errorf("%d parameters, want 169; tensors (-want +got):\n%s", a.Parameters(), diff)
	}
}

// A preset's canonical text is the same network again.
func TestPresets(t *testing.T) {
	digits, other := nn.Shape{H: 28, W: 28, C: 1}, nn.Shape{H: 17, W: 19, C: 3}
	for _, p := range nn.Presets() {
		for _, shape := range []nn.Shape{digits, other} {
			a := parse(t, strings.ToUpper(p.Name), shape, 10)
			if a.Preset != p.Name {
				t.Errorf("preset %q, want %q", a.Preset, p.Name)
			}
			again := parse(t, a.Text, shape, 10)
			if again.Text != a.Text || again.Preset != "" || !cmp.Equal(a.Layers, again.Layers) {
				t.Errorf("%s: text %q reads as %q", p.Name, a.Text, again.Text)
			}
		}
	}
	n1, _ := parse(t, "n1", digits, 10).MultiplyAdds()
	tiny, _ := parse(t, "tiny", digits, 10).MultiplyAdds()
	if n1 != 2_151_296 || n1/tiny < 35 || n1/tiny > 45 {
		t.Errorf("n1 takes %d multiplications, tiny %d: want 2151296 and about a fortieth", n1, tiny)
	}
	a := parse(t, "n1", digits, 10)
	if forward, backward := a.MultiplyAdds(); backward != 2*forward-313_600 {
		t.Errorf("backward takes %d multiplications, want twice %d but for conv1's input gradient", backward, forward)
	}
}

func TestLevels(t *testing.T) {
	for _, test := range []struct {
		convs          int
		low, mid, high string
	}{
		{0, "", "", ""}, {1, "conv1", "", ""}, {2, "conv1", "", "conv2"}, {3, "conv1", "conv2", "conv3"},
		{4, "conv1", "conv2", "conv4"}, {5, "conv1", "conv3", "conv5"}, {6, "conv1", "conv3", "conv6"},
	} {
		a := parse(t, strings.Repeat("conv 1x1x1 | relu | ", test.convs)+"dense classes", nn.Shape{H: 3, W: 3, C: 1}, 2)
		for name, want := range map[string]string{"low": test.low, "mid": test.mid, "high": test.high} {
			layer, err := a.Level(name)
			switch {
			case want == "" && err == nil:
				t.Errorf("%d convolutions: level %s is layer %d, want an error", test.convs, name, layer)
			case want != "" && (err != nil || a.Layers[layer].Name != want):
				t.Errorf("%d convolutions: level %s is layer %d (%v), want %s", test.convs, name, layer, err, want)
			}
		}
		for i, layer := range a.Convolutions() {
			if got, err := a.Level(a.Layers[layer].Name); err != nil || got != 2*i {
				t.Errorf("level %s = %d, %v; want %d", a.Layers[layer].Name, got, err, 2*i)
			}
		}
	}
	_, err := parse(t, "conv 1x1x1 | conv 1x1x1 | dense classes", nn.Shape{H: 3, W: 3, C: 1}, 2).Level("mid")
	if want := `no level "mid": the architecture has low, high, conv1, conv2`; err == nil || err.Error() != want {
		t.Errorf("error %v, want %v", err, want)
	}
}

// No text makes the parser panic or point outside of it; what it accepts can be built, and reads the same again.
func TestParseAnything(t *testing.T) {
	words := []string{"conv", "relu", "maxpool", "dense", "classes", "stride", "pad", "|", "3x3x4", "1x2x3", "0", "1", "2", "5", "99", "n1", "é", "\xff", "3x", "\n"}
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(words), 0, 20).Draw(t, "words"), rapid.SampledFrom([]string{" ", "", "\t"}).Draw(t, "space"))
		checkParse(t, text)
	})
}

func FuzzParseArchitecture(f *testing.F) {
	for _, p := range nn.Presets() {
		f.Add(p.Text)
	}
	f.Add("conv 3×3×4 padd 1 |\n\xff dense classes")
	f.Fuzz(func(t *testing.T, text string) { checkParse(t, text) })
}

func checkParse(t interface{ Fatalf(string, ...any) }, text string) {
	shape := nn.Shape{H: 9, W: 7, C: 3}
	a, err := nn.ParseArchitecture(text, shape, 4)
	if err == nil {
		again, err := nn.ParseArchitecture(a.Text, shape, 4)
		if err != nil || again.Text != a.Text || len(again.Layers) != len(a.Layers) {
			t.Fatalf("%q became %q, which became %v, %v", text, a.Text, again, err)
		}
		return
	}
	var mistake *nn.ArchitectureError
	if !errors.As(err, &mistake) {
		t.Fatalf("%q: error %v, want an *ArchitectureError", text, err)
	}
	if n := utf8.RuneCountInString(text); mistake.Offset < 0 || mistake.Offset > n || mistake.Length < 1 || mistake.Offset+mistake.Length > n+1 {
		t.Fatalf("%q: points at %d+%d of %d characters", text, mistake.Offset, mistake.Length, n)
	}
	if mistake.Error() == "" || mistake.Message == "" {
		t.Fatalf("%q: an error without words", text)
	}
}
