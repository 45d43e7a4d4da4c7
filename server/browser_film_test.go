package main

import (
	"context"
	"fmt"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// settled is an expression that is true when a panel shows a view.
func settled(panel, view string) string {
	return fmt.Sprintf(`document.querySelector("#%s").dataset.view === "%s"`, panel, view)
}

// The dashboard's levels are looked at in other ways, which are in the address
// and there again after the page is loaded anew.
func TestBrowserLooksThroughALens(t *testing.T) {
	b, _ := finishedPage(t, `,"epochs":2,"batchSize":512`)
	b.until(settled("panel-mid", "maximization") + ` && ` + settled("panel-classes", "maximization"))
	for _, choice := range []string{"patches", "projection", "projection-gradient", "maps", "filter-unit"} {
		before := b.value(pixels("panel-mid"))
		b.choose("#panel-mid select", choice)
		b.until(fmt.Sprintf(`%s !== %q`, pixels("panel-mid"), before))
	}
	b.until(settled("panel-mid", "filter") + ` && ` + text("#panel-mid .LevelPanel-caption") + `.includes("own scale")`)
	b.run(chromedp.SendKeys(chromedp.CSS("#timeline"), kb.PageDown))
	b.until(`document.querySelector("#panel-mid").dataset.step === "118"`)
	trained := b.value(pixels("panel-low"))
	b.run(chromedp.Click(chromedp.CSS("#lens-untrained")))
	b.until(fmt.Sprintf(`document.querySelector("#panel-low").dataset.untrained === "true" && %s !== %q`, pixels("panel-low"), trained))
	b.until(text("#panel-low .LevelPanel-step") + `.includes("untrained")`)
	if query := b.value(`location.search`); query != "?view=mid-filter-unit&step=118&untrained=1" {
		t.Errorf("the address ends in %s", query)
	}
	b.run(chromedp.Reload())
	b.until(`document.querySelector("#panel-low").dataset.untrained === "true" && document.querySelector("#panel-mid select").value === "filter-unit"`)
	b.until(settled("panel-mid", "filter") + ` && document.querySelector("#panel-mid").dataset.step === "118"`)
	b.wantNoErrors()
}

// Feature maps are of a fixed digit, of any test image, or of the drawing.
func TestBrowserShowsFeatureMaps(t *testing.T) {
	b, _ := finishedPage(t, `,"epochs":1,"batchSize":512`)
	caption := text("#panel-high .LevelPanel-caption")
	b.choose("#panel-high select", "maps")
	b.until(caption + `.includes("test image 11")`)
	b.run(chromedp.Click(chromedp.CSS(`.Lens-digit[data-image="61"]`)))
	b.until(caption + `.includes("test image 61")`)
	b.enter("#lens-image", "0")
	b.until(caption + `.includes("test image 0")`)
	b.run(chromedp.Click(chromedp.CSS("#lens-drawing")))
	b.until(text("#panel-high .LevelPanel-missing") + `.includes("Draw a digit")`)
	b.stroke(circle()...)
	b.until(caption + `.includes("your drawing") && document.querySelector("#panel-high .LevelPanel-missing").hidden`)
	b.wantNoErrors()
}

// firstTile is an expression for what the first tile of a panel shows.
func firstTile(panel string) string {
	return fmt.Sprintf(`(() => {
		const tile = document.createElement("canvas");
		tile.getContext("2d").drawImage(document.querySelector("#%s canvas"), -14, -14);
		return tile.toDataURL();
	})()`, panel)
}

// Tiles are put into another order, and pinned ones before all others; keys
// find their way through the order, and open the unit's page.
func TestBrowserOrdersUnits(t *testing.T) {
	b, _ := finishedPage(t, `,"epochs":2,"batchSize":512`)
	b.until(settled("panel-high", "maximization") + ` && document.querySelector("#panel-high").dataset.step === "236"`)
	byIndex := b.value(pixels("panel-high"))
	b.choose("#lens-order", "change")
	b.until(fmt.Sprintf(`%s !== %q`, pixels("panel-high"), byIndex))
	byChange := b.value(pixels("panel-high"))
	b.choose("#lens-order", "class")
	b.choose("#lens-class", "3")
	b.until(fmt.Sprintf(`%s !== %q && new URLSearchParams(location.search).get("order") === "class-3"`, pixels("panel-high"), byChange))

	b.choose("#lens-order", "index")
	b.until(fmt.Sprintf(`%s === %q`, pixels("panel-high"), byIndex))
	first := b.value(firstTile("panel-high"))
	readout := text("#panel-high .LevelPanel-readout")
	b.run(chromedp.SendKeys(chromedp.CSS("#panel-high .LevelPanel-view"), kb.Home+kb.ArrowRight+kb.ArrowRight+"p"))
	b.until(readout + `.includes("unit 2:") && ` + readout + `.includes("Pinned")`)
	b.until(fmt.Sprintf(`%s !== %q`, firstTile("panel-high"), first))
	b.run(chromedp.SendKeys(chromedp.CSS("#panel-high .LevelPanel-view"), kb.ArrowRight))
	b.until(readout + `.includes("unit 0:")`)
	b.choose("#lens-show", "pinned")
	b.run(chromedp.SendKeys(chromedp.CSS("#panel-high .LevelPanel-view"), kb.End))
	b.until(readout + `.includes("unit 2:")`)
	b.until(text("#panel-low .LevelPanel-missing") + `.includes("No unit is pinned")`)
	b.leave(chromedp.KeyEvent(kb.Enter))
	b.until(`document.querySelector("#unit-pin").getAttribute("aria-pressed") === "true" && location.pathname.endsWith("/units/high/2")`)
	b.wantNoErrors()
}

// A film has a row for each unit and a column for each step, which lead to the
// unit's page and to the dashboard; by epochs it has their ends.
func TestBrowserShowsAFilm(t *testing.T) {
	b, _ := finishedPage(t, `,"epochs":2,"batchSize":512`)
	b.leave(chromedp.Click(chromedp.CSS("#panel-mid .LevelPanel-film")))
	columns := `document.querySelectorAll(".Film-step").length`
	b.until(columns + ` > 5 && Number(document.querySelector("#film").dataset.columns) === ` + columns)
	b.until(`[...document.querySelectorAll(".Film-column")].every((c) => c.width > 20 && c.height > 20)`)
	b.choose("#film-steps", "epochs")
	b.until(`[...document.querySelectorAll(".Film-step")].map((a) => a.textContent).join() === "0,118,236" && document.querySelector("#film").dataset.columns === "3"`)
	if query := b.value(`location.search`); query != "?view=maximization&steps=epochs" {
		t.Errorf("the address ends in %s", query)
	}
	film := b.value(`location.href`)
	b.leave(chromedp.Click(chromedp.CSS(`.Film-step:nth-of-type(2)`)))
	b.until(`document.querySelector("#panel-mid").dataset.step === "118"`)
	b.run(chromedp.Navigate(film))
	b.until(`document.querySelector("#film").dataset.columns === "3"`)
	b.leave(chromedp.Click(chromedp.CSS(`.Film-unit`)))
	b.until(`document.querySelector("#unit-title").textContent === "conv2, unit 0"`)
	b.leave(chromedp.Click(chromedp.CSS(`#unit-film-link`)))
	b.until(`location.hash === "#unit-0" && Number(document.querySelector("#film").dataset.columns) > 5`)
	b.wantNoErrors()
}

// tap touches a place of the screen with a finger.
func tap(x, y float64) chromedp.Action[chromedp.Void] {
	point := []*input.TouchPoint{{X: x, Y: y}}
	return chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := chromedp.Call(ctx, input.DispatchTouchEvent, input.DispatchTouchEventParams{Type: input.DispatchTouchEventTypeTouchStart, TouchPoints: point})
		if err == nil {
			_, err = chromedp.Call(ctx, input.DispatchTouchEvent, input.DispatchTouchEventParams{Type: input.DispatchTouchEventTypeTouchEnd, TouchPoints: []*input.TouchPoint{}})
		}
		return err
	})
}

