package main

// rowsOf walks through rows of several slices, vector by vector. The body gets the next vectors through load and store.
func (n *neon) rowsOf(name, doc string, slices int, prepare func(), body func(load, store func(slice, v int))) {
	n.begin(name+"neon", "rowsArgs", doc)
	const first, at, full, rows, place, step = 1, 5, 6, 7, 8, 9
	n.lanes(rowsMask)
	for i := range slices {
		n.arg(rowsP+8*i, first+i)
	}
	prepare()
	n.arg(rowsRows, rows)
	n.label("rows")
	n.op("MOVD ZR, R%d", at)
	n.arg(rowsFull, full)
	n.op("CBZ R%d, last", full)
	n.label("vectors")
	body(func(i, v int) { n.loadAt(first+i, at, v) }, func(i, v int) { n.storeAt(v, first+i, at) })
	n.op("ADD $16, R%d, R%d", at, at)
	n.op("SUBS $1, R%d, R%d", full, full)
	n.op("BNE vectors")
	n.label("last")
	body(func(i, v int) {
		n.op("ADD R%d, R%d, R%d", at, first+i, place)
		n.loadLast(place, 0, v)
	}, func(i, v int) {
		n.op("ADD R%d, R%d, R%d", at, first+i, place)
		n.storeLast(v, place, 0)
	})
	for i := range slices {
		n.arg(rowsStep+8*i, step)
		n.op("ADD R%d, R%d, R%d", step, first+i, first+i)
	}
	n.op("SUBS $1, R%d, R%d", rows, rows)
	n.op("BNE rows")
	n.op("RET")
}

func (n *neon) small() {
	n.rowsOf("relu", "writes the larger of x and 0; NaN stays NaN.", 2, func() { n.zero(1) }, func(load, store func(int, int)) {
		load(0, 0)
		n.max(0, 0, 1)
		store(1, 0)
	})
	n.rowsOf("reluGradient", "writes dy where y is not 0.", 3, func() {}, func(load, store func(int, int)) {
		load(0, 0)
		load(1, 1)
		n.isZero(0, 0)
		n.andNot(1, 1, 0)
		store(2, 1)
	})
	n.rowsOf("add", "adds x to a sum.", 2, func() {}, func(load, store func(int, int)) {
		load(0, 0)
		load(1, 1)
		n.add(0, 0, 1)
		store(0, 0)
	})
	const beta1, beta2, rest1, rest2, step, root, epsilon = 8, 9, 10, 11, 12, 13, 14
	n.rowsOf("adam", "takes a step of Adam with every weight.", 4, func() {
		n.op("ADD $%d, R0, R25", rowsConstants)
		for v := beta1; v <= epsilon; v++ {
			n.op("VLD1R.P 4(R25), [V%d.S4]", v)
		}
	}, func(load, store func(int, int)) {
		const w, g, mean, square, tmp = 0, 1, 2, 3, 4
		load(1, g)
		load(2, mean)
		n.mul(mean, mean, beta1)
		n.mul(tmp, g, rest1)
		n.add(mean, mean, tmp)
		store(2, mean)
		load(3, square)
		n.mul(square, square, beta2)
		n.mul(tmp, g, rest2)
		n.mul(tmp, tmp, g)
		n.add(square, square, tmp)
		store(3, square)
		n.sqrt(square, square)
		n.mul(square, square, root)
		n.add(square, square, epsilon)
		n.mul(mean, mean, step)
		n.div(mean, mean, square)
		load(0, w)
		n.sub(w, w, mean)
		store(0, w)
	})
	n.pool()
	n.poolGradient()
	n.pool2x2()
	n.poolGradient2x2()
	n.brightness()
}

// brightness turns bytes into floats from 0 to 1.
func (n *neon) brightness() {
	n.function("brightnessneon", "pixels *byte, y *float32, n uintptr, scale float32", 28,
		"writes pixels / scale. n is at least a vector; the last one overlaps the one before if it has to.")
	n.op("MOVD pixels+0(FP), R1")
	n.op("MOVD y+8(FP), R2")
	n.op("MOVD n+16(FP), R3")
	n.op("FMOVS scale+24(FP), F1")
	n.op("VDUP V1.S[0], V1.S4")
	n.op("MOVD ZR, R4")
	n.op("SUB $4, R3, R3") // where the last vector starts
	n.label("vectors")
	n.op("CMP R3, R4")
	n.op("CSEL LT, R4, R3, R4")
	n.op("FMOVS (R1)(R4), F0")
	n.widen(0)
	n.toFloat(0, 0)
	n.div(0, 0, 1)
	n.op("ADD R4<<2, R2, R5")
	n.op("FMOVQ F0, (R5)")
	n.op("ADD $4, R4, R4")
	n.op("ADD $4, R3, R5")
	n.op("CMP R5, R4")
	n.op("BLT vectors")
	n.op("RET")
}

// widen makes words of four bytes.
func (n *neon) widen(v int) {
	n.op("VUSHLL $0, V%[1]d.B8, V%[1]d.H8", v)
	n.op("VUSHLL $0, V%[1]d.H4, V%[1]d.S4", v)
}
