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

// unipenError says in which line UNIPEN text is not what it should be.
func unipenError(line int, text, want string) error {
	return fmt.Errorf("pen digits: line %d is %q; expected %s", line, text, want)
}

// readUNIPEN reads digits in the UNIPEN format (Guyon et al. 1994) as the pen digits use it: ".COMMENT label writer
// sample" begins a digit, and each line between .PEN_DOWN and .PEN_UP is a point, with y growing upward. Other
// keywords tell nothing that is needed.
func readUNIPEN(r io.Reader) ([]PenDigit, error) {
	var all []PenDigit
	lines := bufio.NewScanner(r)
	down := false
	for n := 1; lines.Scan(); n++ {
		fields := strings.Fields(lines.Text())
		if len(fields) == 0 {
			continue
		}
		switch keyword := fields[0]; {
		case keyword == ".COMMENT":
			digit, ok := penComment(fields[1:])
			if !ok {
				return nil, unipenError(n, lines.Text(), "a digit, its writer and its sample, as numbers")
			}
			all = append(all, digit)
		case keyword == ".PEN_DOWN" && len(all) == 0:
			return nil, unipenError(n, keyword, "a .COMMENT that says which digit it is first")
		case keyword == ".PEN_DOWN":
			down = true
			digit := &all[len(all)-1]
			digit.Strokes = append(digit.Strokes, nil)
		case keyword == ".PEN_UP":
			down = false
		case down:
			p, ok := penPoint(fields)
			if !ok {
				return nil, unipenError(n, lines.Text(), "the x and y of a point")
			}
			strokes := all[len(all)-1].Strokes
			strokes[len(strokes)-1] = append(strokes[len(strokes)-1], p)
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("pen digits: %w", err)
	}
	return all, nil
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
