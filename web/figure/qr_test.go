package figure_test

import (
	"encoding/xml"
	"image"
	"image/color"
	"image/draw"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"filterscope/web/figure"
)

// texts are addresses of every kind that a server has.
var texts = []string{
	"http://192.168.1.5:8080/",
	"http://[2001:db8:85a3::8a2e:370:7334]:54321/",
	"http://scope.example.org/runs/1?token=" + strings.Repeat("A", 26),
}

// scan reads a code as a phone does, from a picture of 4 pixels a module.
func scan(t *testing.T, side int, isDark func(x, y int) bool) string {
	t.Helper()
	const scale = 4
	photo := image.NewGray(image.Rect(0, 0, side*scale, side*scale))
	draw.Draw(photo, photo.Bounds(), image.White, image.Point{}, draw.Src)
	for y := range side * scale {
		for x := range side * scale {
			if isDark(x/scale, y/scale) {
				photo.SetGray(x, y, color.Gray{})
			}
		}
	}
	bitmap, err := gozxing.NewBinaryBitmapFromImage(photo)
	if err != nil {
		t.Fatal(err)
	}
	result, err := qrcode.NewQRCodeReader().Decode(bitmap, nil)
	if err != nil {
		t.Fatal(err)
	}
	return result.GetText()
}

func TestQRCodesAreRead(t *testing.T) {
	for _, text := range texts {
		code, err := figure.NewQR(text)
		if err != nil {
			t.Fatal(err)
		}
		var svg struct {
			ViewBox string `xml:"viewBox,attr"`
			Rects   []struct {
				X      int    `xml:"x,attr"`
				Y      int    `xml:"y,attr"`
				Width  int    `xml:"width,attr"`
				Height int    `xml:"height,attr"`
				Fill   string `xml:"fill,attr"`
			} `xml:"rect"`
		}
		if err := xml.Unmarshal(code.SVG(), &svg); err != nil {
			t.Fatal(err)
		}
		paper := svg.Rects[0]
		if paper.Fill != "#fff" || paper.Width != paper.Height {
			t.Errorf("%s: the paper is %+v", text, paper)
		}
		dark := map[[2]int]bool{}
		for _, r := range svg.Rects[1:] {
			if r.X < 4 || r.Y < 4 || r.X+r.Width > paper.Width-4 || r.Y+r.Height > paper.Width-4 {
				t.Errorf("%s: %+v lies in the margin of 4", text, r)
			}
			for x := range r.Width {
				dark[[2]int{r.X + x, r.Y}] = true
			}
		}
		if got := scan(t, paper.Width, func(x, y int) bool { return dark[[2]int{x, y}] }); got != text {
			t.Errorf("the SVG of %s reads %s", text, got)
		}

		var rows []string
		for line := range strings.Lines(code.Terminal()) {
			if !strings.HasPrefix(line, "\x1b[38;5;16;48;5;231m") || !strings.HasSuffix(line, "\x1b[0m\n") {
				t.Fatalf("the line %q is not black on white", line)
			}
			rows = append(rows, line[len("\x1b[38;5;16;48;5;231m"):len(line)-len("\x1b[0m\n")])
		}
		got := scan(t, paper.Width, func(x, y int) bool {
			block := []rune(rows[y/2])[x]
			return block == '█' || block == '▀' && y%2 == 0 || block == '▄' && y%2 == 1
		})
		if got != text {
			t.Errorf("the terminal's code of %s reads %s", text, got)
		}
	}
	if _, err := figure.NewQR(strings.Repeat("x", 4000)); err == nil {
		t.Error("4,000 bytes fit into a code")
	}
}
