package main

import "fmt"

// window adds, list by list, value times a source window of every entry to the list's destination window of rows x vectors vectors.
// Small windows are summed in several sets of registers, so that one entry's sums need not wait for the last one's.
func (n *neon) window(rows, vectors int) {
	name := fmt.Sprintf("windowneon_%dx%d", rows, vectors)
	n.begin(name, "windowArgs", fmt.Sprintf("adds up windows of %d rows of %d vectors.", rows, vectors))
	const values, places, from, to, lists, src, srcStep, srcRow, dst, dstStep, dstRow = 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
	const value, place, entries, at, line = 12, 13, 14, 15, 16
	size := rows * vectors
	sets := max(1, min(4, 16/size))
	spare := sets * size // the first register behind the sums
	n.lanes(windowMask)
	for _, a := range [][2]int{
		{windowValues, values}, {windowPlaces, places}, {windowFrom, from}, {windowTo, to}, {windowN, lists}, {windowSrc, src},
		{windowSrcStep, srcStep}, {windowSrcRow, srcRow}, {windowDst, dst}, {windowDstStep, dstStep}, {windowDstRow, dstRow},
	} {
		n.arg(a[0], a[1])
	}

	n.label("lists")
	n.op("MOVW.P 4(R%d), R%d", from, place)
	n.op("MOVW.P 4(R%d), R%d", to, entries)
	n.op("SUBS R%d, R%d, R%d", place, entries, entries)
	n.op("BLE next")
	n.op("ADD R%d<<2, R%d, R%d", place, values, value)
	n.op("ADD R%d<<2, R%d, R%d", place, places, place)
	for i := range spare {
		n.zero(i)
	}
	entry := func(set int) {
		n.op("MOVW %d(R%d), R%d", 4*set, place, at)
		n.op("FMOVS %d(R%d), F31", 4*set, value)
		n.op("MADD R%d, R%d, R%d, R%d", srcStep, src, at, at)
		n.entry(rows, vectors, set*size, spare, at, srcRow)
	}
	advance := func(by int) {
		n.op("ADD $%d, R%d, R%d", 4*by, value, value)
		n.op("ADD $%d, R%d, R%d", 4*by, place, place)
	}
	if sets > 1 {
		n.op("SUBS $%d, R%d, R%d", sets, entries, entries)
		n.op("BLT few")
		n.label("many")
		for set := range sets {
			entry(set)
		}
		advance(sets)
		n.op("SUBS $%d, R%d, R%d", sets, entries, entries)
		n.op("BGE many")
		n.label("few")
		n.op("ADDS $%d, R%d, R%d", sets, entries, entries)
		n.op("BEQ done")
	}
	n.label("one")
	entry(0)
	advance(1)
	n.op("SUBS $1, R%d, R%d", entries, entries)
	n.op("BNE one")
	if sets > 1 {
		n.label("done")
		for i := size; i < spare; i++ {
			n.add(i%size, i%size, i)
		}
	}
	n.op("MOVD R%d, R%d", dst, line)
	for r := range rows {
		n.addToLine(r*vectors, vectors, size, line)
		if r < rows-1 {
			n.op("ADD R%d, R%d, R%d", dstRow, line, line)
		}
	}
	n.label("next")
	n.op("ADD R%d, R%d, R%d", dstStep, dst, dst)
	n.op("SUBS $1, R%d, R%d", lists, lists)
	n.op("BNE lists")
	n.op("MOVD ZR, %d(R0)", windowN)
	n.op("RET")
}

// entry adds F31 times the window at R`at` to the sums in acc and up. It loads vectors, two by two, to the registers from spare to V30, as early
// as these are free.
func (n *neon) entry(rows, vectors, acc, spare, at, row int) {
	var order []int // of pairs
	pairs := (vectors + 1) / 2
	for i := range rows * pairs {
		order = append(order, i)
	}
	in, loads := assign(order, (31-spare)/2)
	load := func(i int) {
		v := i % pairs * 2
		if v == 0 && i > 0 {
			n.op("ADD R%d, R%d, R%d", row, at, at)
		}
		if v+1 < vectors {
			n.op("FLDPQ %d(R%d), (F%d, F%d)", 16*v, at, spare+2*in[i], spare+2*in[i]+1)
		} else {
			n.op("FMOVQ %d(R%d), F%d", 16*v, at, spare+2*in[i])
		}
	}
	for _, i := range loads[0] {
		load(i)
	}
	for i := range order {
		v := i % pairs * 2
		for half := range min(2, vectors-v) {
			n.multiplyAdd(acc+i/pairs*vectors+v+half, spare+2*in[i]+half, 31, 0)
		}
		for _, next := range loads[i+1] {
			load(next)
		}
	}
}

