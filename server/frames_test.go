package main

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// watchShifts makes a page list what has jumped since it was opened, and goes on
// jumping.
const watchShifts = `(() => {
	window.shifts = [];
	new PerformanceObserver((list) => shifts.push(...list.getEntries().filter((e) => !e.hadRecentInput).map((e) => ({ value: e.value, of: e.sources.map(({ node, previousRect: a, currentRect: b }) => (node?.id || node?.className || node?.nodeName) + " " + [a.x, a.y, a.width, a.height, "to", b.x, b.y, b.width, b.height].join(" ")).join("; ") })))).observe({ type: "layout-shift", buffered: true });
	requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => shifts.read = true)));
})()`

// watchFrames makes a page note how its frames follow each other, and its long
// tasks, from now on.
const watchFrames = `(() => {
	window.watched = { frames: [], tasks: [] };
	let last = null;
	const frame = (now) => {
		if (last !== null) watched.frames.push(now - last);
		last = now;
		requestAnimationFrame(frame);
	};
	requestAnimationFrame(frame);
	new PerformanceObserver((list) => watched.tasks.push(...list.getEntries().map((e) => e.duration))).observe({ type: "longtask" });
})()`

// seenFrames is what watchFrames noted, in milliseconds.
type seenFrames struct {
	Frames, Tasks []float64
}

// BenchmarkFrames measures how smoothly the dashboard moves at 1440 by 900 while
// n1 trains and everything streams: frames a second, how long the slowest of twenty
// frames takes, the longest task after loading, and what has jumped since the page was
// opened (cumulative layout shift). The browser has no graphics card and shares
// the processors with the training.
func BenchmarkFrames(b *testing.B) {
	for _, pace := range []string{"max", "watch"} {
		b.Run(pace, func(b *testing.B) {
			p := launch(b, "-pace", pace, "-epochs", "1000")
			tab := browse(b)
			var seen seenFrames
			for b.Loop() {
				tab.run(chromedp.EmulateViewport(1440, 900), chromedp.Navigate(p.url))
				tab.until(`Number(document.querySelector("#panel-classes").dataset.step) > 50`)
				tab.value(watchShifts)
				tab.value(watchFrames)
				time.Sleep(20 * time.Second)
				if err := json.Unmarshal([]byte(tab.value(`JSON.stringify(watched)`)), &seen); err != nil {
					b.Fatal(err)
				}
			}
			tab.wantNoErrors()
			shift, err := chromedp.Run(tab.ctx, chromedp.Evaluate[float64](`shifts.reduce((sum, one) => sum + one.value, 0)`))
			if err != nil {
				b.Fatal(err)
			}
			if shift > 0.1 {
				b.Log(tab.value(`JSON.stringify(shifts.filter((one) => one.value > 0.01))`))
			}
			p.end()
			total := 0.0
			for _, frame := range seen.Frames {
				total += frame
			}
			median(seen.Frames) // sorts
			longest := 0.0
			for _, task := range seen.Tasks {
				longest = max(longest, task)
			}
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(1000*float64(len(seen.Frames))/total, "frames/s")
			b.ReportMetric(seen.Frames[len(seen.Frames)*95/100], "ms-frame-p95")
			b.ReportMetric(float64(len(seen.Tasks)), "long-tasks")
			b.ReportMetric(longest, "ms-longest-task")
			b.ReportMetric(shift, "layout-shift")
		})
	}
}
