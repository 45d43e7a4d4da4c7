package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"

	"golang.org/x/term"

	"filterscope/nn/train"
)

// A screen is where a run without a page prints. On a terminal a line with the
// progress stays below what is printed; elsewhere there are only the lines.
// Libraries for such bars show a text of one length: in a narrow terminal it
// would wrap and leave its pieces behind.
type screen struct {
	out   io.Writer
	width func() int // of the terminal in characters; nil means that it is none

	mu  sync.Mutex
	bar string // what the last line shows; "" means nothing
}

// newScreen prints to a writer, which is a terminal if it is a file that says
// so and that understands more than plain text.
func newScreen(out io.Writer) *screen {
	s := &screen{out: out}
	file, ok := out.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) || os.Getenv("TERM") == "dumb" {
		return s
	}
	s.width = func() int {
		width, _, err := term.GetSize(int(file.Fd()))
		if err != nil || width < 1 {
			return 80
		}
		return width
	}
	return s
}

// eraseLine brings the cursor to the line's begin and removes what is on it.
const eraseLine = "\r\x1b[K"

// printf prints lines above the progress.
func (s *screen) printf(format string, args ...any) error {
	_, err := s.above(s.out).Write(fmt.Appendf(nil, format, args...))
	return err
}

// above is a writer whose lines stand above the progress, if it writes to the
// same terminal.
func (s *screen) above(out io.Writer) io.Writer {
	if s.width == nil {
		return out
	}
	return aboveProgress{s, out}
}

type aboveProgress struct {
	screen *screen
	out    io.Writer
}

// Write implements io.Writer for whole lines.
func (a aboveProgress) Write(text []byte) (int, error) {
	s := a.screen
	s.mu.Lock()
	defer s.mu.Unlock()
	bar := s.bar
	s.show("")
	n, err := a.out.Write(text)
	s.show(bar)
	return n, err
}

// show replaces the last line. s.mu must be held.
func (s *screen) show(bar string) {
	if bar == "" && s.bar == "" {
		return
	}
	s.bar = bar
	fmt.Fprint(s.out, eraseLine, bar)
}

// progress shows how far a run is; it has no effect where there is no terminal.
func (s *screen) progress(now train.Status) {
	if s.width == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.show(progressLine(now, s.width()-1)) // a full line would make some terminals begin another
}

// note shows what is done when there are no more steps.
func (s *screen) note(text string) {
	if s.width == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.show(text[:min(len(text), max(0, s.width()-1))])
}

// clear removes the progress.
func (s *screen) clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.show("")
}

// A part of the progress is shown where there is room for it.
type part struct {
	text string
	rank int // the largest goes first
}

const (
	widestBar    = 30
	narrowestBar = 5
	mostRank     = 6
)

// progressLine is a run's progress in up to so many characters, all of them
// ASCII: a bar, and as much beside it as there is room for.
func progressLine(now train.Status, width int) string {
	share := 0.0
	if now.LastStep > 0 {
		share = min(1, float64(now.Step)/float64(now.LastStep))
	}
	percent := fmt.Sprintf("%.0f%%", 100*share)
	parts := []part{
		{percent, mostRank},
		{fmt.Sprintf("%d/%d", now.Step, now.LastStep), 0},
		{fmt.Sprintf("epoch %d/%d", min(now.Epoch+1, now.Epochs), now.Epochs), 2},
	}
	if now.TrainLoss != nil && now.TrainAccuracy != nil {
		parts = append(parts, part{fmt.Sprintf("loss %.3f", *now.TrainLoss), 3}, part{fmt.Sprintf("acc %.1f%%", 100**now.TrainAccuracy), 4})
	}
	if now.ImagesPerSecond > 0 {
		parts = append(parts, part{fmt.Sprintf("%.0f images/s", now.ImagesPerSecond), 5})
	}
	switch {
	case now.Evaluating > 0:
		parts = append(parts, part{fmt.Sprintf("evaluating %.0f%%", 100*now.Evaluating), 1})
	case now.State != train.Running:
		parts = append(parts, part{string(now.State), 1})
	case now.SecondsLeft != nil:
		parts = append(parts, part{clockText(*now.SecondsLeft) + " left", 1})
	}
	for rank := mostRank; rank >= 0; rank-- {
		text := joined(parts, rank)
		if room := width - len(text) - len("[] "); room >= narrowestBar {
			return drawnBar(share, min(room, widestBar)) + " " + text
		}
	}
	if len(percent) > width {
		return ""
	}
	return percent
}

// joined are the parts of up to a rank.
func joined(parts []part, rank int) string {
	var texts []string
	for _, p := range parts {
		if p.rank <= rank {
			texts = append(texts, p.text)
		}
	}
	return strings.Join(texts, "  ")
}

// drawnBar is a bar of so many characters between its ends.
func drawnBar(share float64, width int) string {
	done := int(share * float64(width))
	bar := strings.Repeat("=", done)
	if done < width && share > 0 {
		bar += ">"
	}
	return "[" + bar + strings.Repeat(" ", width-len(bar)) + "]"
}

// clockText is a time of so many seconds: 9s, 1m05s, 2h03m.
func clockText(seconds float64) string {
	switch s := int(seconds + 0.5); {
	case s < 60:
		return fmt.Sprintf("%ds", s)
	case s < 3600:
		return fmt.Sprintf("%dm%02ds", s/60, s%60)
	default:
		return fmt.Sprintf("%dh%02dm", s/3600, s/60%60)
	}
}
