package figure

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// digitsConfusion is a matrix as of a good run on 10,000 digits.
func digitsConfusion() Confusion {
	m := Confusion{Title: "test set, step 469"}
	for label := range 10 {
		m.Classes = append(m.Classes, fmt.Sprint(label))
		row := make([]int, 10)
		row[(label+3)%10] += label
		row[(label*7)%10] += label % 3
		row[label] += 970
		m.Counts = append(m.Counts, row)
	}
	return m
}

func TestConfusionGolden(t *testing.T) {
	for name, o := range map[string]CurveOptions{
		"confusion.svg":      {Width: 520, Height: 520},
		"confusion-dark.png": {Format: "png", Theme: "dark", Width: 340, Height: 340},
	} {
		p, err := DrawConfusion(digitsConfusion(), o)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join("testdata", name)
		if *update {
			if err := os.WriteFile(path, p.Data, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if o.Format == "png" {
			comparePixels(t, decode(t, p.Data), decode(t, want))
			continue
		}
		compareSVG(t, string(p.Data), string(want))
	}
}

// Every number that is not 0 is written once, and each format is drawn.
func TestConfusionNumbers(t *testing.T) {
	m := Confusion{Title: "two", Classes: []string{"zero", "a very long name"}, Counts: [][]int{{812, 0}, {7, 4321}}}
	p, err := DrawConfusion(m, CurveOptions{Width: 300, Height: 300})
	if err != nil {
		t.Fatal(err)
	}
	for text, times := range map[string]int{">812<": 1, ">7<": 1, ">4321<": 1, ">0<": 0, ">zero<": 2, ">a very …<": 2, ">two<": 1, ">label<": 1, ">prediction<": 1} {
		if got := strings.Count(string(p.Data), text); got != times {
			t.Errorf("%q is there %d times, want %d", text, got, times)
		}
	}
	for format, magic := range map[string]string{"png": "\x89PNG", "pdf": "%PDF"} {
		p, err := DrawConfusion(m, CurveOptions{Format: format, Width: 300, Height: 300})
		if err != nil || !strings.HasPrefix(string(p.Data), magic) {
			t.Errorf("as %s: %v", format, err)
		}
	}
	small, err := DrawConfusion(digitsConfusion(), CurveOptions{Width: 200, Height: 200})
	if err != nil || strings.Contains(string(small.Data), ">970<") {
		t.Errorf("numbers are written where there is no room, %v", err)
	}
}

func TestImpossibleConfusions(t *testing.T) {
	for _, m := range []Confusion{
		{},
		{Classes: []string{"0", "1"}, Counts: [][]int{{1, 2}}},
		{Classes: []string{"0", "1"}, Counts: [][]int{{1, 2}, {3}}},
		{Classes: []string{"0"}, Counts: [][]int{{-1}}},
	} {
		if _, err := DrawConfusion(m, CurveOptions{}); err == nil {
			t.Errorf("%v was drawn", m)
		}
	}
	if _, err := DrawConfusion(digitsConfusion(), CurveOptions{Format: "gif"}); err == nil {
		t.Error("a GIF was drawn")
	}
}
