package figure

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math"
	"slices"
	"strings"
	"testing"
)

func pngOf(t *testing.T, m image.Image) []byte {
	t.Helper()
	var file bytes.Buffer
	if err := png.Encode(&file, m); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

// A gray picture has its own brightness in every form of PNG, and nearly so as JPEG.
func TestDecodeGrayIsTheBrightness(t *testing.T) {
	const h, w = 9, 14
	box := image.Rect(0, 0, w, h)
	shade := func(x, y int) uint8 { return uint8(17*x%200 + 5*y) }
	palette := color.Palette{}
	for v := range 256 {
		palette = append(palette, color.Gray{uint8(v)})
	}
	type canvas interface {
		image.Image
		Set(x, y int, c color.Color)
	}
	for name, m := range map[string]canvas{
		"gray": image.NewGray(box), "gray 16": image.NewGray16(box), "colour": image.NewRGBA(box),
		"colour 16": image.NewNRGBA64(box), "palette": image.NewPaletted(box, palette),
	} {
		for i := range h * w {
			m.Set(i%w, i/w, color.Gray{shade(i%w, i/w)})
		}
		g, err := DecodeGray(pngOf(t, m), 1000, 100)
		if err != nil || g.H != h || g.W != w {
			t.Fatalf("%s: %dx%d, %v", name, g.H, g.W, err)
		}
		for i, v := range g.Values {
			if want := float64(shade(i%w, i/w)) / 255; math.Abs(float64(v)-want) > 1e-3 {
				t.Fatalf("%s: pixel %d is %v, want %v", name, i, v, want)
			}
		}
	}
	var file bytes.Buffer
	red := image.NewRGBA(image.Rect(0, 0, 32, 32))
	for i := range 32 * 32 {
		red.Set(i%32, i/32, color.RGBA{R: 255, A: 255})
	}
	if err := jpeg.Encode(&file, red, nil); err != nil {
		t.Fatal(err)
	}
	if g, err := DecodeGray(file.Bytes(), 1024, 100); err != nil || math.Abs(float64(g.Values[40])-0.299) > 0.01 {
		t.Errorf("red is %v as bright as white (%v)", g.Values[40], err)
	}
}

// A large picture is reduced by averaging squares.
func TestDecodeGrayReduces(t *testing.T) {
	m := image.NewGray(image.Rect(0, 0, 10, 7))
	for i := range m.Pix {
		m.Pix[i] = uint8(i * 3)
	}
	g, err := DecodeGray(pngOf(t, m), 70, 5)
	if err != nil || g.H != 3 || g.W != 5 {
		t.Fatalf("%dx%d, %v", g.H, g.W, err)
	}
	sum := 0.0
	for _, i := range []int{22, 23, 32, 33} {
		sum += float64(m.Pix[i]) / 255
	}
	if got := float64(g.Values[1*5+1]); math.Abs(got-sum/4) > 1e-3 {
		t.Errorf("a square's mean is %v, want %v", got, sum/4)
	}
	if _, err := DecodeGray(pngOf(t, m), 69, 5); err == nil {
		t.Error("70 pixels were decoded although 69 are the limit")
	}
}

// Ink on nothing stands out, whatever its brightness.
func TestTransparentPictures(t *testing.T) {
	for _, ink := range []uint8{0, 255} {
		m := image.NewNRGBA(image.Rect(0, 0, 6, 6))
		m.SetNRGBA(2, 3, color.NRGBA{ink, ink, ink, 255})
		m.SetNRGBA(3, 3, color.NRGBA{ink, ink, ink, 128})
		g, err := DecodeGray(pngOf(t, m), 36, 6)
		if err != nil {
			t.Fatal(err)
		}
		want := slices.Repeat([]float32{float32(255-ink) / 255}, 36)
		want[3*6+2], want[3*6+3] = float32(ink)/255, 0.5
		for i, v := range g.Values {
			if math.Abs(float64(v-want[i])) > 0.01 {
				t.Errorf("ink %d: pixel %d is %v, want %v", ink, i, v, want[i])
			}
		}
	}
}

// withOrientation is a JPEG with a camera's note in it.
func withOrientation(file []byte, order binary.AppendByteOrder, orientation uint16) []byte {
	mark := map[binary.AppendByteOrder]string{binary.LittleEndian: "II", binary.BigEndian: "MM"}[order]
	note := order.AppendUint32(order.AppendUint16([]byte("Exif\x00\x00"+mark), 42), 8)
	note = order.AppendUint16(note, 2)
	for tag, value := range map[uint16]uint16{0x0100: 7, 0x0112: orientation} {
		note = order.AppendUint32(order.AppendUint16(order.AppendUint16(note, tag), 3), 1)
		note = order.AppendUint16(order.AppendUint16(note, value), 0)
	}
	segment := binary.BigEndian.AppendUint16([]byte{0xff, 0xd8, 0xff, 0xe1}, uint16(len(note)+2))
	return slices.Concat(segment, note, file[2:])
}

// A picture is turned as the camera says it was held. The lighter quarter is at the top left of the file; where it comes to lie
// is what the Exif standard says of row 0 and column 0.
func TestOrientation(t *testing.T) {
	m := image.NewGray(image.Rect(0, 0, 32, 48))
	for i := range m.Pix {
		if i/32 < 16 && i%32 < 16 {
			m.Pix[i] = 255
		}
	}
	var file bytes.Buffer
	if err := jpeg.Encode(&file, m, nil); err != nil {
		t.Fatal(err)
	}
	for orientation, want := range []string{1: "top left", "top right", "bottom right", "bottom left", "left top", "right top", "right bottom", "left bottom"} {
		for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
			if orientation == 0 {
				continue
			}
			g, err := DecodeGray(withOrientation(file.Bytes(), order, uint16(orientation)), 2000, 100)
			if err != nil {
				t.Fatal(err)
			}
			if h, isTurned := g.H, orientation >= 5; h != map[bool]int{false: 48, true: 32}[isTurned] {
				t.Errorf("orientation %d: %d by %d", orientation, g.W, g.H)
			}
			for place, at := range map[string]int{"top left": 0, "top right": g.W - 1, "bottom left": (g.H - 1) * g.W, "bottom right": g.H*g.W - 1} {
				words := strings.Fields(want)
				isLight := strings.Contains(place, words[0]) && strings.Contains(place, words[1])
				if (g.Values[at] > 0.5) != isLight {
					t.Errorf("orientation %d: at the %s it is %v; row 0 is at the %s, column 0 at the %s", orientation, place, g.Values[at], words[0], words[1])
				}
			}
		}
	}
	for cut := range 46 { // what is damaged says nothing
		damaged := withOrientation(file.Bytes(), binary.BigEndian, 6)[:cut]
		if got := orientation(damaged); got != 1 {
			t.Errorf("the first %d bytes say %d", cut, got)
		}
	}
}
