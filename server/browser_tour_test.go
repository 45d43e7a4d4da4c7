package main

import (
	"cmp"
	_ "embed"
	"encoding/json"
	"flag"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// faultsOf is a function of allowances that tells what is wrong with the page shown.
//
//go:embed testdata/tour.js
var faultsOf string

// allowances are selectors of what may be as it is, by the kind of fault.
var allowances = map[string]string{
	// Nobody has drawn.
	"blank": `#draw-canvas, [aria-label="Nothing is drawn yet"], [aria-label="What the net sees: nothing yet"]`,
	// What the run says is whole in its title and in the status for screen readers.
	"cut": `.Timeline-name`,
	// A confusion matrix shows by its density what it is about (WCAG 2.5.8: essential). Its page has larger cells.
	"small": `.ConfusionTable a`,
}

// A stop is something that the tour looks at.
type stop struct {
	name, path string // below the server's address; RUN is the run's identifier
	ready      string // true when all data has arrived
	do, done   string // what is done then, and what is true afterwards; "" is nothing
	console    string // words of a complaint of the console that is no fault
	jumps      bool   // whether it may move while data arrives: the row of another run appears
	tablet     bool   // whether it is looked at between phone and desktop, too
}

// isShown is true of a page whose pictures are all there.
const isShown = `[...document.images].filter((i) => i.checkVisibility({ visibilityProperty: true }) && i.loading !== "lazy").every((i) => i.getAttribute("src") && i.complete) && ![...document.querySelectorAll("canvas[aria-label$='has not arrived yet']")].some((c) => c.checkVisibility())`

const (
	dashboardReady = `document.body.dataset.state === "finished" && [...document.querySelectorAll("#levels .LevelPanel")].every((p) => p.hidden || p.dataset.step) && [...document.querySelectorAll(".CurvePanel-picture")].every((i) => i.naturalWidth > 0) && !document.querySelector(".ConfusionTable").hidden`
	unitReady      = `document.querySelector("#unit-maximization").naturalWidth > 0 && document.querySelectorAll("#unit-patches .Patch").length > 0 && document.querySelectorAll("#unit-vitals img").length === 10`
	filmReady      = `document.querySelectorAll(".Film-step").length > 1 && Number(document.querySelector("#film").dataset.columns) === document.querySelectorAll(".Film-step").length`
	drawingReady   = `document.querySelectorAll(".NearestDigits-list li").length > 0 && [...document.querySelectorAll(".Explanation")].every((e) => e.dataset.of) && !document.querySelector(".DrawnMaps-picture[aria-label^=Nothing]")`
	oneStation     = lessonReady + ` && (innerWidth > 400 || [...document.querySelectorAll(".Station")].filter((s) => s.checkVisibility()).length === 1)`
	openRuns       = `document.querySelector("#runs-open").click()`
	formFilled     = `document.querySelector("#run-form-dialog").open && !document.querySelector(".RunForm-body").inert`
)

// stops are all pages, and all that opens on them.
var stops = []stop{
	{name: "dashboard", path: "runs/RUN", ready: dashboardReady, tablet: true},
	{name: "dashboard-past", path: "runs/RUN?step=8&view=mid-maps.high-patches&untrained=1", ready: `[...document.querySelectorAll("#levels .LevelPanel")].every((p) => p.dataset.step === "8") && ` + settled("panel-high", "patches")},
	{name: "dashboard-compared", path: "runs/RUN?compare=RUN", ready: dashboardReady + ` && document.querySelector("#panel-high-other")?.dataset.step`, jumps: true},
	{name: "runs", path: "runs/RUN", ready: dashboardReady, do: openRuns, done: `document.querySelector(".RunList-run")`},
	{name: "run-form", path: "runs/RUN", ready: dashboardReady, do: openRuns + `, document.querySelector("#run-new").click()`, done: formFilled},
	{name: "branch-form", path: "runs/RUN", ready: dashboardReady, do: openRuns + `, document.querySelector("#run-branch").click()`, done: formFilled},
	{name: "save-menu", path: "runs/RUN", ready: dashboardReady, do: `document.querySelector("#curve-downloads").closest("details").open = true`},
	{name: "curve-runs", path: "runs/RUN", ready: dashboardReady, do: `document.querySelector("#curve-options .Menu").open = true`},
	{name: "invitation", path: "runs/RUN", ready: dashboardReady, do: `document.querySelector("#invite").click()`, done: `document.querySelector("#invitation").open && document.querySelector("#invitation").textContent.trim()`},
	{name: "bar-open", path: "runs/RUN", ready: dashboardReady, do: `document.querySelector("#bar-more").click()`},
	{name: "intro-closed", path: "runs/RUN", ready: dashboardReady, do: `document.querySelector("#intro button").click()`},
	{name: "unit-low", path: "runs/RUN/units/low/0", ready: unitReady},
	{name: "unit-mid", path: "runs/RUN/units/mid/1", ready: unitReady, tablet: true},
	{name: "unit-high", path: "runs/RUN/units/high/2", ready: unitReady},
	{name: "unit-class", path: "runs/RUN/units/classes/3", ready: unitReady},
	{name: "film-low", path: "runs/RUN/film/low?steps=epochs", ready: filmReady},
	{name: "film-classes", path: "runs/RUN/film/classes", ready: filmReady},
	{name: "drawing-empty", path: "runs/RUN/drawing", ready: `document.body.dataset.connection === "live"`},
	{name: "drawing", path: "runs/RUN/drawing?test=3", ready: drawingReady, tablet: true},
	{name: "evaluation", path: "runs/RUN/evaluation?label=3&prediction=5", ready: evaluationSeen + " && " + cardsSeen + ` && document.querySelector(".ClassCurves-picture").naturalWidth > 0`, tablet: true},
	{name: "lesson-1", path: "runs/RUN/lesson?station=1", ready: oneStation},
	{name: "lesson-2", path: "runs/RUN/lesson?station=2", ready: oneStation},
	{name: "lesson-3", path: "runs/RUN/lesson?station=3", ready: oneStation, tablet: true},
	{name: "lesson-4", path: "runs/RUN/lesson?station=4", ready: oneStation},
	{name: "lesson-5", path: "runs/RUN/lesson?station=5", ready: oneStation},
	{name: "lesson-6", path: "runs/RUN/lesson?station=6", ready: oneStation},
	{name: "lesson-7", path: "runs/RUN/lesson?station=7", ready: oneStation},
	{name: "lesson-8", path: "runs/RUN/lesson?station=8", ready: oneStation},
	{name: "lesson-what-if", path: "runs/RUN/lesson?station=6&step=3&from=2&learningRate=10", ready: oneStation},
	{name: "error", path: "runs/nothing", ready: `document.querySelector(".ErrorPage-message")`, console: "status of 404"},
	{name: "replay", path: "api/runs/RUN/replay.html", ready: `document.images.length === 4`},
}

// Every page, and all that opens on it, is whole on a desktop and a phone, in
// light and dark: its pictures, its texts and its controls; and it obeys WCAG 2.2 AA as
// far as a program can tell. With -artifacts the test keeps what it saw, and looks at
// every page in both sizes.
func TestBrowserTour(t *testing.T) {
	b, address := finishedPage(t, `,"epochs":1,"batchSize":512`)
	run := b.value(`document.body.dataset.run`)
	allowed, err := json.Marshal(allowances)
	if err != nil {
		t.Fatal(err)
	}
	folder, script := t.ArtifactDir(), axe(t)
	for _, size := range []struct {
		name          string
		width, height int64
	}{{"desktop", 1440, 900}, {"phone", 390, 844}, {"tablet", 820, 1180}} {
		for i, at := range stops {
			if size.name == "tablet" && !at.tablet {
				continue
			}
			if isPhone := size.name == "phone"; !wantsArtifacts() && !at.tablet && isPhone != (i%2 == 1) {
				continue // every second stop as a desktop's, the others as a phone's
			}
			t.Run(at.name+"-"+size.name, func(t *testing.T) {
				b := b.within(t)
				b.scheme("light")
				b.run(chromedp.EmulateViewport(size.width, size.height), chromedp.Navigate(address+strings.ReplaceAll(at.path, "RUN", run)))
				b.until(`Boolean(` + at.ready + `)`)
				if !at.jumps {
					b.wantStill()
				}
				if at.do != "" {
					b.value(`(` + at.do + `, "")`)
					b.until(`Boolean(` + cmp.Or(at.done, "true") + `)`)
				}
				for _, scheme := range []string{"light", "dark"} {
					b.scheme(scheme)
					b.until(isShown)
					b.wantWhole(string(allowed), scheme)
					b.keep(folder, at.name+"-"+size.name+"-"+scheme)
				}
				if script != "" {
					// So tall that nothing lies behind the timeline at the window's foot.
					b.run(chromedp.EmulateViewport(size.width, 4000))
					b.until(isShown)
					b.wantRules(script, "dark", contrast)
					b.scheme("light")
					b.until(isShown)
					b.wantAccess(script, "light")
				}
				for _, problem := range b.console.take() {
					if at.console == "" || !strings.Contains(problem, at.console) {
						t.Errorf("the console shows %s", problem)
					}
				}
			})
		}
	}
}

// scheme sets the colours that the reader's system prefers. Nothing moves.
func (b *tab) scheme(name string) {
	b.Helper()
	media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: name}, {Name: "prefers-reduced-motion", Value: "reduce"}}}
	if _, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, media); err != nil {
		b.Fatal(err)
	}
}

