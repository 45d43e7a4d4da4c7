package main

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// drawnBatch is an expression for whether the canvas of the batch has images.
const drawnBatch = `(() => {
	const canvas = document.querySelector("#panel-data canvas");
	const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
	return canvas.width > 50 && data.some((v) => v > 200) && data.some((v, i) => i % 4 === 3 && v === 255);
})()`

// What goes in follows the timeline as everything does: the batch that came to
// the step looked at, and the whole of it one link away.
func TestBrowserShowsWhatGoesIn(t *testing.T) {
	b, _ := finishedPage(t, `,"epochs":2,"batchSize":512`)
	b.until(drawnBatch)
	b.until(text("#panel-data .BatchPanel-caption") + ` === "If it trains on: batch 1 of 118, epoch 3, changed at random."`)
	b.run(chromedp.SendKeys(chromedp.CSS("#timeline"), kb.PageDown))
	b.until(text("#panel-data .BatchPanel-caption") + `.startsWith("Batch 1 of 118, epoch 2")`)
	b.until(text("#panel-data .BatchPanel-step") + ` === "came to step 118"`)
	b.run(chromedp.SendKeys(chromedp.CSS("#timeline"), kb.Home))
	b.until(text("#panel-data .BatchPanel-caption") + `.startsWith("Batch 1 of 118, epoch 1")`)
	b.until(`document.querySelector("#panel-data .BatchPanel-link").search === "?step=1&station=7"`)
	b.run(chromedp.Navigate(b.value(`document.querySelector("#panel-data .BatchPanel-link").href`)))
	b.until(lessonReady)
	b.wantNoErrors()
}

// The introduction can be closed, stays so, and comes back when it is asked for.
func TestBrowserIntroducesItself(t *testing.T) {
	b, url := finishedPage(t, `,"epochs":1,"batchSize":512`)
	const isSeen = `document.querySelector("#intro").checkVisibility()`
	b.until(isSeen)
	b.run(chromedp.Click(chromedp.CSS("#intro button")))
	b.until(`!` + isSeen + ` && document.activeElement.id === "intro-open"`)
	b.run(chromedp.Navigate(url))
	b.until(`document.body.dataset.state === "finished"`)
	b.until(`!` + isSeen)
	b.run(chromedp.Click(chromedp.CSS("#intro-open")))
	b.until(isSeen)

	b.run(chromedp.EmulateViewport(390, 844), chromedp.Navigate(url))
	const settings = `document.querySelector("#control-pace").checkVisibility()`
	b.until(`document.body.dataset.state === "finished" && !` + settings)
	b.run(chromedp.Click(chromedp.CSS("#bar-more")))
	b.until(settings + ` && document.querySelector("#lesson-link").checkVisibility()`)
	b.run(chromedp.Click(chromedp.CSS("#bar-more")))
	b.until(`!` + settings)
	b.wantNoErrors()
}
