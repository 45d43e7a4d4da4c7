package figure

import (
	"image"
	"image/color"
	"math"
	"slices"
	"sync"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// A heatColumn is a step's bins and the part of the data area that they take, in
// CSS pixels from the left of the picture.
type heatColumn struct {
	Bins
	left, right float64
}

// loneStep is the pixels that a single step is wide.
const loneStep = 12

// columns returns the steps that can be drawn. Each reaches halfway to its
// neighbours, the first and the last as far to their other side.
func (l *layout) columns(h Histograms) []heatColumn {
	var places []float64
	var columns []heatColumn
	for i, b := range h.Bins {
		if x, ok := l.placeStep(h.Steps[i]); ok {
			places, columns = append(places, x), append(columns, heatColumn{Bins: b})
		}
	}
	last := len(places) - 1
	for i, x := range places {
		before, after := loneStep/2.0, loneStep/2.0
		if last > 0 {
			before, after = (x-places[max(i-1, 0)])/2, (places[min(i+1, last)]-x)/2
		}
		switch {
		case i == 0:
			before = after
		case i == last:
			after = before
		}
		columns[i].left, columns[i].right = max(x-before, l.area.Left), min(x+after, l.area.Right)
	}
	return slices.DeleteFunc(columns, func(c heatColumn) bool {
		total, _, _ := c.check()
		return total == 0 || !c.finite()
	})
}

// spanAxis covers the values of all columns, of which there must be one.
func spanAxis(columns []heatColumn) Axis {
	all := columns[0].Bins
	for _, c := range columns {
		all.Min, all.Max = min(all.Min, c.Min), max(all.Max, c.Max)
	}
	return all.axis()
}

// A heat is columns of rows whose colours are the shares of a step's values; it
// is a plot.Plotter.
type heat struct {
	height  float64
	area    Rect
	columns []heatColumn
	shares  [][]float64 // of each column, from the lowest row up
	most    float64
	palette color.Palette
}

// The rows are as many as the bins, within these.
const (
	leastRows = 10
	mostRows  = 64
)

func newHeat(l *layout, columns []heatColumn, p color.Palette) *heat {
	h := &heat{height: l.height, area: l.area, columns: columns, palette: p}
	rows := leastRows
	for _, c := range columns {
		rows = max(rows, min(len(c.Counts), mostRows))
	}
	for _, c := range columns {
		shares := c.rows(l.y, rows)
		h.shares = append(h.shares, shares)
		h.most = max(h.most, slices.Max(shares))
	}
	return h
}

// rows returns the share of the values in each row of an axis. Values are taken
// to be spread evenly over their bin.
func (b Bins) rows(a Axis, n int) []float64 {
	total, _, _ := b.check()
	shares := make([]float64, n)
	place := func(v float64) float64 { return a.Place(v) * float64(n) }
	width := (b.Max - b.Min) / float64(len(b.Counts))
	for i, count := range b.Counts {
		from, to := place(b.Min+float64(i)*width), place(b.Min+float64(i+1)*width)
		share := float64(count) / float64(total)
		if first := min(int(from), n-1); to-from < 1e-9 || to <= float64(first+1) {
			shares[first] += share
			continue
		}
		for row := int(from); row < n && float64(row) < to; row++ {
			shares[row] += share * (min(to, float64(row+1)) - max(from, float64(row))) / (to - from)
		}
	}
	return shares
}

// Plot implements plot.Plotter.
func (h *heat) Plot(c draw.Canvas, _ *plot.Plot) {
	c.DrawImage(vg.Rectangle{
		Min: vg.Point{X: vg.Length(h.area.Left), Y: vg.Length(h.height - h.area.Bottom)},
		Max: vg.Point{X: vg.Length(h.area.Right), Y: vg.Length(h.height - h.area.Top)},
	}, h.image())
}

// image draws the data area with two pixels per CSS pixel.
func (h *heat) image() image.Image {
	width, height := int(pngScale*(h.area.Right-h.area.Left)), int(pngScale*(h.area.Bottom-h.area.Top))
	m := image.NewPaletted(image.Rect(0, 0, width, height), h.palette)
	for i, c := range h.columns {
		left, right := int(math.Round(pngScale*(c.left-h.area.Left))), int(math.Round(pngScale*(c.right-h.area.Left)))
		right = min(max(right, left+1), width)
		rows := len(h.shares[i])
		for y := range height {
			share := h.shares[i][(height-1-y)*rows/height]
			for x := left; x < right; x++ {
				m.Pix[y*m.Stride+x] = heatIndex(share, h.most)
			}
		}
	}
	return m
}

// heatIndex returns the palette's index of a share: 0 only if there is nothing.
func heatIndex(share, most float64) uint8 {
	if share <= 0 {
		return 0
	}
	return uint8(1 + math.Round(254*math.Sqrt(share/most)))
}

// sequentialControls are dark to light: blue, green blue, yellow (ColorBrewer's
// YlGnBu, Cynthia Brewer).
var sequentialControls = []color.Color{
	color.NRGBA{8, 29, 88, 255}, color.NRGBA{34, 94, 168, 255}, color.NRGBA{65, 182, 196, 255},
	color.NRGBA{199, 233, 180, 255}, color.NRGBA{255, 255, 217, 255},
}

// sequential returns a theme's palette of shares: transparent for none, then 255
// colours from little to much, which begin near the background and change evenly
// in lightness.
func sequential(theme string) color.Palette {
	if theme == "dark" {
		return sequentialRising()
	}
	return sequentialFalling()
}

var sequentialRising = sync.OnceValue(func() color.Palette {
	m := luminance(sequentialControls)
	p := color.Palette{color.NRGBA{}}
	for i := range 255 {
		p = append(p, at(m, float64(i)/254))
	}
	return p
})

var sequentialFalling = sync.OnceValue(func() color.Palette {
	p := slices.Clone(sequentialRising())
	slices.Reverse(p[1:])
	return p
})

// addHeat draws the columns and, at the top right, their scale: none, a quarter
// of the most in the middle of the colours, since these go with the square root,
// and the most.
func (l *layout) addHeat(h *heat, title string) {
	l.plotters = append(l.plotters, h)
	const width, gap = 44, 5
	percent := func(v float64) string { return shortest(math.Round(1000*v)/10) + "%" }
	quarter, most := percent(h.most/4), percent(h.most)
	bars := textWidth("0") + textWidth(quarter) + 2*width + 4*gap
	x, baseline := l.area.Right-bars-textWidth(most), float64(marginTop-13)
	if long := most + " of a step's values per row"; l.area.Right-bars-textWidth(long) > l.area.Left+textWidth(title)+legendGap {
		x -= textWidth(long) - textWidth(most)
		most = long
	}
	for i, text := range []string{"0", quarter, most} {
		l.addLabel(text, x, baseline, start, l.theme.muted)
		x += textWidth(text) + gap
		if i < 2 {
			colours := h.palette[1+127*i : 129+127*i]
			l.plotters = append(l.plotters, &gradient{l.height, Rect{x, baseline - capHeight, x + width, baseline}, colours})
			x += width + gap
		}
	}
}

// A gradient is a bar of a scale's colours; it is a plot.Plotter.
type gradient struct {
	height  float64
	bar     Rect
	colours color.Palette
}

// gradientSteps are the pieces of a gradient's bar.
const gradientSteps = 22

// Plot implements plot.Plotter. Each piece reaches to the bar's end, below those
// that follow, so that no seams are seen.
func (g *gradient) Plot(c draw.Canvas, p *plot.Plot) {
	for i := range gradientSteps {
		piece := g.bar
		piece.Left += float64(i) * (g.bar.Right - g.bar.Left) / gradientSteps
		colour := g.colours[i*(len(g.colours)-1)/(gradientSteps-1)]
		(&bars{g.height, []Rect{piece}, colour}).Plot(c, p)
	}
}
