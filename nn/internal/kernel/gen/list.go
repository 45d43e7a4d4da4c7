package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// Fields of compressArgs.
const (
	compressX           = 0
	compressStep        = 8
	compressPixels      = 16
	compressFull        = 24
	compressMask        = 32
	compressValues      = 40
	compressPlaces      = 48
	compressFirst       = 56
	compressN           = 64
	compressOrder       = 72
	compressFront       = 80
	compressPlace       = 88
	compressAdvance     = 96
	compressPixelPlaces = 104
)

// compress lists the values of pixels that are not zero with their channels and their pixels' places.
func (s *isa) compress() {
	name := "compress" + s.name
	begin(name, "compressArgs", name+" lists the channels of pixels that are not zero.")
	MOVQ(arg(compressX), RBX)
	MOVQ(arg(compressPixels), RCX)
	MOVQ(arg(compressValues), R8)
	MOVQ(arg(compressPlaces), R9)
	MOVQ(arg(compressFirst), RDI)
	MOVQ(arg(compressN), RDX)
	x, place, zero, mask, step, start := s.regs[0], s.regs[1], s.regs[2], s.regs[3], s.regs[4], s.regs[5]
	s.masks(compressMask, mask, R10)
	s.zero(zero)
	MOVQ(arg(compressPixelPlaces), RSI)
	VPBROADCASTD(arg(compressPlace), s.regs[8])
	VPBROADCASTD(arg(compressAdvance), s.regs[9])
	MOVQ(arg(compressOrder), R10) // 0, 1, 2, …
	VMOVUPS(Mem{Base: R10}, start)
	MOVL(U32(uint32(s.lanes)), R11.As32())
	VMOVD(R11.As32(), X4)
	VPBROADCASTD(X4, step)
	if s.lanes == 8 {
		MOVQ(arg(compressFront), R14)
	}

	Label("pixels")
	MOVL(RDX.As32(), Mem{Base: RDI})
	ADDQ(Imm(4), RDI)
	MOVQ(RBX, R11)
	VMOVAPS(start, place)
	MOVQ(arg(compressFull), R12)
	TESTQ(R12, R12)
	JZ(LabelRef("last"))
	Label("vectors")
	VMOVUPS(Mem{Base: R11}, x)
	s.append(x, place, zero)
	VPADDD(step, place, place)
	ADDQ(U32(uint32(s.bytes())), R11)
	DECQ(R12)
	JNZ(LabelRef("vectors"))
	Label("last")
	s.loadMasked(Mem{Base: R11}, mask, x)
	s.append(x, place, zero)
	VPADDD(s.regs[9], s.regs[8], s.regs[8])
	ADDQ(arg(compressStep), RBX)
	DECQ(RCX)
	JNZ(LabelRef("pixels"))
	MOVL(RDX.As32(), Mem{Base: RDI})
	MOVQ(RDX, arg(compressN))
	VZEROUPPER()
	RET()
}

// append writes the lanes of x that are not zero, and their places, behind entry RDX.
func (s *isa) append(x, place, zero Register) {
	const notEqual = 4 // unordered too: NaN is not zero
	values, places := Mem{Base: R8, Index: RDX, Scale: 4}, Mem{Base: R9, Index: RDX, Scale: 4}
	VMOVUPS(s.regs[8], Mem{Base: RSI, Index: RDX, Scale: 4})
	if s.lanes == 16 {
		VCMPPS(Imm(notEqual), zero, x, K2)
		VCOMPRESSPS_Z(x, K2, Z6)
		VPCOMPRESSD_Z(place, K2, Z7)
		VMOVUPS(Z6, values)
		VMOVUPS(Z7, places)
		KMOVW(K2, R13.As32())
		POPCNTL(R13.As32(), R13.As32())
		ADDQ(R13, RDX)
		return
	}
	VCMPPS(Imm(notEqual), zero, x, Y6)
	VMOVMSKPS(Y6, R13.As32())
	MOVQ(R13, R10)
	SHLQ(Imm(3), R10)
	VPMOVZXBD(Mem{Base: R14, Index: R10, Scale: 1}, Y6)
	VPERMPS(x, Y6, Y7)
	VMOVUPS(Y7, values)
	VPERMD(place, Y6, Y7)
	VMOVUPS(Y7, places)
	POPCNTL(R13.As32(), R13.As32())
	ADDQ(R13, RDX)
}