// addToLine adds sums, from register acc on, to a line of the destination window. Sums start at zero and come to it late, so that they need not
// wait for its values.
func (n *neon) addToLine(acc, vectors, spare, line int) {
	v := 0
	for ; v+2 < vectors; v += 2 {
		n.op("FLDPQ %d(R%d), (F%d, F%d)", 16*v, line, spare, spare+1)
		n.add(acc+v, acc+v, spare)
		n.add(acc+v+1, acc+v+1, spare+1)
		n.op("FSTPQ (F%d, F%d), %d(R%d)", acc+v, acc+v+1, 16*v, line)
	}
	for ; v < vectors; v++ {
		if v < vectors-1 {
			n.op("FMOVQ %d(R%d), F%d", 16*v, line, spare)
		} else {
			n.loadLast(line, 16*v, spare)
		}
		n.add(acc+v, acc+v, spare)
		if v < vectors-1 {
			n.op("FMOVQ F%d, %d(R%d)", acc+v, 16*v, line)
		} else {
			n.storeLast(acc+v, line, 16*v)
		}
	}
}

// outer adds up, over lines of pixels, every value of a small window times a vector of output gradients, and the gradients themselves.
func (n *neon) outer(rows, taps int) {
	name := fmt.Sprintf("outerneon_%dx%d", rows, taps)
	n.begin(name, "outerArgs", fmt.Sprintf("adds up windows of %d rows of %d values times output gradients.", rows, taps))
	const x, dy, xStep, dyStep, pixels, xLine, dyLine, lines, row, left, at = 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
	n.lanes(outerMask)
	for _, a := range [][2]int{
		{outerX, x}, {outerDY, dy}, {outerXStep, xStep}, {outerDYStep, dyStep}, {outerPixels, pixels}, {outerXLine, xLine},
		{outerDYLine, dyLine}, {outerLines, lines}, {outerSrcRow, row},
	} {
		n.arg(a[0], a[1])
	}
	size := rows * taps
	gradient, spare := size+1, size+2
	for i := range size + 1 {
		n.zero(i)
	}
	n.label("lines")
	n.op("MOVD R%d, R%d", pixels, left)
	n.label("pixels")
	n.loadLast(dy, 0, gradient)
	n.op("MOVD R%d, R%d", x, at)
	next := spare
	for r := range rows {
		for t := range taps {
			if t%4 == 0 {
				if next++; next > 31 {
					next = spare
				}
				n.loadSome(at, 4*t, next, min(4, taps-t))
			}
			n.multiplyAdd(r*taps+t, gradient, next, t%4)
		}
		if r < rows-1 {
			n.op("ADD R%d, R%d, R%d", row, at, at)
		}
	}
	n.add(size, size, gradient)
	n.op("ADD R%d, R%d, R%d", xStep, x, x)
	n.op("ADD R%d, R%d, R%d", dyStep, dy, dy)
	n.op("SUBS $1, R%d, R%d", left, left)
	n.op("BNE pixels")
	n.op("ADD R%d, R%d, R%d", xLine, x, x)
	n.op("ADD R%d, R%d, R%d", dyLine, dy, dy)
	n.op("SUBS $1, R%d, R%d", lines, lines)
	n.op("BNE lines")
	n.arg(outerDst, x)
	n.arg(outerDstStep, xStep)
	for i := range size + 1 {
		n.op("FMOVQ (R%d), F%d", x, spare)
		n.add(i, i, spare)
		n.op("FMOVQ F%d, (R%d)", i, x)
		n.op("ADD R%d, R%d, R%d", xStep, x, x)
	}
	n.op("RET")
}

// loadSome loads the first values of a vector: one, two or four; or three, by reading the fourth.
func (n *neon) loadSome(base, offset, v, values int) {
	n.op("FMOV%c %d(R%d), F%d", "SDQQ"[values-1], offset, base, v)
}
