package figure

import (
	"fmt"
	"image/color"
	"strings"

	"github.com/boombuler/barcode/qr"
)

// quiet is the light margin that ISO/IEC 18004 wants around a code, in modules.
const quiet = 4

// A QR is a QR code: a square of dark and light modules.
type QR struct {
	modules [][]bool // rows; true is dark
}

// NewQR encodes a text so that it survives damage of 15 % of the code (level M).
// A text that is too long for any code is an error.
func NewQR(text string) (QR, error) {
	code, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return QR{}, fmt.Errorf("a QR code of %d bytes: %w", len(text), err)
	}
	size := code.Bounds().Dx()
	modules := make([][]bool, size)
	for y := range modules {
		modules[y] = make([]bool, size)
		for x := range modules[y] {
			modules[y][x] = code.At(x, y) == color.Black
		}
	}
	return QR{modules}, nil
}

// isDark reports on a module by its place in the whole, margin included.
func (q QR) isDark(x, y int) bool {
	x, y = x-quiet, y-quiet
	return x >= 0 && y >= 0 && x < len(q.modules) && y < len(q.modules) && q.modules[y][x]
}

// size is the side of the whole, margin included, in modules.
func (q QR) size() int { return len(q.modules) + 2*quiet }

// SVG draws the code dark on white in every theme, as phones want it, one unit a
// module. Neighbours in a row are one rectangle, so that no seams show.
func (q QR) SVG() []byte {
	var b strings.Builder
	n := q.size()
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %[1]d" shape-rendering="crispEdges"><rect width="%[1]d" height="%[1]d" fill="#fff"/>`, n)
	for y := range n {
		for x := 0; x < n; x++ {
			from := x
			for q.isDark(x, y) {
				x++
			}
			if x > from {
				fmt.Fprintf(&b, `<rect x="%d" y="%d" width="%d" height="1"/>`, from, y, x-from)
			}
		}
	}
	b.WriteString("</svg>\n")
	return []byte(b.String())
}

// How a terminal is told to write black on white, whatever its colours are, and
// to go on as before.
const (
	blackOnWhite = "\x1b[38;5;16;48;5;231m"
	asBefore     = "\x1b[0m"
)

// Terminal draws the code for a terminal, two rows of modules in a line of half
// blocks.
func (q QR) Terminal() string {
	var b strings.Builder
	for y := 0; y < q.size(); y += 2 {
		b.WriteString(blackOnWhite)
		for x := range q.size() {
			upper, lower := q.isDark(x, y), q.isDark(x, y+1)
			b.WriteString(map[[2]bool]string{{false, false}: " ", {true, false}: "▀", {false, true}: "▄", {true, true}: "█"}[[2]bool{upper, lower}])
		}
		b.WriteString(asBefore + "\n")
	}
	return b.String()
}
