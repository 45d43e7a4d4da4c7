package figure

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"math"
	"regexp"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/vgpdf"
)

// pdfDates are the two that a PDF states; they are the only part of it that
// changes from one drawing to the next.
var pdfDates = regexp.MustCompile(`/(CreationDate|ModDate) \(D:\d{14}\)`)

func (l *layout) pdf() (data []byte, err error) {
	defer func() {
		// vgpdf panics if it cannot prepare its font in the temporary folder.
		if r := recover(); r != nil {
			err = fmt.Errorf("%v", r)
		}
	}()
	const point = 0.75 // of a CSS pixel
	c := paper{vgpdf.New(vg.Length(l.width*point), vg.Length(l.height*point))}
	c.Scale(point, point)
	l.paint(c)
	l.write(c)
	var buf bytes.Buffer
	if _, err := c.WriteTo(&buf); err != nil {
		return nil, err
	}
	return pdfDates.ReplaceAll(buf.Bytes(), []byte("/$1 (D:20000101000000)")), nil
}

// paper is a PDF's white page.
type paper struct{ *vgpdf.Canvas }

// SetColor implements vg.Canvas. vgpdf would darken translucent colours, so
// they are mixed with the paper first.
func (p paper) SetColor(c color.Color) {
	n := color.NRGBAModel.Convert(c).(color.NRGBA)
	mix := func(v uint8) uint8 { return uint8((int(v)*int(n.A) + 255*(255-int(n.A)) + 127) / 255) }
	p.Canvas.SetColor(color.NRGBA{mix(n.R), mix(n.G), mix(n.B), 255})
}

// DrawImage implements vg.Canvas.
func (p paper) DrawImage(to vg.Rectangle, m image.Image) {
	p.Canvas.DrawImage(to, turned(m))
}

// turned returns a picture as vgpdf needs it: it would draw it upside down, and
// readers show the edges of transparent parts, so these become paper.
func turned(m image.Image) image.Image {
	b := m.Bounds()
	out := image.NewRGBA(image.Rect(0, 0, b.Dx(), b.Dy()))
	draw.Draw(out, out.Rect, image.White, image.Point{}, draw.Src)
	for y := range b.Dy() {
		row := image.Rect(0, b.Dy()-1-y, b.Dx(), b.Dy()-y)
		draw.Draw(out, row, m, b.Min.Add(image.Pt(0, y)), draw.Over)
	}
	return exactPalette(out)
}

// Stroke implements vg.Canvas for paths of straight lines. vgpdf knows only
// pointed joins, which would make each turn of a noisy line reach beyond its
// value, so turns become tiny curves.
func (p paper) Stroke(path vg.Path) {
	var round vg.Path
	for i, comp := range path {
		if comp.Type == vg.MoveComp {
			round.Move(comp.Pos)
			continue
		}
		if i+1 == len(path) || path[i+1].Type == vg.MoveComp {
			round.Line(comp.Pos)
			continue
		}
		round.Line(towards(comp.Pos, path[i-1].Pos))
		round.QuadTo(comp.Pos, towards(comp.Pos, path[i+1].Pos))
	}
	p.Canvas.Stroke(round)
}

// towards returns a place a little way from a point to another, at most halfway.
func towards(from, to vg.Point) vg.Point {
	const little = 0.4
	d := to.Sub(from)
	length := math.Hypot(float64(d.X), float64(d.Y))
	if length <= 2*little {
		return from.Add(d.Scale(0.5))
	}
	return from.Add(d.Scale(vg.Length(little / length)))
}
