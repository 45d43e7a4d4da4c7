package main

import "fmt"

// neonTiles is how many groups fit the registers. Four values of every pixel are loaded at once, and two vectors of weights; a tile of seven
// pixels is for rows of 7, 14 and 28, and that of eight for the images of a dense layer. These two have no room for the former.
func neonTiles(vectors, pixels int) int {
	switch {
	case vectors == 4 && pixels == 7, vectors == 3 && pixels == 8:
		return 1
	case pixels == 8:
		return min(1, quadPixels(vectors)/pixels)
	}
	return min(4, quadPixels(vectors)/pixels)
}

// quadPixels is the largest number of pixels of which tiles load four values at once. Pointers to them are in R1 and up, of which there are 14.
func quadPixels(vectors int) int { return min(14, 30/(vectors+1)) }

// tile computes `groups` groups of `pixels` output pixels, `vectors` vectors of output channels each, all in registers.
func (n *neon) tile(vectors, pixels, groups int) {
	name := fmt.Sprintf("tileneon_%dx%d", vectors, pixels)
	n.begin(name, "tileArgs", fmt.Sprintf("computes %d times %d pixels of %d vectors of channels.", groups, pixels, vectors))
	const index, weights, taps, quads, singles, rows, row = 15, 16, 17, 19, 20, 21, 22
	all := groups * pixels
	acc := func(p, v int) int { return p*vectors + v }
	n.lanes(tileMask)
	n.arg(tileStart, 23)
	for v := range vectors {
		if v == vectors-1 {
			n.loadLast(23, 16*v, acc(0, v))
		} else {
			n.op("FMOVQ %d(R23), F%d", 16*v, acc(0, v))
		}
		for p := 1; p < all; p++ {
			n.op("VMOV V%d.B16, V%d.B16", acc(0, v), acc(p, v))
		}
	}
	n.arg(tileStep, 23)
	for p := range all {
		if p%pixels == 0 {
			n.arg(tileX+8*(p/pixels), 1+p)
		} else {
			n.op("ADD R23, R%d, R%d", p, 1+p)
		}
	}
	n.op("MOVD ZR, R%d", index)
	n.arg(tileW, weights)
	n.arg(tileTaps, taps)
	n.arg(tileRows, rows)
	n.arg(tileRow, row)

	quad := all <= quadPixels(vectors)
	n.label("rows")
	if quad {
		n.op("AND $3, R%d, R%d", taps, singles)
		n.op("LSR $2, R%d, R%d", taps, quads)
		n.op("CBZ R%d, few", quads)
		n.label("quads")
		n.quadProducts(vectors, all, index, weights)
		n.op("SUBS $1, R%d, R%d", quads, quads)
		n.op("BNE quads")
		n.label("few")
		n.op("CBZ R%d, done", singles)
	} else {
		n.op("MOVD R%d, R%d", taps, singles)
	}
	n.label("singles")
	n.products(vectors, all, index, weights)
	n.op("SUBS $1, R%d, R%d", singles, singles)
	n.op("BNE singles")
	n.label("done")
	n.op("ADD R%d, R%d, R%d", row, index, index)
	n.op("SUBS $1, R%d, R%d", rows, rows)
	n.op("BNE rows")
	n.storeTile(vectors, pixels, groups)
}

// quadProducts adds four values of every pixel times their weights.
func (n *neon) quadProducts(vectors, all, index, weights int) {
	x := func(p int) int { return vectors*all + p }
	first := x(all)
	sets := (32 - first) / 2 // of registers for two vectors of weights
	for p := range all {
		n.loadAt(1+p, index, x(p))
	}
	for i := range 4 * vectors {
		w := first + i/2%sets*2
		if i%2 == 0 {
			n.op("FLDPQ %d(R%d), (F%d, F%d)", 16*i, weights, w, w+1)
		}
		for p := range all {
			n.multiplyAdd(p*vectors+i%vectors, w+i%2, x(p), i/vectors)
		}
	}
	n.op("ADD $16, R%d, R%d", index, index)
	n.op("ADD $%d, R%d, R%d", 64*vectors, weights, weights)
}

// products adds one value of every pixel times its weights. If registers are too few for the weights and a pixel's value, weights come two by two,
// and the pixels in turn forwards and backwards, so that the last values are loaded once.
func (n *neon) products(vectors, all, index, weights int) {
	free := vectors * all
	held := vectors // vectors of weights
	if 32-free <= vectors {
		held = 2
	}
	var order []int // of pixels
	for round := range vectors / held {
		for p := range all {
			if round%2 == 1 {
				p = all - 1 - p
			}
			order = append(order, p)
		}
	}
	at, loads := assign(order, 32-free-held)
	load := func(i int) { n.op("FMOVS (R%d)(R%d), F%d", 1+order[i], index, free+held+at[i]) }
	for _, i := range loads[0] {
		load(i)
	}
	for i, p := range order {
		from := i / all * held
		for v := 0; i%all == 0 && v < held; v += 2 {
			if v+1 < held {
				n.op("FLDPQ %d(R%d), (F%d, F%d)", 16*(from+v), weights, free+v, free+v+1)
			} else {
				n.op("FMOVQ %d(R%d), F%d", 16*(from+v), weights, free+v)
			}
		}
		for v := range held {
			n.multiplyAdd(p*vectors+from+v, free+v, free+held+at[i], 0)
		}
		for _, next := range loads[i+1] {
			load(next)
		}
	}
	n.op("ADD $4, R%d, R%d", index, index)
	n.op("ADD $%d, R%d, R%d", 16*vectors, weights, weights)
}

// assign finds registers for values that are used in an order: at[i] has order[i]. What loads[i] lists is to be loaded in front of use i, which
// is as early as its register is free.
func assign(order []int, registers int) (at []int, loads [][]int) {
	at, loads = make([]int, len(order)), make([][]int, len(order)+1)
	holds := make([]int, registers) // the last use of each, and 1
	next := 0
	for i, x := range order {
		at[i] = -1
		for r, last := range holds {
			if last > 0 && order[last-1] == x {
				at[i] = r
			}
		}
		if at[i] < 0 {
			at[i] = next % registers
			next++
			loads[holds[at[i]]] = append(loads[holds[at[i]]], i)
		}
		holds[at[i]] = i + 1
	}
	return at, loads
}

// storeTile writes the larger of every sum and the floor.
func (n *neon) storeTile(vectors, pixels, groups int) {
	floor := vectors * pixels * groups
	n.op("ADD $%d, R0, R25", tileFloor)
	n.op("VLD1R (R25), [V%d.S4]", floor)
	for i := range floor {
		n.max(i, i, floor)
	}
	n.arg(tileYStep, 22)
	for p := range pixels * groups {
		if p%pixels == 0 {
			n.arg(tileY+8*(p/pixels), 23)
		} else {
			n.op("ADD R22, R23, R23")
		}
		v := 0
		for ; v+2 < vectors; v += 2 {
			n.op("FSTPQ (F%d, F%d), %d(R23)", p*vectors+v, p*vectors+v+1, 16*v)
		}
		if v+1 < vectors {
			n.op("FMOVQ F%d, %d(R23)", p*vectors+v, 16*v)
		}
		n.storeLast(p*vectors+vectors-1, 23, 16*(vectors-1))
	}
	n.op("RET")
}
