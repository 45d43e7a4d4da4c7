package figure

import (
	"image/color"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// lightness is L* of CIELAB, from 0 for black to 100 for white.
func lightness(c color.NRGBA) float64 {
	v := linearRGB(c)
	return 116*math.Cbrt(0.2126*v[0]+0.7152*v[1]+0.0722*v[2]) - 16
}

// Who sees no colours can read a weight's sign and size.
func TestDivergingPaletteRisesInLightness(t *testing.T) {
	p := diverging()
	if len(p) != 256 {
		t.Fatalf("%d colours, want transparent and 255", len(p))
	}
	for i := 2; i < 256; i++ {
		if a, b := lightness(p[i-1].(color.NRGBA)), lightness(p[i].(color.NRGBA)); b <= a || b > a+0.6 {
			t.Errorf("lightness goes from %.2f to %.2f at %d, want an even rise", a, b, i)
		}
	}
	if span := lightness(p[255].(color.NRGBA)) - lightness(p[1].(color.NRGBA)); span < 70 {
		t.Errorf("lightness spans %.1f of 100, want at least 70", span)
	}
}

// Who sees colours can read the sign by hue: also faint weights are bluish or
// orange.
func TestDivergingPaletteTellsSignsByHue(t *testing.T) {
	p := diverging()
	if zero := p[divergingZero]; zero != (color.NRGBA{128, 128, 128, 255}) {
		t.Errorf("zero is %v, want middle gray", zero)
	}
	for i := 1; i <= divergingHalf; i++ {
		negative, positive := p[divergingZero-i].(color.NRGBA), p[divergingZero+i].(color.NRGBA)
		if negative.B <= negative.R || positive.R <= positive.B {
			t.Errorf("level ±%d is %v and %v, want blue and orange", i, negative, positive)
		}
		if i >= 13 && (negative.B-negative.R < 15 || positive.R-positive.B < 15) {
			t.Errorf("level ±%d is %v and %v, too gray", i, negative, positive)
		}
	}
}

func TestDivergingStops(t *testing.T) {
	p := diverging()
	css := func(i int) string { return hex(p[i].(color.NRGBA)) }
	for n, want := range map[int][]string{
		0: {css(1), "#808080", css(255)},
		3: {css(1), "#808080", css(255)},
		4: {css(1), css(65), "#808080", css(192), css(255)},
		5: {css(1), css(65), "#808080", css(192), css(255)},
	} {
		if diff := cmp.Diff(want, DivergingStops(n)); diff != "" {
			t.Errorf("%d stops: %s", n, diff)
		}
	}
	if all := DivergingStops(255); all[127] != "#808080" || all[1] != css(2) || len(all) != 255 {
		t.Errorf("255 stops are not the palette's 255 colours: %v", all)
	}
}
