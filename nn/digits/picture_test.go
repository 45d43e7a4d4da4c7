package digits_test

import (
	"bytes"
	"errors"
	"image"
	"image/jpeg"
	"math"
	"math/rand/v2"
	"sync"
	"testing"

	"filterscope/nn"
	"filterscope/nn/digits"
)

// photo makes pictures of a digit, 28x28 bytes with 255 for ink: enlarged so
// many times, lit and spoilt.
type photo struct {
	name     string
	zoom     int
	margin   int     // around it, in the digit's pixels
	shift    int     // off the middle, in the digit's pixels
	paper    float64 // brightness
	ink      float64
	gradient float64 // how much darker the right side is, as a share
	noise    float64 // standard deviation
	jpeg     int     // quality; 0 means no JPEG
}

var photos = []photo{
	{name: "as it is", zoom: 1, ink: 1},
	{name: "enlarged", zoom: 8, ink: 1},
	{name: "dark on light", zoom: 8, paper: 0.95, ink: 0.1},
	{name: "much larger", zoom: 24, paper: 0.95, ink: 0.1},
	{name: "lit from a side", zoom: 8, paper: 0.95, ink: 0.2, gradient: 0.7},
	{name: "noisy", zoom: 8, paper: 0.8, ink: 0.2, noise: 0.1},
	{name: "pale", zoom: 8, paper: 0.8, ink: 0.6, noise: 0.02},
	{name: "JPEG", zoom: 8, paper: 0.9, ink: 0.2, jpeg: 15},
	{name: "off the middle", zoom: 8, margin: 20, shift: 18, paper: 0.9, ink: 0.2},
	{name: "chalk", zoom: 8, margin: 10, paper: 0.15, ink: 0.8, gradient: 0.5, noise: 0.05},
	{name: "photographed", zoom: 6, margin: 24, shift: -20, paper: 0.85, ink: 0.25, gradient: 0.5, noise: 0.05, jpeg: 40},
}

// take makes the picture.
func (c photo) take(digit []byte, seed uint64) digits.Photo {
	side := (28 + 2*c.margin) * c.zoom
	p := digits.Photo{H: side, W: side, Gray: make([]float32, side*side)}
	random := rand.New(rand.NewPCG(seed, 1))
	for i := range p.Gray {
		y := (float64(i/side)+0.5)/float64(c.zoom) - float64(c.margin+c.shift)
		x := (float64(i%side)+0.5)/float64(c.zoom) - float64(c.margin+c.shift)
		light := 1 - c.gradient*float64(i%side)/float64(side)
		v := (c.paper+(c.ink-c.paper)*inkAt(digit, y, x))*light + c.noise*random.NormFloat64()
		p.Gray[i] = float32(min(max(0, v), 1))
	}
	if c.jpeg > 0 {
		return compressed(p, c.jpeg)
	}
	return p
}

// inkAt is the ink at a place in pixels, linearly between their middles.
func inkAt(digit []byte, y, x float64) float64 {
	at := func(row, column int) float64 {
		if row < 0 || column < 0 || row >= 28 || column >= 28 {
			return 0
		}
		return float64(digit[row*28+column]) / 255
	}
	top, left := math.Floor(y-0.5), math.Floor(x-0.5)
	below, right := y-0.5-top, x-0.5-left
	row, column := int(top), int(left)
	return (at(row, column)*(1-right)+at(row, column+1)*right)*(1-below) + (at(row+1, column)*(1-right)+at(row+1, column+1)*right)*below
}

// compressed is a picture as JPEG leaves it.
func compressed(p digits.Photo, quality int) digits.Photo {
	gray := image.NewGray(image.Rect(0, 0, p.W, p.H))
	for i, v := range p.Gray {
		gray.Pix[i] = uint8(v*255 + 0.5)
	}
	var file bytes.Buffer
	if err := jpeg.Encode(&file, gray, &jpeg.Options{Quality: quality}); err != nil {
		panic(err)
	}
	decoded, err := jpeg.Decode(&file)
	if err != nil {
		panic(err)
	}
	for i, v := range decoded.(*image.Gray).Pix {
		p.Gray[i] = float32(v) / 255
	}
	return p
}

