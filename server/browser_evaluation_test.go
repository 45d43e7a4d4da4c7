package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// openEvaluation goes to the evaluation of the run that is shown, and waits
// until a step is seen.
func (b *tab) openEvaluation(url, query string) {
	b.Helper()
	b.run(chromedp.Navigate(fmt.Sprintf("%sruns/%s/evaluation%s", url, b.value(`document.body.dataset.run`), query)))
	b.until(evaluationSeen)
}

const (
	evaluationSeen = `document.body.dataset.shown !== "" && document.querySelector("#panel-map").dataset.drawn === document.body.dataset.shown && document.querySelector("#panel-confusion").dataset.step === document.body.dataset.shown`
	cardsSeen      = `[...document.querySelectorAll("#panel-cell .ImageCard")].length > 0`
)

// shoot keeps a picture of the page where $SHOTS is a folder.
func (b *tab) shoot(name string) {
	b.Helper()
	folder := os.Getenv("SHOTS")
	if folder == "" {
		return
	}
	picture, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
	if err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(folder+"/"+name+".png", picture, 0o644); err != nil {
		b.Fatal(err)
	}
}

// A cell opens its images, which are those of the API; arrow keys go from cell
// to cell; an image leads to the drawing page.
func TestBrowserOpensCells(t *testing.T) {
	b, url := finishedPage(t, `,"epochs":2,"batchSize":512`)
	run := b.value(`document.body.dataset.run`)
	b.openEvaluation(url, "?step=8")
	b.run(chromedp.Click(chromedp.CSS(`.Confusion-cell[data-label="3"][data-prediction="3"]`)))
	b.until(`document.querySelector("#panel-cell").dataset.cell === "3 3 8"`)
	b.run(chromedp.KeyEvent(kb.ArrowDown + kb.ArrowRight + kb.ArrowRight + kb.Enter))
	b.until(`document.querySelector("#panel-cell").dataset.cell === "4 5 8"`)
	if query := b.value(`location.search`); query != "?step=8&label=4&prediction=5" {
		t.Errorf("the address ends in %s", query)
	}
	if stops := b.number(`document.querySelectorAll(".Confusion-cell[tabindex='0']").length`); stops != 1 {
		t.Errorf("the Tab key stops at %d cells of the matrix", stops)
	}
	var e struct{ Confusion [][]int }
	if err := json.Unmarshal(get(t, url+"api/runs/"+run+"/steps/8/evaluation"), &e); err != nil {
		t.Fatal(err)
	}
	label, prediction := 0, 0
	for l, row := range e.Confusion {
		for p, n := range row {
			if l != p && n > e.Confusion[label][prediction] || label == prediction {
				label, prediction = l, p
			}
		}
	}
	b.run(chromedp.Click(chromedp.CSS(fmt.Sprintf(`.Confusion-cell[data-label="%d"][data-prediction="%d"]`, label, prediction))))
	b.until(fmt.Sprintf(`document.querySelector("#panel-cell").dataset.cell === "%d %d 8"`, label, prediction))
	if n := b.number(`document.querySelectorAll("#panel-cell .ImageCard").length`); n != min(60, e.Confusion[label][prediction]) {
		t.Errorf("the cell of %d images shows %d", e.Confusion[label][prediction], n)
	}
	b.until(`[...document.querySelectorAll("#panel-cell img")].some((i) => i.naturalWidth > 0)`)
	b.leave(chromedp.Click(chromedp.CSS("#panel-cell .ImageCard")))
	b.until(`location.pathname.endsWith("/drawing") && location.search.includes("test=")`)
	b.until(`document.querySelector("#prediction-label").textContent.trim() === "` + fmt.Sprint(prediction) + `"`)
	b.wantNoErrors()
}

// The timeline changes everything; playing goes through the kept steps and ends
// at the newest.
func TestBrowserScrubsEvaluations(t *testing.T) {
	b, url := finishedPage(t, `,"epochs":1,"batchSize":2048`)
	b.openEvaluation(url, "")
	b.shoot("evaluation")
	newest := b.value(`document.body.dataset.shown`)
	summary, ink := b.value(text(".Confusion-summary")), b.value(canvasOf("#map-canvas"))
	b.run(chromedp.SendKeys(chromedp.CSS("#timeline"), kb.Home+kb.ArrowRight))
	b.until(`document.body.dataset.shown === "1" && ` + evaluationSeen)
	if b.value(text(".Confusion-summary")) == summary || b.value(canvasOf("#map-canvas")) == ink {
		t.Error("step 1 looks like the newest")
	}
	for panel, said := range map[string]string{"#panel-worst": "1", "#panel-reliability": "1"} {
		if step := b.value(`document.querySelector("` + panel + `").dataset.step`); step != said {
			t.Errorf("%s is at step %s", panel, step)
		}
	}
	b.choose("#timeline-speed", "8")
	b.run(chromedp.Click(chromedp.CSS("#timeline-play")))
	b.until(`Number(document.body.dataset.shown) > 4`)
	b.until(`document.body.dataset.shown === "` + newest + `" && document.querySelector("#timeline-play").getAttribute("aria-pressed") === "false"`)
	b.until(text(".Confusion-summary") + ` === "` + summary + `"`)
	b.until(`document.querySelector(".ClassCurves-picture").naturalWidth > 0`)
	b.until(`document.querySelector("#panel-classes").dataset.drawn.includes('"steps":"log"')`)
	few := b.value(`document.querySelector("#panel-classes").dataset.drawn`)
	b.run(chromedp.Click(chromedp.CSS(".ClassCurves-classes button:nth-of-type(4)")))
	b.until(fmt.Sprintf(`document.querySelector("#panel-classes").dataset.drawn !== %q && document.querySelector("#panel-classes").dataset.drawn.includes('"classes":"3"')`, few))
	b.wantNoErrors()
}