// Fields of sortArgs.
const (
	sortValues      = 0
	sortPlaces      = 8
	sortPixelPlaces = 16
	sortN           = 24
	sortNext        = 32
	sortToValues    = 40
	sortToPlaces    = 48
)

// sortByChannel moves the entries of lists by pixel to lists by channel.
func sortByChannel() {
	begin("sortByChannel", "sortArgs", "sortByChannel appends the entries of lists by pixel to lists by channel.")
	MOVQ(arg(sortValues), R8)
	MOVQ(arg(sortPlaces), R9)
	MOVQ(arg(sortPixelPlaces), RSI)
	MOVQ(arg(sortN), RCX)
	MOVQ(arg(sortNext), RDI)
	MOVQ(arg(sortToValues), R10)
	MOVQ(arg(sortToPlaces), R11)
	XORQ(RAX, RAX)
	Label("entries")
	MOVLQSX(Mem{Base: R9, Index: RAX, Scale: 4}, R12)
	MOVL(Mem{Base: R8, Index: RAX, Scale: 4}, R13.As32())
	MOVL(Mem{Base: RSI, Index: RAX, Scale: 4}, RDX.As32())
	MOVLQSX(Mem{Base: RDI, Index: R12, Scale: 4}, RBX)
	MOVL(R13.As32(), Mem{Base: R10, Index: RBX, Scale: 4})
	MOVL(RDX.As32(), Mem{Base: R11, Index: RBX, Scale: 4})
	INCL(RBX.As32())
	MOVL(RBX.As32(), Mem{Base: RDI, Index: R12, Scale: 4})
	INCQ(RAX)
	CMPQ(RAX, RCX)
	JLT(LabelRef("entries"))
	RET()
}

// Fields of columnsArgs.
const (
	columnsX    = 0
	columnsStep = 8
	columnsN    = 16
	columnsSum  = 24
	columnsMask = 32
)

// columns adds up a vector of channels over pixels.
func (s *isa) columns() {
	name := "columns" + s.name
	begin(name, "columnsArgs", name+" adds a vector of channels of all pixels to a sum.")
	MOVQ(arg(columnsX), RBX)
	MOVQ(arg(columnsStep), RCX)
	MOVQ(arg(columnsN), RDX)
	MOVQ(arg(columnsSum), RDI)
	mask, sum, x := s.regs[0], s.regs[1:5], s.regs[5]
	s.masks(columnsMask, mask, RSI)
	s.loadMasked(Mem{Base: RDI}, mask, sum[0])
	for _, r := range sum[1:] {
		s.zero(r)
	}
	SUBQ(Imm(4), RDX)
	JLT(LabelRef("few"))
	Label("many")
	for _, r := range sum {
		s.loadMasked(Mem{Base: RBX}, mask, x)
		ADDQ(RCX, RBX)
		VADDPS(x, r, r)
	}
	SUBQ(Imm(4), RDX)
	JGE(LabelRef("many"))
	Label("few")
	ADDQ(Imm(4), RDX)
	JZ(LabelRef("done"))
	Label("one")
	s.loadMasked(Mem{Base: RBX}, mask, x)
	ADDQ(RCX, RBX)
	VADDPS(x, sum[0], sum[0])
	DECQ(RDX)
	JNZ(LabelRef("one"))
	Label("done")
	VADDPS(sum[1], sum[0], sum[0])
	VADDPS(sum[3], sum[2], sum[2])
	VADDPS(sum[2], sum[0], sum[0])
	s.storeMasked(sum[0], mask, Mem{Base: RDI})
	VZEROUPPER()
	RET()
}

// peak does nothing but multiply and add in registers.
func (s *isa) peak() {
	name := "peak" + s.name
	declare(name, "n uint64", name+" adds products in 12 registers n times: the fastest that any kernel could be.")
	TEXT(name, NOSPLIT, "func(n uint64)")
	Load(Param("n"), RAX)
	for _, r := range s.regs[:14] {
		s.zero(r)
	}
	Label("loop")
	for _, r := range s.regs[:12] {
		VFMADD231PS(s.regs[12], s.regs[13], r)
	}
	DECQ(RAX)
	JNZ(LabelRef("loop"))
	VZEROUPPER()
	RET()
}
