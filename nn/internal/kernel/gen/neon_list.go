package main

import "strings"

// compressTables are constants of compress: for every set of four lanes the bytes that bring them to the front, four times how many they are, and
// a bit per lane.
func (n *neon) compressTables() {
	var front, counts strings.Builder
	for set := range 16 {
		var bytes []byte
		for lane := range byte(4) {
			if set>>lane&1 == 1 {
				bytes = append(bytes, 4*lane, 4*lane+1, 4*lane+2, 4*lane+3)
			}
		}
		counts.WriteByte(byte(len(bytes)))
		for len(bytes) < 16 {
			bytes = append(bytes, 0xff) // makes 0
		}
		front.Write(bytes)
	}
	n.data("toFront<>", front.String())
	n.data("setLanes<>", counts.String())
	n.data("laneBits<>", "\x01\x00\x00\x00\x02\x00\x00\x00\x04\x00\x00\x00\x08\x00\x00\x00")
}

// compress lists the values of pixels that are not zero with their channels and their pixels' places.
func (n *neon) compress() {
	n.compressTables()
	n.begin("compressneon", "compressArgs", "lists the channels of pixels that are not zero.")
	const pixel, pixels, values, places, pixelPlaces, first, entries, full, x, step, set, front, counts, tmp = 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14
	const v, channel, four, start, bits, place, advance, shuffle, moved, zeros = 0, 1, 2, 3, 4, 5, 6, 7, 16, 17
	n.lanes(compressMask)
	for _, a := range [][2]int{
		{compressX, pixel}, {compressPixels, pixels}, {compressValues, values}, {compressPlaces, places}, {compressPixelPlaces, pixelPlaces},
		{compressFirst, first}, {compressN, entries}, {compressStep, step}, {compressOrder, tmp}, {compressPlace, full}, {compressAdvance, x},
	} {
		n.arg(a[0], a[1])
	}
	n.op("FMOVQ (R%d), F%d", tmp, start) // 0, 1, 2, 3
	n.op("VDUP R%d, V%d.S4", full, place)
	n.op("VDUP R%d, V%d.S4", x, advance)
	n.op("MOVD $4, R%d", tmp)
	n.op("VDUP R%d, V%d.S4", tmp, four)
	n.op("MOVD $laneBits<>(SB), R%d", tmp)
	n.op("FMOVQ (R%d), F%d", tmp, bits)
	n.op("MOVD $toFront<>(SB), R%d", front)
	n.op("MOVD $setLanes<>(SB), R%d", counts)
	n.op("LSL $2, R%d, R%d", entries, entries) // bytes

	// behind writes the lanes that are not zero, and their places, behind the last entry.
	behind := func() {
		n.isZero(zeros, v)
		n.andNot(zeros, bits, zeros)
		n.op("VADDV V%d.S4, V%d", zeros, zeros)
		n.op("VMOV V%d.S[0], R%d", zeros, set)
		n.op("MOVBU (R%d)(R%d), R%d", counts, set, tmp)
		n.op("LSL $4, R%d, R%d", set, set)
		n.loadAt(front, set, shuffle)
		n.op("VTBL V%d.B16, [V%d.B16], V%d.B16", shuffle, v, moved)
		n.storeAt(moved, values, entries)
		n.op("VTBL V%d.B16, [V%d.B16], V%d.B16", shuffle, channel, moved)
		n.storeAt(moved, places, entries)
		n.storeAt(place, pixelPlaces, entries)
		n.op("ADD R%d, R%d, R%d", tmp, entries, entries)
	}
	count := func() {
		n.op("LSR $2, R%d, R%d", entries, tmp)
		n.op("MOVW.P R%d, 4(R%d)", tmp, first)
	}
	n.label("pixels")
	count()
	n.op("MOVD R%d, R%d", pixel, x)
	n.op("VMOV V%d.B16, V%d.B16", start, channel)
	n.arg(compressFull, full)
	n.op("CBZ R%d, last", full)
	n.label("vectors")
	n.op("FMOVQ.P 16(R%d), F%d", x, v)
	behind()
	n.op("VADD V%d.S4, V%d.S4, V%d.S4", four, channel, channel)
	n.op("SUBS $1, R%d, R%d", full, full)
	n.op("BNE vectors")
	n.label("last")
	n.loadLast(x, 0, v)
	behind()
	n.op("VADD V%d.S4, V%d.S4, V%d.S4", advance, place, place)
	n.op("ADD R%d, R%d, R%d", step, pixel, pixel)
	n.op("SUBS $1, R%d, R%d", pixels, pixels)
	n.op("BNE pixels")
	count()
	n.op("MOVD R%d, %d(R0)", tmp, compressN)
	n.op("RET")
}

// sortByChannel moves the entries of lists by pixel to lists by channel.
func (n *neon) sortByChannel() {
	n.begin("sortByChannel", "sortArgs", "appends the entries of lists by pixel to lists by channel.")
	for i, offset := range []int{sortValues, sortPlaces, sortPixelPlaces, sortN, sortNext, sortToValues, sortToPlaces} {
		n.arg(offset, 1+i)
	}
	n.label("entries")
	n.op("MOVW.P 4(R2), R8")
	n.op("MOVWU.P 4(R1), R9")
	n.op("MOVWU.P 4(R3), R10")
	n.op("MOVW (R5)(R8<<2), R11")
	n.op("MOVW R9, (R6)(R11<<2)")
	n.op("MOVW R10, (R7)(R11<<2)")
	n.op("ADDW $1, R11, R11")
	n.op("MOVW R11, (R5)(R8<<2)")
	n.op("SUBS $1, R4, R4")
	n.op("BNE entries")
	n.op("RET")
}

// columns adds up a vector of channels over pixels.
func (n *neon) columns() {
	n.begin("columnsneon", "columnsArgs", "adds a vector of channels of all pixels to a sum.")
	n.lanes(columnsMask)
	for i, offset := range []int{columnsX, columnsStep, columnsN, columnsSum} {
		n.arg(offset, 1+i)
	}
	n.loadLast(4, 0, 0)
	n.zero(1, 2, 3)
	n.op("SUBS $4, R3, R3")
	n.op("BLT few")
	n.label("many")
	for i := range 4 {
		n.loadLast(1, 0, 4+i)
		n.op("ADD R2, R1, R1")
		n.add(i, i, 4+i)
	}
	n.op("SUBS $4, R3, R3")
	n.op("BGE many")
	n.label("few")
	n.op("ADDS $4, R3, R3")
	n.op("BEQ all")
	n.label("one")
	n.loadLast(1, 0, 4)
	n.op("ADD R2, R1, R1")
	n.add(0, 0, 4)
	n.op("SUBS $1, R3, R3")
	n.op("BNE one")
	n.label("all")
	n.add(0, 0, 1)
	n.add(2, 2, 3)
	n.add(0, 0, 2)
	n.storeLast(0, 4, 0)
	n.op("RET")
}

// peak does nothing but multiply and add in registers. Twelve sums are too few for processors with four multipliers, so there are twice as many.
func (n *neon) peak() {
	n.function("peakneon", "n uint64", 8, "adds products in 12 registers n times, in 24 in turn: the fastest that any kernel could be.")
	n.op("MOVD n+0(FP), R1")
	for i := range 32 {
		n.zero(i)
	}
	n.label("loop")
	for half := range 2 {
		for i := range 12 {
			n.multiplyAdd(12*half+i, 24+i%4, 28+i%4, i%4)
		}
		n.op("SUBS $1, R1, R1")
		n.op([]string{"BEQ done", "BNE loop"}[half])
	}
	n.label("done")
	n.op("RET")
}
