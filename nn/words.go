package nn

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// word is a word of an architecture's text.
type word struct {
	text   string
	offset int // in characters
}

func (w word) length() int { return max(1, utf8.RuneCountInString(w.text)) }

// words cuts text at white space; every "|" is a word of its own, and an empty word marks the end.
func words(text string) []word {
	var all []word
	start, offset, startOffset := -1, 0, 0
	flush := func(end int) {
		if start >= 0 {
			all = append(all, word{text[start:end], startOffset})
			start = -1
		}
	}
	for i, r := range text {
		switch {
		case r == '|':
			flush(i)
			all = append(all, word{"|", offset})
		case unicode.IsSpace(r):
			flush(i)
		case start < 0:
			start, startOffset = i, offset
		}
		offset++
	}
	flush(len(text))
	return append(all, word{"", offset})
}

// take is the next word, whatever it is; at the end it is always the empty one.
func (p *parser) take() word {
	w := p.words[p.next]
	if w.text != "" {
		p.next++
	}
	return w
}

// word is the next word of the same layer, or the empty word where the layer ends.
func (p *parser) word() word {
	w := p.words[p.next]
	if w.text == "" || w.text == "|" {
		return word{"", w.offset}
	}
	p.next++
	return w
}

// end reports a word that follows a complete layer.
func (p *parser) end() {
	if w := p.word(); w.text != "" {
		p.fail(w, "%q is one word too many: layers are separated by |", w.text)
	}
}

// fail keeps the first mistake.
func (p *parser) fail(at word, format string, args ...any) {
	if p.err == nil {
		p.err = &ArchitectureError{Text: p.text, Offset: at.offset, Length: at.length(), Message: fmt.Sprintf(format, args...)}
	}
}

// number reads a whole number, with words for what it is.
func (p *parser) number(w word, what string, low, high int) int {
	if p.err != nil {
		return low
	}
	n, err := strconv.Atoi(w.text)
	switch {
	case w.text == "":
		p.fail(w, "%s is missing here: a whole number from %d to %d", what, low, high)
	case err != nil || n < low || n > high || w.text[0] == '+':
		p.fail(w, "%s must be a whole number from %d to %d, not %q", what, low, high, w.text)
	default:
		return n
	}
	return low
}

// filter reads HxWxC.
func (p *parser) filter(w word) (height, width, channels int) {
	parts := strings.Split(strings.ToLower(strings.ReplaceAll(w.text, "×", "x")), "x")
	if w.text == "" {
		p.fail(w, "the filters' size is missing here: HxWxC, for example 5x5x16")
	} else if len(parts) != 3 {
		p.fail(w, "the filters' size must be HxWxC, for example 5x5x16, not %q", w.text)
	}
	if p.err != nil {
		return 1, 1, 1
	}
	part := func(i int, what string, high int) int {
		at := word{parts[i], w.offset}
		for _, before := range parts[:i] {
			at.offset += utf8.RuneCountInString(before) + 1
		}
		return p.number(at, what, 1, high)
	}
	return part(0, "a filter's height", maxFilter), part(1, "a filter's width", maxFilter), part(2, "the number of filters", maxChannels)
}

// options reads "stride S" and "pad P" in any order, each at most once, and returns the words of their numbers.
func (p *parser) options(l *Layer, allowed ...string) map[string]word {
	seen := map[string]word{}
	for {
		name := p.word()
		if name.text == "" || p.err != nil {
			return seen
		}
		key := strings.ToLower(name.text)
		if !slices.Contains(allowed, key) {
			p.fail(name, "%q is unknown here: %v takes %s; layers are separated by |", name.text, l.Kind, strings.Join(allowed, " and "))
			return seen
		}
		if _, twice := seen[key]; twice {
			p.fail(name, "%s is there twice", key)
			return seen
		}
		value := p.word()
		seen[key] = value
		if key == "stride" {
			l.Stride = p.number(value, "the stride", 1, maxFilter)
		} else {
			l.Pad = p.number(value, "the pad", 0, maxFilter-1)
		}
	}
}
