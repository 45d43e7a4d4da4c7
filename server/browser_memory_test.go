package main

import (
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/heapprofiler"
	"github.com/chromedp/cdproto/memory"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/systeminfo"
	"github.com/chromedp/chromedp"
)

// holding is what a dashboard and its server hold at a moment, in bytes, after the page's
// garbage was collected.
type holding struct {
	at               time.Time
	steps            int     // of the metric history
	heap             float64 // of scripts, array buffers and the document
	nodes, listeners int64
	documents        int64   // a picture drawn as SVG is one until the browser's own caches let it go
	page, server     float64 // resident memory of the page's process and of the server; 0 where nobody tells
}

// bytesPerStep bounds what a page keeps for each step of a run: its number, epoch,
// time, loss and accuracy in five arrays, which have room to grow by half.
const bytesPerStep = 5 * 8 * 1.5

// A curve that is drawn as SVG has fewer nodes than this, and the browser keeps no
// more such pictures that nobody sees.
const (
	nodesPerPicture = 120
	mostPictures    = 40
)

func (b *tab) holding(p *process) holding {
	b.Helper()
	b.command(heapprofiler.CollectGarbage)
	h := holding{at: time.Now(), steps: b.number(`document.querySelector("#panel-loss").dataset.points`)}
	usage, err := chromedp.Call(b.ctx, runtime.GetHeapUsage, cdp.Empty{})
	if err != nil {
		b.Fatal(err)
	}
	h.heap = usage.UsedSize + usage.EmbedderHeapUsedSize + usage.BackingStorageSize
	counters, err := chromedp.Call(b.ctx, memory.GetDOMCounters, cdp.Empty{})
	if err != nil {
		b.Fatal(err)
	}
	h.nodes, h.listeners, h.documents = counters.Nodes, counters.JsEventListeners, counters.Documents
	processes, err := chromedp.CallBrowser(b.ctx, systeminfo.GetProcessInfo, cdp.Empty{})
	if err != nil {
		b.Fatal(err)
	}
	for _, one := range processes.ProcessInfo {
		if one.Type == "renderer" {
			h.page = max(h.page, resident(int(one.ID)))
		}
	}
	h.server = resident(p.command.Process.Pid)
	return h
}

func (b *tab) command(c cdp.Command[cdp.Empty, cdp.Empty]) {
	b.Helper()
	if _, err := chromedp.Call(b.ctx, c, cdp.Empty{}); err != nil {
		b.Fatal(err)
	}
}

// resident returns the resident memory of a process in bytes; 0 where the system
// does not tell as Linux does.
func resident(pid int) float64 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	if err != nil {
		return 0
	}
	var size, pages float64
	if _, err := fmt.Sscan(string(text), &size, &pages); err != nil {
		return 0
	}
	return pages * float64(os.Getpagesize())
}

// stream shows the dashboard of a small network's run, whose steps follow each other fast, and returns what is held after some
// time to warm up, and some time later.
func stream(t testing.TB, more string, warm, later time.Duration) (first, last holding) {
	p := launch(t, "-config", tinyConfig(t, more), "-pace", "max")
	defer p.end()
	b := browse(t)
	b.run(chromedp.EmulateViewport(1440, 900), chromedp.Navigate(p.url))
	b.until(`Number(document.querySelector("#panel-classes").dataset.step) > 100`)
	time.Sleep(warm)
	first = b.holding(p)
	time.Sleep(later)
	last = b.holding(p)
	b.wantNoErrors()
	return first, last
}

// What a page holds does not grow while it streams, but for the metric history. Its
// growth in minutes tells what an hour would add.
func TestBrowserMemoryIsSteady(t *testing.T) {
	if os.Getenv("FILTERSCOPE_LONG") == "" {
		t.Skip("takes two minutes; FILTERSCOPE_LONG=1 runs it")
	}
	first, last := stream(t, `,"epochs":10000`, 30*time.Second, 90*time.Second)
	perHour := float64(time.Hour) / float64(last.at.Sub(first.at))
	steps := last.steps - first.steps
	history := float64(steps) * bytesPerStep
	t.Logf("an hour adds %.0f steps, and %.1f MB to the %.1f MB of the page's heap, of which the history may be %.1f; %+v, then %+v",
		float64(steps)*perHour, (last.heap-first.heap)*perHour/1e6, first.heap/1e6, history*perHour/1e6, first, last)
	if rest := (last.heap - first.heap - history) * perHour; rest > 30e6 {
		t.Errorf("besides the history the page would grow by %.1f MB an hour", rest/1e6)
	}
	pictures := max(0, last.documents-first.documents)
	if last.nodes > first.nodes+200+nodesPerPicture*pictures || last.listeners > first.listeners+20 || pictures > mostPictures {
		t.Errorf("nodes grew from %d to %d, listeners from %d to %d, documents from %d to %d", first.nodes, last.nodes, first.listeners, last.listeners, first.documents, last.documents)
	}
}

// BenchmarkPageMemory measures what half a minute of training at full speed adds,
// told as what an hour would.
func BenchmarkPageMemory(b *testing.B) {
	var first, last holding
	for b.Loop() {
		first, last = stream(b, `,"epochs":10000`, 20*time.Second, 30*time.Second)
	}
	perHour := float64(time.Hour) / float64(last.at.Sub(first.at))
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(last.heap/1e6, "MB-page-heap")
	b.ReportMetric((last.heap-first.heap)*perHour/1e6, "MB-page-heap-an-hour")
	b.ReportMetric(last.page/1e6, "MB-page-resident")
	b.ReportMetric(last.server/1e6, "MB-server-resident")
	b.ReportMetric((last.server-first.server)*perHour/1e6, "MB-server-an-hour")
	b.ReportMetric(float64(last.nodes), "nodes")
}
