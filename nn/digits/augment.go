package digits

import "math"

// Augmenter changes images of one size. Its memory is for one goroutine; images that it made are its own.
type Augmenter struct {
	a       Augmentation
	h, w, c int
	nodes   []node // of the grid, (rows+1) x (columns+1)
	columns int
	rows    int
	thick   []byte // an image with another stroke width
}

// node is where in the original a point of the grid lies, in 1/65536 pixels.
type node struct{ x, y int32 }

const (
	gridCell   = 7 // pixels between the grid's points
	fixedBits  = 16
	fixedOne   = 1 << fixedBits
	weightBits = 8
)

// NewAugmenter returns an augmenter of h x w images with c channels.
func NewAugmenter(a Augmentation, h, w, c int) *Augmenter {
	columns, rows := (w+gridCell-1)/gridCell, (h+gridCell-1)/gridCell
	return &Augmenter{
		a: a, h: h, w: w, c: c, columns: columns, rows: rows,
		nodes: make([]node, (columns+1)*(rows+1)),
		thick: make([]byte, h*w*c),
	}
}

// Image writes to `to` what becomes of an image at a place in an epoch. The same image, seed, epoch and place give the
// same bytes, whatever was done before. What comes from outside of the image is 0.
func (g *Augmenter) Image(seed uint64, epoch, place int, image, to []byte) {
	r := random{mix(mix(seed^mix(uint64(epoch))) ^ uint64(place))}
	g.lay(&r)
	if g.a.Width > 0 {
		image = g.thicken(image, g.a.Width*r.either())
	}
	clear(to)
	for row := range g.rows {
		for column := range g.columns {
			g.cell(row, column, image, to)
		}
	}
}

// random is a stream of numbers (SplitMix64; Steele, Lea and Flood 2014).
type random struct{ state uint64 }

// either is uniform in [-1, 1).
func (r *random) either() float64 {
	r.state += 0x9e3779b97f4a7c15
	return float64(int64(mix(r.state))>>11) / (1 << 52)
}

// lay finds where the grid's points come from: turned, sheared, scaled and moved about the image's middle, then each
// on its own.
func (g *Augmenter) lay(r *random) {
	sin, cos := math.Sincos(g.a.Rotation * r.either() * math.Pi / 180)
	shear := g.a.Shear * r.either()
	wide, high := 1+g.a.Scale*r.either(), 1+g.a.Scale*r.either()
	dx, dy := g.a.Shift*r.either(), g.a.Shift*r.either()
	middleX, middleY := float64(g.w-1)/2, float64(g.h-1)/2
	for i := range g.nodes {
		x := float64(i%(g.columns+1)*gridCell) - middleX
		y := float64(i/(g.columns+1)*gridCell) - middleY
		x += float64(shear * y)
		x, y = float64(cos*x)-float64(sin*y), float64(sin*x)+float64(cos*y)
		x, y = x/wide+middleX+dx, y/high+middleY+dy
		if g.a.Elastic > 0 {
			x += float64(g.a.Elastic * r.either())
			y += float64(g.a.Elastic * r.either())
		}
		g.nodes[i] = node{int32(math.Round(x * fixedOne)), int32(math.Round(y * fixedOne))}
	}
}

// cell writes the pixels of a cell of the grid. Between its four corners places are interpolated linearly, which keeps
// what is affine exact but for rounding.
//
//go:norace
func (g *Augmenter) cell(row, column int, image, to []byte) {
	corner := row*(g.columns+1) + column
	a, b := g.nodes[corner], g.nodes[corner+1]
	c, d := g.nodes[corner+g.columns+1], g.nodes[corner+g.columns+2]
	left, right := column*gridCell, min((column+1)*gridCell, g.w)
	for i := range min(gridCell, g.h-row*gridCell) {
		k, n := int32(i), int32(gridCell)
		x, y := a.x+(c.x-a.x)/n*k, a.y+(c.y-a.y)/n*k
		stepX, stepY := (b.x+(d.x-b.x)/n*k-x)/n, (b.y+(d.y-b.y)/n*k-y)/n
		line := to[(row*gridCell+i)*g.w*g.c:]
		for at := left; at < right; at++ {
			g.sample(image, x, y, line[at*g.c:])
			x, y = x+stepX, y+stepY
		}
	}
}

// sample interpolates one pixel.
//
//go:norace
func (g *Augmenter) sample(image []byte, x, y int32, to []byte) {
	column, row := int(x>>fixedBits), int(y>>fixedBits)
	if uint(column) >= uint(g.w-1) || uint(row) >= uint(g.h-1) {
		g.sampleBorder(image, column, row, x, y, to)
		return
	}
	fx, fy := uint32(x)>>(fixedBits-weightBits)&0xff, uint32(y)>>(fixedBits-weightBits)&0xff
	at, next := (row*g.w+column)*g.c, g.w*g.c
	for i := range g.c {
		p := image[at+i : at+i+next+g.c+1]
		top := uint32(p[0])*(256-fx) + uint32(p[g.c])*fx
		bottom := uint32(p[next])*(256-fx) + uint32(p[next+g.c])*fx
		to[i] = byte((top*(256-fy) + bottom*fy + 1<<15) >> 16)
	}
}

// sampleBorder is sample where some of the four pixels are outside of the image.
//
//go:norace
func (g *Augmenter) sampleBorder(image []byte, column, row int, x, y int32, to []byte) {
	if column < -1 || column >= g.w || row < -1 || row >= g.h {
		return
	}
	fx, fy := uint32(x)>>(fixedBits-weightBits)&0xff, uint32(y)>>(fixedBits-weightBits)&0xff
	for i := range g.c {
		at := func(column, row int) uint32 {
			if column < 0 || column >= g.w || row < 0 || row >= g.h {
				return 0
			}
			return uint32(image[(row*g.w+column)*g.c+i])
		}
		top := at(column, row)*(256-fx) + at(column+1, row)*fx
		bottom := at(column, row+1)*(256-fx) + at(column+1, row+1)*fx
		to[i] = byte((top*(256-fy) + bottom*fy + 1<<15) >> 16)
	}
}

// thicken mixes the image with the largest (or, to make strokes thinner, the smallest) of each pixel and its four
// neighbours, which moves a stroke's two borders by a pixel each.
//
//go:norace
func (g *Augmenter) thicken(image []byte, width float64) []byte {
	share := int(math.Round(math.Abs(width) / 2 * 256))
	row := g.w * g.c
	copy(g.thick, image)
	for y := 1; y < g.h-1; y++ {
		for i := y*row + g.c; i < (y+1)*row-g.c; i++ {
			p, extreme := image[i], byte(0)
			if width > 0 {
				extreme = max(p, image[i-g.c], image[i+g.c], image[i-row], image[i+row])
			} else {
				extreme = min(p, image[i-g.c], image[i+g.c], image[i-row], image[i+row])
			}
			g.thick[i] = byte(int(p) + (int(extreme)-int(p))*share>>8)
		}
	}
	return g.thick
}
