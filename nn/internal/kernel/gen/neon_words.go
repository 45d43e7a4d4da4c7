package main

import "fmt"

// Instructions that Go's assembler does not know, with the names and operands of Arm's manual, the destination first.

func (n *neon) word(code uint32, format string, args ...any) {
	n.op("WORD $0x%08x // %s", code, fmt.Sprintf(format, args...))
}

// multiplyAdd adds a times lane i of b to d.
func (n *neon) multiplyAdd(d, a, b, i int) {
	n.word(0x4F801000|uint32(i&1<<21|b<<16|i>>1<<11|a<<5|d), "fmla v%d.4s, v%d.4s, v%d.s[%d]", d, a, b, i)
}

func (n *neon) add(d, a, b int) { n.three(0x4E20D400, "fadd", d, a, b) }
func (n *neon) sub(d, a, b int) { n.three(0x4EA0D400, "fsub", d, a, b) }
func (n *neon) mul(d, a, b int) { n.three(0x6E20DC00, "fmul", d, a, b) }
func (n *neon) div(d, a, b int) { n.three(0x6E20FC00, "fdiv", d, a, b) }

// max is NaN where one of the operands is.
func (n *neon) max(d, a, b int) { n.three(0x4E20F400, "fmax", d, a, b) }

// equal and notLess are all ones where a == b and a >= b.
func (n *neon) equal(d, a, b int)   { n.three(0x4E20E400, "fcmeq", d, a, b) }
func (n *neon) notLess(d, a, b int) { n.three(0x6E20E400, "fcmge", d, a, b) }

func (n *neon) three(code uint32, name string, d, a, b int) {
	n.word(code|uint32(b<<16|a<<5|d), "%s v%d.4s, v%d.4s, v%d.4s", name, d, a, b)
}

// andNot is a &^ b.
func (n *neon) andNot(d, a, b int) {
	n.word(0x4E601C00|uint32(b<<16|a<<5|d), "bic v%d.16b, v%d.16b, v%d.16b", d, a, b)
}

// isZero is all ones where a is 0, of either sign.
func (n *neon) isZero(d, a int) {
	n.word(0x4EA0D800|uint32(a<<5|d), "fcmeq v%d.4s, v%d.4s, #0.0", d, a)
}

func (n *neon) sqrt(d, a int) { n.word(0x6EA1F800|uint32(a<<5|d), "fsqrt v%d.4s, v%d.4s", d, a) }

func (n *neon) toFloat(d, a int) { n.word(0x6E21D800|uint32(a<<5|d), "ucvtf v%d.4s, v%d.4s", d, a) }

// loadAt and storeAt access a vector `index` bytes behind base.
func (n *neon) loadAt(base, index, v int) {
	n.word(0x3CE06800|uint32(index<<16|base<<5|v), "ldr q%d, [x%d, x%d]", v, base, index)
}

func (n *neon) storeAt(v, base, index int) {
	n.word(0x3CA06800|uint32(index<<16|base<<5|v), "str q%d, [x%d, x%d]", v, base, index)
}
