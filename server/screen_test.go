package main

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/creack/pty"

	"filterscope/nn/train"
)

func TestProgressLineFitsAnyWidth(t *testing.T) {
	loss, accuracy, left := 0.04211, 0.9844, 65.0
	now := train.Status{
		State: train.Running, Step: 1055, LastStep: 2345, Epoch: 2, Epochs: 5, TrainLoss: &loss, TrainAccuracy: &accuracy,
		ImagesPerSecond: 20345.6, SecondsLeft: &left,
	}
	for width, want := range map[int]string{
		200: "[=============>                ] 45%  1055/2345  epoch 3/5  loss 0.042  acc 98.4%  20346 images/s  1m05s left",
		79:  "[==>  ] 1055/2345  epoch 3/5  loss 0.042  acc 98.4%  20346 images/s  1m05s left",
		60:  "[=====>       ] 1055/2345  epoch 3/5  loss 0.042  1m05s left",
		40:  "[==>  ] 1055/2345  epoch 3/5  1m05s left",
		20:  "[===>    ] 1055/2345",
		10:  "45%",
		2:   "",
	} {
		if got := progressLine(now, width); len(got) > width || got != want {
			t.Errorf("in %d characters: %q of %d; want %q", width, got, len(got), want)
		}
	}
	for width := range 120 {
		if got := progressLine(now, width); len(got) > width {
			t.Errorf("in %d characters: %q has %d", width, got, len(got))
		}
	}
	now.Evaluating = 0.5
	if got := progressLine(now, 100); !strings.Contains(got, "evaluating 50%") || strings.Contains(got, "left") {
		t.Errorf("while it evaluates: %q", got)
	}
	if got := progressLine(train.Status{State: train.Queued}, 60); !strings.HasPrefix(got, "[ ") || !strings.Contains(got, "queued") {
		t.Errorf("before it begins: %q", got)
	}
}

// A display is what a terminal shows of what is written to it.
type display struct {
	columns int
	lines   [][]rune
	row, at int
	bars    int // how often a bar was drawn
}

// write understands what the program uses: line feeds, carriage returns, and
// erasing the rest of the line.
func (d *display) write(text string) {
	d.bars += strings.Count(text, "\x1b[K[")
	for len(text) > 0 {
		if rest, ok := strings.CutPrefix(text, "\x1b[K"); ok {
			d.line()
			d.lines[d.row] = d.lines[d.row][:min(d.at, len(d.lines[d.row]))]
			text = rest
			continue
		}
		r := []rune(text)[0]
		text = text[len(string(r)):]
		switch r {
		case '\n':
			d.row++
		case '\r':
			d.at = 0
		default:
			if d.at == d.columns {
				d.row, d.at = d.row+1, 0
			}
			d.line()
			for len(d.lines[d.row]) <= d.at {
				d.lines[d.row] = append(d.lines[d.row], ' ')
			}
			d.lines[d.row][d.at] = r
			d.at++
		}
	}
}

func (d *display) line() {
	for len(d.lines) <= d.row {
		d.lines = append(d.lines, nil)
	}
}

// text is all that is shown, without the terminal's own breaks of lines.
func (d *display) text() string {
	var all strings.Builder
	for _, line := range d.lines {
		all.WriteString(string(line))
		if len(line) < d.columns {
			all.WriteByte('\n')
		}
	}
	return all.String()
}

// onTerminal runs the program on a terminal until it ends. interrupt types
// Ctrl-C when a bar is seen.
func onTerminal(t *testing.T, columns int, interrupt bool, args ...string) (*display, error) {
	t.Helper()
	file, err := build()
	if err != nil {
		t.Fatal(err)
	}
	process := exec.Command(file, args...)
	process.Dir = t.TempDir()
	process.Env = append(os.Environ(), "TERM=xterm")
	terminal, err := pty.StartWithSize(process, &pty.Winsize{Rows: 24, Cols: uint16(columns)})
	if err != nil {
		t.Skipf("there is no terminal: %v", err)
	}
	defer terminal.Close()
	d := &display{columns: columns}
	buffer := make([]byte, 4096)
	for {
		n, err := terminal.Read(buffer)
		d.write(string(buffer[:n]))
		if interrupt && d.bars > 2 {
			interrupt = false
			if _, err := io.WriteString(terminal, "\x03"); err != nil {
				t.Fatal(err)
			}
		}
		if err != nil {
			break // the program has closed its side
		}
	}
	return d, process.Wait()
}

func TestProgressOnATerminal(t *testing.T) {
	config := tinyConfig(t, `,"epochs":3,"batchSize":64`)
	for _, columns := range []int{100, 44} {
		d, err := onTerminal(t, columns, false, "-headless", "-config", config, "-report", "none")
		if err != nil {
			t.Fatalf("it ended with %v:\n%s", err, d.text())
		}
		lines := strings.Split(strings.TrimSpace(d.text()), "\n")
		if d.bars < 3 || len(lines) != 3 {
			t.Errorf("in %d columns the progress was drawn %d times, and this is left:\n%s", columns, d.bars, d.text())
		}
		for i, line := range lines {
			if !strings.HasPrefix(line, "step ") || strings.ContainsAny(line, "[]") || !strings.HasSuffix(line, "images/s") {
				t.Errorf("in %d columns line %d is %q", columns, i, line)
			}
		}
	}
}

func TestInterruptedOnATerminal(t *testing.T) {
	d, err := onTerminal(t, 80, true, "-headless", "-report", "report")
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 1 {
		t.Errorf("Ctrl-C ended it with %v", err)
	}
	lines := strings.Split(strings.TrimSpace(d.text()), "\n")
	if last := lines[len(lines)-1]; !strings.Contains(last, "filterscope: stopped at step ") || strings.Contains(d.text(), "[=") {
		t.Errorf("this is left:\n%s", d.text())
	}
}

func TestPlainLinesWithoutATerminal(t *testing.T) {
	file, err := build()
	if err != nil {
		t.Fatal(err)
	}
	process := exec.Command(file, "-headless", "-config", tinyConfig(t, `,"epochs":1,"batchSize":512`), "-report", filepath.Join(t.TempDir(), "report"))
	out, err := process.Output()
	if err != nil || strings.ContainsAny(string(out), "\r\x1b[") || strings.Count(string(out), "\n") != 2 {
		t.Errorf("it printed %q, %v", out, err)
	}
}
