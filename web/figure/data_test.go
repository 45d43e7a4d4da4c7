package figure

import (
	"math"
	"math/rand/v2"
	"strconv"
)

// trainingRun imitates n steps of training: loss and accuracy of noisy batches,
// and of a test set after each of the epochs.
func trainingRun(n, stepsPerEpoch int) (train, test map[string]Series) {
	r := rand.New(rand.NewPCG(1, 2))
	train, test = map[string]Series{}, map[string]Series{}
	loss, accuracy := Series{Name: "train"}, Series{Name: "train"}
	testLoss, testAccuracy := Series{Name: "test", Kind: Points}, Series{Name: "test", Kind: Points}
	mean := func(step int) float64 { return 0.035 + 2.3/(1+math.Pow(float64(step)/25, 1.15)) }
	for step := range n + 1 {
		m := mean(step)
		if step > 0 {
			batch := m * math.Exp(0.45*r.NormFloat64()*math.Min(1, float64(step)/60))
			right := math.Round(128 * math.Min(1, math.Exp(-batch)))
			loss.Step, loss.Value = append(loss.Step, step), append(loss.Value, batch)
			accuracy.Step, accuracy.Value = append(accuracy.Step, step), append(accuracy.Value, right/128)
		}
		if step%stepsPerEpoch == 0 || step == n {
			testLoss.Step, testLoss.Value = append(testLoss.Step, step), append(testLoss.Value, m*0.95)
			testAccuracy.Step, testAccuracy.Value = append(testAccuracy.Step, step), append(testAccuracy.Value, math.Exp(-m*0.95))
		}
	}
	train["loss"], train["accuracy"] = loss, accuracy
	test["loss"], test["accuracy"] = testLoss, testAccuracy
	return train, test
}

// runCurve is the curve of a training run.
func runCurve(figure string, steps int) Curve {
	train, test := trainingRun(steps, 469)
	return Curve{Figure: figure, Series: []Series{train[figure], test[figure]}}
}

// validated adds a validation series a little above the test's.
func validated(c Curve) Curve {
	v := c.Series[1]
	v.Name = "validation"
	v.Value = append([]float64(nil), v.Value...)
	for i := range v.Value {
		if c.Figure == "loss" {
			v.Value[i] *= 1.3
		} else {
			v.Value[i] *= 0.97
		}
	}
	c.Series = append(c.Series, v)
	return c
}

// gabors imitates what first layers learn: edges and bars in all directions.
func gabors(size, inC, outC int) FilterBank {
	b := FilterBank{H: size, W: size, InC: inC, OutC: outC, Weights: make([]float32, size*size*inC*outC)}
	i := 0
	half := float64(size-1) / 2
	for y := range size {
		for x := range size {
			for c := range inC {
				for u := range outC {
					angle := float64(u) / float64(outC) * math.Pi
					sin, cos := math.Sincos(angle)
					dx, dy := (float64(x)-half)/half, (float64(y)-half)/half
					phase := float64(u%3)*math.Pi/3 + float64(c)
					v := math.Exp(-(dx*dx+dy*dy)*0.8) * math.Cos(2.6*(dx*cos+dy*sin)+phase)
					b.Weights[i] = float32(v) * 0.3 * float32(1+u%4) / 4
					i++
				}
			}
		}
	}
	return b
}

// strokes imitates patches: pieces of bright pen lines on black.
func strokes(units, perUnit, h, w, c int) PatchBank {
	b := PatchBank{H: h, W: w, C: c, PerUnit: perUnit, Units: make([][][]byte, units)}
	r := rand.New(rand.NewPCG(3, 4))
	for u := range units {
		angle := float64(u) / float64(units) * math.Pi
		for range perUnit {
			sin, cos := math.Sincos(angle + 0.15*r.NormFloat64())
			offset, bend := 2*r.NormFloat64(), 0.03*r.NormFloat64()
			p := make([]byte, 0, h*w*c)
			for y := range h {
				for x := range w {
					dx, dy := float64(x)-float64(w-1)/2, float64(y)-float64(h-1)/2
					along, across := dx*cos+dy*sin, dy*cos-dx*sin
					d := across - offset - bend*along*along
					for ch := range c {
						p = append(p, byte(255*math.Exp(-d*d/float64(2+ch))))
					}
				}
			}
			b.Units[u] = append(b.Units[u], p)
		}
	}
	return b
}

