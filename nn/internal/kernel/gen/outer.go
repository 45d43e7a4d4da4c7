package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// Fields of outerArgs.
const (
	outerX       = 0
	outerDY      = 8
	outerXStep   = 16
	outerDYStep  = 24
	outerPixels  = 32
	outerXLine   = 40
	outerDYLine  = 48
	outerLines   = 56
	outerSrcRow  = 64
	outerDst     = 72
	outerDstStep = 80
	outerMask    = 88
)

// outer adds up, over lines of pixels, every value of a small window times a vector of output gradients, and the gradients themselves.
func (s *isa) outer(rows, taps int) {
	name := fmt.Sprintf("outer%s_%dx%d", s.name, rows, taps)
	begin(name, "outerArgs", fmt.Sprintf("%s adds up windows of %d rows of %d values times output gradients.", name, rows, taps))
	sum, dy := s.regs[:rows*taps+1], s.regs[len(s.regs)-1]
	s.masks(outerMask, dy, RDI)
	for _, r := range sum {
		s.zero(r)
	}
	MOVQ(arg(outerX), RBX)
	MOVQ(arg(outerDY), RDX)
	MOVQ(arg(outerXStep), RCX)
	MOVQ(arg(outerDYStep), RSI)
	MOVQ(arg(outerSrcRow), R11)
	LEAQ(Mem{Base: R11, Index: R11, Scale: 2}, R12)
	MOVQ(arg(outerLines), R9)
	Label("lines")
	MOVQ(arg(outerPixels), R8)
	Label("pixels")
	s.loadMasked(Mem{Base: RDX}, dy, dy)
	for r := range rows {
		for t := range taps {
			x := Mem{Base: RBX, Disp: 4 * t}
			switch r {
			case 1, 2, 4:
				x.Index, x.Scale = R11, uint8(r)
			case 3:
				x.Index, x.Scale = R12, 1
			}
			VFMADD231PS_BCST(x, dy, sum[r*taps+t])
		}
	}
	VADDPS(dy, sum[rows*taps], sum[rows*taps])
	ADDQ(RCX, RBX)
	ADDQ(RSI, RDX)
	DECQ(R8)
	JNZ(LabelRef("pixels"))
	ADDQ(arg(outerXLine), RBX)
	ADDQ(arg(outerDYLine), RDX)
	DECQ(R9)
	JNZ(LabelRef("lines"))
	MOVQ(arg(outerDst), RDI)
	MOVQ(arg(outerDstStep), RCX)
	for _, r := range sum {
		VADDPS(Mem{Base: RDI}, r, r)
		VMOVUPS(r, Mem{Base: RDI})
		ADDQ(RCX, RDI)
	}
	VZEROUPPER()
	RET()
}