// The pointer and the keys find the map's images.
func TestBrowserReadsTheMap(t *testing.T) {
	b, url := finishedPage(t, `,"epochs":1,"batchSize":2048`)
	b.openEvaluation(url, "")
	b.run(chromedp.Focus(chromedp.CSS("#map-canvas")), chromedp.KeyEvent(kb.ArrowRight))
	b.until(`document.querySelector("#panel-map").dataset.image !== undefined`)
	first := b.value(`document.querySelector("#panel-map").dataset.image`)
	b.run(chromedp.KeyEvent(kb.ArrowUp))
	b.until(`document.querySelector("#panel-map").dataset.image !== "` + first + `"`)
	if said := b.value(text(".MapScatter-text")); !strings.HasPrefix(said, "Test image ") || !strings.Contains(said, "%") {
		t.Errorf("of the image is said %q", said)
	}
	b.until(`document.querySelector(".MapScatter-image").naturalWidth === 28`)
	b.value(`document.querySelector("#map-canvas").scrollIntoView({ block: "center" })`)
	box, err := chromedp.Run(b.ctx, chromedp.Evaluate[[]float64](`(() => {
		const r = document.querySelector("#map-canvas").getBoundingClientRect();
		return [r.left, r.top, r.width, r.height];
	})()`))
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for i := range 12 {
		b.run(chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, box[0]+box[2]*(0.3+0.03*float64(i)), box[1]+box[3]/2))
		found[b.value(`document.querySelector("#panel-map").dataset.image`)] = true
	}
	if len(found) < 3 {
		t.Errorf("along the map the pointer finds %d images", len(found))
	}
	b.leave(chromedp.Click(chromedp.CSS(".MapScatter-link")))
	b.until(`location.pathname.endsWith("/drawing") && location.search.includes("test=")`)
	b.wantNoErrors()
}

// The dashboard's confusion matrix opens the same images.
func TestBrowserOpensCellsFromTheDashboard(t *testing.T) {
	b, url := finishedPage(t, `,"epochs":1,"batchSize":512`)
	b.run(chromedp.Navigate(url))
	b.until(`document.querySelectorAll(".ConfusionTable a").length > 10`)
	if stops := b.number(`document.querySelectorAll(".ConfusionTable a[tabindex='0']").length`); stops != 1 {
		t.Errorf("the Tab key stops at %d cells", stops)
	}
	b.run(chromedp.Focus(chromedp.CSS(".ConfusionTable a[tabindex='0']")), chromedp.KeyEvent(kb.ArrowDown+kb.ArrowRight))
	b.leave(chromedp.KeyEvent(kb.Enter))
	b.until(evaluationSeen + ` && document.querySelector("#panel-cell").dataset.cell === "1 1 118"`)
	b.wantNoErrors()
}

// The page fits a phone, in light and dark.
func TestBrowserFitsEvaluationsOnAPhone(t *testing.T) {
	b, url := finishedPage(t, `,"epochs":1,"batchSize":2048`)
	run := b.value(`document.body.dataset.run`)
	for _, scheme := range []string{"light", "dark"} {
		media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}}
		if _, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, media); err != nil {
			t.Fatal(err)
		}
		for _, width := range []int64{390, 1440} {
			b.run(chromedp.EmulateViewport(width, 844), chromedp.Navigate(url+"runs/"+run+"/evaluation?label=3&prediction=3"))
			b.until(evaluationSeen + " && " + cardsSeen)
			b.until(`document.querySelector(".ClassCurves-picture").naturalWidth > 0`)
			b.wantWidth(int(width), "the evaluation in "+scheme)
			b.shoot(fmt.Sprintf("evaluation-%d-%s", width, scheme))
		}
	}
	b.wantNoErrors()
}
