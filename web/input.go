package web

import (
	"context"
	"fmt"
	"strings"

	"filterscope/nn"
	"filterscope/nn/digits"
)

// inputRequest names what is shown to a network: exactly one of these.
type inputRequest struct {
	Strokes [][][]float64 `json:"strokes"` // of points [x, y]; x right, y down, any scale
	Pixels  []float64     `json:"pixels"`  // from 0, no ink, to 1: [H][W][C] as the net reads them, or [H][W] for all channels alike
	Test    *int          `json:"test"`    // index of a test image
	Drawing *string       `json:"drawing"` // name of a saved one
}

// An input is what a network is shown.
type input struct {
	pixels []float32  // [H][W][C] in 0..1
	told   []float32  // the same as it is told: [H][W] where all channels are alike by making
	box    [4]float64 // of the ink in pixels: left, top, right, bottom; zeros if there is none
	center [2]float64 // of the ink's mass, in pixels from the left and the top
	name   string     // in words
}

// given lists which ways of naming an input a request uses.
func (q inputRequest) given() []string {
	var given []string
	for _, way := range []struct {
		name string
		used bool
	}{{"strokes", q.Strokes != nil}, {"pixels", q.Pixels != nil}, {"test", q.Test != nil}, {"drawing", q.Drawing != nil}} {
		if way.used {
			given = append(given, way.name)
		}
	}
	return given
}

// inputOf is what a request names, for a network that reads images of a shape.
func (s *Server) inputOf(ctx context.Context, q inputRequest, in nn.Shape) (input, error) {
	given := q.given()
	if len(given) != 1 {
		return input{}, badRequest("the input: %s; name exactly one of strokes, pixels, test and drawing", orNothing(given))
	}
	switch given[0] {
	case "pixels":
		return pixelInput(q.Pixels, in)
	case "test":
		return s.testInput(*q.Test, in)
	case "drawing":
		saved, err := s.config.Runs.Drawing(ctx, *q.Drawing)
		if err != nil {
			return input{}, err
		}
		return strokeInput(saved.Strokes, in)
	}
	return strokeInput(q.Strokes, in)
}

func orNothing(given []string) string {
	if len(given) == 0 {
		return "nothing is given"
	}
	return strings.Join(given, " and ") + " are given"
}

// strokeInput draws strokes as the network's input.
func strokeInput(strokes [][][]float64, in nn.Shape) (input, error) {
	drawing, err := drawingOf(strokes, in.H, in.W)
	if err != nil {
		return input{}, err
	}
	box, center := drawing.Box, drawing.Center
	return input{
		pixels: spread(drawing.Pixels, in.C), told: drawing.Pixels, name: "the drawing",
		box: [4]float64{box.Left, box.Top, box.Right, box.Bottom}, center: [2]float64{center.X, center.Y},
	}, nil
}

// drawingOf draws strokes of points [x, y] into h x w pixels.
func drawingOf(points [][][]float64, h, w int) (*digits.Drawing, error) {
	strokes := make([]digits.Stroke, len(points))
	for i, stroke := range points {
		for j, point := range stroke {
			if len(point) != 2 {
				return nil, badRequest("strokes: point %d of stroke %d has %d numbers; use [x, y]", j, i, len(point))
			}
			strokes[i] = append(strokes[i], digits.Point{X: point[0], Y: point[1]})
		}
	}
	drawing, err := digits.Rasterize(strokes, h, w)
	if err != nil {
		return nil, badRequest("strokes: %v", err)
	}
	return drawing, nil
}

func pixelInput(values []float64, in nn.Shape) (input, error) {
	if len(values) != in.Size() && len(values) != in.H*in.W {
		return input{}, badRequest("pixels: %d numbers; this net reads %d: height %d, width %d, channels %d", len(values), in.Size(), in.H, in.W, in.C)
	}
	pixels := make([]float32, len(values))
	for i, v := range values {
		if !(v >= 0 && v <= 1) {
			return input{}, badRequest("pixels: number %d is %v; use numbers from 0, no ink, to 1", i, v)
		}
		pixels[i] = float32(v)
	}
	told := pixels
	if len(pixels) < in.Size() {
		pixels = spread(pixels, in.C)
	}
	seen := shown(pixels, in, "the picture")
	seen.told = told
	return seen, nil
}

func (s *Server) testInput(index int, in nn.Shape) (input, error) {
	data, err := s.config.Data()
	if err != nil {
		return input{}, err
	}
	set := data.Test
	if index < 0 || index >= set.Len() {
		return input{}, badRequest("test: %d is impossible; the test set has images 0 to %d", index, set.Len()-1)
	}
	if set.Size() != in.Size() {
		return input{}, badRequest("test: this run's net reads %v, but the test images are %v", in, nn.Shape{H: set.H, W: set.W, C: set.C})
	}
	return shown(pixelsOf(set.Image(index)), in, fmt.Sprintf("test image %d", index)), nil
}

// shown is an input of ready pixels, whose box has whole pixels.
func shown(pixels []float32, in nn.Shape, name string) input {
	box := [4]float64{float64(in.W), float64(in.H), 0, 0}
	var mass, sumX, sumY float64
	for i, v := range pixels {
		if v == 0 {
			continue
		}
		x, y := float64(i/in.C%in.W), float64(i/in.C/in.W)
		box = [4]float64{min(box[0], x), min(box[1], y), max(box[2], x+1), max(box[3], y+1)}
		mass += float64(v)
		sumX, sumY = sumX+float64(v)*(x+0.5), sumY+float64(v)*(y+0.5)
	}
	if mass == 0 {
		return input{pixels: pixels, told: pixels, name: name, center: [2]float64{float64(in.W) / 2, float64(in.H) / 2}}
	}
	return input{pixels: pixels, told: pixels, name: name, box: box, center: [2]float64{sumX / mass, sumY / mass}}
}

// spread repeats each pixel for every channel.
func spread(pixels []float32, channels int) []float32 {
	if channels == 1 {
		return pixels
	}
	all := make([]float32, 0, len(pixels)*channels)
	for _, v := range pixels {
		for range channels {
			all = append(all, v)
		}
	}
	return all
}
