package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// Fields of tileArgs.
const (
	tileX     = 0  // 4 pointers
	tileY     = 32 // 4 pointers
	tileStep  = 64
	tileYStep = 72
	tileRow   = 80
	tileRows  = 88
	tileTaps  = 96
	tileW     = 104
	tileStart = 112
	tileMask  = 120
	tileFloor = 128
)

// tile computes `groups` groups of `pixels` output pixels, `vectors` vectors of output channels each, all in registers.
func (s *isa) tile(vectors, pixels, groups int) {
	name := fmt.Sprintf("tile%s_%dx%d", s.name, vectors, pixels)
	begin(name, "tileArgs", fmt.Sprintf("%s computes %d times %d pixels of %d vectors of channels.", name, groups, pixels, vectors))
	acc := func(g, p, v int) Register { return s.regs[(g*pixels+p)*vectors+v] }
	used := groups * pixels * vectors
	spare := s.regs[used:]
	group := []Register{R8, R9, R10, R11}[:groups]

	s.masks(tileMask, spare[0], RDI)
	MOVQ(arg(tileStart), RDI)
	for v := range vectors {
		at := Mem{Base: RDI, Disp: v * s.bytes()}
		if v == vectors-1 {
			s.loadMasked(at, spare[0], acc(0, 0, v))
		} else {
			VMOVUPS(at, acc(0, 0, v))
		}
		for i := 1; i < groups*pixels; i++ {
			VMOVAPS(acc(0, 0, v), acc(0, i, v))
		}
	}
	for g, r := range group {
		MOVQ(arg(tileX+8*g), r)
	}
	at := s.steps(pixels)
	MOVQ(arg(tileW), RDI)
	MOVQ(arg(tileRows), R12)

	Label("rows")
	MOVQ(arg(tileTaps), R13)
	Label("taps")
	s.products(vectors, pixels, group, at, acc, spare)
	for _, r := range group {
		ADDQ(Imm(4), r)
	}
	ADDQ(U32(uint32(vectors*s.bytes())), RDI)
	DECQ(R13)
	JNZ(LabelRef("taps"))
	for _, r := range group {
		ADDQ(arg(tileRow), r)
	}
	DECQ(R12)
	JNZ(LabelRef("rows"))

	s.storeTile(vectors, pixels, group, acc, spare)
	VZEROUPPER()
	RET()
}

// steps loads multiples of the distance between pixels; at addresses pixel p of the group that starts at a register.
func (s *isa) steps(pixels int) (at func(base Register, p int) Mem) {
	MOVQ(arg(tileStep), RBX)
	if pixels > 3 {
		LEAQ(Mem{Base: RBX, Index: RBX, Scale: 2}, RCX)
	}
	if pixels > 5 {
		LEAQ(Mem{Base: RBX, Index: RBX, Scale: 4}, RDX)
	}
	if pixels > 7 {
		LEAQ(Mem{Base: RCX, Index: RBX, Scale: 4}, RSI)
	}
	index := []struct {
		r     Register
		scale uint8
	}{{}, {RBX, 1}, {RBX, 2}, {RCX, 1}, {RBX, 4}, {RDX, 1}, {RCX, 2}, {RSI, 1}}
	return func(base Register, p int) Mem {
		if p == 0 {
			return Mem{Base: base}
		}
		return Mem{Base: base, Index: index[p].r, Scale: index[p].scale}
	}
}

// products adds an input value of every pixel times its weights. Loads are what limits it, so a value that several vectors of weights want is
// loaded once; where registers run out, one vector of weights is left in memory instead.
func (s *isa) products(vectors, pixels int, group []Register, at func(Register, int) Mem, acc func(g, p, v int) Register, spare []Register) {
	weights := make([]Op, vectors)
	for v := range vectors {
		weights[v] = Mem{Base: RDI, Disp: v * s.bytes()}
		if v < len(spare)-1 {
			VMOVUPS(weights[v], spare[v])
			weights[v] = spare[v]
		}
	}
	broadcast := spare[len(spare)-1]
	for g, base := range group {
		for p := range pixels {
			if s.lanes == 16 && vectors == 1 {
				VFMADD231PS_BCST(at(base, p), weights[0], acc(g, p, 0))
				continue
			}
			VBROADCASTSS(at(base, p), broadcast)
			for v, w := range weights {
				VFMADD231PS(w, broadcast, acc(g, p, v))
			}
		}
	}
}

// storeTile writes the larger of every sum and the floor. A sum that is NaN stays NaN: it is the operand that the instruction then returns.
func (s *isa) storeTile(vectors, pixels int, group []Register, acc func(g, p, v int) Register, spare []Register) {
	VBROADCASTSS(arg(tileFloor), spare[0])
	for g := range group {
		for p := range pixels {
			for v := range vectors {
				VMAXPS(acc(g, p, v), spare[0], acc(g, p, v))
			}
		}
	}
	s.masks(tileMask, spare[0], RDI)
	MOVQ(arg(tileYStep), RBX)
	for g := range group {
		MOVQ(arg(tileY+8*g), R8)
		for p := range pixels {
			for v := range vectors {
				to := Mem{Base: R8, Disp: v * s.bytes()}
				if v == vectors-1 {
					s.storeMasked(acc(g, p, v), spare[0], to)
				} else {
					VMOVUPS(acc(g, p, v), to)
				}
			}
			if p < pixels-1 {
				ADDQ(RBX, R8)
			}
		}
	}
}
