package nn

import (
	"strings"
	"unicode"
)

// ArchitectureError says what is wrong in an architecture's text, and where.
type ArchitectureError struct {
	Text    string `json:"text"`
	Offset  int    `json:"offset"` // of the word at fault, in characters (Unicode code points)
	Length  int    `json:"length"` // of it, in characters, at least 1
	Message string `json:"message"`
}

// Error is the message, the text's line with the mistake, and a line of carets under the word.
func (e *ArchitectureError) Error() string {
	const context = 60 // characters shown on either side of the mistake
	line := []rune(e.Text)
	start, end := e.Offset, min(e.Offset+e.Length, len(line))
	low, high := max(0, start-context), min(len(line), end+context)
	for i := low; i < start; i++ {
		if line[i] == '\n' {
			low = i + 1
		}
	}
	for i := start; i < high; i++ {
		if line[i] == '\n' {
			high = i
		}
	}
	shown := strings.Map(printable, string(line[low:high]))
	carets := strings.Repeat("^", max(1, min(end, high)-start))
	return "architecture: " + e.Message + "\n  " + shown + "\n  " + strings.Repeat(" ", start-low) + carets
}

func printable(r rune) rune {
	if unicode.IsPrint(r) {
		return r
	}
	return ' '
}
