package main

import (
	"encoding/json"
	"fmt"
	"os"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// axePath is where .ci/run puts axe-core, which finds what keeps people out.
const axePath = "../.ci/node_modules/axe-core/axe.min.js"

// axe is the script. Without it the test is skipped, in CI it fails.
func axe(t testing.TB) string {
	t.Helper()
	script, err := os.ReadFile(axePath)
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("there is no axe-core; .ci/run installs it")
		}
		t.Skip("there is no axe-core on this machine; npm ci in .ci installs it")
	}
	return string(script)
}

// All pages obey WCAG 2.2 AA as far as a program can tell, as wide as a desktop
// and a phone, in light and dark.
func TestBrowserAccess(t *testing.T) {
	script := axe(t)
	b, url := finishedPage(t, `,"epochs":1,"batchSize":512`)
	run := url + "runs/" + b.value(`document.body.dataset.run`)
	for name, page := range map[string]struct{ address, ready string }{
		"dashboard":  {run, `document.body.dataset.state === "finished"`},
		"unit":       {run + "/units/conv2/1", `document.querySelector("#unit-maximization")?.naturalWidth > 0`},
		"film":       {run + "/film/high", `Number(document.querySelector("#film").dataset.columns) > 3`},
		"drawing":    {run + "/drawing?test=3", `document.querySelector(".NearestDigits-list li")`},
		"evaluation": {run + "/evaluation?label=3&prediction=5", evaluationSeen + " && " + cardsSeen + ` && document.querySelector(".ClassCurves-picture").naturalWidth > 0`},
		"lesson 2":   {run + "/lesson?station=2", lessonReady},
		"lesson 3":   {run + "/lesson?station=3", lessonReady},
		"lesson 6":   {run + "/lesson?station=6&step=3&from=2&learningRate=10", lessonReady},
		"lesson 7":   {run + "/lesson?station=7", lessonReady},
		"error":      {url + "runs/nothing", `document.querySelector(".ErrorPage-message")`},
	} {
		for _, scheme := range []string{"light", "dark"} {
			media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"}}}
			if _, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, media); err != nil {
				t.Fatal(err)
			}
			for _, width := range []int64{1440, 390} {
				// So tall that nothing lies behind the timeline at the window's foot.
				b.run(chromedp.EmulateViewport(width, 4000))
				b.run(chromedp.Navigate(page.address))
				b.until(`Boolean(` + page.ready + `)`)
				b.wantAccess(script, fmt.Sprintf("%s, %s, %d wide", name, scheme, width))
			}
		}
	}
}

// violation is what axe-core finds wrong, with some of the places.
type violation struct {
	ID, Help string
	Nodes    []struct{ HTML, FailureSummary string }
}

func (b *tab) wantAccess(script, where string) {
	b.Helper()
	b.value(`(() => { ` + script + `; return "" })()`)
	b.value(`(window.violations = null, axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] }).then(({ violations }) => window.violations = JSON.stringify(violations.map(({ id, help, nodes }) => ({ id, help, nodes: nodes.map(({ html, failureSummary }) => ({ html, failureSummary })) })))), "")`)
	b.until(`window.violations !== null`)
	var found []violation
	if err := json.Unmarshal([]byte(b.value(`window.violations`)), &found); err != nil {
		b.Fatal(err)
	}
	for _, v := range found {
		for _, node := range v.Nodes[:min(3, len(v.Nodes))] {
			b.Errorf("%s: %s (%s), %d times: %.200s: %.300s", where, v.Help, v.ID, len(v.Nodes), node.HTML, node.FailureSummary)
		}
	}
}
