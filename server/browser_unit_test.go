package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// choose chooses an option of a select, as a person would.
func (b *tab) choose(selector, value string) {
	b.Helper()
	b.value(fmt.Sprintf(`(() => { const s = document.querySelector("%s"); s.value = "%s"; s.dispatchEvent(new Event("change", { bubbles: true })); })()`, selector, value))
}

// openUnit goes to a unit's page and waits until all of it is seen.
func (b *tab) openUnit(url, level string, unit int, query string) {
	b.Helper()
	b.run(chromedp.Navigate(fmt.Sprintf("%sruns/%s/units/%s/%d%s", url, b.value(`document.body.dataset.run`), level, unit, query)))
	b.until(`document.querySelector("#unit-maximization").naturalWidth > 0`)
	b.until(`document.querySelectorAll("#unit-patches .Patch").length > 0`)
}

// leave does what leads to another page, and waits for that.
func (b *tab) leave(actions ...chromedp.Action[chromedp.Void]) {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, browserPatience)
	defer cancel()
	if _, err := chromedp.RunResponse(ctx, actions...); err != nil {
		b.Fatal(err)
	}
}

// canvasOf is an expression for what the canvases of a part of the page show.
func canvasOf(selector string) string {
	return fmt.Sprintf(`[...document.querySelectorAll("%s")].map((c) => c.toDataURL()).join()`, selector)
}

const projections = "#unit-patches .Patch canvas:nth-of-type(2)"

// A unit's page shows all that there is of the unit, and arrow keys go on to
// others.
func TestBrowserShowsAUnit(t *testing.T) {
	b, url := finishedPage(t, `,"epochs":2,"batchSize":512`)
	b.openUnit(url, "mid", 1, "")
	b.until(`Boolean(document.querySelector("#unit-filter").dataset.shown)`)
	b.until(`document.querySelector("#unit-place canvas").width > 28`)
	b.until(text("#unit-place") + `.includes("of the test set")`)
	b.until(text("#unit-portrait") + `.includes("of 10,000 test images")`)
	b.until(`document.querySelectorAll("#unit-film img").length > 5 && [...document.querySelectorAll("#unit-film img")].every((i) => i.naturalWidth > 0)`)
	b.until(`document.querySelectorAll("#unit-vitals img").length === 10 && [...document.querySelectorAll("#unit-vitals img")].every((i) => i.naturalWidth > 0)`)
	b.until(`document.querySelectorAll("#unit-incoming a").length > 0 && document.querySelectorAll("#unit-outgoing a").length > 0`)
	if lacking := b.number(`[...document.querySelectorAll("main img:not([alt]), main canvas:not([aria-label]):not(.Patch canvas)")].length`); lacking > 0 {
		t.Errorf("%d pictures have no text alternative", lacking)
	}

	b.run(chromedp.Click(chromedp.CSS("#unit-ablate")))
	b.until(`document.querySelectorAll("#unit-ablation tbody tr").length === 10 && ` + text("#unit-ablation p") + `.includes("without")`)

	b.leave(chromedp.KeyEvent(kb.ArrowRight))
	b.until(`location.pathname.endsWith("/units/conv2/2") && ` + text("#unit-title") + ` === "conv2, unit 2"`)
	b.leave(chromedp.KeyEvent(kb.ArrowUp))
	b.until(`location.pathname.endsWith("/units/conv3/2")`)
	b.until(`document.querySelector("#unit-maximization").naturalWidth > 0`)
	b.leave(chromedp.KeyEvent(kb.ArrowUp))
	b.until(`document.querySelector("#unit-title").textContent === "class 2" && document.querySelector("#unit-maximization").naturalWidth > 0`)
	b.wantNoErrors()
}

