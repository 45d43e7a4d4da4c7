package main

import (
	"fmt"
	"sort"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// Fields of windowArgs.
const (
	windowValues  = 0
	windowPlaces  = 8
	windowFrom    = 16
	windowTo      = 24
	windowN       = 32
	windowSrc     = 40
	windowSrcStep = 48
	windowSrcRow  = 56
	windowDst     = 64
	windowDstStep = 72
	windowDstRow  = 80
	windowMask    = 88
)

func (s *isa) sortShapes() {
	sort.Slice(s.shape, func(i, j int) bool {
		a, b := s.shape[i], s.shape[j]
		return a.vectors < b.vectors || a.vectors == b.vectors && a.rows < b.rows
	})
}

// window adds, list by list, value times a source window of every entry to the list's destination window of rows x vectors vectors.
// Small windows are summed in several sets of registers, so that one entry's sums need not wait for the last one's.
func (s *isa) window(rows, vectors int) {
	name := fmt.Sprintf("window%s_%dx%d", s.name, rows, vectors)
	begin(name, "windowArgs", fmt.Sprintf("%s adds up windows of %d rows of %d vectors.", name, rows, vectors))
	size := rows * vectors
	sets := max(1, min(4, 10/size, (len(s.regs)-1)/size))
	acc := func(set, r, v int) Register { return s.regs[set*size+r*vectors+v] }
	broadcast := s.regs[len(s.regs)-1]

	MOVQ(arg(windowValues), R8)
	MOVQ(arg(windowPlaces), R9)
	MOVQ(arg(windowFrom), RSI)
	MOVQ(arg(windowTo), RDI)
	MOVQ(arg(windowSrc), RBX)
	MOVQ(arg(windowSrcStep), R10)
	MOVQ(arg(windowSrcRow), R11)
	MOVQ(arg(windowDst), RDX)
	LEAQ(Mem{Base: R11, Index: R11, Scale: 2}, R12)

	Label("lists")
	MOVLQSX(Mem{Base: RSI}, RCX)
	MOVLQSX(Mem{Base: RDI}, R13)
	CMPQ(RCX, R13)
	JGE(LabelRef("next"))
	for set := range sets {
		for r := range rows {
			for v := range vectors {
				s.zero(acc(set, r, v))
			}
		}
	}
	entry := func(set int) {
		MOVLQSX(Mem{Base: R9, Index: RCX, Scale: 4, Disp: 4 * set}, R14)
		IMULQ(R10, R14)
		ADDQ(RBX, R14)
		VBROADCASTSS(Mem{Base: R8, Index: RCX, Scale: 4, Disp: 4 * set}, broadcast)
		for r := range rows {
			for v := range vectors {
				from := Mem{Base: R14, Disp: v * s.bytes()}
				switch r {
				case 1, 2, 4:
					from.Index, from.Scale = R11, uint8(r)
				case 3:
					from.Index, from.Scale = R12, 1
				}
				VFMADD231PS(from, broadcast, acc(set, r, v))
			}
		}
	}
	if sets > 1 {
		SUBQ(U32(uint32(sets-1)), R13)
		CMPQ(RCX, R13)
		JGE(LabelRef("few"))
		Label("many")
		for set := range sets {
			entry(set)
		}
		ADDQ(U32(uint32(sets)), RCX)
		CMPQ(RCX, R13)
		JLT(LabelRef("many"))
		Label("few")
		ADDQ(U32(uint32(sets-1)), R13)
		CMPQ(RCX, R13)
		JGE(LabelRef("done"))
	}
	Label("one")
	entry(0)
	INCQ(RCX)
	CMPQ(RCX, R13)
	JLT(LabelRef("one"))
	if sets > 1 {
		Label("done")
		for set := 1; set < sets; set++ {
			for r := range rows {
				for v := range vectors {
					VADDPS(acc(set, r, v), acc(0, r, v), acc(0, r, v))
				}
			}
		}
	}
	s.addToDst(rows, vectors, func(r, v int) Register { return acc(0, r, v) })
	Label("next")
	ADDQ(Imm(4), RSI)
	ADDQ(Imm(4), RDI)
	ADDQ(arg(windowDstStep), RDX)
	DECQ(arg(windowN))
	JNZ(LabelRef("lists"))
	VZEROUPPER()
	RET()
}

// addToDst adds sums to the destination window. Sums start at zero and come to it late, so that they need not wait for its values.
// The last vector of a row is masked; it comes after the others, when there is a register to load it.
func (s *isa) addToDst(rows, vectors int, sum func(r, v int) Register) {
	mask := s.regs[len(s.regs)-1]
	s.masks(windowMask, mask, R14)
	MOVQ(RDX, R14)
	for r := range rows {
		for v := range vectors - 1 {
			m := Mem{Base: R14, Disp: v * s.bytes()}
			VADDPS(m, sum(r, v), sum(r, v))
			VMOVUPS(sum(r, v), m)
		}
		if r < rows-1 {
			ADDQ(arg(windowDstRow), R14)
		}
	}
	MOVQ(RDX, R14)
	for r := range rows {
		last := sum(r, vectors-1)
		m := Mem{Base: R14, Disp: (vectors - 1) * s.bytes()}
		switch {
		case s.lanes == 16:
			VADDPS(m, last, K1, last)
			VMOVUPS(last, K1, m)
		default:
			free := s.regs[len(s.regs)-2]
			if len(s.regs)-1 <= rows*vectors {
				free = sum(0, 0) // is stored by now
			}
			s.loadMasked(m, mask, free)
			VADDPS(free, last, last)
			s.storeMasked(last, mask, m)
		}
		if r < rows-1 {
			ADDQ(arg(windowDstRow), R14)
		}
	}
}
