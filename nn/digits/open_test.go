package digits

import (
	"errors"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// folder is a small valid data set of 9x7x3 images, three classes.
func folder() fstest.MapFS {
	return fstest.MapFS{
		"train-images-idx3-ubyte": {Data: encodeIDX(counting(4*9*7*3), 4, 9, 7, 3)},
		"train-labels-idx1-ubyte": {Data: encodeIDX([]byte{2, 0, 1, 1}, 4)},
		"t10k-images-idx3-ubyte":  {Data: encodeIDX(counting(2*9*7*3), 2, 9, 7, 3)},
		"t10k-labels-idx1-ubyte":  {Data: encodeIDX([]byte{1, 2}, 2)},
	}
}

func TestOpen(t *testing.T) {
	got, err := Open(folder(), "small")
	if err != nil {
		t.Fatal(err)
	}
	want := &Data{
		Name:       "small",
		Train:      &Set{H: 9, W: 7, C: 3, Classes: 3, Images: counting(4 * 9 * 7 * 3), Labels: []byte{2, 0, 1, 1}},
		Test:       &Set{H: 9, W: 7, C: 3, Classes: 3, Images: counting(2 * 9 * 7 * 3), Labels: []byte{1, 2}},
		ClassNames: []string{"0", "1", "2"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if diff := cmp.Diff(counting(4 * 189)[189:378], got.Train.Image(1)); diff != "" {
		t.Errorf("image 1 (-want +got)\n%s", diff)
	}
}

func TestOpenRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.IntRange(1, 9)
		h, w, c := size.Draw(t, "h"), size.Draw(t, "w"), size.Draw(t, "c")
		classes := rapid.IntRange(2, 256).Draw(t, "classes")
		files := fstest.MapFS{}
		put := func(name string, data []byte, dims ...int) {
			name = strings.Replace(name, "-idx", rapid.SampledFrom([]string{"-idx", ".idx"}).Draw(t, "separator"), 1)
			content := encodeIDX(data, dims...)
			if rapid.Bool().Draw(t, "gz") {
				name, content = name+".gz", compress(t, content)
			}
			files[name] = &fstest.MapFile{Data: content}
		}
		makeSet := func(prefix string) *Set {
			n := size.Draw(t, "n")
			s := &Set{H: h, W: w, C: c, Classes: classes}
			s.Images = rapid.SliceOfN(rapid.Byte(), n*h*w*c, n*h*w*c).Draw(t, "images")
			s.Labels = rapid.SliceOfN(rapid.ByteMax(byte(classes-1)), n, n).Draw(t, "labels")
			if prefix == "train" {
				s.Labels[n-1] = byte(classes - 1)
			}
			switch {
			case c == 1 && rapid.Bool().Draw(t, "3-d"):
				put(prefix+"-images-idx3-ubyte", s.Images, n, h, w)
			case rapid.Bool().Draw(t, "idx4"):
				put(prefix+"-images-idx4-ubyte", s.Images, n, h, w, c)
			default:
				put(prefix+"-images-idx3-ubyte", s.Images, n, h, w, c)
			}
			put(prefix+"-labels-idx1-ubyte", s.Labels, n)
			return s
		}
		want := &Data{Name: "x", Train: makeSet("train"), Test: makeSet("t10k"), ClassNames: numberNames(classes)}
		got, err := Open(files, "x")
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("(-want +got)\n%s", diff)
		}
	})
}

func TestOpenErrors(t *testing.T) {
	for _, c := range []struct {
		name, file string
		content    []byte // nil: the file is missing
		want       string
	}{
		{"missing", "train-labels-idx1-ubyte", nil, "train-labels are missing; expected a file named train-labels-idx1-ubyte, train-labels-idx1-ubyte.gz, train-labels.idx1-ubyte,"},
		{"fewer labels", "train-labels-idx1-ubyte", encodeIDX([]byte{0, 1, 2}, 3), "train-labels-idx1-ubyte: byte 4: 3 labels, but train-images-idx3-ubyte has 4 images"},
		{"other shape", "t10k-images-idx3-ubyte", encodeIDX(counting(2*7*9*3), 2, 7, 9, 3), "t10k-images-idx3-ubyte: byte 8: images of 7x9x3, but train-images-idx3-ubyte has 9x7x3"},
		{"other channels", "t10k-images-idx3-ubyte", encodeIDX(counting(2*7*9), 2, 9, 7), "t10k-images-idx3-ubyte: byte 8: images of 9x7x1, but train-images-idx3-ubyte has 9x7x3"},
		{"unknown label", "t10k-labels-idx1-ubyte", encodeIDX([]byte{2, 3}, 2), "t10k-labels-idx1-ubyte: byte 9: label 3, but the labels of train-labels-idx1-ubyte are 0 to 2"},
		{"one class", "train-labels-idx1-ubyte", encodeIDX([]byte{0, 0, 0, 0}, 4), "train-labels-idx1-ubyte: byte 8: every label is 0; expected at least two classes"},
		{"images for labels", "train-labels-idx1-ubyte", encodeIDX(counting(4), 4, 1, 1), "train-labels-idx1-ubyte: byte 3: 3 dimensions; labels have 1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			files := folder()
			delete(files, c.file)
			if c.content != nil {
				files[c.file] = &fstest.MapFile{Data: c.content}
			}
			data, err := Open(files, "small")
			if err == nil || !strings.Contains(err.Error(), "data set small: "+c.want) {
				t.Errorf("data %v, error %v\nwant %s", data, err, c.want)
			}
			if missing := c.content == nil; errors.Is(err, fs.ErrNotExist) != missing {
				t.Errorf("error %v says that a file is missing, want %t", err, missing)
			}
		})
	}
}
