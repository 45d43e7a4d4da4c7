package main

import (
	"encoding/binary"
	"fmt"
	"strings"
)

// neon writes arm64 assembly. avo knows only amd64, so it is text in the syntax of Go's assembler.
//
// R0 points to the arguments in all functions. R24 is the number of lanes in a row's last vector, and R25 and R26 are scratch; R18, R27 and what
// follows it belong to the system, to the assembler and to Go.
type neon struct {
	set            *isa
	text, declared strings.Builder
	labels         int // that are numbered
}

func newNEON() *neon {
	s := &isa{name: "neon", lanes: 4}
	s.tiles = neonTiles
	for vectors, rows := range map[int][]int{
		1: {1, 2, 3, 5}, 2: {1, 2, 3, 5}, 3: {1, 2, 3, 5}, 4: {1, 2, 3, 5}, 5: {1, 2, 3, 5}, 6: {1, 2, 3}, 7: {1, 2, 3}, 8: {1, 2, 3},
		9: {1, 2, 3}, 10: {1, 2}, 12: {1, 2}, 14: {1}, 16: {1}, 18: {1}, 20: {1}, 24: {1},
	} {
		s.add(vectors, rows)
	}
	s.sortShapes()
	s.outers = []outerShape{{3, 3}, {3, 9}, {5, 5}}
	return &neon{set: s}
}

// generate writes the functions to path.s, and their declarations and table to path.go.
func (n *neon) generate(path string) {
	s := n.set
	n.text.WriteString(header("arm64") + "#include \"textflag.h\"\n")
	n.declared.WriteString(header("arm64") + "package kernel\n")
	s.each(n.tile, n.window, n.outer)
	n.compress()
	n.sortByChannel()
	n.columns()
	n.peak()
	n.small()
	n.declared.WriteString(s.table())
	write(path+".s", []byte(n.text.String()))
	writeGo(path+".go", n.declared.String())
}

// op writes an instruction.
func (n *neon) op(format string, args ...any) { fmt.Fprintf(&n.text, "\t"+format+"\n", args...) }

func (n *neon) label(name string) { n.text.WriteString(name + ":\n") }

// function starts a function whose arguments take `size` bytes.
func (n *neon) function(name, params string, size int, doc string) {
	n.declared.WriteString(declaration(name, params, name+" "+doc))
	fmt.Fprintf(&n.text, "\n// func %s(%s)\nTEXT ·%s(SB), NOSPLIT, $0-%d\n", name, params, name, size)
}

// begin starts a function of one pointer, which it loads.
func (n *neon) begin(name, args, doc string) {
	n.function(name, "a *"+args, 8, doc)
	n.op("MOVD a+0(FP), R0")
}

// data makes a constant of whole words.
func (n *neon) data(name, bytes string) {
	n.text.WriteString("\n")
	for i := 0; i < len(bytes); i += 8 {
		fmt.Fprintf(&n.text, "DATA %s+%d(SB)/8, $0x%016x\n", name, i, binary.LittleEndian.Uint64([]byte(bytes[i:])))
	}
	fmt.Fprintf(&n.text, "GLOBL %s(SB), RODATA|NOPTR, $%d\n", name, len(bytes))
}

// arg loads an argument.
func (n *neon) arg(offset, r int) { n.op("MOVD %d(R0), R%d", offset, r) }

// zero clears vectors.
func (n *neon) zero(vs ...int) {
	for _, v := range vs {
		n.op("VEOR V%[1]d.B16, V%[1]d.B16, V%[1]d.B16", v)
	}
}

// lanes counts the lanes that the mask at an argument selects. It overwrites V31.
func (n *neon) lanes(mask int) {
	n.arg(mask, 24)
	n.op("VLD1 (R24), [V31.S4]")
	n.op("VADDV V31.S4, V31")
	n.op("VMOV V31.S[0], R24")
	n.op("NEGW R24, R24")
}

// loadLast loads as many lanes as a last vector has, and clears the others.
func (n *neon) loadLast(base, offset, v int) {
	n.last(
		func() { n.op("FMOVS %d(R%d), F%d", offset, base, v) },
		func() { n.op("FMOVD %d(R%d), F%d", offset, base, v) },
		func() {
			n.op("ADD $%d, R%d, R25", offset+8, base)
			n.op("VLD1 (R25), V%d.S[2]", v)
		},
		func() { n.op("FMOVQ %d(R%d), F%d", offset, base, v) })
}

// storeLast writes as many lanes as a last vector has.
func (n *neon) storeLast(v, base, offset int) {
	n.last(
		func() { n.op("FMOVS F%d, %d(R%d)", v, offset, base) },
		func() { n.op("FMOVD F%d, %d(R%d)", v, offset, base) },
		func() {
			n.op("ADD $%d, R%d, R25", offset+8, base)
			n.op("VST1 V%d.S[2], (R25)", v)
		},
		func() { n.op("FMOVQ F%d, %d(R%d)", v, offset, base) })
}

// last branches on the lanes of a last vector. Three of them are a pair and a third one.
func (n *neon) last(one, pair, third, full func()) {
	n.labels++
	id := n.labels
	n.op("TBNZ $2, R24, full%d", id)
	n.op("TBZ $1, R24, one%d", id)
	pair()
	n.op("TBZ $0, R24, done%d", id)
	third()
	n.op("JMP done%d", id)
	n.label(fmt.Sprintf("one%d", id))
	one()
	n.op("JMP done%d", id)
	n.label(fmt.Sprintf("full%d", id))
	full()
	n.label(fmt.Sprintf("done%d", id))
}
