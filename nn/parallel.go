package nn

import (
	"runtime"
	"sync"
	"sync/atomic"

	"filterscope/nn/internal/kernel"
)

const (
	chunk = kernel.Together // images that a worker handles between two visits to the list of work
	span  = 4096            // gradient values that a worker adds up at once
)

// Parallel computes gradients and evaluations of one architecture on several goroutines, which it owns and Close ends.
// It is for use by one goroutine at a time, and allocates nothing per call.
type Parallel struct {
	arch    *Architecture
	workers []*worker   // the caller is the first
	wake    []chan task // to the others
	done    sync.WaitGroup
	next    atomic.Int64

	sum     gradientSum
	results []result // by image

	// The call in progress.
	net      *Network
	examples Examples
	index    []int32
	out      []float32 // a gradient or logits
}

// worker is what a goroutine works with.
type worker struct {
	*Workspace
	sums   partialSums
	number int
	varied []byte // an image in place of the example's
}

type result struct {
	loss       float64
	prediction int32
}

// task is work in pieces: piece does one of them, prepare comes before a worker's first.
type task struct {
	pieces  int
	prepare func(p *Parallel, w *worker)
	piece   func(p *Parallel, w *worker, i int)
}

// NewParallel starts workers - 1 goroutines (the caller works too); 0 workers means runtime.NumCPU. Batches of up to maxBatch
// images have their memory from the start, larger ones get it when they come.
func NewParallel(a *Architecture, workers, maxBatch int) *Parallel {
	if workers <= 0 {
		workers = runtime.NumCPU()
	}
	p := &Parallel{arch: a, results: make([]result, maxBatch)}
	for i := range workers {
		w := &worker{Workspace: newWorkspace(a, chunk, false), sums: partialSums{first: i * Shards / workers}, number: i, varied: make([]byte, a.Input.Size())}
		p.workers = append(p.workers, w)
		if i == 0 {
			continue
		}
		wake := make(chan task)
		p.wake = append(p.wake, wake)
		go func() {
			for t := range wake {
				p.work(w, t)
				p.done.Done()
			}
		}()
	}
	p.sum.grow(p.workers[0].room)
	return p
}

// Close ends the goroutines. Parallel must not be used afterwards.
func (p *Parallel) Close() {
	for _, wake := range p.wake {
		close(wake)
	}
	p.wake = nil
}

// run does a task on all workers and returns when it is done.
func (p *Parallel) run(t task) {
	p.next.Store(0)
	p.done.Add(len(p.wake))
	for _, wake := range p.wake {
		wake <- t
	}
	p.work(p.workers[0], t)
	p.done.Wait()
}

func (p *Parallel) work(w *worker, t task) {
	prepared := t.prepare == nil
	for {
		i := int(p.next.Add(1)) - 1
		if i >= t.pieces {
			return
		}
		if !prepared {
			t.prepare(p, w)
			prepared = true
		}
		t.piece(p, w, i)
	}
}

// Gradient overwrites grad, laid out like net.Weights, with the gradient of the mean loss of the examples that index names. It returns
// the mean loss in nats and the number of correct predictions. All results have the same bits for any number of workers.
func (p *Parallel) Gradient(net *Network, ex Examples, index []int32, grad []float32) (loss float64, correct int) {
	if len(index) == 0 {
		clear(grad)
		return 0, 0
	}
	p.begin(net, ex, index, grad)
	p.sum.begin()
	p.run(task{Shards, (*Parallel).prepareGradient, (*Parallel).shardGradient})
	p.sum.collect(p.workers)
	p.run(task{(p.workers[0].room + span - 1) / span, nil, (*Parallel).addSpan})
	p.run(task{len(p.arch.Layers), nil, (*Parallel).unpack})
	for i, r := range p.results[:len(index)] {
		loss += r.loss
		if int(r.prediction) == int(ex.Labels[index[i]]) {
			correct++
		}
	}
	p.end()
	return loss / float64(len(index)), correct
}