// faults are what is wrong with the page shown.
func (b *tab) faults(allowed string) []string {
	b.Helper()
	all, err := chromedp.Run(b.ctx, chromedp.Evaluate[[]string](strings.TrimSpace(faultsOf)+"("+allowed+")"))
	if err != nil {
		b.Fatal(err)
	}
	return all
}

// wantWhole reports what is wrong with the page shown.
func (b *tab) wantWhole(allowed, scheme string) {
	b.Helper()
	if bright := b.value(`Number(getComputedStyle(document.body).color.match(/\d+/)[0]) > 128`); bright != strconv.FormatBool(scheme == "dark") {
		b.Errorf("%s: bright text is %s", scheme, bright)
	}
	for _, fault := range b.faults(allowed) {
		b.Errorf("%s: %s", scheme, fault)
	}
}

func (b *tab) wantWidth(most int, what string) {
	b.Helper()
	if width := b.number(`document.documentElement.scrollWidth`); width > most {
		b.Errorf("%s is %d wide on a screen of %d", what, width, most)
	}
}

// wantStill reports what jumped while the page's data arrived: a cumulative layout
// shift of up to 0.1 is what people do not mind.
func (b *tab) wantStill() {
	b.Helper()
	b.value(watchShifts)
	b.until(`window.shifts.read`)
	var all []struct {
		Value float64
		Of    string
	}
	if err := json.Unmarshal([]byte(b.value(`JSON.stringify(window.shifts)`)), &all); err != nil {
		b.Fatal(err)
	}
	total := 0.0
	for _, shift := range all {
		total += shift.Value
	}
	if total > 0.1 {
		b.Errorf("while data arrived the page jumped by %.3f: %+v", total, all)
	}
}

