package kernel

import "math"

// entry is a non-zero value and a place that the inner loop adds to a base.
type entry struct {
	value float32
	at    int32
}

// Sparse holds the non-zero values of one map, in rows of pixels. It is scratch memory, reused for map after map.
type Sparse struct {
	entries []entry
	first   []int32 // first[y*width+x] is the first entry at or behind pixel x of row y; one more at the end
	width   int     // pixels in a row
	lists   []entry // the same values by channel: channel c has entries lists[c*room : c*room+count[c]]
	count   []int32
	windows []entry         // what the pixels of a tile see, places relative to the window
	starts  [tile + 1]int32 // pixel p of the tile has entries windows[starts[p]:starts[p+1]]
}

// tile is how many output pixels of a row are computed together.
const tile = 8

// grow makes room for maps of `pixels` pixels, `values` values and `channels` channels, and tiles that see `seen` values.
func (s *Sparse) grow(pixels, values, channels, seen int) {
	s.windows = make([]entry, max(len(s.windows), seen))
	s.entries = make([]entry, max(len(s.entries), values+1))
	s.first = make([]int32, max(len(s.first), pixels+1))
	s.lists = make([]entry, max(len(s.lists), values+channels))
	s.count = make([]int32, max(len(s.count), channels))
}

// rows lists the non-zero values of x row by row, border included.
func (s *Sparse) rows(x []float32, m Map) {
	s.width = m.W + 2*m.Border
	pixels := s.width * (m.H + 2*m.Border)
	n := 0
	for p, y := 0, 0; p < pixels; y++ {
		row := x[y*m.Row():][:m.Row()]
		n = s.row(row, m.C, p, 0, 1, n)
		p += s.width
	}
	s.first[pixels] = int32(n)
}

// spread lists the non-zero values of dy as if its pixels stood `stride` apart inside a border of top rows and left columns,
// in a map of height x width pixels: what the input gradient of a strided, padded convolution runs over.
func (s *Sparse) spread(dy []float32, m Map, stride, top, left, height, width int) {
	s.width = width
	n, p := 0, 0
	for y := range height {
		oy := y - top
		if oy < 0 || oy%stride != 0 || oy/stride >= m.H {
			s.blank(p, p+width, n)
		} else {
			row := dy[m.Origin()+oy/stride*m.Row():][:m.W*m.C]
			skip := 0 // pixels cut off on the left, where padding exceeds the filter
			for skip*stride+left < 0 {
				skip++
			}
			x := skip*stride + left
			s.blank(p, p+min(x, width), n)
			count := 0
			if x < width {
				count = min(m.W-skip, (width-x+stride-1)/stride)
			}
			if count > 0 {
				n = s.row(row[skip*m.C:(skip+count)*m.C], m.C, p+x, x, stride, n)
				x += (count-1)*stride + 1
			}
			s.blank(p+min(x, width), p+width, n)
		}
		p += width
	}
	s.first[p] = int32(n)
}

func (s *Sparse) blank(from, to, n int) {
	for p := from; p < to; p++ {
		s.first[p] = int32(n)
	}
}

// row appends a row's non-zero values behind entry n; its first pixel is pixel p of the map and column x, the others follow `stride` apart.
//
//go:norace
func (s *Sparse) row(row []float32, c, p, x, stride, n int) int {
	entries := s.entries
	first := s.first
	for i := 0; i+c <= len(row); i += c {
		if i > 0 {
			for range stride - 1 {
				first[p] = int32(n)
				p++
			}
		}
		first[p] = int32(n)
		p++
		at := int32(x * c * quads)
		for _, v := range row[i : i+c] {
			entries[n] = entry{v, at}
			at += quads
			if math.Float32bits(v)<<1 != 0 {
				n++
			}
		}
		x += stride
	}
	return n
}

// see lists what each of a tile's pixels sees; the first one's window starts at a pixel of the map.
//
//go:norace
func (s *Sparse) see(win window, pixel, pixels int) {
	n := 0
	for p := range pixels {
		s.starts[p] = int32(n)
		x := pixel % s.width
		for kh := range win.h {
			from := pixel + kh*s.width
			shift := int32((kh*win.w - x) * win.c * quads)
			list := s.entries[s.first[from]:s.first[from+win.w]]
			seen := s.windows[n:][:len(list)]
			for i := range list {
				seen[i].value = list[i].value
				seen[i].at = list[i].at + shift
			}
			n += len(list)
		}
		pixel += win.stride
	}
	s.starts[pixels] = int32(n)
}

// channels lists the non-zero values of dy channel by channel; the place of pixel (y, x) is y*rowStep + x*pixelStep.
//
//go:norace
func (s *Sparse) channels(dy []float32, m Map, rowStep, pixelStep int) (room int) {
	room = m.H*m.W + 1
	count := s.count[:m.C]
	clear(count)
	lists := s.lists
	for y := range m.H {
		row := dy[m.Origin()+y*m.Row():][:m.W*m.C]
		at := int32(y * rowStep)
		for len(row) >= len(count) {
			base := 0
			for c, v := range row[:len(count)] {
				n := int(count[c])
				lists[base+n] = entry{v, at}
				base += room
				if math.Float32bits(v)<<1 != 0 {
					n++
				}
				count[c] = int32(n)
			}
			row = row[len(count):]
			at += int32(pixelStep)
		}
	}
	return room
}
