package figure

import (
	"encoding/base64"
	"fmt"
	"math"
	"os"
	"testing"
	"time"
)

func TestSheet(t *testing.T) {
	dir := os.Getenv("SHEET")
	if dir == "" {
		t.Skip()
	}
	nan := math.NaN()
	type item struct {
		name string
		c    Curve
		o    CurveOptions
	}
	items := []item{
		{"loss", runCurve("loss", 2345), CurveOptions{}},
		{"acc", runCurve("accuracy", 2345), CurveOptions{}},
		{"loss smooth", validated(runCurve("loss", 2345)), CurveOptions{Smoothing: .9}},
		{"acc smooth", validated(runCurve("accuracy", 2345)), CurveOptions{Smoothing: .95}},
		{"loss loglog", runCurve("loss", 2345), CurveOptions{XScale: "log", Smoothing: .6}},
		{"acc logx", runCurve("accuracy", 2345), CurveOptions{XScale: "log"}},
		{"loss lin", runCurve("loss", 2345), CurveOptions{YScale: "linear"}},
		{"loss 100k", runCurve("loss", 100000), CurveOptions{Smoothing: .99}},
		{"empty", Curve{Figure: "loss"}, CurveOptions{}},
		{"empty acc", Curve{Figure: "accuracy", Series: []Series{{Name: "train"}, {Name: "test", Kind: Points}}}, CurveOptions{}},
		{"one", Curve{"loss", []Series{{"train", Line, []int{1}, []float64{2.3}}}}, CurveOptions{}},
		{"7 steps", runCurve("loss", 7), CurveOptions{}},
		{"40 steps acc", runCurve("accuracy", 40), CurveOptions{}},
		{"const", Curve{"loss", []Series{{"train", Line, []int{1, 2, 3, 400}, []float64{.5, .5, .5, .5}}}}, CurveOptions{}},
		{"gaps", Curve{"loss", []Series{{"train", Line, []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, []float64{2, 1.8, nan, 1.5, 1.3, math.Inf(1), .9, nan, 0, .5, .4, -1}}}}, CurveOptions{}},
		{"zero", Curve{"loss", []Series{{"train", Line, []int{1, 2}, []float64{0, 0}}}}, CurveOptions{}},
		{"window", runCurve("loss", 2345), CurveOptions{From: 1000, To: 1100}},
		{"window acc", validated(runCurve("accuracy", 2345)), CurveOptions{From: 1000, To: 1400}},
	}
	f, _ := os.Create(dir + "/sheet.html")
	fmt.Fprint(f, `<body style="margin:0;font:12px system-ui">`)
	for _, th := range []string{"light", "dark"} {
		bg := map[string]string{"light": "#fff", "dark": "#16181d"}[th]
		fmt.Fprintf(f, `<div style="background:%s;padding:8px;width:1160px">`, bg)
		for _, it := range items {
			it.o.Theme = th
			t0 := time.Now()
			p, err := DrawCurve(it.c, it.o)
			if err != nil {
				t.Fatal(err)
			}
			fmt.Println(it.name, len(p.Data), time.Since(t0), p.Plot, p.X, p.Y)
			fmt.Fprintf(f, `<img style="margin:4px" src="data:%s;base64,%s">`, p.MIME, base64.StdEncoding.EncodeToString(p.Data))
		}
		for _, it := range items[:9] {
			it.o.Theme = th
			it.o.Width, it.o.Height = 340, 200
			p, _ := DrawCurve(it.c, it.o)
			fmt.Fprintf(f, `<img style="margin:4px" src="data:%s;base64,%s">`, p.MIME, base64.StdEncoding.EncodeToString(p.Data))
		}
		it := items[2]
		it.o.Theme, it.o.Format = th, "png"
		t0 := time.Now()
		p, err := DrawCurve(it.c, it.o)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Println("png", len(p.Data), time.Since(t0))
		fmt.Fprintf(f, `<img width=560 style="margin:4px" src="data:%s;base64,%s">`, p.MIME, base64.StdEncoding.EncodeToString(p.Data))
		dead := strokes(32, 9, 14, 14, 1)
		dead.Units[5] = nil
		dead.Units[7] = dead.Units[7][:4]
		for _, g := range []func() (Grid, error){
			func() (Grid, error) { return Filters(gabors(5, 1, 16)) },
			func() (Grid, error) { return Filters(gabors(7, 3, 16)) },
			func() (Grid, error) { return Filters(gabors(3, 4, 12)) },
			func() (Grid, error) { return Patches(dead) },
			func() (Grid, error) { return Patches(strokes(12, 9, 14, 14, 3)) },
		} {
			g, err := g()
			if err != nil {
				t.Fatal(err)
			}
			s := 520 / (g.Columns * (g.TileW + g.Gap))
			if s < 1 {
				s = 1
			}
			fmt.Fprintf(f, `<img style="image-rendering:pixelated;margin:6px;width:%dpx" src="data:image/png;base64,%s">`, s*(g.Gap+g.Columns*(g.TileW+g.Gap)), base64.StdEncoding.EncodeToString(g.PNG))
		}
		fmt.Fprint(f, `</div>`)
	}
	f.Close()
	p, err := DrawCurve(items[2].c, CurveOptions{Format: "pdf", Smoothing: .9, Theme: "dark"})
	if err != nil {
		t.Fatal(err)
	}
	os.WriteFile(dir+"/x.pdf", p.Data, 0o644)
}
