package figure

import (
	"bytes"
	"fmt"
	"html"
	"image/color"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/font/liberation"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"
)

// A format writes a layout as a file. One vg.Length is one CSS pixel.
type format struct {
	mime   string
	encode func(*layout) ([]byte, error)
}

var formats = map[string]format{
	"svg": {"image/svg+xml", (*layout).svg},
	"png": {"image/png", (*layout).png},
	"pdf": {"application/pdf", (*layout).pdf},
}

// svg takes vgsvg's drawing, gives it a size in CSS pixels and round joins, and
// adds the text. vgsvg would name Liberation Sans, which readers seldom have,
// and place the text by its metrics.
func (l *layout) svg() ([]byte, error) {
	c := vgsvg.New(vg.Length(l.width), vg.Length(l.height))
	l.paint(c)
	var drawn bytes.Buffer
	if _, err := c.WriteTo(&drawn); err != nil {
		return nil, err
	}
	body := drawn.Bytes()
	from, to := bytes.Index(body, []byte("<g ")), bytes.LastIndex(body, []byte("</svg>"))
	if from < 0 || to < from {
		return nil, fmt.Errorf("vgsvg's drawing is not one group in an svg element")
	}
	var buf bytes.Buffer
	w, h := number(l.width), number(l.height)
	fmt.Fprintf(&buf, `<svg xmlns="http://www.w3.org/2000/svg" width="%s" height="%s" viewBox="0 0 %s %s" stroke-linejoin="round">`+"\n", w, h, w, h)
	drawing := inlineStyle.ReplaceAllStringFunc(string(body[from:to]), attributes)
	_, _ = pictures.WriteString(&buf, drawing) // a buffer takes all
	fmt.Fprintf(&buf, `<g font-family="system-ui,sans-serif" font-size="%d" font-variant="tabular-nums">`+"\n", fontSize)
	for _, t := range l.labels {
		fmt.Fprintf(&buf, `<text x="%s" y="%s" text-anchor="%s" fill="%s">%s</text>`+"\n",
			number(t.x), number(t.y), [...]string{"start", "middle", "end"}[t.anchor], hex(t.color), html.EscapeString(t.text))
	}
	buf.WriteString("</g>\n</svg>\n")
	return buf.Bytes(), nil
}

// inlineStyle is how vgsvg writes colours and dashes. A page's policy against
// inline styles holds also for an SVG that is opened by itself, so they become
// attributes.
var inlineStyle = regexp.MustCompile(`style="[^"]*"`)

func attributes(style string) string {
	var out []string
	for _, property := range strings.Split(strings.TrimSuffix(strings.TrimPrefix(style, `style="`), `"`), ";") {
		if name, value, ok := strings.Cut(property, ":"); ok {
			out = append(out, name+`="`+value+`"`)
		}
	}
	return strings.Join(out, " ")
}

// pictures puts right how vgsvg writes them: named as in HTML 4, a PNG called a
// JPEG, and kept in proportion instead of filling their rectangle.
var pictures = strings.NewReplacer(
	`xlink:href="data:image/jpg;`, `href="data:image/png;`,
	`<image `, `<image preserveAspectRatio="none" `,
)

func number(v float64) string {
	return strconv.FormatFloat(float64(round10(vg.Length(v))), 'f', -1, 64)
}

func hex(c color.NRGBA) string { return fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B) }

// pngScale is the pixels of a PNG per CSS pixel, for high-density screens.
const pngScale = 2

func (l *layout) png() ([]byte, error) {
	c := vgimg.NewWith(
		vgimg.UseWH(vg.Length(l.width), vg.Length(l.height)),
		vgimg.UseDPI(pngScale*72),
		vgimg.UseBackgroundColor(color.Transparent),
	)
	l.paint(inPieces{c})
	l.write(c)
	return encodePNG(c.Image())
}

// inPieces strokes long paths in pieces. The rasterizer below vgimg searches
// all that a path has left in a row of pixels for each pixel it adds, so a
// noisy line takes four times as long in one piece.
type inPieces struct{ *vgimg.Canvas }

const pieceLength = 40 // points

// Stroke implements vg.Canvas for paths of straight lines, which it uses up.
func (c inPieces) Stroke(path vg.Path) {
	for len(path) > pieceLength {
		c.Canvas.Stroke(path[:pieceLength])
		path = path[pieceLength-1:]
		path[0].Type = vg.MoveComp
	}
	c.Canvas.Stroke(path)
}

// write adds the text where the format has no anchors.
func (l *layout) write(c vg.Canvas) {
	f := face(fontSize)
	for _, t := range l.labels {
		x := t.x - float64(t.anchor)/2*float64(f.Width(t.text))
		c.SetColor(t.color)
		c.FillString(f, vg.Point{X: vg.Length(x), Y: vg.Length(l.height - t.y)}, t.text)
	}
}

// face is Liberation Sans.
func face(size vg.Length) font.Face {
	return fonts().Lookup(font.Font{Typeface: "Liberation", Variant: "Sans"}, size)
}

var fonts = sync.OnceValue(func() *font.Cache { return font.NewCache(liberation.Collection()) })

// textWidth returns about the width of a chart's text in CSS pixels; other fonts
// may need a little more.
func textWidth(text string) float64 {
	f := face(fontSize)
	return 1.12 * float64(f.Width(text))
}
