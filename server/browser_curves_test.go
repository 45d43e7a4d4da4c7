package main

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// box is the place of an element's picture: left, top, width, height.
func (b *tab) box(selector string) (box [4]float64) {
	b.Helper()
	all, err := chromedp.Run(b.ctx, chromedp.Evaluate[[]float64](`(() => {
		const r = document.querySelector("`+selector+`").getBoundingClientRect();
		return [r.left, r.top, r.width, r.height];
	})()`))
	if err != nil {
		b.Fatal(err)
	}
	copy(box[:], all)
	return box
}

// curveAxis is an expression for the axes of a curve: what the horizontal one
// tells, both scales, and what it spans.
func curveAxis(figure string) string {
	return fmt.Sprintf(`document.querySelector("#panel-%s").dataset.axis`, figure)
}

// span returns what a curve's horizontal axis spans.
func (b *tab) span(figure string) (from, to float64) {
	b.Helper()
	text := strings.Fields(b.value(curveAxis(figure)))
	if _, err := fmt.Sscan(text[3]+" "+text[4], &from, &to); err != nil {
		b.Fatal(err)
	}
	return from, to
}

// mouse sends an event of the left button at a place on the loss curve, in
// fractions of it.
func (b *tab) mouse(kind input.DispatchMouseEventType, x, y float64, clicks int64) {
	b.Helper()
	box := b.box("#panel-loss .CurvePanel-view")
	b.run(chromedp.MouseEvent(kind, box[0]+x*box[2], box[1]+y*box[3], chromedp.ButtonType(input.MouseButtonLeft),
		func(p *input.DispatchMouseEventParams) { p.Buttons, p.ClickCount = min(1, clicks), clicks }))
}

// curvesPage opens a finished run beside which another one has been trained.
func curvesPage(t *testing.T) (b *tab, url, own, other string) {
	t.Helper()
	b, url = finishedPage(t, `,"epochs":3,"batchSize":256`)
	own = b.value(`document.body.dataset.run`)
	answer, err := http.Post(url+"api/runs", "application/json", strings.NewReader(`{"name":"beside","architecture":"tiny","epochs":1,"batchSize":512}`))
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var run struct{ ID, State string }
	if err := json.NewDecoder(answer.Body).Decode(&run); err != nil {
		t.Fatal(err)
	}
	for run.State != "finished" {
		if err := json.Unmarshal(get(t, url+"api/runs/"+run.ID), &run); err != nil {
			t.Fatal(err)
		}
	}
	return b, url, own, run.ID
}

// A part of a run is looked at closely, and the whole of it again: by dragging,
// by keys, from the address, and on another axis.
func TestBrowserZoomsCurves(t *testing.T) {
	b, _ := finishedPage(t, `,"epochs":3,"batchSize":256`)
	last := b.number(`document.body.dataset.step`)
	b.until(fmt.Sprintf(`%s === "step linear log 0 %d"`, curveAxis("loss"), last))
	b.mouse(input.DispatchMouseEventTypeMousePressed, 0.4, 0.5, 1)
	b.mouse(input.DispatchMouseEventTypeMouseMoved, 0.5, 0.5, 1)
	b.mouse(input.DispatchMouseEventTypeMouseMoved, 0.7, 0.4, 1)
	b.until(`!document.querySelector("#panel-loss .CurvePanel-selection").hidden`)
	b.mouse(input.DispatchMouseEventTypeMouseReleased, 0.7, 0.4, 1)
	for _, figure := range []string{"loss", "accuracy"} {
		b.until(fmt.Sprintf(`!%s.endsWith(" 0 %d")`, curveAxis(figure), last))
	}
	from, to := b.span("loss")
	if width := (to - from) / float64(last); width < 0.25 || width > 0.45 || from != math.Round(from) {
		t.Errorf("three tenths of the picture are steps %v to %v of %d", from, to, last)
	}
	if other, _ := b.span("accuracy"); other != from {
		t.Errorf("the accuracy begins at %v, the loss at %v", other, from)
	}
	if hidden := b.value(`document.querySelector("#panel-loss .CurvePanel-selection").hidden`); hidden != "true" {
		t.Error("the selection stays")
	}
	b.until(fmt.Sprintf(`new URLSearchParams(location.search).get("zoom") === "%v-%v"`, from, to))
	b.run(chromedp.Reload())
	b.until(fmt.Sprintf(`%s === "step linear linear %v %v"`, curveAxis("accuracy"), from, to))

	// The same part on the axis of epochs.
	b.choose("#curve-options [name=axis]", "epoch")
	b.until(curveAxis("loss") + `?.startsWith("epoch linear log ")`)
	perEpoch := float64(last) / 3
	if a, z := b.span("loss"); math.Abs(a-from/perEpoch) > 0.02 || math.Abs(z-to/perEpoch) > 0.02 {
		t.Errorf("steps %v to %v of %v an epoch became epochs %v to %v", from, to, perEpoch, a, z)
	}
	b.mouse(input.DispatchMouseEventTypeMousePressed, 0.5, 0.5, 1)
	b.mouse(input.DispatchMouseEventTypeMouseReleased, 0.5, 0.5, 1)
	b.mouse(input.DispatchMouseEventTypeMousePressed, 0.5, 0.5, 2)
	b.mouse(input.DispatchMouseEventTypeMouseReleased, 0.5, 0.5, 2)
	b.until(curveAxis("accuracy") + ` === "epoch linear linear 0 3" && !location.search.includes("zoom")`)

	b.run(chromedp.Focus(chromedp.CSS("#panel-accuracy .CurvePanel-view")), chromedp.KeyEvent("+"))
	b.until(`!` + curveAxis("loss") + `.endsWith(" 0 3")`)
	b.run(chromedp.KeyEvent("0"))
	b.until(curveAxis("loss") + `.endsWith(" 0 3")`)
	b.wantNoErrors()
}

