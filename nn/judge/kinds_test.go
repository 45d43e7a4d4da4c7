package judge

import (
	"math"
	"math/rand/v2"

	"filterscope/nn/digits"
)

// A kind is drawings that are no digits, none of which a Sample has.
type kind struct {
	name     string
	drawings [][]digits.Stroke
}

// kindsOf makes kinds of some pen digits, of letters and of chance. Where one looks like a digit to people, as a mirrored
// 2 like an S or a 5 can, it is among them still.
func kindsOf(pen []digits.PenDigit) []kind {
	r := rand.New(rand.NewPCG(1, 1))
	mirrored, left, right := kind{name: "mirrored 2, 3, 4, 5, 7"}, kind{name: "turned left"}, kind{name: "turned right"}
	for _, d := range pen {
		switch d.Label {
		case 2, 3, 4, 5, 7:
			mirrored.add(moved(d.Strokes, func(p digits.Point) digits.Point { return digits.Point{X: -p.X, Y: p.Y} }))
			left.add(moved(d.Strokes, func(p digits.Point) digits.Point { return digits.Point{X: p.Y, Y: -p.X} }))
			right.add(moved(d.Strokes, func(p digits.Point) digits.Point { return digits.Point{X: -p.Y, Y: p.X} }))
		}
	}
	chance, scribbles := kind{name: "random strokes"}, kind{name: "scribbles"}
	for range 500 {
		chance.add(randomStrokes(r))
		scribbles.add(scribble(r))
	}
	return []kind{mirrored, left, right, written("letters", letters, r), chance, scribbles, written("symbols", symbols, r)}
}

func (k *kind) add(drawing []digits.Stroke) { k.drawings = append(k.drawings, drawing) }

func moved(strokes []digits.Stroke, to func(digits.Point) digits.Point) []digits.Stroke {
	result := make([]digits.Stroke, len(strokes))
	for i, s := range strokes {
		for _, p := range s {
			result[i] = append(result[i], to(p))
		}
	}
	return result
}

// randomStrokes are up to four curves of up to five random points.
func randomStrokes(r *rand.Rand) (drawing []digits.Stroke) {
	for range 1 + r.IntN(4) {
		var s digits.Stroke
		for range 2 + r.IntN(4) {
			s = append(s, digits.Point{X: r.Float64(), Y: r.Float64()})
		}
		drawing = append(drawing, smooth(s))
	}
	return drawing
}

// scribble is one long curve that comes back to the middle.
func scribble(r *rand.Rand) []digits.Stroke {
	var s digits.Stroke
	var p digits.Point
	for range 15 + r.IntN(50) {
		p = digits.Point{X: 0.8*p.X + 0.25*r.NormFloat64(), Y: 0.8*p.Y + 0.25*r.NormFloat64()}
		s = append(s, p)
	}
	return []digits.Stroke{smooth(s)}
}

// smooth cuts corners (Chaikin 1974, "An algorithm for high-speed curve generation").
func smooth(s digits.Stroke) digits.Stroke {
	for range 2 {
		if len(s) < 3 {
			return s
		}
		cut := digits.Stroke{s[0]}
		for i, b := range s[1:] {
			a := s[i]
			cut = append(cut, digits.Point{X: (3*a.X + b.X) / 4, Y: (3*a.Y + b.Y) / 4}, digits.Point{X: (a.X + 3*b.X) / 4, Y: (a.Y + 3*b.Y) / 4})
		}
		s = append(cut, s[len(s)-1])
	}
	return s
}

// written are 20 variations of each of some drawings.
func written(name string, all [][][]place, r *rand.Rand) kind {
	k := kind{name: name}
	for _, drawing := range all {
		for range 20 {
			k.add(variation(drawing, r))
		}
	}
	return k
}

// variation is a drawing by an unsteady hand: turned, slanted, narrow or wide, each point a little off, round or not.
func variation(drawing [][]place, r *rand.Rand) (result []digits.Stroke) {
	turn, slant, wide := 0.1*r.NormFloat64(), 0.15*r.NormFloat64(), math.Exp(0.15*r.NormFloat64())
	for _, s := range drawing {
		var to digits.Stroke
		for _, p := range s {
			y := p[1] + 0.4*r.NormFloat64()
			x := wide*p[0] + 0.4*r.NormFloat64() + slant*y
			to = append(to, digits.Point{X: x - turn*y, Y: y + turn*x})
		}
		if r.IntN(3) > 0 {
			to = smooth(to)
		}
		result = append(result, to)
	}
	return result
}