// A finger chooses a unit with the first touch, and opens it with the second.
func TestBrowserOpensUnitsByTouch(t *testing.T) {
	b, url := finishedPage(t, `,"epochs":1,"batchSize":512`)
	if _, err := chromedp.Call(b.ctx, emulation.SetTouchEmulationEnabled, emulation.SetTouchEmulationEnabledParams{Enabled: true}); err != nil {
		t.Fatal(err)
	}
	b.run(chromedp.EmulateViewport(390, 844), chromedp.Navigate(url))
	b.until(settled("panel-low", "filter"))
	b.value(`document.querySelector("#panel-low").scrollIntoView()`)
	box, err := chromedp.Run(b.ctx, chromedp.Evaluate[[]float64](`(() => {
		const r = document.querySelector("#panel-low canvas").getBoundingClientRect();
		return [r.left, r.top];
	})()`))
	if err != nil {
		t.Fatal(err)
	}
	b.run(tap(box[0]+20, box[1]+20))
	b.until(text("#panel-low .LevelPanel-readout") + `.startsWith("conv1, unit 0")`)
	b.until(`!document.querySelector(".Loupe").hidden && ` + text(".Loupe") + `.includes("Touch it again")`)
	b.leave(tap(box[0]+20, box[1]+20))
	b.until(`location.pathname.endsWith("/units/low/0")`)
	b.wantNoErrors()
}
