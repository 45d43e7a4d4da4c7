package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// Fields of rowsArgs.
const (
	rowsP         = 0  // 4 pointers
	rowsStep      = 32 // 4 distances
	rowsRows      = 64
	rowsFull      = 72
	rowsMask      = 80
	rowsConstants = 88
)

// rowsOf walks through rows of several slices, vector by vector. The body gets the next vectors through load and store.
func (s *isa) rowsOf(name, doc string, slices int, prepare func(), body func(load func(i int, to Register), store func(from Register, i int))) {
	name += s.name
	begin(name, "rowsArgs", name+" "+doc)
	pointer := []Register{RBX, RCX, RDX, RSI}[:slices]
	for i, r := range pointer {
		MOVQ(arg(rowsP+8*i), r)
	}
	mask := s.regs[15]
	s.masks(rowsMask, mask, R10)
	prepare()
	MOVQ(arg(rowsRows), R9)
	Label("rows")
	XORQ(RDI, RDI)
	MOVQ(arg(rowsFull), R8)
	TESTQ(R8, R8)
	JZ(LabelRef("last"))
	Label("vectors")
	place := func(i int) Mem { return Mem{Base: pointer[i], Index: RDI, Scale: 1} }
	body(func(i int, to Register) { VMOVUPS(place(i), to) }, func(from Register, i int) { VMOVUPS(from, place(i)) })
	ADDQ(Imm(uint64(s.bytes())), RDI)
	DECQ(R8)
	JNZ(LabelRef("vectors"))
	Label("last")
	body(func(i int, to Register) { s.loadMasked(place(i), mask, to) }, func(from Register, i int) { s.storeMasked(from, mask, place(i)) })
	for i, r := range pointer {
		ADDQ(arg(rowsStep+8*i), r)
	}
	DECQ(R9)
	JNZ(LabelRef("rows"))
	VZEROUPPER()
	RET()
}

func (s *isa) small() {
	r := s.regs
	s.rowsOf("relu", "writes the larger of x and 0; NaN stays NaN.", 2, func() { s.zero(r[1]) }, func(load func(int, Register), store func(Register, int)) {
		load(0, r[0])
		VMAXPS(r[0], r[1], r[0])
		store(r[0], 1)
	})
	s.rowsOf("reluGradient", "writes dy where y is not 0.", 3, func() { s.zero(r[1]) }, func(load func(int, Register), store func(Register, int)) {
		load(0, r[0])
		load(1, r[2])
		s.keepNonZero(r[0], r[1], r[2])
		store(r[2], 2)
	})
	s.rowsOf("add", "adds x to a sum.", 2, func() {}, func(load func(int, Register), store func(Register, int)) {
		load(0, r[0])
		load(1, r[1])
		VADDPS(r[1], r[0], r[0])
		store(r[0], 0)
	})
	constants := r[8:15]
	s.rowsOf("adam", "takes a step of Adam with every weight.", 4, func() {
		for i, c := range constants {
			VBROADCASTSS(arg(rowsConstants+4*i), c)
		}
	}, func(load func(int, Register), store func(Register, int)) {
		beta1, beta2, rest1, rest2, step, root, epsilon := constants[0], constants[1], constants[2], constants[3], constants[4], constants[5], constants[6]
		w, g, m, v, t := r[0], r[1], r[2], r[3], r[4]
		load(1, g)
		load(2, m)
		VMULPS(m, beta1, m)
		VMULPS(g, rest1, t)
		VADDPS(t, m, m)
		store(m, 2)
		load(3, v)
		VMULPS(v, beta2, v)
		VMULPS(g, rest2, t)
		VMULPS(t, g, t)
		VADDPS(t, v, v)
		store(v, 3)
		VSQRTPS(v, v)
		VMULPS(root, v, v)
		VADDPS(epsilon, v, v)
		VMULPS(step, m, m)
		VDIVPS(v, m, m)
		load(0, w)
		VSUBPS(m, w, w)
		store(w, 0)
	})
	s.pool()
	s.poolGradient()
	s.pool2x2()
	s.poolGradient2x2()
	s.brightness()
}

