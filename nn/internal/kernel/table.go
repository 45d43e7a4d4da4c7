package kernel

import (
	"fmt"
	"os"
	"strings"
	"sync"
)

//go:generate go run -C gen . -out ../vector_amd64.s -declarations ../vector_amd64.go
//go:generate go run -C gen . -arm64 ../vector_arm64

// Variable is the environment variable that names the table to use.
const Variable = "FILTERSCOPE_KERNEL"

// Table is the kernels for one instruction set.
type Table struct {
	Name string
	*vectors
}

// vectors are the functions of a table in assembly.
type vectors struct {
	lanes    int
	tiles    [4][8]tileKernel // [vectors-1][pixels-1]
	windows  []windowKernel
	outers   []outerKernel
	compress func(*compressArgs)
	sort     func(*sortArgs)
	columns  func(*columnsArgs)
	peak     func(uint64)

	relu, reluGradient, add, adam func(*rowsArgs)

	pool, poolGradient       func(*poolArgs)
	pool2x2, poolGradient2x2 func(*poolArgs)
	brightness               func(pixels *byte, y *float32, n uintptr, scale float32)
}

type tileKernel struct {
	run    func(*tileArgs)
	groups int // 0: there is none
}

type windowKernel struct {
	rows, vectors int
	run           func(*windowArgs)
}

type outerKernel struct {
	rows, taps int
	run        func(*outerArgs)
}

// generic is the table in plain Go, which runs everywhere and is the specification of the others.
var generic = &Table{Name: "generic"}

// Tables are the tables that this machine supports, the fastest first and generic last.
func Tables() []*Table { return append(supported(), generic) }

// Default is the table that the environment variable names, else the fastest one. It panics if there is no such table.
var Default = sync.OnceValue(func() *Table {
	t, err := named(os.Getenv(Variable))
	if err != nil {
		panic(err)
	}
	return t
})

func named(name string) (*Table, error) {
	tables := Tables()
	var names []string
	for _, t := range tables {
		if name == "" || name == t.Name {
			return t, nil
		}
		names = append(names, t.Name)
	}
	return nil, fmt.Errorf("kernel: %s=%s is not supported here: must be one of %s, or empty for the first of them", Variable, name, strings.Join(names, ", "))
}

// Convolution is a convolution made ready for a table. It holds weights and scratch memory, so it is for one goroutine at a time.
type Convolution interface {
	// Pack takes the weights [filterH][filterW][inC][outC] for Forward.
	Pack(w []float32)
	// PackBackward takes the weights for Backward.
	PackBackward(w []float32)
	// Forward computes the outputs of n images from their inputs: y = x * w + b, and what is smaller than floor becomes floor.
	Forward(x, b, y []float32, floor float32, n int)
	// Backward adds the weight and bias gradients of n <= Together images to acc, from inputs x and output gradients dy. It overwrites all of dx
	// with the input gradients; what it then has in its border means nothing. Either of acc and dx may be nil.
	Backward(x, dy, acc, dx []float32, n int)
	// GradientLen is the number of floats that Backward adds to.
	GradientLen() int
	// UnpackGradient writes scale times what Backward added up to dw [filterH][filterW][inC][outC] and db [outC].
	UnpackGradient(acc []float32, scale float32, dw, db []float32)
}

// Together is the largest number of images for one call of Backward.
const Together = 8

// Convolutions makes convolutions ready. They share scratch memory.
func (t *Table) Convolutions(convs []Conv) []Convolution {
	made := make([]Convolution, len(convs))
	if t.vectors == nil {
		s := NewSparse(convs)
		for i, c := range convs {
			made[i] = &genericConv{Conv: c, packed: c.NewPacked(), sparse: s}
		}
		return made
	}
	s := newScratch(t.vectors, convs)
	for i, c := range convs {
		made[i] = newVectorConv(t.vectors, c, s)
	}
	return made
}