// labelled adds labels: mostly one of the unit's, and some others.
func labelled(b PatchBank) PatchBank {
	for u, patches := range b.Units {
		labels := make([]int, len(patches))
		for i := range labels {
			labels[i] = (u*3 + i*i%7/3) % 10
		}
		b.Labels = append(b.Labels, labels)
	}
	return b
}

// drawn returns the first patch of each unit, as values in 0..1; a unit without
// any stays dead.
func drawn(b PatchBank) ImageBank {
	images := ImageBank{H: b.H, W: b.W, C: b.C}
	for _, patches := range b.Units {
		var values []float32
		if len(patches) > 0 {
			for _, v := range patches[0] {
				values = append(values, float32(v)/255)
			}
		}
		images.Units = append(images.Units, values)
	}
	return images
}

// signs imitates projections: each patch minus the next, with waves.
func signs(b PatchBank) SignedBank {
	maps := SignedBank{H: b.H, W: b.W, C: b.C, PerUnit: b.PerUnit}
	for u, patches := range b.Units {
		var unit [][]float32
		for i, p := range patches {
			values := make([]float32, len(p))
			for k, v := range p {
				values[k] = (float32(v) - 0.6*float32(patches[(i+1)%len(patches)][k])) / 255 * float32(1+u%5)
			}
			unit = append(unit, values)
		}
		maps.Units = append(maps.Units, unit)
	}
	return maps
}

// keptSteps are those of a run's promised snapshots, thinned.
var keptSteps = []int{0, 1, 2, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 469, 512, 768, 938, 1024, 1407, 1876, 2345}

// norms imitates the norm of a unit's weights, which grows.
func norms() Vital {
	s := Series{Name: "unit 3", Step: keptSteps}
	for _, step := range keptSteps {
		s.Value = append(s.Value, 1.21+0.09*math.Log1p(float64(step)/40)+0.004*math.Sin(float64(step)))
	}
	return Vital{Title: "norm of the weights", Series: []Series{s}, Marks: []int{128}}
}

// updates imitates how large a step's change is beside the weights.
func updates() Vital {
	s := Series{Name: "update", Step: keptSteps[1:]}
	for _, step := range s.Step {
		s.Value = append(s.Value, 0.02/math.Sqrt(float64(step)+3)*(1+0.3*math.Sin(float64(step))))
	}
	return Vital{Title: "update to weight ratio", Series: []Series{s}}
}

// selectivities imitates a unit that learns to answer to one class.
func selectivities() Vital {
	v := Vital{Title: "selectivity for each class", Marks: []int{64}}
	for class := range 10 {
		s := Series{Name: strconv.Itoa(class), Step: keptSteps}
		for _, step := range keptSteps {
			s.Value = append(s.Value, math.Cos(float64(class*class)*1.7)*(1-math.Exp(-float64(step)/float64(60+30*class))))
		}
		v.Series = append(v.Series, s)
	}
	return v
}

// few is a series of some shares.
func few(name string, from float64) Series {
	s := Series{Name: name, Step: []int{0, 469, 938, 1407, 1876, 2345}}
	for i := range s.Step {
		s.Value = append(s.Value, from+0.05*math.Sqrt(float64(i)))
	}
	return s
}

// spread imitates a normal distribution's histogram.
func spread(mean, deviation, reach float64, bins, values int) Bins {
	b := Bins{Min: mean - reach*deviation, Max: mean + reach*deviation, Counts: make([]int, bins)}
	sum := 0.0
	density := func(i int) float64 {
		z := reach * (2*(float64(i)+0.5)/float64(bins) - 1)
		return math.Exp(-z * z / 2)
	}
	for i := range bins {
		sum += density(i)
	}
	for i := range bins {
		b.Counts[i] = int(float64(values) * density(i) / sum)
	}
	return b
}

// spreads imitates weights that grow apart over the steps.
func spreads() Histograms {
	h := Histograms{Title: "weights", Steps: keptSteps, Marks: []int{64}}
	for _, step := range keptSteps {
		h.Bins = append(h.Bins, spread(-0.01*math.Log1p(float64(step)), 0.08+0.02*math.Log1p(float64(step)/30), 2.5+0.1*math.Log1p(float64(step)), 32, 4608))
	}
	return h
}