// keepNonZero clears the lanes of x where y is 0.
func (s *isa) keepNonZero(y, zero, x Register) {
	const notEqual = 4 // unordered too: NaN is not zero
	if s.lanes == 16 {
		VCMPPS(Imm(notEqual), zero, y, K2)
		VMOVAPS_Z(x, K2, x)
		return
	}
	VCMPPS(Imm(notEqual), zero, y, y)
	VANDPS(y, x, x)
}

// Fields of poolArgs.
const (
	poolX      = 0
	poolY      = 8
	poolDY     = 16
	poolChosen = 24
	poolPixels = 32
	poolXStep  = 40
	poolYStep  = 48
	poolDYStep = 56
	poolCStep  = 64
	poolPlaces = 72
	poolCount  = 80
	poolFull   = 88
	poolMask   = 96
)

// pooled walks through the vectors of a row of pooled pixels: x and y advance in RBX and RDI, dy in RDX and chosen in RSI.
func (s *isa) pooled(body func(masked bool)) {
	MOVQ(arg(poolX), RBX)
	MOVQ(arg(poolY), RDI)
	MOVQ(arg(poolDY), RDX)
	MOVQ(arg(poolChosen), RSI)
	Label("pixels")
	MOVQ(arg(poolFull), R8)
	TESTQ(R8, R8)
	JZ(LabelRef("last"))
	Label("vectors")
	body(false)
	for _, r := range []Register{RBX, RDI, RDX} {
		ADDQ(Imm(uint64(s.bytes())), r)
	}
	ADDQ(Imm(uint64(s.lanes)), RSI)
	DECQ(R8)
	JNZ(LabelRef("vectors"))
	Label("last")
	body(true)
	ADDQ(arg(poolXStep), RBX)
	ADDQ(arg(poolYStep), RDI)
	ADDQ(arg(poolDYStep), RDX)
	ADDQ(arg(poolCStep), RSI)
	DECQ(arg(poolPixels))
	JNZ(LabelRef("pixels"))
	VZEROUPPER()
	RET()
}

// pool writes the maximum of every window and its place in the window.
func (s *isa) pool() {
	name := "pool" + s.name
	begin(name, "poolArgs", name+" writes a row of windows' maxima and their places.")
	mask, best, which, x, k, one := s.regs[15], s.regs[0], s.regs[1], s.regs[2], s.regs[3], s.regs[4]
	s.masks(poolMask, mask, R10)
	MOVQ(arg(poolPlaces), R10)
	MOVL(U32(1), R11.As32())
	VMOVD(R11.As32(), X4)
	VPBROADCASTD(X4, one)
	n := 0
	s.pooled(func(masked bool) {
		n++
		loop := []string{"", "candidates", "lastCandidates"}[n]
		load := func(to Register) {
			MOVQ(Mem{Base: R10, Index: R11, Scale: 8}, R12)
			from := Mem{Base: RBX, Index: R12, Scale: 1}
			if masked {
				s.loadMasked(from, mask, to)
			} else {
				VMOVUPS(from, to)
			}
		}
		XORQ(R11, R11)
		load(best)
		s.zero(which)
		s.zero(k)
		INCQ(R11)
		CMPQ(R11, arg(poolCount))
		JGE(LabelRef(loop + "Done"))
		Label(loop)
		load(x)
		VPADDD(one, k, k)
		s.larger(x, k, best, which)
		INCQ(R11)
		CMPQ(R11, arg(poolCount))
		JLT(LabelRef(loop))
		Label(loop + "Done")
		to := Mem{Base: RDI}
		if masked {
			s.storeMasked(best, mask, to)
		} else {
			VMOVUPS(best, to)
		}
		s.storeBytes(which, Mem{Base: RSI})
	})
}

