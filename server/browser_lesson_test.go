package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// lessonReady is true when all stations show the same step, and no other is
// being computed.
const lessonReady = `Boolean(document.body.dataset.ready) && document.body.dataset.ready === document.body.dataset.key && document.querySelector("#stations").getAttribute("aria-busy") === "false"`

// A pupil is a tab on the lesson of a run that is paused.
type pupil struct {
	*tab
	t        *testing.T
	url, run string
}

// lesson opens the lesson of a fresh run that has taken one step.
func lesson(t *testing.T, args ...string) pupil {
	t.Helper()
	p := waiting(t, args...)
	answer, err := http.Post(p.url+"api/runs/"+p.run+"/step", "application/json", strings.NewReader(`{"steps":1}`))
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	p.open("")
	return p
}

// waiting is a pupil of a run that waits at its random start.
func waiting(t *testing.T, args ...string) pupil {
	t.Helper()
	url, stop := program(t, append([]string{"-pace", "max"}, args...)...)
	t.Cleanup(func() {
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
	p := pupil{tab: browse(t), t: t, url: url}
	for p.run == "" {
		if runs := p.runs(); len(runs) > 0 && runs[0].State == "waiting" {
			p.run = runs[0].ID
		}
	}
	p.tab.run(chromedp.EmulateViewport(1440, 900))
	return p
}

type taughtRun struct {
	ID, State    string
	Step         int
	LearningRate float64
}

func (p pupil) runs() []taughtRun {
	p.Helper()
	var list struct{ Runs []taughtRun }
	if err := json.Unmarshal(get(p.t, p.url+"api/runs"), &list); err != nil {
		p.Fatal(err)
	}
	return list.Runs
}

// open goes to an address of the lesson and waits for all of it.
func (p pupil) open(query string) {
	p.Helper()
	p.tab.run(chromedp.Navigate(p.url + "runs/" + p.run + "/lesson" + query))
	p.until(lessonReady)
}

// press presses keys and waits until all of a step is seen.
func (p pupil) press(keys string, step int) {
	p.Helper()
	p.tab.run(chromedp.KeyEvent(keys))
	p.until(fmt.Sprintf(`document.body.dataset.step === "%d" && %s`, step, lessonReady))
}

// numbers is everything that the stations say of a step.
func (p pupil) numbers() string {
	p.Helper()
	return p.value(`[...document.querySelectorAll(".Station")].map((s) => s.textContent).join("\n")`)
}

// wantTaken checks how many steps the only run has taken.
func (p pupil) wantTaken(step int) {
	p.Helper()
	if runs := p.runs(); len(runs) != 1 || runs[0].Step != step || runs[0].State != "paused" {
		p.Errorf("the runs are %+v, want one paused at step %d", runs, step)
	}
}

const shownStation = `document.querySelector(".Station.is-shown").dataset.station`

// A viewer walks through all stations with the arrow keys, and each has its
// formula with numbers.
func TestLessonIsWalked(t *testing.T) {
	p := lesson(t, "-config", tinyConfig(t, ""))
	for station := 1; station <= 8; station++ {
		p.until(fmt.Sprintf(`%s === "%d" && document.querySelector('[aria-current="step"]').dataset.station === "%[2]d"`, shownStation, station))
		p.until(`[...document.querySelectorAll(".Station.is-shown")].every((s) => s.checkVisibility()) && document.querySelectorAll(".Station.is-shown math").length > 0`)
		if numbers := p.value(`document.querySelector(".Station.is-shown .Formula-numbers").textContent`); !strings.ContainsAny(numbers, "0123456789") {
			t.Errorf("the formula of station %d has the numbers %q", station, numbers)
		}
		p.tab.run(chromedp.KeyEvent(kb.ArrowRight))
	}
	if at := p.value(shownStation); at != "8" {
		t.Errorf("beyond the last station is station %s", at)
	}
	if query := p.value(`location.search`); query != "?step=1&station=8" {
		t.Errorf("the address ends in %s", query)
	}
	p.until(`[...document.querySelectorAll("#station-8 img, #station-1 img")].every((i) => i.naturalWidth > 0 && i.alt)`)
	p.tab.run(chromedp.KeyEvent(kb.ArrowLeft))
	p.until(shownStation + ` === "7"`)
	p.until(`Number(document.querySelector(".BatchImages-picture").dataset.shown) === 128`)

	// Arrows in an input are the input's.
	p.tab.run(chromedp.Focus(chromedp.CSS("#try-rate")), chromedp.KeyEvent(kb.ArrowLeft+kb.ArrowRight+kb.ArrowRight))
	if at := p.value(shownStation); at != "7" {
		t.Errorf("arrow keys in an input lead to station %s", at)
	}
	p.tab.run(chromedp.Focus(chromedp.CSS("#station-7 dfn button")))
	p.value(`document.querySelector("#station-7 dfn button").click()`)
	p.until(`document.querySelector("#glossary").matches(":popover-open") && ` + text("#glossary") + `.includes("images of one step")`)
	p.tab.run(chromedp.KeyEvent(kb.Escape))
	p.until(`!document.querySelector("#glossary").matches(":popover-open")`)
	p.wantNoErrors()
}

// A run that waits is not started by its lesson: the first batch is taken by
// hand, and is the one that was shown.
func TestLessonTakesTheFirstBatch(t *testing.T) {
	p := waiting(t, "-config", tinyConfig(t, ""))
	p.open("")
	p.until(`document.body.dataset.connection === "live" && document.body.dataset.state === "waiting"`)
	if said := p.value(text("#lesson-step")); !strings.Contains(said, "not taken yet") {
		t.Errorf("of the first step is said %q", said)
	}
	coming := p.value(text("#station-6"))
	p.tab.run(chromedp.KeyEvent("n"))
	p.until(`document.body.dataset.newest === "1" && ` + lessonReady + ` && !` + text("#lesson-step") + `.includes("not taken yet")`)
	p.wantTaken(1)
	if taken := p.value(text("#station-6")); taken != coming {
		t.Errorf("the step was shown as %q, and is %q", coming, taken)
	}
	p.wantNoErrors()
}

// The next batch is exactly one step of the run; undo looks back without a
// change, and the next batch from there repeats the same numbers.
func TestLessonTakesABatch(t *testing.T) {
	p := lesson(t, "-config", tinyConfig(t, ""))
	first := p.numbers()
	p.press("n", 2)
	p.wantTaken(2)
	second := p.numbers()
	if second == first {
		t.Error("after the next batch the numbers are the same")
	}
	p.press("u", 1)
	p.until(text(".LessonStep-run") + `.includes("at step 2")`)
	p.until(text(".LessonStep-text") + `.includes("bit for bit")`)
	if p.value(text("#station-3 table")) == "" || p.value(text("#station-6")) == "" {
		t.Error("stations are empty")
	}
	p.press("n", 2)
	if again := p.numbers(); again != second {
		t.Errorf("repeated, the step says\n%s\nand said before\n%s", again, second)
	}
	p.wantTaken(2)
	p.value(`history.back()`)
	p.until(`document.body.dataset.step === "1"`)
	p.wantNoErrors()
}

// With a learning rate too large the loss grows, in a branch that is recorded
// nowhere until it is kept.
func TestLessonAsksWhatIf(t *testing.T) {
	p := lesson(t, "-config", tinyConfig(t, ""))
	p.enter("#try-rate", "10")
	p.until(`!document.querySelector("#what-if").hidden && ` + text("#what-if") + `.includes("from step 0 with learning rate 10")`)
	p.until(text("#what-if") + `.includes("The loss grows: this learning rate is too large")`)
	p.until(lessonReady)
	p.value(`document.activeElement.blur()`)
	p.press("n", 2)
	p.press("n", 3)
	p.until(`document.querySelectorAll("#loss-path path").length > 0`)
	p.wantTaken(1)
	p.press("u", 2)
	p.tab.run(chromedp.Click(chromedp.CSS("#what-if-leave")))
	p.until(`document.querySelector("#what-if").hidden && location.search === "?step=2&station=1" && ` + lessonReady)
	p.until(text("#lesson-next") + `.includes("Take this batch") && ` + text(".LessonStep-text") + `.includes("not taken yet")`)
	p.wantTaken(1)

	p.open("?step=1&station=6&from=0&learningRate=10")
	p.leave(chromedp.Click(chromedp.CSS("#what-if-keep")))
	p.until(fmt.Sprintf(`document.body.dataset.run !== "%s" && location.pathname.endsWith("/lesson")`, p.run))
	runs := p.runs()
	if len(runs) != 2 || max(runs[0].LearningRate, runs[1].LearningRate) != 10 {
		t.Errorf("the runs are %+v, want one with the learning rate 10", runs)
	}
	p.wantNoErrors()
}

// within returns a place in an element on the screen, on its first map if it has
// some.
func (p pupil) within(selector string) (x, y float64) {
	p.Helper()
	box, err := chromedp.Run(p.ctx, chromedp.Evaluate[[]float64](fmt.Sprintf(`(() => {
		const el = document.querySelector('%s');
		el.scrollIntoView({ block: "center" });
		const r = el.getBoundingClientRect();
		return [r.left + 0.3 * r.width, r.top + 0.3 * r.height];
	})()`, selector)))
	if err != nil {
		p.Fatal(err)
	}
	return box[0], box[1]
}

func (p pupil) hover(selector string) {
	p.Helper()
	x, y := p.within(selector)
	p.tab.run(chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, x, y))
}

// A score and a value of a map say where they come from, to a pointer and to
// the keyboard.
func TestLessonTellsOrigins(t *testing.T) {
	p := lesson(t, "-config", tinyConfig(t, `,"architecture":"conv 5x5x4 pad 2 | relu | maxpool 2 | dense classes"`))
	p.open("?station=3")
	origin := func(station int) string {
		return fmt.Sprintf(`document.querySelector("#station-%d [data-origin]").dataset.shown`, station)
	}
	p.hover(`#station-3 [data-digit="2"][data-unit="4"]`)
	p.until(origin(3) + `.endsWith(" 2 4 0 0") && ` + text("#station-3 .Origin-title") + `.includes("Score of class 4 for an 8")`)
	p.tab.run(chromedp.Focus(chromedp.CSS(`#station-3 [data-digit="2"][data-unit="4"]`)), chromedp.KeyEvent(kb.ArrowRight+kb.ArrowUp))
	p.until(origin(3) + `.endsWith(" 1 5 0 0")`)
	if rows := p.number(`document.querySelectorAll("#station-3 [data-origin] tbody tr").length`); rows != 14 {
		t.Errorf("a score has %d parts, want 12 products, the rest and the bias", rows)
	}
	if at := p.value(shownStation); at != "3" {
		t.Errorf("arrow keys in the table lead to station %s", at)
	}

	p.open("?station=2")
	p.hover(`[data-layer="conv1"] .Flow-cell:nth-child(2) canvas`)
	p.until(origin(2) + `.startsWith("conv1 1 ")`)
	p.until(`document.querySelectorAll("#station-2 .NumberGrid").length === 3 && ` + text("#station-2 .Origin-sum") + `.includes("products")`)
	before := p.value(origin(2))
	p.tab.run(chromedp.Focus(chromedp.CSS(`[data-layer="conv1"] .Flow-cell:nth-child(2) canvas`)), chromedp.KeyEvent(kb.ArrowRight+kb.PageDown))
	p.until(fmt.Sprintf(`%s.startsWith("conv1 1 ") && %[1]s !== "%s"`, origin(2), before))
	p.choose("#station-2 select", "maxpool")
	p.until(`Boolean(document.querySelector('[data-layer="pool1"] canvas')?.dataset.shown)`)
	p.hover(`[data-layer="pool1"] .Flow-cell:nth-child(1) canvas`)
	p.until(origin(2) + `.startsWith("pool1 0 ") && document.querySelectorAll("#station-2 .NumberGrid .is-chosen").length === 1`)
	p.wantNoErrors()
}

// Architectures with one and with ten convolutions are taught too.
func TestLessonOfOtherArchitectures(t *testing.T) {
	ten := strings.Repeat("conv 3x3x4 pad 1 | relu | ", 10) + "maxpool 4 | dense classes"
	for _, architecture := range []string{"conv 5x5x3 stride 2 | relu | dense classes", ten} {
		p := lesson(t, "-config", tinyConfig(t, fmt.Sprintf(`,"architecture":%q`, architecture)))
		for station := 1; station <= 8; station++ {
			p.open(fmt.Sprintf("?station=%d", station))
		}
		if maps, want := p.number(`document.querySelectorAll("#station-2 .Flow-row").length`), strings.Count(architecture, "conv"); maps != want {
			t.Errorf("%d layers of maps, want %d", maps, want)
		}
		p.press("n", 2)
		p.wantTaken(2)
		p.wantNoErrors()
	}
}
