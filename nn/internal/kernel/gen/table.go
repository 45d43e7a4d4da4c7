package main

import (
	"fmt"
	"strings"
)

// table writes the Go variable that holds the instruction set's functions.
func (s *isa) table() string {
	var b strings.Builder
	fmt.Fprintf(&b, "\nvar %s = &vectors{\n\tlanes: %d,\n\ttiles: [4][8]tileKernel{\n", s.name, s.lanes)
	for vectors := 1; vectors <= 4; vectors++ {
		fmt.Fprint(&b, "\t\t{\n")
		for pixels := 1; pixels <= 8; pixels++ {
			if groups := s.tiles(vectors, pixels); groups > 0 {
				fmt.Fprintf(&b, "\t\t\t%d: {tile%s_%dx%d, %d},\n", pixels-1, s.name, vectors, pixels, groups)
			}
		}
		fmt.Fprint(&b, "\t\t},\n")
	}
	fmt.Fprint(&b, "\t},\n\twindows: []windowKernel{\n")
	for _, w := range s.shape {
		fmt.Fprintf(&b, "\t\t{%d, %d, window%s_%dx%d},\n", w.rows, w.vectors, s.name, w.rows, w.vectors)
	}
	fmt.Fprintf(&b, "\t},\n")
	fmt.Fprintf(&b, "\touters: []outerKernel{\n")
	for _, o := range s.outers {
		fmt.Fprintf(&b, "\t\t{%d, %d, outer%s_%dx%d},\n", o.rows, o.taps, s.name, o.rows, o.taps)
	}
	fmt.Fprintf(&b, "\t},\n")
	for _, f := range []string{"compress", "columns", "peak", "relu", "reluGradient", "add", "adam", "pool", "poolGradient", "pool2x2", "poolGradient2x2", "brightness"} {
		fmt.Fprintf(&b, "\t%s: %s%s,\n", f, f, s.name)
	}
	fmt.Fprintf(&b, "\tsort: sortByChannel,\n}\n")
	return b.String()
}