// pool2x2 is pool for the usual window.
func (s *isa) pool2x2() {
	name := "pool2x2" + s.name
	begin(name, "poolArgs", name+" is pool"+s.name+" for windows of four.")
	mask, best, which, x := s.regs[15], s.regs[0], s.regs[1], s.regs[2]
	s.masks(poolMask, mask, R10)
	at, k := s.fourPlaces()
	s.pooled(func(masked bool) {
		for i := range 4 {
			to := x
			if i == 0 {
				to = best
			}
			if masked {
				s.loadMasked(at[i], mask, to)
			} else {
				VMOVUPS(at[i], to)
			}
			if i == 0 {
				s.zero(which)
			} else {
				s.larger(x, k[i], best, which)
			}
		}
		to := Mem{Base: RDI}
		if masked {
			s.storeMasked(best, mask, to)
		} else {
			VMOVUPS(best, to)
		}
		s.storeBytes(which, Mem{Base: RSI})
	})
}

// poolGradient2x2 is poolGradient for the usual window.
func (s *isa) poolGradient2x2() {
	name := "poolGradient2x2" + s.name
	begin(name, "poolArgs", name+" is poolGradient"+s.name+" for windows of four.")
	mask, dy, which, y, zero, out := s.regs[15], s.regs[0], s.regs[1], s.regs[2], s.regs[5], s.regs[7]
	s.masks(poolMask, mask, R10)
	s.zero(zero)
	at, k := s.fourPlaces()
	s.pooled(func(masked bool) {
		if masked {
			s.loadMasked(Mem{Base: RDI}, mask, y)
			s.loadMasked(Mem{Base: RDX}, mask, dy)
		} else {
			VMOVUPS(Mem{Base: RDI}, y)
			VMOVUPS(Mem{Base: RDX}, dy)
		}
		s.keepNonZero(y, zero, dy)
		VPMOVZXBD(Mem{Base: RSI}, which)
		for i := range 4 {
			s.keepEqual(which, k[i], dy, out)
			if masked {
				s.storeMasked(out, mask, at[i])
			} else {
				VMOVUPS(out, at[i])
			}
		}
	})
}

// fourPlaces loads the places of a window of four and counts them in vectors.
func (s *isa) fourPlaces() (at [4]Mem, k [4]Register) {
	MOVQ(arg(poolPlaces), R10)
	MOVL(U32(1), R11.As32())
	VMOVD(R11.As32(), X9)
	k = [4]Register{s.regs[8], s.regs[9], s.regs[10], s.regs[11]}
	s.zero(k[0])
	VPBROADCASTD(X9, k[1])
	VPADDD(k[1], k[1], k[2])
	VPADDD(k[1], k[2], k[3])
	at[0] = Mem{Base: RBX}
	for i, r := range []Register{R11, R12, R13} {
		MOVQ(Mem{Base: R10, Disp: 8 * (i + 1)}, r)
		at[i+1] = Mem{Base: RBX, Index: r, Scale: 1}
	}
	return at, k
}

// keepEqual is x where a equals b, else 0.
func (s *isa) keepEqual(a, b, x, to Register) {
	if s.lanes == 16 {
		VPCMPEQD(b, a, K2)
		VMOVAPS_Z(x, K2, to)
		return
	}
	VPCMPEQD(b, a, Y6)
	VANDPS(Y6, x, to)
}

// larger replaces best and which where x is larger, or the first NaN.
func (s *isa) larger(x, k, best, which Register) {
	const ordered, notLessEqual = 7, 6
	if s.lanes == 16 {
		VCMPPS(Imm(ordered), best, best, K2)
		VCMPPS(Imm(notLessEqual), best, x, K2, K3)
		VMOVAPS(x, K3, best)
		VMOVDQA32(k, K3, which)
		return
	}
	VCMPPS(Imm(ordered), best, best, Y6)
	VCMPPS(Imm(notLessEqual), best, x, Y7)
	VANDPS(Y6, Y7, Y7)
	VBLENDVPS(Y7, x, best, best)
	VBLENDVPS(Y7, k, which, which)
}