// learn trains the default network for some steps on MNIST.
func learn(data *digits.Data, steps int) *nn.Network {
	a, err := nn.ParseArchitecture("n1", nn.Shape{H: 28, W: 28, C: 1}, 10)
	if err != nil {
		panic(err)
	}
	net := nn.NewNetwork(a, 1)
	adam, err := nn.NewOptimizer(nn.OptimizerConfig{}, len(net.Weights))
	if err != nil {
		panic(err)
	}
	parallel := nn.NewParallel(a, 2, 128)
	defer parallel.Close()
	grad, random, index := make([]float32, len(net.Weights)), rand.New(rand.NewPCG(1, 1)), make([]int32, 128)
	for step := range steps {
		for i := range index {
			index[i] = random.Int32N(int32(data.Train.Len()))
		}
		parallel.Gradient(net, nn.Examples{Images: data.Train.Images, Labels: data.Train.Labels}, index, grad)
		adam.Update(net.Weights, grad, 3e-3*(1-float64(step)/float64(steps)))
	}
	return net
}

var mnist = sync.OnceValue(func() *digits.Data {
	data, err := digits.MNIST()
	if err != nil {
		panic(err)
	}
	return data
})

// reads counts the right answers to the first n test digits: read as they are,
// and photographed.
func reads(t testing.TB, net *nn.Network, c photo, n int) (direct, photographed int) {
	t.Helper()
	w, data := nn.NewWorkspace(net.Arch, 1), mnist()
	isRight := func(label int) bool {
		logits := net.Forward(w, 1)
		for _, z := range logits {
			if z > logits[label] {
				return false
			}
		}
		return true
	}
	for i := range n {
		digit, label := data.Test.Image(i), data.Test.Label(i)
		w.SetInputBytes(0, digit)
		if isRight(label) {
			direct++
		}
		reading, err := digits.Read(c.take(digit, uint64(i)), 28, 28)
		if err != nil {
			t.Errorf("%s: test image %d, a %d: %v", c.name, i, label, err)
			continue
		}
		if reading.Inverted != (c.ink < c.paper) {
			t.Errorf("%s: test image %d, a %d: inverted is %t", c.name, i, label, reading.Inverted)
		}
		w.SetInput(0, reading.Pixels)
		if isRight(label) {
			photographed++
		}
	}
	return direct, photographed
}

// Digits in pictures are read as well as themselves, but for one of twenty-five.
func TestPicturesOfDigitsAreRead(t *testing.T) {
	net, n := learn(mnist(), 150), 25
	for _, c := range photos {
		if testing.Short() && c.zoom > 8 {
			continue
		}
		if direct, photographed := reads(t, net, c, n); photographed < direct-1 {
			t.Errorf("%s: of %d test digits %d are read themselves and %d as pictures", c.name, n, direct, photographed)
		}
	}
}

// BenchmarkRead counts how many of the first 1,000 test digits the default
// network, trained for five epochs, reads in pictures.
func BenchmarkRead(b *testing.B) {
	net := learn(mnist(), 5*469)
	for _, c := range photos {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				direct, photographed := reads(b, net, c, 1000)
				b.ReportMetric(float64(direct), "read-directly")
				b.ReportMetric(float64(photographed), "read")
			}
		})
	}
}

// A thin pen is given the width that MNIST's has, a wide one keeps its own.
func TestThinStrokesGrow(t *testing.T) {
	stem := func(width int) float64 {
		p := digits.Photo{H: 200, W: 200, Gray: make([]float32, 200*200)}
		for i := range p.Gray {
			p.Gray[i] = 0.9
			if y, x := i/200, i%200; y >= 30 && y < 170 && x >= 100-width/2 && x < 100+(width+1)/2 {
				p.Gray[i] = 0.2
			}
		}
		reading, err := digits.Read(p, 28, 28)
		if err != nil {
			t.Fatal(err)
		}
		sum := 0.0
		for _, v := range reading.Pixels[13*28:][:28] { // a row in the middle
			sum += float64(v)
		}
		if high := reading.Box.Bottom - reading.Box.Top; math.Abs(high-20) > 0.1 || reading.Place.Top < 28 || reading.Place.Top > 31 || !reading.Inverted {
			t.Errorf("a stem %d wide is %v high, from %+v", width, high, reading.Place)
		}
		return sum
	}
	for width, want := range map[int]float64{3: 2.2, 8: 2.2, 30: 30 * 20.0 / 140, 50: 50 * 20.0 / 140} {
		if got := stem(width); math.Abs(got-want) > 0.35 {
			t.Errorf("a stem %d wide becomes %.2f pixels, want %.2f", width, got, want)
		}
	}
}

