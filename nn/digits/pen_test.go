package digits

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The published numbers of the training part, and digits that stand upright: a 7 ends at its foot.
func TestPenDigits(t *testing.T) {
	pen, err := PenDigits()
	if err != nil {
		t.Fatal(err)
	}
	counts, writers := make([]int, 10), map[int]int{}
	upright := 0
	for i, d := range pen {
		counts[d.Label]++
		writers[d.Writer]++
		if len(d.Strokes) == 0 || slices.ContainsFunc(d.Strokes, func(s Stroke) bool { return len(s) == 0 }) {
			t.Fatalf("digit %d has strokes %v", i, d.Strokes)
		}
		first := d.Strokes[0]
		if d.Label == 7 && first[len(first)-1].Y > first[0].Y {
			upright++
		}
	}
	if diff := cmp.Diff([]int{780, 779, 780, 719, 780, 720, 720, 778, 719, 719}, counts); diff != "" {
		t.Errorf("digits per class (-want +got)\n%s", diff)
	}
	if len(writers) != 30 {
		t.Errorf("%d writers, want 30", len(writers))
	}
	if upright < 770 {
		t.Errorf("%d of 778 sevens end below their beginning", upright)
	}
}

func TestReadUNIPEN(t *testing.T) {
	text := ".INCLUDE dene.doc\n\n.SEGMENT DIGIT 0 ? \"8\"\n.COMMENT 8 12 224\n.PEN_DOWN\n 1 2\n -3 4\n.PEN_UP\n.DT 100\n.PEN_DOWN\n5 6\n.PEN_UP\n"
	got, err := readUNIPEN(strings.NewReader(text))
	want := []PenDigit{{Label: 8, Writer: 12, Strokes: []Stroke{{{1, -2}, {-3, -4}}, {{5, -6}}}}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("error %v (-want +got)\n%s", err, diff)
	}
}

func TestReadUNIPENErrors(t *testing.T) {
	for text, want := range map[string]string{
		".PEN_DOWN":                               "line 1 is \".PEN_DOWN\"; expected a .COMMENT",
		"\n.COMMENT ten 1 2":                      "line 2 is \".COMMENT ten 1 2\"; expected a digit, its writer",
		".COMMENT 10 1 2":                         "expected a digit",
		".COMMENT 1 2":                            "expected a digit",
		".COMMENT 1 x 2":                          "expected a digit",
		".COMMENT 1 1 1\n.PEN_DOWN\n1 2 3":        "line 3 is \"1 2 3\"; expected the x and y",
		".COMMENT 1 1 1\n.PEN_DOWN\n1 y":          "expected the x and y",
		".COMMENT 1 1 1\n.PEN_DOWN\nx 1":          "expected the x and y",
		".COMMENT 1 1 1\n.PEN_DOWN\n.PEN_UP\n1 y": "",
	} {
		_, err := readUNIPEN(strings.NewReader(text))
		if want == "" && err == nil {
			continue
		}
		if err == nil || want == "" || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want %q", text, err, want)
		}
	}
}

func TestPenSetRefusesEmptyDigits(t *testing.T) {
	if _, err := PenSet([]PenDigit{{Strokes: []Stroke{{{1, 1}}}}, {}}, 28, 28); err == nil || !strings.Contains(err.Error(), "pen digit 1: the drawing is empty") {
		t.Errorf("error %v does not name the digit", err)
	}
}

// What can be trained on is MNIST's training set, then the pen digits as drawings look; nothing of the test set.
func TestMixed(t *testing.T) {
	data, err := MNIST()
	if err != nil {
		t.Fatal(err)
	}
	pen, err := PenDigits()
	if err != nil {
		t.Fatal(err)
	}
	mixed := data.Train.Mixed
	if mixed.Len() != 60000+len(pen) || len(mixed.Images) != 784*mixed.Len() || mixed.Mixed != nil {
		t.Fatalf("%d images of %d bytes are mixed", mixed.Len(), len(mixed.Images))
	}
	if !slices.Equal(mixed.Images[:60000*784], data.Train.Images) || !slices.Equal(mixed.Labels[:60000], data.Train.Labels) {
		t.Error("the mixed images do not begin with MNIST's")
	}
	for _, i := range []int{0, 1, 2, 3333, len(pen) - 1} {
		d := rasterize(t, pen[i].Strokes, 28, 28)
		for j, v := range mixed.Image(60000 + i) {
			if diff := 255*d.Pixels[j] - float32(v); diff > 0.5 || diff < -0.5 {
				t.Fatalf("pixel %d of pen digit %d is %d, want %v of 255", j, i, v, 255*d.Pixels[j])
			}
		}
		if mixed.Label(60000+i) != pen[i].Label {
			t.Errorf("pen digit %d has label %d, want %d", i, mixed.Label(60000+i), pen[i].Label)
		}
	}
	if head := data.Train.Head(10); head.Mixed != nil || head.Len() != 10 {
		t.Errorf("a head of %d images has %v mixed in", head.Len(), head.Mixed)
	}
}
