package kernel

import "unsafe"

// The arguments of the assembly, whose generator knows their layout. They live in a scratch, so that calls allocate nothing.

// tileArgs are groups of neighbouring output pixels, all with the same number of pixels and of vectors of channels.
type tileArgs struct {
	x, y  [4]unsafe.Pointer // where each group's first window starts, and where its first pixel goes
	step  uintptr           // bytes from a pixel's window to its neighbour's
	yStep uintptr           // bytes from a pixel to its neighbour
	row   uintptr           // bytes from the end of a window's row to its next
	rows  uintptr
	taps  uintptr        // floats in a window's row
	w     unsafe.Pointer // [rows][taps][vectors]
	start unsafe.Pointer // a value per channel
	mask  unsafe.Pointer // of the last vector
	floor float32        // what is smaller becomes this
}

// windowArgs are n lists of values and places. List i's sum of value * the window at src + place*srcStep goes on top of the window at
// dst + i*dstStep.
type windowArgs struct {
	values   unsafe.Pointer // float32
	places   unsafe.Pointer // int32
	from, to unsafe.Pointer // int32 per list: its first entry, and the one behind its last
	n        uintptr        // is 0 afterwards
	src      unsafe.Pointer
	srcStep  uintptr // bytes
	srcRow   uintptr // bytes from a window's row to its next
	dst      unsafe.Pointer
	dstStep  uintptr
	dstRow   uintptr
	mask     unsafe.Pointer // of the last vector of a destination row
}

// compressArgs are pixels whose values that are not zero get listed.
type compressArgs struct {
	x      unsafe.Pointer
	step   uintptr // bytes from pixel to pixel
	pixels uintptr
	full   uintptr        // vectors of channels before the last one
	mask   unsafe.Pointer // of the last vector
	values unsafe.Pointer // float32; a whole vector is written behind the last entry
	places unsafe.Pointer // int32: channels
	first  unsafe.Pointer // int32 per pixel, and one more: its first entry
	n      uintptr        // entries before and, afterwards, behind these
	order  unsafe.Pointer // counting
	front  unsafe.Pointer // toFront

	place, advance uintptr        // of the first pixel, and from pixel to pixel
	pixelPlaces    unsafe.Pointer // int32: places of the entries' pixels
}

// sortArgs are lists by pixel that are to be appended to lists by channel.
type sortArgs struct {
	values, places     unsafe.Pointer
	pixelPlaces        unsafe.Pointer
	n                  uintptr        // entries, at least 1
	next               unsafe.Pointer // int32 per channel: where its next entry goes
	toValues, toPlaces unsafe.Pointer
}

// outerArgs are lines of output gradients and the small windows that belong to them.
type outerArgs struct {
	x, dy         unsafe.Pointer
	xStep, dyStep uintptr // bytes from pixel to pixel
	pixels        uintptr // in a line
	xLine, dyLine uintptr // bytes from the end of a line to the next
	lines         uintptr
	srcRow        uintptr        // bytes from a window's row to its next
	dst           unsafe.Pointer // a vector for each of the window's values, and one for the bias
	dstStep       uintptr        // bytes from one to the next
	mask          unsafe.Pointer // of the channels
}

// columnsArgs are pixels to add up.
type columnsArgs struct {
	x    unsafe.Pointer
	step uintptr // bytes from pixel to pixel
	n    uintptr
	sum  unsafe.Pointer
	mask unsafe.Pointer
}

// rowsArgs are rows of slices that are handled value by value.
type rowsArgs struct {
	p         [4]unsafe.Pointer
	step      [4]uintptr // bytes from row to row
	rows      uintptr
	full      uintptr        // vectors in a row before the last one
	mask      unsafe.Pointer // of the last vector
	constants [8]float32
}

// poolArgs are a row of windows.
type poolArgs struct {
	x, y, dy, chosen unsafe.Pointer
	pixels           uintptr // is 0 afterwards
	xStep, yStep     uintptr // bytes from the last vector of a window or pixel to the next one's first
	dyStep, cStep    uintptr
	places           unsafe.Pointer // int64 per pixel of a window: bytes from its first
	count            uintptr        // of places
	full             uintptr        // vectors of channels before the last one
	mask             unsafe.Pointer // of the last vector
}

// widest is the number of floats in the widest vector.
const widest = 16

var (
	masks    = func() (m [2 * widest]int32) { fill(m[:widest], -1); return m }()
	counting = func() (order [widest]int32) {
		for i := range order {
			order[i] = int32(i)
		}
		return order
	}()
	// toFront[m] are the lanes that are set in m.
	toFront = func() (lanes [256][8]uint8) {
		for m := range lanes {
			n := 0
			for lane := range uint8(8) {
				if m>>lane&1 == 1 {
					lanes[m][n] = lane
					n++
				}
			}
		}
		return lanes
	}()
)

func fill(s []int32, v int32) {
	for i := range s {
		s[i] = v
	}
}

// mask selects the first `lanes` lanes of a vector.
func mask(lanes int) unsafe.Pointer { return unsafe.Pointer(&masks[widest-lanes]) }

// at is the address of x[i]. It may be one behind the last.
func at[T any](x []T, i int) unsafe.Pointer {
	return unsafe.Add(unsafe.Pointer(unsafe.SliceData(x)), i*int(unsafe.Sizeof(*new(T))))
}

// Aligned makes n zeros that start at a cache line.
func Aligned(n int) []float32 {
	const line = 64
	x := make([]float32, n+line/4)
	skip := (-uintptr(unsafe.Pointer(unsafe.SliceData(x))) % line) / 4
	return x[skip : int(skip)+n : int(skip)+n]
}