func TestPicturesWithoutADigit(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for name, value := range map[string]func(y, x float64) float64{
		"white":           func(_, _ float64) float64 { return 1 },
		"black":           func(_, _ float64) float64 { return 0 },
		"noise":           func(_, _ float64) float64 { return 0.5 + 0.1*random.NormFloat64() },
		"noise on black":  func(_, _ float64) float64 { return 0.2 + 0.04*random.NormFloat64() },
		"noise and white": func(_, _ float64) float64 { return min(1, 0.95+0.04*random.NormFloat64()) },
		"a lamp on a sheet of paper": func(y, x float64) float64 {
			return 0.9 - 0.4*(x*x+y*y) + 0.01*random.NormFloat64()
		},
	} {
		for _, side := range []int{28, 60, 300} {
			p := digits.Photo{H: side, W: side + 5}
			for i := range p.H * p.W {
				p.Gray = append(p.Gray, float32(value(float64(i/p.W)/float64(p.H), float64(i%p.W)/float64(p.W))))
			}
			if _, err := digits.Read(p, 28, 28); !errors.Is(err, digits.ErrBlank) {
				t.Errorf("%s, %d pixels high: %v", name, side, err)
			}
		}
	}
	for _, p := range []digits.Photo{{}, {H: 1, W: 1, Gray: []float32{0}}, {H: 7, W: 100, Gray: make([]float32, 700)}} {
		if _, err := digits.Read(p, 28, 28); err == nil || errors.Is(err, digits.ErrBlank) {
			t.Errorf("%d by %d pixels: %v", p.W, p.H, err)
		}
	}
}

// Dirt, and what hangs over the border, is not the digit's.
func TestOtherThingsInThePicture(t *testing.T) {
	digit := mnist().Test.Image(0)
	c := photo{zoom: 8, margin: 6, paper: 0.9, ink: 0.2}
	clean := c.take(digit, 1)
	want, err := digits.Read(clean, 28, 28)
	if err != nil {
		t.Fatal(err)
	}
	for y := range 12 {
		for x := range 100 {
			clean.Gray[y*clean.W+x] = 0.1 // the edge of a table
		}
	}
	for _, at := range []int{30*clean.W + 300, 300*clean.W + 20} {
		clean.Gray[at], clean.Gray[at+1] = 0.1, 0.1
	}
	got, err := digits.Read(clean, 28, 28)
	if err != nil {
		t.Fatal(err)
	}
	off := 0.0
	for i, v := range got.Pixels {
		off += math.Abs(float64(v-want.Pixels[i])) / float64(len(got.Pixels))
	}
	if off > 0.02 {
		t.Errorf("with dirt pixels are off by %v on average; the place is %+v, not %+v", off, got.Place, want.Place)
	}
}

// Any picture makes pixels in 0..1 or an error.
func FuzzRead(f *testing.F) {
	f.Add([]byte{0, 255, 0, 255}, uint8(1), uint8(28))
	f.Add(mnist().Test.Image(0), uint8(27), uint8(28))
	f.Add(mnist().Test.Image(1), uint8(13), uint8(3))
	f.Fuzz(func(t *testing.T, values []byte, width, size uint8) {
		w := int(width) + 1
		p := digits.Photo{H: len(values) / w, W: w}
		for _, v := range values[:p.H*p.W] {
			p.Gray = append(p.Gray, float32(v)/255)
		}
		side := int(size)%40 + 1
		reading, err := digits.Read(p, side, side)
		if err != nil {
			return
		}
		sum := float32(0)
		for _, v := range reading.Pixels {
			if !(v >= 0 && v <= 1) {
				t.Fatalf("a pixel is %v", v)
			}
			sum += v
		}
		if box := reading.Place; len(reading.Pixels) != side*side || sum == 0 || box.Left < 0 || box.Top < 0 || box.Right > float64(p.W) || box.Bottom > float64(p.H) {
			t.Fatalf("%d pixels with ink %v from %+v", len(reading.Pixels), sum, box)
		}
	})
}
