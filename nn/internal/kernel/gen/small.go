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
