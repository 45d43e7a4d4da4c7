package figure

import (
	"bytes"
	"flag"
	"image"
	"image/gif"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
)

var update = flag.Bool("update", false, "write the pictures in testdata anew; look at them before committing")

// The pictures in testdata are what the drawings are meant to look like.
func TestGolden(t *testing.T) {
	dead := strokes(32, 9, 14, 14, 1)
	dead.Units[5], dead.Units[7] = nil, dead.Units[7][:4]
	shared := signs(dead)
	shared.PerUnit, shared.Shared = 1, true
	for u := range shared.Units {
		shared.Units[u] = shared.Units[u][:min(1, len(shared.Units[u]))]
	}
	curve := func(c Curve, o CurveOptions) func() ([]byte, error) {
		return func() ([]byte, error) {
			p, err := DrawCurve(c, o)
			return p.Data, err
		}
	}
	grid := func(g Grid, err error) func() ([]byte, error) {
		return func() ([]byte, error) { return g.PNG, err }
	}
	vital := func(v Vital, o CurveOptions) func() ([]byte, error) {
		return func() ([]byte, error) {
			p, err := DrawVital(v, o)
			return p.Data, err
		}
	}
	histogram := func(h Histogram, o CurveOptions) func() ([]byte, error) {
		return func() ([]byte, error) {
			p, err := DrawHistogram(h, o)
			return p.Data, err
		}
	}
	histograms := func(o CurveOptions) func() ([]byte, error) {
		return func() ([]byte, error) {
			p, err := DrawHistograms(spreads(), o)
			return p.Data, err
		}
	}
	sheet := func(f Film) func() ([]byte, error) {
		return func() ([]byte, error) { return ContactSheet(f, told) }
	}
	dark := marked(grids(t, 12, 14, 10, signedPatches))
	dark.Theme, dark.Zoom = "dark", 4
	for name, draw := range map[string]func() ([]byte, error){
		"vital.svg":            vital(norms(), CurveOptions{}),
		"vital-log-dark.png":   vital(updates(), CurveOptions{Format: "png", Theme: "dark", XScale: "log", YScale: "log", Width: 420}),
		"vital-classes.png":    vital(selectivities(), CurveOptions{Format: "png", XScale: "log"}),
		"vital-few-dark.png":   vital(Vital{Title: "images that activate it", Unit: "%", Series: []Series{few("train set", 0.3), few("test set", 0.34), few("drawings", 0.1)}}, CurveOptions{Format: "png", Theme: "dark", Width: 340, Height: 160}),
		"histogram.svg":        histogram(Histogram{"weights", spread(-0.02, 0.11, 3, 40, 4608)}, CurveOptions{}),
		"histogram-dark.png":   histogram(Histogram{"gradient", spread(1e-4, 2e-4, 3, 25, 400)}, CurveOptions{Format: "png", Theme: "dark", YScale: "log", Width: 340, Height: 180}),
		"histograms.svg":       histograms(CurveOptions{XScale: "log"}),
		"histograms-dark.png":  histograms(CurveOptions{Format: "png", Theme: "dark"}),
		"histograms-small.png": histograms(CurveOptions{Format: "png", XScale: "log", Width: 340, Height: 180}),
		"sheet.png":            sheet(marked(grids(t, 8, 10, 20, Patches))),
		"sheet-dark.png":       sheet(dark),
		"film.gif":             func() ([]byte, error) { return Animation(marked(grids(t, 16, 10, 20, Patches)), told) },
		"film-dark.gif":        func() ([]byte, error) { return Animation(dark, told) },
		"loss.svg":             curve(validated(runCurve("loss", 2345)), CurveOptions{Smoothing: 0.9}),
		"loss-log-dark.png":    curve(runCurve("loss", 2345), CurveOptions{Format: "png", Theme: "dark", XScale: "log"}),
		"accuracy-error.svg":   curve(crowned(placed(runCurve("accuracy", 2345), epochwise)), CurveOptions{Axis: epochwise, YScale: "log", Smoothing: 0.8}),
		"loss-runs.png":        curve(crowned(placed(besides(runCurve("loss", 2345), 3), timewise)), CurveOptions{Format: "png", Axis: timewise, Smoothing: 0.9}),
		"loss-runs-dark.png":   curve(crowned(placed(besides(runCurve("loss", 2345), MostRuns), epochwise)), CurveOptions{Format: "png", Axis: epochwise, XScale: "log", Theme: "dark", Smoothing: 0.95, Width: 340, Height: 200}),
		"accuracy-narrow.svg":  curve(runCurve("accuracy", 2345), CurveOptions{Width: 340, Height: 200, Smoothing: 0.6}),
		"accuracy-empty.svg":   curve(Curve{Figure: "accuracy"}, CurveOptions{Theme: "dark"}),
		"filters.png":          grid(Filters(gabors(5, 1, 16))),
		"filters-colour.png":   grid(Filters(gabors(7, 3, 16))),
		"filters-channels.png": grid(Filters(gabors(5, 2, 6))),
		"images.png":           grid(Images(drawn(dead))),
		"signed.png":           grid(Signed(signs(dead))),
		"signed-shared.png":    grid(Signed(shared)),
		"patches-labels.png":   grid(Patches(labelled(dead))),
		"patches.png":          grid(Patches(dead)),
		"patches-colour.png":   grid(Patches(strokes(12, 9, 14, 14, 3))),
	} {
		t.Run(name, func(t *testing.T) {
			got, err := draw()
			if err != nil {
				t.Fatal(err)
			}
			path := filepath.Join("testdata", name)
			if *update {
				if err := os.WriteFile(path, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			switch filepath.Ext(name) {
			case ".svg":
				compareSVG(t, string(got), string(want))
			case ".gif":
				compareFrames(t, got, want)
			default:
				comparePixels(t, decode(t, got), decode(t, want))
			}
		})
	}
}

var numbers = regexp.MustCompile(`\d+(\.\d+)?`)

// compareSVG allows numbers to differ in the last digit, as other processors
// round otherwise.
func compareSVG(t *testing.T, got, want string) {
	if numbers.ReplaceAllString(got, "0") != numbers.ReplaceAllString(want, "0") {
		t.Fatal("the drawing is another; run with -update and look at it")
	}
	wants := numbers.FindAllString(want, -1)
	for i, g := range numbers.FindAllString(got, -1) {
		a, _ := strconv.ParseFloat(g, 64)
		b, _ := strconv.ParseFloat(wants[i], 64)
		if math.Abs(a-b) > 0.11 {
			t.Fatalf("number %d is %v, want %v; run with -update and look at it", i, a, b)
		}
	}
}

// compareFrames compares the frames as they are stored.
func compareFrames(t *testing.T, got, want []byte) {
	a, err := gif.DecodeAll(bytes.NewReader(got))
	if err != nil {
		t.Fatal(err)
	}
	b, err := gif.DecodeAll(bytes.NewReader(want))
	if err != nil {
		t.Fatal(err)
	}
	if len(a.Image) != len(b.Image) {
		t.Fatalf("%d frames, want %d", len(a.Image), len(b.Image))
	}
	for i := range a.Image {
		comparePixels(t, a.Image[i], b.Image[i])
	}
}

// comparePixels allows one pixel in 200 to differ, at the edges of lines.
func comparePixels(t *testing.T, got, want image.Image) {
	if got.Bounds() != want.Bounds() {
		t.Fatalf("the picture is %v, want %v; run with -update and look at it", got.Bounds(), want.Bounds())
	}
	differ := 0
	for y := range got.Bounds().Dy() {
		for x := range got.Bounds().Dx() {
			at := got.Bounds().Min.Add(image.Pt(x, y))
			if !near(pixel(got, at.X, at.Y), pixel(want, at.X, at.Y), 3) {
				differ++
			}
		}
	}
	if all := got.Bounds().Dx() * got.Bounds().Dy(); differ*200 > all {
		t.Fatalf("%d of %d pixels differ; run with -update and look at the picture", differ, all)
	}
}
