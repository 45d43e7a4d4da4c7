package figure

import (
	"bytes"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// classCurves are made accuracies of three classes, of which one has no images.
func classCurves() ClassCurves {
	nan := math.NaN()
	return ClassCurves{Names: []string{"cat", "dog", "owl"}, Steps: []int{5, 10, 20}, Accuracy: [][]float64{{0.1, 0.5, 0.9}, {0.2, 0.3, 0.7}, {nan, nan, nan}}}
}

func mustClasses(t *testing.T, c ClassCurves, o CurveOptions) Chart {
	t.Helper()
	p, err := DrawClassCurves(c, o)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

var classLines = regexp.MustCompile(`<path d="M[^"ML]*L[^"ML]*L[^"MLZ]*" ([^>]*)/>`)

func TestClassCurvesNameTheirLines(t *testing.T) {
	for _, format := range []string{"svg", "png", "pdf"} {
		mustClasses(t, classCurves(), CurveOptions{Format: format, Theme: "dark", XScale: "log"})
	}
	texts := svgTexts(mustClasses(t, classCurves(), CurveOptions{}))
	if !slices.Contains(texts, "cat") || !slices.Contains(texts, "dog") || slices.Contains(texts, "owl") {
		t.Errorf("the names are among %q", texts)
	}
	chosen := classCurves()
	chosen.Emphasised, chosen.Marks = []int{1}, []int{10}
	p := mustClasses(t, chosen, CurveOptions{})
	if texts := svgTexts(p); slices.Contains(texts, "cat") || !slices.Contains(texts, "dog") || !slices.Contains(texts, "step 10") {
		t.Errorf("with dog emphasised the texts are %q", texts)
	}
	lines := classLines.FindAllSubmatch(p.Data, -1)
	if len(lines) != 2 || !bytes.Contains(lines[0][1], []byte("opacity")) || bytes.Contains(lines[1][1], []byte("opacity")) {
		t.Errorf("the lines, the faint one first, are %q", lines)
	}
}

// Every label's line is seen on both themes, and has its label's colour where that is enough.
func TestClassLinesAreLegible(t *testing.T) {
	for name, theme := range themes {
		for label := range labelColors {
			c := theme.class(label).color
			if ratio := contrast(c, panels[name]); ratio < 2.9 {
				t.Errorf("%s: the line of label %d has contrast %.1f", name, label, ratio)
			}
			if own := LabelColor(label); contrast(own, theme.background) >= 3 && c != own {
				t.Errorf("%s: label %d is drawn in %v, not its %v", name, label, c, own)
			}
		}
		if a, b := theme.class(3), theme.class(13); a.color != b.color || slices.Equal(a.dashes, b.dashes) {
			t.Errorf("%s: labels of one colour do not differ in dashes", name)
		}
	}
}

func TestClassCurvesErrors(t *testing.T) {
	nameless, short := classCurves(), classCurves()
	nameless.Names = nameless.Names[:2]
	short.Accuracy[1] = []float64{0.5}
	for words, c := range map[string]ClassCurves{"3 classes have 2 names": nameless, "one value for each step": short} {
		if _, err := DrawClassCurves(c, CurveOptions{}); err == nil || !strings.Contains(err.Error(), words) {
			t.Errorf("%v, want %q", err, words)
		}
	}
	if texts := svgTexts(mustClasses(t, ClassCurves{Names: []string{"a", "b"}, Accuracy: [][]float64{nil, nil}}, CurveOptions{})); !slices.Contains(texts, "no points yet") {
		t.Errorf("without evaluations the texts are %q", texts)
	}
}
