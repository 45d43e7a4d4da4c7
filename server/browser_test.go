package main

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"math"
	"net"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// browserPatience bounds one test in the browser. It is generous: a shared
// machine under the race detector is slow.
const browserPatience = 3 * time.Minute

// A tab is a real browser's tab, with the errors that its console showed.
type tab struct {
	testing.TB
	ctx     context.Context
	console *console
}

// A console holds what a developer would see in red or yellow.
type console struct {
	mu     sync.Mutex
	errors []string
}

// browse opens a tab. Without chromium the test is skipped, in CI it fails.
func browse(t testing.TB) *tab {
	t.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		if os.Getenv("CI") != "" {
			t.Fatal("there is no chromium to test the page with; .ci/run installs it")
		}
		t.Skip("there is no chromium on this machine, so the page is not tested in a browser")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.WindowSize(1440, 900),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true))
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, cancel := chromedp.NewContext(allocator)
	b := &tab{TB: t, ctx: ctx, console: &console{}}
	var reader sync.WaitGroup
	messages := chromedp.Console(ctx)
	reader.Go(func() { b.console.hear(messages) })
	t.Cleanup(func() {
		cancel()
		stop()
		reader.Wait()
	})
	return b
}

// within is the same tab in a part of the test.
func (b *tab) within(t testing.TB) *tab { return &tab{t, b.ctx, b.console} }

func (c *console) hear(messages iter.Seq2[chromedp.ConsoleMessage, error]) {
	for m, err := range messages {
		if err != nil {
			return // the tab is closed
		}
		if m.IsException() || m.Type == chromedp.ConsoleError || m.Type == chromedp.ConsoleWarning {
			c.mu.Lock()
			c.errors = append(c.errors, m.String())
			c.mu.Unlock()
		}
	}
}

// take returns what was heard since the last time.
func (c *console) take() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	heard := c.errors
	c.errors = nil
	return heard
}

func (b *tab) wantNoErrors() {
	b.Helper()
	for _, problem := range b.console.take() {
		b.Errorf("the console shows %s", problem)
	}
}

func (b *tab) run(actions ...chromedp.Action[chromedp.Void]) {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, browserPatience)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		b.Fatal(err)
	}
}

// until waits until an expression is true in the page.
func (b *tab) until(expression string) {
	b.Helper()
	_, err := chromedp.Run(b.ctx, chromedp.Poll[bool](expression, chromedp.WithPollingTimeout(browserPatience)))
	if err != nil {
		b.wantNoErrors()
		b.Fatalf("%s did not become true: %v", expression, err)
	}
}

// value evaluates an expression to a string.
func (b *tab) value(expression string) string {
	b.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[string]("String("+expression+")"))
	if err != nil {
		b.Fatal(err)
	}
	return v
}

func (b *tab) number(expression string) int {
	b.Helper()
	n, err := strconv.Atoi(b.value(expression))
	if err != nil {
		b.Fatal(err)
	}
	return n
}

// enter types over what an input says.
func (b *tab) enter(input, text string) {
	b.Helper()
	b.run(chromedp.Focus(chromedp.CSS(input)))
	b.value(`document.querySelector("` + input + `").select()`)
	b.run(chromedp.KeyEvent(text + kb.Enter))
}

// pixels is an expression for what a canvas or picture of a panel shows.
func pixels(panel string) string {
	return fmt.Sprintf(`document.querySelector("#%s canvas").toDataURL()`, panel)
}

func TestBrowserShowsTraining(t *testing.T) {
	url, stop := program(t, "-config", tinyConfig(t, `,"epochs":50`), "-pace", "20")
	defer stop()
	b := browse(t)
	b.run(chromedp.Navigate(url))
	b.until(`document.body.dataset.connection === "live"`)
	b.until(`Number(document.querySelector("#panel-loss").dataset.points) >= 5`)
	for _, level := range []string{"low", "mid", "high"} {
		panel := "panel-" + level
		b.until(fmt.Sprintf(`Number(document.querySelector("#%s").dataset.step) > 0`, panel))
		before, step := b.value(pixels(panel)), b.number(`document.querySelector("#`+panel+`").dataset.step`)
		b.until(fmt.Sprintf(`Number(document.querySelector("#%s").dataset.step) > %d`, panel, step))
		if b.value(pixels(panel)) == before {
			t.Errorf("the %s level looks the same after step %d", level, step)
		}
	}
	points := b.number(`document.querySelector("#panel-loss").dataset.points`)
	b.until(fmt.Sprintf(`Number(document.querySelector("#panel-loss").dataset.points) > %d`, points))

	b.run(chromedp.Click("#control-pause"))
	b.until(`document.body.dataset.state === "paused"`)
	step := b.number(`document.body.dataset.step`)
	b.run(chromedp.Click("#control-step"))
	b.until(fmt.Sprintf(`document.body.dataset.step === "%d"`, step+1))
	b.until(fmt.Sprintf(`document.querySelector("#panel-low").dataset.step === "%d"`, step+1))
	if state := b.value(`document.body.dataset.state`); state != "paused" {
		t.Errorf("after one step the run is %s", state)
	}
	b.run(chromedp.Click("#control-pause"))
	b.until(`document.body.dataset.state === "running"`)
	b.until(fmt.Sprintf(`Number(document.body.dataset.step) > %d`, step+3))
	b.wantNoErrors()
}

