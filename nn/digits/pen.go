package digits

import (
	"bufio"
	"bytes"
	"compress/gzip"
	_ "embed"
	"fmt"
	"io"
	"strconv"
	"strings"
)

//go:embed pen/pendigits-orig.tra.gz
var penFile []byte

// PenDigit is a digit that somebody drew with a pen on a tablet.
type PenDigit struct {
	Label   int
	Writer  int // from 1 on
	Strokes []Stroke
}

// PenDigits decodes the 7,494 digits by 30 writers that are part of the program: UCI Pen-Based Recognition of
// Handwritten Digits (Alpaydin and Alimoglu 1998, CC BY 4.0). Every call decodes anew, so keep the result.
func PenDigits() ([]PenDigit, error) {
	text, err := gzip.NewReader(bytes.NewReader(penFile))
	if err != nil {
		return nil, fmt.Errorf("pen digits: %w", err)
	}
	return readUNIPEN(text)
}

// readUNIPEN reads digits in the UNIPEN format (Guyon et al. 1994) as the pen digits use it: ".COMMENT label writer
// sample" begins a digit, and each line between .PEN_DOWN and .PEN_UP is a point, with y growing upward. Other
// keywords tell nothing that is needed.
func readUNIPEN(r io.Reader) ([]PenDigit, error) {
	var u unipen
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		if want := u.line(strings.Fields(lines.Text())); want != "" {
			return nil, fmt.Errorf("pen digits: line %d is %q; expected %s", n, lines.Text(), want)
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("pen digits: %w", err)
	}
	return u.digits, nil
}

// unipen is what has been read.
type unipen struct {
	digits []PenDigit
	down   bool // the pen touches
}

// line takes a line's words. It returns what was expected in their place, or nothing.
func (u *unipen) line(words []string) (want string) {
	newest := len(u.digits) - 1
	switch {
	case len(words) == 0:
	case words[0] == ".COMMENT":
		digit, ok := penComment(words[1:])
		if !ok {
			return "a digit, its writer and its sample, as numbers"
		}
		u.digits = append(u.digits, digit)
	case words[0] == ".PEN_DOWN" && newest < 0:
		return "a .COMMENT that says which digit it is first"
	case words[0] == ".PEN_DOWN":
		u.down = true
		u.digits[newest].Strokes = append(u.digits[newest].Strokes, nil)
	case words[0] == ".PEN_UP":
		u.down = false
	case u.down:
		p, ok := penPoint(words)
		if !ok {
			return "the x and y of a point"
		}
		strokes := u.digits[newest].Strokes
		strokes[len(strokes)-1] = append(strokes[len(strokes)-1], p)
	}
	return ""
}

func penComment(fields []string) (d PenDigit, ok bool) {
	if len(fields) != 3 {
		return d, false
	}
	label, err := strconv.Atoi(fields[0])
	if err != nil || label < 0 || label > 9 {
		return d, false
	}
	writer, err := strconv.Atoi(fields[1])
	return PenDigit{Label: label, Writer: writer}, err == nil
}

func penPoint(fields []string) (p Point, ok bool) {
	if len(fields) != 2 {
		return p, false
	}
	x, err := strconv.Atoi(fields[0])
	if err != nil {
		return p, false
	}
	y, err := strconv.Atoi(fields[1])
	return Point{float64(x), -float64(y)}, err == nil
}
