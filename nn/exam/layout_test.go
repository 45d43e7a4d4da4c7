package exam_test

import (
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"filterscope/nn"
	"filterscope/nn/exam"
)

// outputs is a layer's output for each image, one image at a time.
func outputs(net *nn.Network, ex nn.Examples, layer int) *mat.Dense {
	size := net.Arch.Input.Size()
	w := nn.NewWorkspace(net.Arch, 1)
	var rows [][]float64
	for i := range ex.Labels {
		w.SetInputBytes(0, ex.Images[i*size:][:size])
		net.Forward(w, 1)
		var row []float64
		for v, y := w.Output(layer), 0; y < v.H; y++ {
			for x := range v.W {
				for c := range v.C {
					row = append(row, float64(v.At(0, y, x, c)))
				}
			}
		}
		rows = append(rows, row)
	}
	all := mat.NewDense(len(rows), len(rows[0]), nil)
	for i, row := range rows {
		all.SetRow(i, row)
	}
	return all
}

// The axes are the first two eigenvectors of the covariance matrix, and explain their eigenvalues' share.
func TestLayoutIsThatOfTheCovariance(t *testing.T) {
	for text, layer := range map[string]int{odd: 4, "conv 3x3x4 | relu | dense classes": 1, "dense classes": -1} {
		net, ex := letters(t, text, 120)
		values := outputs(net, ex, layer)
		n, width := values.Dims()
		var covariance mat.SymDense
		stat.CovarianceMatrix(&covariance, values, nil)
		var eigen mat.EigenSym
		if !eigen.Factorize(&covariance, true) {
			t.Fatal("no eigenvectors")
		}
		var vectors mat.Dense
		eigen.VectorsTo(&vectors)
		ascending := eigen.Values(nil)
		sum := 0.0
		for _, v := range ascending {
			sum += v
		}
		l := exam.NewLayout(net, ex, 2, nil)
		if l.Layer != layer || l.Width != width {
			t.Errorf("%s: layer %d of %d values, want %d of %d", text, l.Layer, l.Width, layer, width)
		}
		scale := math.Sqrt(ascending[width-1] + ascending[width-2]) // covariances are of n - 1, distances of n
		scale *= math.Sqrt(float64(n-1) / float64(n))
		for axis, got := range [][]float64{l.X, l.Y} {
			share := ascending[width-1-axis] / sum
			if math.Abs(l.Explained[axis]-share) > 1e-3*share {
				t.Errorf("%s: axis %d explains %v, want %v", text, axis, l.Explained[axis], share)
			}
			along, apart := 0.0, 0.0
			for i := range n {
				want := 0.0
				for j := range width {
					want += (values.At(i, j) - stat.Mean(mat.Col(nil, j, values), nil)) * vectors.At(j, width-1-axis)
				}
				along += want / scale * got[i]
				apart += want/scale*want/scale + got[i]*got[i]
			}
			if apart-2*math.Abs(along) > 0.02*apart { // of any sign
				t.Errorf("%s: the images lie otherwise on axis %d: %v of %v", text, axis, 2*along, apart)
			}
		}
		if most := l.Explained[0] + l.Explained[1]; math.Abs(l.Most-most) > 1e-9 {
			t.Errorf("%s: two axes show at most %v, these show %v", text, l.Most, most)
		}
	}
}

// Turned and mirrored, an anchor has the layout follow it; the result is the same for any number of goroutines.
func TestLayoutFollowsItsAnchor(t *testing.T) {
	net, ex := letters(t, odd, 150)
	plain := exam.NewLayout(net, ex, 1, nil)
	sin, cos := math.Sincos(1)
	anchor := &exam.Layout{X: make([]float64, 150), Y: make([]float64, 150)}
	for i := range anchor.X {
		anchor.X[i] = cos*plain.X[i] - sin*plain.Y[i]
		anchor.Y[i] = -(sin*plain.X[i] + cos*plain.Y[i])
	}
	for _, workers := range []int{1, 2, 5} {
		got := exam.NewLayout(net, ex, workers, anchor)
		for i := range anchor.X {
			if math.Hypot(got.X[i]-anchor.X[i], got.Y[i]-anchor.Y[i]) > 1e-6 {
				t.Fatalf("image %d lies at %v, %v, in the anchor at %v, %v", i, got.X[i], got.Y[i], anchor.X[i], anchor.Y[i])
			}
		}
		if again := exam.NewLayout(net, ex, 1, anchor); !slices.Equal(again.X, got.X) || !slices.Equal(again.Y, got.Y) {
			t.Errorf("%d goroutines lay out otherwise than one", workers)
		}
	}
	sum := 0.0
	for i := range plain.X {
		sum += plain.X[i]*plain.X[i] + plain.Y[i]*plain.Y[i]
	}
	if math.Abs(sum/150-1) > 1e-9 {
		t.Errorf("the mean square distance from the centre is %v, want 1", sum/150)
	}
}

// What has no two directions still has a layout: few images, a layer of one value, images that are all alike, weights that are no numbers.
func TestLayoutOfLittle(t *testing.T) {
	net, ex := letters(t, odd, 40)
	size := net.Arch.Input.Size()
	first := func(n int) nn.Examples { return nn.Examples{Images: ex.Images[:n*size], Labels: ex.Labels[:n]} }
	alike := nn.Examples{Labels: ex.Labels[:6]}
	for range 6 {
		alike.Images = append(alike.Images, ex.Images[:size]...)
	}
	narrow, _ := letters(t, "conv 9x7x1 | relu | dense classes", 1)
	broken := net.Clone()
	for i := range broken.Weights {
		broken.Weights[i] = float32(math.NaN())
	}
	anchor := exam.NewLayout(net, first(3), 1, nil)
	for what, l := range map[string]*exam.Layout{
		"one image": exam.NewLayout(net, first(1), 1, nil), "three images": exam.NewLayout(net, first(3), 1, anchor),
		"one value": exam.NewLayout(narrow, first(3), 1, anchor), "alike": exam.NewLayout(net, alike, 1, nil), "NaN": exam.NewLayout(broken, first(3), 1, nil),
	} {
		for i := range l.X {
			if math.IsNaN(l.X[i]) || math.IsNaN(l.Y[i]) || l.Explained[0]+l.Explained[1] > 1+1e-9 {
				t.Errorf("%s: %+v", what, l)
			}
		}
	}
}
