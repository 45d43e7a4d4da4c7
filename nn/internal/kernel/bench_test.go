package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"
)

// BenchmarkLayer is one image through each convolution of the default network, forward and backward, with as many zeros as there are in training.
// Figures are the best of many short runs, because machines are shared; peak is what a loop of nothing but register arithmetic reaches in
// the same run, and GFLOP/s count products with zero as work.
func BenchmarkLayer(b *testing.B) {
	layers := []struct {
		name          string
		conv          naiveConv
		zeroX, zeroDY float64
		images        int
	}{
		{"conv1", naiveConv{h: 28, w: 28, inC: 1, outC: 16, filterH: 5, filterW: 5, stride: 1, pad: 2, outH: 28, outW: 28}, 0.8, 0.85, 1},
		{"conv2", naiveConv{h: 14, w: 14, inC: 16, outC: 32, filterH: 3, filterW: 3, stride: 1, pad: 1, outH: 14, outW: 14}, 0.3, 0.86, 1},
		{"conv3", naiveConv{h: 7, w: 7, inC: 32, outC: 64, filterH: 3, filterW: 3, stride: 1, pad: 1, outH: 7, outW: 7}, 0.45, 0.6, 1},
		{"dense1", naiveConv{h: 1, w: 1, inC: 3136, outC: 10, filterH: 1, filterW: 1, stride: 1, outH: 1, outW: 1}, 0.6, 0, Together},
	}
	for _, table := range Tables() {
		for _, l := range layers {
			r := rand.New(rand.NewPCG(1, 2))
			k := l.conv.conv()
			n := l.images
			x, dy := newImages(k.In, n, sparse(r, n*l.conv.h*l.conv.w*l.conv.inC, l.zeroX)), newImages(k.Out, n, sparse(r, n*l.conv.outH*l.conv.outW*l.conv.outC, l.zeroDY))
			w := narrow(sparse(r, l.conv.filterH*l.conv.filterW*l.conv.inC*l.conv.outC, 0))
			c := table.Convolutions([]Conv{k})[0]
			c.Pack(w)
			c.PackBackward(w)
			y, dx, acc := Aligned(n*k.Out.Len()), Aligned(n*k.In.Len()+Slack), Aligned(c.GradientLen())
			bias := make([]float32, l.conv.outC)
			flops := 2 * float64(n*l.conv.outH*l.conv.outW*len(w))
			for _, pass := range []struct {
				name  string
				flops float64
				f     func()
			}{
				{"forward", flops, func() { c.Forward(x.data, bias, y, 0, n) }},
				{"backward", 2 * flops, func() { c.Backward(x.data, dy.data, acc, dx, n) }},
				{"weights", flops, func() { c.Backward(x.data, dy.data, acc, nil, n) }},
			} {
				b.Run(fmt.Sprintf("%s/%s/%s", table.Name, l.name, pass.name), func(b *testing.B) {
					measure(b, table, pass.flops, n, pass.f)
				})
			}
		}
	}
}

func measure(b *testing.B, table *Table, flops float64, images int, f func()) {
	best, peak := math.Inf(1), math.Inf(1)
	const rounds = 1000
	for b.Loop() {
		const times = 10
		start := time.Now()
		for range times {
			f()
		}
		best = min(best, time.Since(start).Seconds()/times)
		if table.vectors != nil {
			start = time.Now()
			table.peak(rounds)
			peak = min(peak, time.Since(start).Seconds())
		}
	}
	b.ReportMetric(1e6*best/float64(images), "µs/image")
	b.ReportMetric(flops/best/1e9, "GFLOP/s")
	if table.vectors != nil {
		perPeak := float64(2 * 12 * table.lanes * rounds)
		b.ReportMetric(100*flops/best/(perPeak/peak), "%peak")
		b.ReportMetric(perPeak/peak/1e9, "peak-GFLOP/s")
	}
	b.ReportMetric(0, "ns/op")
}