// Another rule and step 0's weights make other projections of the same
// patches; a step of the film is looked at, and is in the address.
func TestBrowserLooksAtAUnitOtherwise(t *testing.T) {
	b, url := finishedPage(t, `,"epochs":2,"batchSize":512`)
	b.openUnit(url, "high", 0, "")
	patches := b.value(canvasOf("#unit-patches .Patch canvas:nth-of-type(1)"))
	guided := b.value(canvasOf(projections))
	b.choose("#unit-rule", "gradient")
	b.until(fmt.Sprintf(`%s !== %q`, canvasOf(projections), guided))
	gradient := b.value(canvasOf(projections))
	trained := b.value(`document.querySelector("#unit-maximization").src`)
	b.run(chromedp.Click(chromedp.CSS("#unit-untrained")))
	b.until(fmt.Sprintf(`%s !== %q`, canvasOf(projections), gradient))
	b.until(fmt.Sprintf(`document.querySelector("#unit-maximization").src !== %q && document.querySelector("#unit-maximization").alt.startsWith("Untrained")`, trained))
	if b.value(canvasOf("#unit-patches .Patch canvas:nth-of-type(1)")) != patches {
		t.Error("the untrained weights show other patches, so the projections cannot be compared")
	}
	if query := b.value(`location.search`); query != "?rule=gradient&untrained=1" {
		t.Errorf("the address ends in %s", query)
	}
	b.run(chromedp.Click(chromedp.CSS(`#unit-film a[href="?step=2"]`)))
	b.until(`document.body.dataset.step === "2" && new URLSearchParams(location.search).get("step") === "2"`)
	b.value(`history.back()`)
	b.until(`document.body.dataset.step === "236"`)
	b.wantNoErrors()
}

// A unit is silenced and released from its page, and asked about before it is
// made random again.
func TestBrowserIntervenes(t *testing.T) {
	b, url := finishedPage(t, `,"epochs":1,"batchSize":512`)
	run := b.value(`document.body.dataset.run`)
	held := func() (units []struct {
		Level, Action string
		Unit          int
	}) {
		t.Helper()
		answer := struct{ Units any }{&units}
		if err := json.Unmarshal(get(t, url+"api/runs/"+run), &answer); err != nil {
			t.Fatal(err)
		}
		return units
	}
	b.openUnit(url, "conv2", 1, "")
	state := `document.querySelector("#unit-interventions").dataset.intervention`
	b.run(chromedp.Click(chromedp.CSS(`#unit-interventions [data-action="silence"]`)))
	b.until(state + ` === "silence" && ` + text(".Interventions-state") + `.includes("silenced since step 118")`)
	if units := held(); len(units) != 1 || units[0].Level != "conv2" || units[0].Unit != 1 || units[0].Action != "silence" {
		t.Errorf("the run holds %+v", units)
	}
	b.run(chromedp.Click(chromedp.CSS(`#unit-interventions [data-action="release"]`)))
	b.until(state + ` === "" && document.querySelector("#unit-interventions [data-action=release]").disabled`)
	if units := held(); len(units) != 0 {
		t.Errorf("after its release the run holds %+v", units)
	}

	b.run(chromedp.Click(chromedp.CSS(`#unit-interventions [data-action="reinitialize"]`)))
	b.until(`!document.querySelector(".Interventions-question").hidden && ` + text(".Interventions-question") + `.includes("lost")`)
	before := b.value(text(`[data-figure=norm] b`))
	b.run(chromedp.Click(chromedp.CSS(`.Interventions-question .Button--danger`)))
	b.until(fmt.Sprintf(`%s !== %q`, text(`[data-figure=norm] b`), before))

	b.value(`document.querySelector("#unit-interventions [value=branch]").click()`)
	b.leave(chromedp.Click(chromedp.CSS(`#unit-interventions [data-action="freeze"]`)))
	b.until(`document.body.dataset.run !== "` + run + `" && document.querySelector("#unit-interventions").dataset.intervention === "freeze"`)
	b.wantNoErrors()
}

// What is no unit is told what would be one.
func TestBrowserNamesTheUnits(t *testing.T) {
	b, url := finishedPage(t, `,"epochs":1,"batchSize":512`)
	run := url + "runs/" + b.value(`document.body.dataset.run`)
	for address, words := range map[string]string{
		"/units/conv2/99": "units 0 to", "/units/deep/0": "conv1", "/film/deep": "conv1",
	} {
		b.run(chromedp.Navigate(run + address))
		if told := b.value(text(".ErrorPage-message")); !strings.Contains(told, words) {
			t.Errorf("%s says %q, without %q", address, told, words)
		}
	}
}