// wantsArtifacts reports whether tests are to keep what they make.
func wantsArtifacts() bool {
	wanted := flag.Lookup("test.artifacts")
	return wanted != nil && wanted.Value.String() == "true"
}

// keep writes a picture of the whole page, if pictures are wanted.
func (b *tab) keep(folder, name string) {
	b.Helper()
	if !wantsArtifacts() {
		return
	}
	picture, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, name+".png"), picture, 0o600); err != nil {
		b.Fatal(fmt.Errorf("the picture of %s: %w", name, err))
	}
}

// The tour finds what is wrong: on a page that has a fault of every kind it tells of
// each, and of nothing else.
func TestBrowserTourFindsFaults(t *testing.T) {
	b := browse(t)
	b.run(chromedp.EmulateViewport(390, 844), chromedp.Navigate("data:text/html,"+url.PathEscape(`<!doctype html><style>* { margin: 0; padding: 0 } div { margin: 30px 0 } button, a { display: inline-block; width: 60px; height: 30px }</style>
		<div><img src="data:image/png;base64,AA" width="9" height="9" alt="torn"></div>
		<div><canvas width="20" height="20"></canvas></div>
		<div style="width: 500px; height: 1px"></div>
		<div style="width: 40px; overflow: hidden; white-space: nowrap">words that do not fit</div>
		<div style="width: 40px; overflow: auto; white-space: nowrap">words that can be scrolled</div>
		<div><button>one</button><button style="margin-left: -20px">other</button></div>
		<div><button style="width: 10px; height: 10px"></button><button style="width: 10px; height: 10px"></button></div>
		<div>A sentence with <a href="x" style="display: inline; font-size: 9px">a link</a> in it.</div>`)))
	b.until(isShown)
	faults := b.faults(`{}`)
	for _, want := range []string{"torn", "the canvas is blank", "the page is 500 wide in 390", "text is cut, 1", "controls overlap: button \"one\" and button \"other\"", "a target of 10 by 10"} {
		if !slices.ContainsFunc(faults, func(fault string) bool { return strings.Contains(fault, want) }) {
			t.Errorf("no fault is %q", want)
		}
	}
	if len(faults) != 7 { // both small targets
		t.Errorf("the faults are %q", faults)
	}
}
