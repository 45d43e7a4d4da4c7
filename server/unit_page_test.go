package main

import (
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// BenchmarkUnitPageInBrowser measures in a real browser, which shares the
// processors, how long it takes from the click until a unit's own pictures are
// seen, and until everything on the page is: of units of a step that was
// looked at before.
func BenchmarkUnitPageInBrowser(b *testing.B) {
	p := launch(b, "-pace", "max")
	p.begin()
	p.reach(2345)
	var list struct{ Runs []struct{ ID string } }
	p.read("api/runs", &list)
	page := browse(b)
	var own, all []time.Duration
	const pictures = `document.querySelector("#unit-maximization").naturalWidth > 0 && document.querySelectorAll("#unit-patches .Patch").length === 9`
	const everything = pictures + ` && document.querySelectorAll("#unit-vitals img").length === 10 && [...document.querySelectorAll("img")].every((i) => i.naturalWidth > 0)`
	for b.Loop() {
		for unit := range 12 {
			page.run(chromedp.Navigate(fmt.Sprintf("%sruns/%s/units/high/%d?step=2345", p.url, list.Runs[0].ID, unit)))
			page.until(pictures)
			own = append(own, time.Duration(page.number(`Math.round(performance.now())`))*time.Millisecond)
			page.until(everything)
			all = append(all, time.Duration(page.number(`Math.round(performance.now())`))*time.Millisecond)
		}
	}
	p.end()
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(percentile(own[1:], 50), "ms-p50-pictures")
	b.ReportMetric(percentile(all[1:], 50), "ms-p50-everything")
}
