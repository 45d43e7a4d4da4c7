package digits

import (
	"encoding/binary"
	"math"
	"testing"
)

// Whatever the numbers, strokes give a picture with ink or a sentence.
//
//	go test ./nn/digits -run '^$' -fuzz Rasterize -fuzztime 1m
func FuzzRasterize(f *testing.F) {
	f.Add(byte(1), pointBytes(0, 0, 1, 0, 0.4, 2))
	f.Add(byte(2), pointBytes(1e9, -1e-9, math.MaxFloat64, -math.MaxFloat64, 5e-324, 0))
	f.Add(byte(3), pointBytes(math.NaN(), math.Inf(1), math.Copysign(0, -1), math.Nextafter(1, 2)))
	f.Fuzz(func(t *testing.T, length byte, text []byte) {
		var strokes []Stroke
		for i := 0; len(text) >= 16; i++ {
			p := Point{math.Float64frombits(binary.LittleEndian.Uint64(text)), math.Float64frombits(binary.LittleEndian.Uint64(text[8:]))}
			if i%(int(length)+1) == 0 {
				strokes = append(strokes, nil)
			}
			strokes[len(strokes)-1] = append(strokes[len(strokes)-1], p)
			text = text[16:]
		}
		d, err := Rasterize(strokes, 28, 28)
		if err != nil {
			return
		}
		ink := false
		for i, v := range d.Pixels {
			if !(v >= 0 && v <= 1) {
				t.Fatalf("pixel %d is %v", i, v)
			}
			ink = ink || v > 0
		}
		if !ink || !(d.Box.Left >= 0 && d.Box.Top >= 0 && d.Box.Right <= 28 && d.Box.Bottom <= 28) {
			t.Fatalf("ink %v in %v", ink, d.Box)
		}
	})
}

func pointBytes(values ...float64) (text []byte) {
	for _, v := range values {
		text = binary.LittleEndian.AppendUint64(text, math.Float64bits(v))
	}
	return text
}
