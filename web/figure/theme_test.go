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

// The matrices for full dichromacy are from Machado, Oliveira and Fernandes,
// "A Physiologically-based Model for Simulation of Color Vision Deficiency",
// 2009.
func TestSeriesDifferForAllKindsOfColourVision(t *testing.T) {
	visions := map[string][3][3]float64{
		"full":         {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
		"protanopia":   {{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}},
		"deuteranopia": {{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}},
		"tritanopia":   {{1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602}, {0.004733, 0.691367, 0.303900}},
	}
	for vision, m := range visions {
		seen := func(c color.NRGBA) (v [3]float64) {
			rgb := linearRGB(c)
			for i, row := range m {
				// Cube roots are close to evenly perceived.
				v[i] = math.Cbrt(max(0, row[0]*rgb[0]+row[1]*rgb[1]+row[2]*rgb[2]))
			}
			return v
		}
		for name, theme := range themes {
			for _, pair := range [][2]string{{"train", "test"}, {"test", "validation"}, {"train", "validation"}} {
				a, b := seen(theme.series[pair[0]]), seen(theme.series[pair[1]])
				if d := math.Hypot(math.Hypot(a[0]-b[0], a[1]-b[1]), a[2]-b[2]); d < 0.15 {
					t.Errorf("%s: %s and %s are %.2f apart with %s", name, pair[0], pair[1], d, vision)
				}
			}
		}
	}
}
