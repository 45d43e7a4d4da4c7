package figure

import (
	"image/color"
	"math"
	"testing"
)

// panels are what the pictures are shown on.
var panels = map[string]color.NRGBA{"light": {255, 255, 255, 255}, "dark": {22, 24, 29, 255}}

func linearRGB(c color.NRGBA) [3]float64 {
	var v [3]float64
	for i, b := range []uint8{c.R, c.G, c.B} {
		s := float64(b) / 255
		if s <= 0.04045 {
			v[i] = s / 12.92
		} else {
			v[i] = math.Pow((s+0.055)/1.055, 2.4)
		}
	}
	return v
}

// contrast is WCAG 2's contrast ratio.
func contrast(a, b color.NRGBA) float64 {
	luminance := func(c color.NRGBA) float64 {
		v := linearRGB(c)
		return 0.2126*v[0] + 0.7152*v[1] + 0.0722*v[2] + 0.05
	}
	x, y := luminance(a), luminance(b)
	return max(x, y) / min(x, y)
}

func TestThemesAreLegible(t *testing.T) {
	for name, theme := range themes {
		for what, c := range map[string]color.NRGBA{"text": theme.text, "muted": theme.muted} {
			if ratio := contrast(c, panels[name]); ratio < 4.5 {
				t.Errorf("%s %s has contrast %.1f; WCAG asks for 4.5", name, what, ratio)
			}
		}
		for series, c := range theme.series {
			if ratio := contrast(c, panels[name]); ratio < 3 {
				t.Errorf("%s %s has contrast %.1f; WCAG asks for 3", name, series, ratio)
			}
		}
	}
}

// visions are kinds of colour vision as matrices of linear RGB. Those for full
// dichromacy are from Machado, Oliveira and Fernandes, "A Physiologically-based
// Model for Simulation of Color Vision Deficiency", 2009.
var visions = map[string][3][3]float64{
	"full colour vision": {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
	"protanopia":         {{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}},
	"deuteranopia":       {{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}},
	"tritanopia":         {{1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602}, {0.004733, 0.691367, 0.303900}},
}

// seen is the linear RGB that a kind of colour vision leaves of a colour.
func seen(vision string, c color.NRGBA) (v [3]float64) {
	rgb := linearRGB(c)
	for i, row := range visions[vision] {
		v[i] = min(max(0, row[0]*rgb[0]+row[1]*rgb[1]+row[2]*rgb[2]), 1)
	}
	return v
}

// oklab is a colour in Björn Ottosson's "A perceptual color space for image
// processing", 2020, in which distances are close to evenly perceived.
func oklab(rgb [3]float64) (v [3]float64) {
	l := math.Cbrt(0.4122214708*rgb[0] + 0.5363325363*rgb[1] + 0.0514459929*rgb[2])
	m := math.Cbrt(0.2119034982*rgb[0] + 0.6806995451*rgb[1] + 0.1073969566*rgb[2])
	s := math.Cbrt(0.0883024619*rgb[0] + 0.2817188376*rgb[1] + 0.6299787005*rgb[2])
	return [3]float64{
		0.2104542553*l + 0.7936177850*m - 0.0040720468*s,
		1.9779984951*l - 2.4285922050*m + 0.4505937099*s,
		0.0259040371*l + 0.7827717662*m - 0.8086757660*s,
	}
}

// apart is the distance of two colours as a kind of colour vision sees them.
func apart(vision string, a, b color.NRGBA) float64 {
	x, y := oklab(seen(vision, a)), oklab(seen(vision, b))
	return math.Hypot(math.Hypot(x[0]-y[0], x[1]-y[1]), x[2]-y[2])
}

func TestSeriesDifferForAllKindsOfColourVision(t *testing.T) {
	for vision := range visions {
		for name, theme := range themes {
			for _, pair := range [][2]string{{"train", "test"}, {"test", "validation"}, {"train", "validation"}} {
				if d := apart(vision, theme.series[pair[0]], theme.series[pair[1]]); d < 0.085 {
					t.Errorf("%s: %s and %s are %.3f apart with %s", name, pair[0], pair[1], d, vision)
				}
			}
		}
	}
}

func TestLabelColorsDifferForAllKindsOfColourVision(t *testing.T) {
	for vision := range visions {
		for i := range 10 {
			for j := range i {
				if d := apart(vision, LabelColor(i), LabelColor(j)); d < 0.125 {
					t.Errorf("labels %d and %d are %.3f apart with %s", i, j, d, vision)
				}
			}
		}
	}
}

// A frame is seen on a black image, and is not taken for a part of it.
func TestLabelColorsStandOutFromPixels(t *testing.T) {
	for i := range 10 {
		if ratio := contrast(LabelColor(i), color.NRGBA{A: 255}); ratio < 3 {
			t.Errorf("label %d has contrast %.2f with black; WCAG asks for 3", i, ratio)
		}
		v := oklab(linearRGB(LabelColor(i)))
		if chroma := math.Hypot(v[1], v[2]); chroma < 0.085 {
			t.Errorf("label %d has chroma %.3f; it is nearly gray", i, chroma)
		}
	}
	if css := LabelColors(); len(css) != 10 || css[9] != hex(LabelColor(19)) {
		t.Errorf("%v, want ten that repeat", css)
	}
}