func TestBrowserControlsTheRun(t *testing.T) {
	url, stop := program(t, "-config", tinyConfig(t, `,"epochs":50`), "-pace", "20")
	defer stop()
	b := browse(t)
	b.run(chromedp.EmulateViewport(1440, 900), chromedp.Navigate(url))
	b.until(`Number(document.body.dataset.step) > 5`)
	first := b.value(`document.body.dataset.run`)
	var run struct {
		Pace         any
		LearningRate float64
		State        string
	}
	read := func(id string) {
		t.Helper()
		if err := json.Unmarshal(get(t, url+"api/runs/"+id), &run); err != nil {
			t.Fatal(err)
		}
	}
	b.enter("#control-rate", "0.0012")
	for run.LearningRate != 0.0012 {
		read(first)
	}
	// What cannot be set is said in words, and nothing changes.
	b.enter("#control-rate", "1000")
	b.until(`document.querySelector("#control-message").textContent.includes("learningRate")`)
	if read(first); run.LearningRate != 0.0012 {
		t.Errorf("an impossible learning rate was set: %v", run.LearningRate)
	}
	b.run(chromedp.SendKeys(chromedp.CSS("#control-pace"), "m")) // max
	for run.Pace != "max" {
		read(first)
	}
	b.run(chromedp.Click(chromedp.CSS("#control-restart")))
	b.until(`document.body.dataset.run !== "` + first + `"`)
	b.until(`Number(document.querySelector("#panel-loss").dataset.points) > 0`)
	if read(first); run.State == "running" {
		t.Error("the first run goes on beside the second")
	}
	if at := b.value(`location.pathname`); at != "/runs/"+b.value(`document.body.dataset.run`) {
		t.Errorf("the address is %s", at)
	}
}

func TestBrowserGoesBackInTime(t *testing.T) {
	url, stop := program(t, "-config", tinyConfig(t, `,"epochs":50`), "-pace", "20")
	defer stop()
	b := browse(t)
	b.run(chromedp.EmulateViewport(1440, 900), chromedp.Navigate(url))
	b.until(`Number(document.querySelector("#panel-high").dataset.step) > 5`)
	live := b.value(pixels("panel-low"))
	b.run(chromedp.SendKeys(chromedp.CSS("#timeline"), kb.Home+kb.ArrowRight+kb.ArrowRight))
	for _, level := range []string{"low", "mid", "high"} {
		b.until(fmt.Sprintf(`document.querySelector("#panel-%s").dataset.step === "2"`, level))
	}
	if b.value(pixels("panel-low")) == live {
		t.Error("the filters of step 2 look like the live ones")
	}
	b.until(`new URLSearchParams(location.search).get("step") === "2"`)
	// Training goes on meanwhile; the panels stay where they are.
	step := b.number(`document.body.dataset.step`)
	b.until(fmt.Sprintf(`Number(document.body.dataset.step) > %d`, step+20))
	if at := b.value(`document.querySelector("#panel-mid").dataset.step`); at != "2" {
		t.Errorf("the mid level went on to step %s", at)
	}
	// A reader who opens the address sees the same step.
	b.run(chromedp.Reload())
	b.until(`document.querySelector("#panel-high").dataset.step === "2"`)
	b.run(chromedp.Click(chromedp.CSS("#timeline-live")))
	b.until(`Number(document.querySelector("#panel-low").dataset.step) > 20`)
	b.until(`!location.search.includes("step")`)
	b.wantNoErrors()
}

