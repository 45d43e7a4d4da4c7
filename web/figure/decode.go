package figure

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	_ "image/jpeg" // formats that DecodeGray reads
	_ "image/png"
)

// Gray is a gray picture: [H][W] values from 0, black, to 1, white.
type Gray struct {
	H, W   int
	Values []float32
}

// DecodeGray reads a PNG or a JPEG picture, and averages squares of whole pixels
// so that no side is longer than side; a camera's note on how it was held is heeded. Where the picture is transparent it
// shows white, or black if what is opaque is rather light.
//
// Its errors are sentences about the file. A picture of more than maxPixels is
// refused before it is decoded, however small its file is.
func DecodeGray(file []byte, maxPixels, side int) (Gray, error) {
	config, format, err := image.DecodeConfig(bytes.NewReader(file))
	name, ok := map[string]string{"png": "PNG", "jpeg": "JPEG"}[format]
	if err != nil || !ok {
		return Gray{}, errors.New("the file is no PNG or JPEG picture, or its beginning is damaged")
	}
	if config.Width < 1 || config.Height < 1 || config.Width > maxPixels/config.Height {
		return Gray{}, fmt.Errorf("the picture is %d by %d pixels; use up to %d in all", config.Width, config.Height, maxPixels)
	}
	decoded, _, err := image.Decode(bytes.NewReader(file))
	if err != nil {
		return Gray{}, fmt.Errorf("the %s picture is damaged or cut off", name)
	}
	size := decoded.Bounds().Size()
	return reduceGray(decoded, (max(size.X, size.Y)+side-1)/side).upright(orientation(file)), nil
}

// reduceGray averages squares of step x step pixels.
func reduceGray(m image.Image, step int) Gray {
	bounds, light, opaque := m.Bounds(), lightOf(m), 0.0
	g := Gray{H: max(1, bounds.Dy()/step), W: max(1, bounds.Dx()/step)}
	g.Values = make([]float32, g.H*g.W)
	clearness := make([]float32, len(g.Values)) // how much shows through
	for i := range g.Values {
		top, left := bounds.Min.Y+i/g.W*step, bounds.Min.X+i%g.W*step
		sum, alphas, n := 0, 0, 0
		for y := top; y < min(top+step, bounds.Max.Y); y++ {
			for x := left; x < min(left+step, bounds.Max.X); x++ {
				value, alpha := light(x, y)
				sum, alphas, n = sum+value, alphas+alpha, n+1
			}
		}
		g.Values[i] = float32(sum) / float32(n*0xffff)
		clearness[i] = 1 - float32(alphas)/float32(n*0xffff)
		opaque += float64(alphas) / float64(n*0xffff)
	}
	g.fill(clearness, opaque)
	return g
}

// fill puts what is transparent before white or black. The values are already
// multiplied by how opaque they are; opaque is the sum of that.
func (g Gray) fill(clearness []float32, opaque float64) {
	sum := 0.0
	for _, v := range g.Values {
		sum += float64(v)
	}
	if opaque > 0 && sum/opaque > 0.5 && opaque < float64(len(g.Values)) {
		return // black
	}
	for i, c := range clearness {
		g.Values[i] += c
	}
}

// lightOf returns how to read a pixel's brightness, multiplied by its opacity,
// and its opacity, both up to 0xffff.
func lightOf(m image.Image) func(x, y int) (value, alpha int) {
	switch m := m.(type) {
	case *image.YCbCr:
		return func(x, y int) (int, int) { return int(m.Y[m.YOffset(x, y)]) * 0x101, 0xffff }
	case *image.Gray:
		return func(x, y int) (int, int) { return int(m.Pix[m.PixOffset(x, y)]) * 0x101, 0xffff }
	}
	return func(x, y int) (int, int) {
		pixel := m.At(x, y)
		_, _, _, alpha := pixel.RGBA()
		return int(color.Gray16Model.Convert(pixel).(color.Gray16).Y), int(alpha)
	}
}