// Several runs are compared at one place: over time, with the accuracy by its
// error, and the values are those of the metrics.
func TestBrowserReadsCurvesOfSeveralRuns(t *testing.T) {
	b, url, own, other := curvesPage(t)
	b.run(chromedp.Click(chromedp.CSS("#curve-runs summary")))
	b.until(`document.querySelector('#curve-runs input[value="` + other + `"]') !== null`)
	if own := b.value(`document.querySelectorAll("#curve-runs input").length`); own != "1" {
		t.Errorf("%s runs are offered, want one", own)
	}
	b.run(chromedp.Click(chromedp.CSS(`#curve-runs input[value="` + other + `"]`)))
	b.until(text(".CurveRuns-count") + ` === "1" && location.search.includes("overlay=` + other + `")`)
	b.choose("#curve-options [name=axis]", "time")
	b.run(chromedp.Click(chromedp.CSS(`[name=accuracyLog]`)))
	b.until(curveAxis("accuracy") + `?.startsWith("time linear error 0 ")`)

	b.mouse(input.DispatchMouseEventTypeMouseMoved, 0.5, 0.5, 0)
	b.until(`document.querySelectorAll("#panel-accuracy .CurvePanel-table tbody tr").length === 2`)
	place := b.value(text("#panel-accuracy .CurvePanel-readout small"))
	var step int
	var epoch, seconds float64
	if _, err := fmt.Sscanf(place, "step %d · epoch %g · %g s", &step, &epoch, &seconds); err != nil {
		t.Fatalf("the place is %q: %v", place, err)
	}
	type series struct {
		Step                     []int
		Epoch, Seconds, Accuracy []float64
	}
	metrics := func(id string) (m struct{ Train, Test series }) {
		if err := json.Unmarshal(get(t, url+"api/runs/"+id+"/metrics"), &m); err != nil {
			t.Fatal(err)
		}
		return m
	}
	mine, theirs := metrics(own), metrics(other)
	if want := mine.Train.Seconds[step-1]; math.Abs(seconds-want) > 0.01*want || math.Abs(epoch-mine.Train.Epoch[step-1]) > 0.001 {
		t.Errorf("step %d is at epoch %v and %v s by the read-out, %v and %v by the metrics", step, epoch, seconds, mine.Train.Epoch[step-1], want)
	}
	rows := `[...document.querySelectorAll("#panel-accuracy .CurvePanel-table tbody tr")]`
	cell := func(row, column int) string {
		return b.value(fmt.Sprintf(`%s[%d].children[%d].textContent`, rows, row, column))
	}
	if got, want := cell(0, 1), percentText(mine.Train.Accuracy[step-1]); got != want {
		t.Errorf("the train accuracy of the run is %s, want %s", got, want)
	}
	nearest := 0
	for i, at := range theirs.Train.Seconds {
		if math.Abs(at-mine.Train.Seconds[step-1]) < math.Abs(theirs.Train.Seconds[nearest]-mine.Train.Seconds[step-1]) {
			nearest = i
		}
	}
	if name, got := cell(1, 0), cell(1, 1); name != "beside" || got != percentText(theirs.Train.Accuracy[nearest]) {
		t.Errorf("the other run is %q with %s, want %s", name, got, percentText(theirs.Train.Accuracy[nearest]))
	}
	link := b.value(`document.querySelector('#curve-downloads a[download$="accuracy.csv"]').href`)
	if csv := string(get(t, link)); !strings.Contains(csv, "beside,train,1,") {
		t.Errorf("%s has no points of the other run", link)
	}
	b.run(chromedp.Click(chromedp.CSS("#curve-runs summary")))
	b.mouse(input.DispatchMouseEventTypeMouseMoved, 0.5, 1.6, 0)
	b.until(`document.querySelector("#panel-accuracy .CurvePanel-table").hidden`)
	b.wantNoErrors()
}

// percentText is a share as the page writes it: halves are rounded up.
func percentText(share float64) string {
	return fmt.Sprintf("%.2f %%", math.Floor(1e4*share+0.5)/100)
}
