package main

import (
	"fmt"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// paintTimes is an expression for the milliseconds from a navigation's start to
// the first paint and to the first paint of content; 0 if they are to come.
const paintTimes = `["first-paint", "first-contentful-paint"].map((name) => performance.getEntriesByName(name)[0]?.startTime ?? 0)`

// BenchmarkPaint measures, in chromium on loopback, the time from the start of
// a navigation to the first paint of content: of each page without and with
// its files in the browser's cache, while n1 trains at full speed and paused. It is
// the median of several, and the longest of all.
func BenchmarkPaint(b *testing.B) {
	p := launch(b, "-pace", "max", "-epochs", "1000", "-dataset", shortTest(b))
	p.begin()
	p.reach(500)
	var list struct{ Runs []struct{ ID string } }
	p.read("api/runs", &list)
	run := "runs/" + list.Runs[0].ID
	b.Run("training", func(b *testing.B) { measurePaint(b, p.url, run) })
	p.post("api/"+run+"/pause", "")
	b.Run("paused", func(b *testing.B) { measurePaint(b, p.url, run) })
	p.end()
}

func measurePaint(b *testing.B, url, run string) {
	const rounds = 7
	tab := browse(b)
	longest := 0.0
	for b.Loop() {
		for _, page := range []struct{ name, path string }{
			{"dashboard", run}, {"unit", run + "/units/high/3"}, {"film", run + "/film/high"}, {"drawing", run + "/drawing?test=3"}, {"lesson", run + "/lesson?station=2"},
		} {
			for _, cache := range []string{"cold", "warm"} {
				var took []float64
				for range rounds {
					if cache == "cold" {
						tab.forget()
					}
					took = append(took, tab.paint(url+page.path))
				}
				b.ReportMetric(median(took), fmt.Sprintf("ms-%s-%s", page.name, cache))
				longest = max(longest, took[rounds-1])
			}
		}
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(longest, "ms-longest")
}

// forget empties the browser's cache.
func (b *tab) forget() {
	b.Helper()
	b.run(chromedp.Navigate("about:blank"))
	if _, err := chromedp.Call(b.ctx, network.ClearBrowserCache, cdp.Empty{}); err != nil {
		b.Fatal(err)
	}
}

// paint opens a page and returns the milliseconds to its first paint of content.
func (b *tab) paint(address string) float64 {
	b.Helper()
	b.run(chromedp.Navigate(address))
	b.until(paintTimes + `[1] > 0`)
	times, err := chromedp.Run(b.ctx, chromedp.Evaluate[[]float64](paintTimes))
	if err != nil {
		b.Fatal(err)
	}
	return times[1]
}
