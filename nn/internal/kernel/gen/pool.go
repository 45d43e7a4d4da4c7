package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

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
