package figure

import (
	"fmt"
	"image"
)

// A PatchBank is the image patches of each unit, strongest first.
type PatchBank struct {
	H, W, C int // of a patch
	PerUnit int // places for patches in a tile
	// Units has for each unit up to PerUnit patches of H*W*C bytes, [H][W][C].
	// A unit without any is dead.
	Units [][][]byte
	// Labels has for each unit the label of each patch; nil: none are known.
	Labels [][]int
}

// Patches draws one tile per unit, a mosaic of its patches, one pixel per
// pixel: 9 patches are 3x3, row by row, with a transparent pixel between them.
// A missing patch stays transparent; a dead unit's whole tile is hatched. With
// Labels, each patch has a frame of one pixel in its label's colour.
//
// Patches with one channel are drawn gray, with three in colour; with another
// number, their channels are drawn gray side by side, with a transparent pixel
// between them.
//
// It is an error if a unit has more than PerUnit patches, if one does not have
// H*W*C bytes, or if Labels does not have a label of at least 0 for each patch.
func Patches(b PatchBank) (Grid, error) {
	m := mosaic{h: b.H, w: b.W, c: b.C, perUnit: b.PerUnit, one: "patch", many: "patches"}
	if err := checkMosaic(m, b.Units); err != nil {
		return Grid{}, err
	}
	tones := plainGray()
	if b.Labels != nil {
		if err := b.checkLabels(); err != nil {
			return Grid{}, err
		}
		m.frame, tones = 1, labelledGray()
	}
	g := m.grid(len(b.Units))
	g.Max = 1
	if b.C == 3 {
		picture := drawColour(m, g, b.Units, func(int, int) func(byte) uint8 { return func(v byte) uint8 { return v } })
		b.eachFrame(m, g, func(x, y, label int) { picture.SetNRGBA(x, y, LabelColor(label)) })
		return g, g.encode(picture)
	}
	picture := drawPaletted(m, g, tones.palette, grayHatch, b.Units, func(int, int) func(byte) uint8 {
		return func(v byte) uint8 { return tones.index[v] }
	})
	b.eachFrame(m, g, func(x, y, label int) { picture.SetColorIndex(x, y, uint8(labelFirst+label%len(labelColors))) })
	return g, g.encode(picture)
}

func (b PatchBank) checkLabels() error {
	if len(b.Labels) != len(b.Units) {
		return fmt.Errorf("figure: labels for %d units; there are %d units", len(b.Labels), len(b.Units))
	}
	for u, labels := range b.Labels {
		if len(labels) != len(b.Units[u]) {
			return fmt.Errorf("figure: unit %d has %d labels for %d patches; each needs one", u, len(labels), len(b.Units[u]))
		}
		for i, label := range labels {
			if label < 0 {
				return fmt.Errorf("figure: patch %d of unit %d has the label %d; labels begin at 0", i, u, label)
			}
		}
	}
	return nil
}

// eachFrame calls set for the pixels of each labelled patch's frame.
func (b PatchBank) eachFrame(m mosaic, g Grid, set func(x, y, label int)) {
	for u, labels := range b.Labels {
		for i, label := range labels {
			outer := m.image(g, u, i)
			inner := outer.Inset(m.frame)
			for y := outer.Min.Y; y < outer.Max.Y; y++ {
				for x := outer.Min.X; x < outer.Max.X; x++ {
					if !(image.Point{x, y}.In(inner)) {
						set(x, y, label)
					}
				}
			}
		}
	}
}
