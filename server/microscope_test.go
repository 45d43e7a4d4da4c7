package main

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// BenchmarkLivePictures measures how often a browser gets new pictures of the
// levels, an epoch taking 10 s as with the pace watch and at full speed, with
// the share of the processors that they use.
func BenchmarkLivePictures(b *testing.B) {
	for _, pace := range []string{"47", "max"} {
		b.Run("pace="+pace, func(b *testing.B) {
			p := launch(b, "-pace", pace, "-epochs", "1000")
			conn := p.viewer()
			defer conn.Close()
			p.reach(100)
			const span = 10 * time.Second
			pictures, share := map[string]int{}, 0.0
			for b.Loop() {
				pictures, share = countPictures(b, conn, span)
			}
			p.end()
			b.ReportMetric(0, "ns/op")
			for _, level := range []string{"low", "mid", "high", "classes"} {
				b.ReportMetric(float64(pictures[level])/span.Seconds(), level+"/s")
			}
			b.ReportMetric(100*share, "%compute")
		})
	}
}

// countPictures counts the pictures of each level that arrive in a span of
// time, and reads what share of compute they use.
func countPictures(t testing.TB, conn *websocket.Conn, span time.Duration) (pictures map[string]int, share float64) {
	t.Helper()
	pictures = map[string]int{}
	for end := time.Now().Add(span); time.Now().Before(end); {
		kind, message, err := conn.ReadMessage()
		if err != nil {
			t.Fatal(err)
		}
		var m struct {
			Type, Level  string
			PictureShare float64
		}
		if kind == websocket.BinaryMessage {
			message = message[4 : 4+binary.BigEndian.Uint32(message)]
		}
		if err := json.Unmarshal(message, &m); err != nil {
			t.Fatal(err)
		}
		switch m.Type {
		case "picture":
			pictures[m.Level]++
		case "run":
			share = m.PictureShare
		}
	}
	return pictures, share
}

// BenchmarkUnitPage measures all that a unit's page asks for, six requests at a
// time as a browser does, of a run that has ended: the first unit of a step,
// and the others of that step; and the vitals' history, of the first unit of a
// run.
func BenchmarkUnitPage(b *testing.B) {
	p := launch(b, "-pace", "max", "-epochs", "5")
	p.begin()
	p.reach(2345)
	var list struct{ Runs []struct{ ID string } }
	p.read("api/runs", &list)
	run := "api/runs/" + list.Runs[0].ID
	page := func(step int, level string, unit int) time.Duration {
		at := fmt.Sprintf("%s/steps/%d/units/%s/%d", run, step, level, unit)
		figures := fmt.Sprintf("%s/units/%s/%d/figures/", run, level, unit)
		began := time.Now()
		p.get(at)
		p.together(at+"/maximization.png", at+"/filter.png", at+"/patches.png", at+"/projection.png",
			figures+"norm.svg", figures+"gradient.svg", figures+"update.svg", figures+"distance.svg", figures+"active.svg",
			figures+"selectivity.svg", figures+"weights.svg", figures+"gradients.svg",
			fmt.Sprintf("%s/film/%s.png?unit=%d", run, level, unit))
		return time.Since(began)
	}
	var first, others []time.Duration
	var history time.Duration
	for b.Loop() {
		began := time.Now()
		p.get(run + "/units/high/0/vitals")
		history = time.Since(began)
		for _, step := range []int{2345, 1024, 512, 256, 128, 64} {
			first = append(first, page(step, "high", 0))
			for unit := 1; unit < 8; unit++ {
				others = append(others, page(step, "high", unit), page(step, "mid", unit))
			}
		}
	}
	p.end()
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(history.Milliseconds()), "ms-history-first")
	b.ReportMetric(percentile(first, 50), "ms-p50-first")
	b.ReportMetric(percentile(others, 50), "ms-p50")
	b.ReportMetric(percentile(others, 95), "ms-p95")
}

// together gets addresses, six at a time.
func (p *process) together(paths ...string) {
	p.Helper()
	queue := make(chan string, len(paths))
	for _, path := range paths {
		queue <- path
	}
	close(queue)
	var group sync.WaitGroup
	for range 6 {
		group.Go(func() {
			for path := range queue {
				if body := p.get(path); len(body) == 0 || strings.HasPrefix(string(body), `{"error"`) {
					p.Errorf("%s: %s", path, body)
				}
			}
		})
	}
	group.Wait()
}
