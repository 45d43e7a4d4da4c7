package main

// Registers of the pool kernels: where they are in x, y, dy and chosen, and what lies between a window's first pixel and its others.
const (
	neonX, neonY, neonDY, neonChosen = 1, 2, 3, 4
	neonPixels, neonFull, neonStep   = 5, 6, 7
	neonPlaces, neonI, neonPlace     = 8, 9, 10
	neonCount                        = 14
)

// pooled walks through the vectors of a row of pooled pixels. The body gets a way to load and to store a vector `index` bytes behind a register;
// index 0 means none.
func (n *neon) pooled(prepare func(), body func(loop string, load, store func(base, index, v int))) {
	n.lanes(poolMask)
	prepare()
	for _, a := range [][2]int{{poolX, neonX}, {poolY, neonY}, {poolDY, neonDY}, {poolChosen, neonChosen}, {poolPixels, neonPixels}} {
		n.arg(a[0], a[1])
	}
	n.label("pixels")
	n.arg(poolFull, neonFull)
	n.op("CBZ R%d, last", neonFull)
	n.label("vectors")
	whole := func(access func(base, index, v int), plain string) func(base, index, v int) {
		return func(base, index, v int) {
			if index != 0 {
				access(base, index, v)
			} else {
				n.op(plain, base, v)
			}
		}
	}
	body("candidates", whole(n.loadAt, "FMOVQ (R%[1]d), F%[2]d"), whole(func(base, index, v int) { n.storeAt(v, base, index) }, "FMOVQ F%[2]d, (R%[1]d)"))
	for _, r := range []int{neonX, neonY, neonDY} {
		n.op("ADD $16, R%d, R%d", r, r)
	}
	n.op("ADD $4, R%d, R%d", neonChosen, neonChosen)
	n.op("SUBS $1, R%d, R%d", neonFull, neonFull)
	n.op("BNE vectors")
	n.label("last")
	part := func(access func(base, v int)) func(base, index, v int) {
		return func(base, index, v int) {
			if index != 0 {
				n.op("ADD R%d, R%d, R26", index, base)
				base = 26
			}
			access(base, v)
		}
	}
	body("lastCandidates", part(func(base, v int) { n.loadLast(base, 0, v) }), part(func(base, v int) { n.storeLast(v, base, 0) }))
	for _, a := range [][2]int{{poolXStep, neonX}, {poolYStep, neonY}, {poolDYStep, neonDY}, {poolCStep, neonChosen}} {
		n.arg(a[0], neonStep)
		n.op("ADD R%d, R%d, R%d", neonStep, a[1], a[1])
	}
	n.op("SUBS $1, R%d, R%d", neonPixels, neonPixels)
	n.op("BNE pixels")
	n.op("MOVD ZR, %d(R0)", poolPixels)
	n.op("RET")
}

// eachPlace loops over the places of a window, from the first-th on.
func (n *neon) eachPlace(loop string, first int, body func()) {
	n.op("MOVD $%d, R%d", first, neonI)
	n.op("CMP R%d, R%d", neonCount, neonI)
	n.op("BGE %sDone", loop)
	n.label(loop)
	n.op("MOVD (R%d)(R%d<<3), R%d", neonPlaces, neonI, neonPlace)
	body()
	n.op("ADD $1, R%d, R%d", neonI, neonI)
	n.op("CMP R%d, R%d", neonCount, neonI)
	n.op("BLT %s", loop)
	n.label(loop + "Done")
}

func (n *neon) places() {
	n.arg(poolPlaces, neonPlaces)
	n.arg(poolCount, neonCount)
}

// pool writes the maximum of every window and its place in the window.
func (n *neon) pool() {
	n.begin("poolneon", "poolArgs", "writes a row of windows' maxima and their places.")
	const best, which, x, k = 0, 1, 2, 3
	n.pooled(n.places, func(loop string, load, store func(base, index, v int)) {
		load(neonX, 0, best)
		n.zero(which)
		n.eachPlace(loop, 1, func() {
			load(neonX, neonPlace, x)
			n.op("VDUP R%d, V%d.S4", neonI, k)
			n.larger(x, k, best, which)
		})
		store(neonY, 0, best)
		n.storeBytes(which)
	})
}

