package nn

import (
	"sync/atomic"

	"filterscope/nn/internal/kernel"
)

// Shards is the number of parts of a batch that get a gradient of their own. The parts' gradients are added in a fixed order,
// so a batch's gradient has the same bits whoever computes them. It is part of what makes a run reproducible.
const Shards = 16

// gradientSum adds the shards' gradients. The order is a binary tree's: node n is the sum of nodes 2n and 2n+1, and shard s is the leaf
// Shards+s. A worker that has both halves of a node adds them while they are in its cache; what then is left is added when all shards are done.
type gradientSum struct {
	taken   [Shards]atomic.Bool
	buffers [Shards][]float32
	nodes   [2 * Shards][]float32 // that are not part of their parent yet
	total   []float32             // where the root's sum goes
}

const root = 1

// partialSums are the nodes that one worker has.
type partialSums struct {
	first int // the shard that it likes to begin with
	nodes [2 * Shards][]float32
	spare [Shards][]float32 // memory that adding has set free, which is in the worker's cache
	n     int               // of spare
}

func (g *gradientSum) grow(room int) {
	for s := range g.buffers {
		g.buffers[s] = kernel.Aligned(room)
	}
}

// begin forgets the last batch.
func (g *gradientSum) begin() {
	for s := range g.taken {
		g.taken[s].Store(false)
	}
}

// claim takes a shard that nobody has: first, or the next behind it. Neighbours then tend to be one worker's.
func (g *gradientSum) claim(first int) int {
	for s := first; ; s = (s + 1) % Shards {
		if g.taken[s].CompareAndSwap(false, true) {
			return s
		}
	}
}

// buffer is memory for a shard's gradient, all zero.
func (g *gradientSum) buffer(p *partialSums, shard int) []float32 {
	b := g.buffers[shard]
	if p.n > 0 {
		p.n--
		b = p.spare[p.n]
	}
	clear(b)
	return b
}

// keep takes a shard's gradient and adds up what it completes.
func (p *partialSums) keep(shard int, gradient []float32, add func(sum, x []float32)) {
	node := Shards + shard
	for ; p.nodes[node^1] != nil; node /= 2 {
		sum := p.nodes[node^1]
		p.nodes[node^1] = nil
		add(sum, gradient)
		p.spare[p.n] = gradient
		p.n++
		gradient = sum
	}
	p.nodes[node] = gradient
}

// collect takes over the workers' nodes.
func (g *gradientSum) collect(workers []*worker) {
	clear(g.nodes[:])
	for _, w := range workers {
		for i, sum := range w.sums.nodes {
			if sum != nil {
				g.nodes[i] = sum
			}
		}
		clear(w.sums.nodes[:])
		w.sums.n = 0
	}
	g.total = g.first(root)
}

// first is the memory of a node's leftmost part, nil if the node has no examples.
func (g *gradientSum) first(node int) []float32 {
	if sum := g.nodes[node]; sum != nil || node >= Shards {
		return sum
	}
	if left := g.first(2 * node); left != nil {
		return left
	}
	return g.first(2*node + 1)
}

// add sums the values from:to of a node up in its leftmost part's memory, and returns them.
func (g *gradientSum) add(node, from, to int, add func(sum, x []float32)) []float32 {
	if sum := g.nodes[node]; sum != nil {
		return sum[from:to]
	} else if node >= Shards {
		return nil
	}
	left, right := g.add(2*node, from, to, add), g.add(2*node+1, from, to, add)
	if left == nil {
		return right
	}
	if right != nil {
		add(left, right)
	}
	return left
}