func TestBrowserReadsTheCurve(t *testing.T) {
	url, stop := program(t, "-config", tinyConfig(t, `,"epochs":50`), "-pace", "20")
	defer stop()
	b := browse(t)
	b.run(chromedp.EmulateViewport(1440, 900), chromedp.Navigate(url))
	b.until(`Number(document.querySelector("#panel-loss").dataset.points) > 30`)
	b.run(chromedp.Click(chromedp.CSS("#control-pause")))
	b.until(`document.body.dataset.state === "paused"`)
	box, err := chromedp.Run(b.ctx, chromedp.Evaluate[[]float64](`(() => {
		const r = document.querySelector("#panel-loss img").getBoundingClientRect();
		return [r.left, r.top, r.width, r.height];
	})()`))
	if err != nil {
		t.Fatal(err)
	}
	b.run(chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, box[0]+box[2]/2, box[1]+box[3]/2))
	text := `document.querySelector("#panel-loss .CurvePanel-readout").textContent`
	b.until(fmt.Sprintf(`/step \d+/.test(%s) && !%[1]s.includes("step " + document.body.dataset.step)`, text))
	var step int
	var loss float64
	if _, err := fmt.Sscanf(b.value(text), "train %g step %d", &loss, &step); err != nil {
		t.Fatalf("the read-out is %q: %v", b.value(text), err)
	}
	var m struct{ Train struct{ Loss []float64 } }
	if err := json.Unmarshal(get(t, url+"api/runs/"+b.value(`document.body.dataset.run`)+"/metrics"), &m); err != nil {
		t.Fatal(err)
	}
	if want := m.Train.Loss[step-1]; math.Abs(loss-want) > 0.01*want {
		t.Errorf("the read-out at step %d is %v, the loss was %v", step, loss, want)
	}
	b.wantNoErrors()
}

// stroke draws a line of points, in fractions of the pad, with real pointer
// events of the mouse.
func (b *tab) stroke(points ...[2]float64) {
	b.Helper()
	box, err := chromedp.Run(b.ctx, chromedp.Evaluate[[]float64](`(() => {
		const r = document.querySelector("#draw-canvas").getBoundingClientRect();
		return [r.left, r.top, r.width, r.height];
	})()`))
	if err != nil {
		b.Fatal(err)
	}
	event := func(kind input.DispatchMouseEventType, p [2]float64) {
		b.run(chromedp.MouseEvent(kind, box[0]+p[0]*box[2], box[1]+p[1]*box[3], chromedp.ButtonType(input.MouseButtonLeft), held))
	}
	event(input.DispatchMouseEventTypeMousePressed, points[0])
	for _, p := range points[1:] {
		event(input.DispatchMouseEventTypeMouseMoved, p)
	}
	event(input.DispatchMouseEventTypeMouseReleased, points[len(points)-1])
}

// held says that the left button is down.
func held(p *input.DispatchMouseEventParams) { p.Buttons, p.ClickCount = 1, 1 }

// circle is a closed line.
func circle() [][2]float64 {
	var points [][2]float64
	for i := range 33 {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / 32)
		points = append(points, [2]float64{0.5 + 0.22*sin, 0.5 - 0.35*cos})
	}
	return points
}

// finishedPage opens the page of a run of tinyConfig on a desktop, and returns it
// when the run has ended, with its address.
func finishedPage(t *testing.T, more string) (b *tab, url string) {
	t.Helper()
	url, stop := program(t, "-config", tinyConfig(t, more), "-pace", "max")
	t.Cleanup(func() {
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
	newestRun(t, url) // a page without a run says so in the console
	b = browse(t)
	b.run(chromedp.EmulateViewport(1440, 900), chromedp.Navigate(url))
	b.until(`document.body.dataset.state === "finished"`)
	return b, url
}

func TestBrowserReadsDrawnDigits(t *testing.T) {
	b, _ := finishedPage(t, `,"epochs":1,"learningRate":0.01`)
	b.stroke(circle()...)
	b.until(`document.querySelector("#prediction-label").textContent.trim() === "0"`)
	b.run(chromedp.Click("#draw-clear"))
	b.until(`!/[0-9]/.test(document.querySelector("#prediction-label").textContent)`)
	b.stroke([2]float64{0.52, 0.15}, [2]float64{0.51, 0.4}, [2]float64{0.5, 0.6}, [2]float64{0.49, 0.85})
	b.until(`document.querySelector("#prediction-label").textContent.trim() === "1"`)
	b.wantNoErrors()
}

func TestBrowserFindsARestartedServer(t *testing.T) {
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := free.Addr().String()
	free.Close()
	args := []string{"-addr", address, "-config", tinyConfig(t, `,"epochs":50`), "-pace", "20"}
	url, stop := program(t, args...)
	b := browse(t)
	b.run(chromedp.Navigate(url))
	b.until(`Number(document.querySelector("#panel-loss").dataset.points) > 10`)
	first := b.value(`document.body.dataset.run`)
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	b.until(`document.body.dataset.connection === "reconnecting"`)
	_, stop = program(t, args...)
	defer stop()
	b.until(`document.body.dataset.connection === "live"`)
	b.until(fmt.Sprintf(`document.body.dataset.run !== "%s"`, first))
	b.until(`Number(document.querySelector("#panel-loss").dataset.points) > 2`)
}