func (p *Parallel) begin(net *Network, ex Examples, index []int32, out []float32) {
	p.net, p.examples, p.index, p.out = net, ex, index, out
	if len(p.results) < len(index) {
		p.results = make([]result, len(index))
	}
}

// end forgets the call's data, so that nothing is kept alive by an idle Parallel.
func (p *Parallel) end() { p.net, p.examples, p.index, p.out = nil, Examples{}, nil, nil }

func (p *Parallel) prepareGradient(w *worker) {
	w.pack(p.net)
	w.packBackward(p.net)
}

func (p *Parallel) shardGradient(w *worker, _ int) {
	shard := p.sum.claim(w.sums.first)
	first, last := shard*len(p.index)/Shards, (shard+1)*len(p.index)/Shards
	if first == last {
		return
	}
	gradients := p.sum.buffer(&w.sums, shard)
	for from := first; from < last; from += chunk {
		to := min(from+chunk, last)
		p.forward(w, from, to, p.examples.Vary)
		for i := from; i < to; i++ {
			loss := w.lossGradient(i-from, i-from, p.examples.Labels[p.index[i]])
			p.results[i] = result{loss, int32(Largest(w.logits(i - from)))}
		}
		w.backward(0, to-from, gradients)
	}
	w.sums.keep(shard, gradients, w.maps.Add)
}

// forward runs the examples index[from:to], varied where vary is not nil, through the network.
func (p *Parallel) forward(w *worker, from, to int, vary func(worker, place int, image, to []byte)) (logits []float32) {
	size := p.arch.Input.Size()
	for i := from; i < to; i++ {
		image := p.examples.Images[int(p.index[i])*size:][:size]
		if vary != nil {
			vary(w.number, i, image, w.varied)
			image = w.varied
		}
		w.SetInputBytes(i-from, image)
	}
	return w.forward(p.net, to-from)
}

func (p *Parallel) addSpan(w *worker, i int) {
	p.sum.add(root, i*span, min((i+1)*span, w.room), w.maps.Add)
}

func (p *Parallel) unpack(w *worker, k int) {
	w.unpack(k, p.sum.total, 1/float32(len(p.index)), p.out)
}

// Evaluate adds the examples that index names to e. The result has the same bits for any number of workers, and also if a
// long index is given in parts, one after the other.
func (p *Parallel) Evaluate(net *Network, ex Examples, index []int32, e *Evaluation) {
	p.begin(net, ex, index, nil)
	p.run(task{(len(index) + chunk - 1) / chunk, (*Parallel).prepareEvaluate, (*Parallel).evaluateChunk})
	for i, r := range p.results[:len(index)] {
		e.add(p.arch.Classes, ex.Labels[index[i]], int(r.prediction), r.loss)
	}
	p.end()
}

func (p *Parallel) prepareEvaluate(w *worker) { w.pack(p.net) }

func (p *Parallel) evaluateChunk(w *worker, c int) {
	from, to := c*chunk, min((c+1)*chunk, len(p.index))
	logits := p.forward(w, from, to, nil)
	for i := from; i < to; i++ {
		z := logits[(i-from)*p.arch.Classes:][:p.arch.Classes]
		p.results[i] = result{CrossEntropy(z, p.examples.Labels[p.index[i]]), int32(Largest(z))}
	}
}

// Logits writes the logits of the examples that index names to `to`, [len(index)][classes]. They are those that Evaluate judges, and have
// the same bits for any number of workers.
func (p *Parallel) Logits(net *Network, ex Examples, index []int32, to []float32) {
	p.begin(net, ex, index, to)
	p.run(task{(len(index) + chunk - 1) / chunk, (*Parallel).prepareEvaluate, (*Parallel).logitsChunk})
	p.end()
}

func (p *Parallel) logitsChunk(w *worker, c int) {
	from, to := c*chunk, min((c+1)*chunk, len(p.index))
	copy(p.out[from*p.arch.Classes:to*p.arch.Classes], p.forward(w, from, to, nil))
}