// storeBytes writes lanes as bytes.
func (s *isa) storeBytes(from Register, to Mem) {
	if s.lanes == 16 {
		VPMOVDB(from, to)
		return
	}
	VEXTRACTI128(Imm(1), from, X6)
	VPACKUSDW(X6, X1, X6) // from is Y1
	VPACKUSWB(X6, X6, X6)
	VMOVQ(X6, to)
}

// poolGradient writes to windows that do not overlap: the gradient to the place that was chosen, unless y is 0, and 0 to the others.
func (s *isa) poolGradient() {
	name := "poolGradient" + s.name
	begin(name, "poolArgs", name+" writes the gradients of a row of windows.")
	mask, dy, which, y, k, one, zero, out := s.regs[15], s.regs[0], s.regs[1], s.regs[2], s.regs[3], s.regs[4], s.regs[5], s.regs[7]
	s.masks(poolMask, mask, R10)
	MOVQ(arg(poolPlaces), R10)
	MOVL(U32(1), R11.As32())
	VMOVD(R11.As32(), X4)
	VPBROADCASTD(X4, one)
	s.zero(zero)
	n := 0
	s.pooled(func(masked bool) {
		n++
		loop := []string{"", "places", "lastPlaces"}[n]
		if masked {
			s.loadMasked(Mem{Base: RDI}, mask, y)
			s.loadMasked(Mem{Base: RDX}, mask, dy)
		} else {
			VMOVUPS(Mem{Base: RDI}, y)
			VMOVUPS(Mem{Base: RDX}, dy)
		}
		s.keepNonZero(y, zero, dy)
		VPMOVZXBD(Mem{Base: RSI}, which)
		s.zero(k)
		XORQ(R11, R11)
		Label(loop)
		MOVQ(Mem{Base: R10, Index: R11, Scale: 8}, R12)
		s.keepEqual(which, k, dy, out)
		VPADDD(one, k, k)
		to := Mem{Base: RBX, Index: R12, Scale: 1}
		if masked {
			s.storeMasked(out, mask, to)
		} else {
			VMOVUPS(out, to)
		}
		INCQ(R11)
		CMPQ(R11, arg(poolCount))
		JLT(LabelRef(loop))
	})
}

// brightness turns bytes into floats from 0 to 1.
func (s *isa) brightness() {
	name := "brightness" + s.name
	declare(name, "pixels *byte, y *float32, n uintptr, scale float32", name+" writes pixels / scale. n is at least a vector; the last one overlaps the one before if it has to.")
	TEXT(name, NOSPLIT, "func(pixels *byte, y *float32, n uintptr, scale float32)")
	Load(Param("pixels"), RBX)
	Load(Param("y"), RDI)
	Load(Param("n"), RCX)
	Load(Param("scale"), X1)
	scale, x := s.regs[1], s.regs[0]
	VBROADCASTSS(X1, scale)
	XORQ(RAX, RAX)
	SUBQ(Imm(uint64(s.lanes)), RCX)
	Label("vectors")
	CMPQ(RAX, RCX)
	CMOVQGT(RCX, RAX)
	VPMOVZXBD(Mem{Base: RBX, Index: RAX, Scale: 1}, x)
	VCVTDQ2PS(x, x)
	VDIVPS(scale, x, x)
	VMOVUPS(x, Mem{Base: RDI, Index: RAX, Scale: 4})
	ADDQ(Imm(uint64(s.lanes)), RAX)
	LEAQ(Mem{Base: RCX, Disp: s.lanes}, RDX)
	CMPQ(RAX, RDX)
	JLT(LabelRef("vectors"))
	VZEROUPPER()
	RET()
}