// pool2x2 is pool for the usual window.
func (n *neon) pool2x2() {
	n.begin("pool2x2neon", "poolArgs", "is poolneon for windows of four.")
	const best, which, x = 0, 1, 2
	n.pooled(n.fourPlaces, func(_ string, load, store func(base, index, v int)) {
		load(neonX, 0, best)
		n.zero(which)
		for i := 1; i < 4; i++ {
			load(neonX, neonPlace+i, x)
			n.larger(x, 8+i, best, which)
		}
		store(neonY, 0, best)
		n.storeBytes(which)
	})
}

// fourPlaces loads the places of a window of four and counts them in vectors.
func (n *neon) fourPlaces() {
	n.arg(poolPlaces, neonPlaces)
	n.zero(8)
	for i := 1; i < 4; i++ {
		n.op("MOVD $%d, R%d", i, neonI)
		n.op("VDUP R%d, V%d.S4", neonI, 8+i)
		n.op("MOVD %d(R%d), R%d", 8*i, neonPlaces, neonPlace+i)
	}
}

// larger replaces best and which where x is larger, or the first NaN.
func (n *neon) larger(x, k, best, which int) {
	const wins, not = 6, 7
	n.equal(wins, best, best) // a number
	n.notLess(not, best, x)
	n.andNot(wins, wins, not)
	n.op("VBIT V%d.B16, V%d.B16, V%d.B16", wins, x, best)
	n.op("VBIT V%d.B16, V%d.B16, V%d.B16", wins, k, which)
}

// storeBytes writes lanes as bytes.
func (n *neon) storeBytes(v int) {
	n.op("VUZP1 V%[1]d.B16, V%[1]d.B16, V%[1]d.B16", v)
	n.op("VUZP1 V%[1]d.B16, V%[1]d.B16, V%[1]d.B16", v)
	n.op("FMOVS F%d, (R%d)", v, neonChosen)
}

// poolGradient writes to windows that do not overlap: the gradient to the place that was chosen, unless y is 0, and 0 to the others.
func (n *neon) poolGradient() {
	n.begin("poolGradientneon", "poolArgs", "writes the gradients of a row of windows.")
	const dy, which, y, k = 0, 1, 2, 3
	n.pooled(n.places, func(loop string, load, store func(base, index, v int)) {
		n.chosenGradient(load, dy, which, y)
		n.eachPlace(loop, 0, func() {
			n.op("VDUP R%d, V%d.S4", neonI, k)
			n.keepEqual(which, k, dy, k)
			store(neonX, neonPlace, k)
		})
	})
}

// poolGradient2x2 is poolGradient for the usual window.
func (n *neon) poolGradient2x2() {
	n.begin("poolGradient2x2neon", "poolArgs", "is poolGradientneon for windows of four.")
	const dy, which, y, out = 0, 1, 2, 3
	n.pooled(n.fourPlaces, func(_ string, load, store func(base, index, v int)) {
		n.chosenGradient(load, dy, which, y)
		for i := range 4 {
			n.keepEqual(which, 8+i, dy, out)
			if i == 0 {
				store(neonX, 0, out)
			} else {
				store(neonX, neonPlace+i, out)
			}
		}
	})
}

// chosenGradient loads gradients, which are 0 where y is, and the places they go to.
func (n *neon) chosenGradient(load func(base, index, v int), dy, which, y int) {
	load(neonY, 0, y)
	load(neonDY, 0, dy)
	n.isZero(y, y)
	n.andNot(dy, dy, y)
	n.op("FMOVS (R%d), F%d", neonChosen, which)
	n.widen(which)
}

// keepEqual is x where a equals b, else 0.
func (n *neon) keepEqual(a, b, x, to int) {
	n.op("VCMEQ V%d.S4, V%d.S4, V%d.S4", a, b, to)
	n.op("VAND V%d.B16, V%d.B16, V%d.B16", x, to, to)
}
