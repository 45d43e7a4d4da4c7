package main

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// text is an expression for what an element says.
func text(selector string) string {
	return fmt.Sprintf(`document.querySelector("%s").textContent`, selector)
}

// A finished run is played, searched by epochs, and looked at again from its
// address: everything on the page follows.
func TestBrowserFollowsOneClock(t *testing.T) {
	b, _ := finishedPage(t, `,"epochs":2,"batchSize":512`)
	b.stroke(circle()...)
	b.until(`document.querySelector("#prediction").dataset.step === document.body.dataset.step`)
	b.run(chromedp.SendKeys(chromedp.CSS("#timeline"), kb.PageDown))
	b.until(`document.querySelector("#panel-mid").dataset.step === "118"`)
	b.until(text(".EvaluationPanel-summary") + `.includes("epoch 1, step 118")`)
	b.until(`document.querySelector("#prediction").dataset.step === "118"`)
	b.until(text("#panel-loss .CurvePanel-readout") + `.includes("118")`)
	b.run(chromedp.SendKeys(chromedp.CSS("#timeline"), kb.Home))
	b.until(`document.querySelector("#panel-high").dataset.step === "0"`)
	b.until(text(".EvaluationPanel-summary") + `.includes("not been judged")`)
	b.value(`history.back()`)
	b.until(`document.querySelector("#panel-high").dataset.step === "118"`)

	b.value(`(() => { const s = document.querySelector("#timeline-speed"); s.value = "8"; s.dispatchEvent(new Event("change")); })()`)
	b.run(chromedp.SendKeys(chromedp.CSS("#timeline"), kb.Home))
	b.until(`document.querySelector("#panel-low").dataset.step === "0"`)
	b.run(chromedp.Click(chromedp.CSS("#timeline-play")))
	b.until(`document.querySelector("#timeline-play").getAttribute("aria-pressed") === "true"`)
	b.until(`Number(document.querySelector("#panel-low").dataset.step) > 5`)
	b.until(`document.querySelector("#timeline-play").getAttribute("aria-pressed") === "false" && !location.search.includes("step")`)
	b.until(`document.querySelector("#panel-low").dataset.live === "true"`)
	b.wantNoErrors()
}

// A branch is started from the page, compared with its origin, renamed and
// deleted; what cannot be is said beside its field.
func TestBrowserKeepsRuns(t *testing.T) {
	b, url := finishedPage(t, `,"epochs":2,"batchSize":512`)
	origin := b.value(`document.body.dataset.run`)
	b.run(chromedp.SendKeys(chromedp.CSS("#timeline"), kb.PageDown))
	b.until(`new URLSearchParams(location.search).get("step") === "118"`)
	b.run(chromedp.Click(chromedp.CSS("#runs-open")), chromedp.Click(chromedp.CSS("#run-branch")))
	b.until(text("#run-form-title") + `.includes("at step 118") && ` + formFilled)
	b.enter("#run-batchSize", "-3")
	b.until(text("[data-of=batchSize]") + `.includes("impossible")`)
	b.value(`document.querySelector("#run-name").value = "half the rate"`)
	b.value(`document.querySelector("#run-learningRate").value = "0.002"`)
	b.enter("#run-batchSize", "512")
	b.until(`document.body.dataset.run !== "` + origin + `"`)
	branch := b.value(`document.body.dataset.run`)
	b.until(`document.body.dataset.state === "finished" && ` + text("#runs-open") + ` === "half the rate"`)
	var run struct {
		Config struct {
			From struct {
				Run  string
				Step int
			}
			LearningRate float64
		}
		Step int
	}
	if err := json.Unmarshal(get(t, url+"api/runs/"+branch), &run); err != nil {
		t.Fatal(err)
	}
	if run.Config.From.Run != origin || run.Config.From.Step != 118 || run.Config.LearningRate != 0.002 || run.Step != 236 {
		t.Errorf("the branch is %+v", run)
	}

	row := func(id, button string) string { return fmt.Sprintf(`[data-focus="%s-%s"]`, button, id) }
	b.run(chromedp.Click(chromedp.CSS("#runs-open")), chromedp.Click(chromedp.CSS(row(origin, "Compare"))))
	b.until(`!document.querySelector("#comparison").hidden && document.querySelector("#panel-high-other").dataset.step === "236"`)
	b.run(chromedp.SendKeys(chromedp.CSS("#timeline"), kb.PageDown))
	b.until(`document.querySelector("#panel-low").dataset.step === "118" && document.querySelector("#panel-low-other").dataset.step === "118"`)
	if b.value(pixels("panel-low")) != b.value(pixels("panel-low-other")) {
		t.Error("branch and origin differ at the step that they share")
	}
	b.run(chromedp.Reload())
	b.until(`document.querySelector("#panel-low-other")?.dataset.step === "118"`)
	b.run(chromedp.Click(chromedp.CSS("#comparison button")))
	b.until(`document.querySelector("#comparison").hidden && !location.search.includes("compare")`)

	b.run(chromedp.Click(chromedp.CSS("#runs-open")), chromedp.Click(chromedp.CSS(row(origin, "Delete"))))
	b.run(chromedp.Click(chromedp.CSS(row(origin, "Delete it"))))
	get(t, url+"api/runs/"+origin) // it was asked once only
	b.run(chromedp.Click(chromedp.CSS(row(origin, "Delete for good"))))
	b.until(`!document.querySelector('[data-run="` + origin + `"].RunList-run')`)
	b.run(chromedp.Click(chromedp.CSS(row(branch, "Rename"))))
	b.enter(".RunList-rename input", "kept")
	b.until(text("#runs-open") + ` === "kept"`)
}
