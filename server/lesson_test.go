package main

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"
)

// BenchmarkLesson measures how long lessons of a finished default run take: of
// any steps, which are computed again from the checkpoint before, of the steps
// behind them, of the last of 100 steps with other settings, and of what was
// asked before; and where a value comes from.
func BenchmarkLesson(b *testing.B) {
	p := launch(b, "-pace", "max", "-epochs", "5")
	p.begin()
	p.reach(2345)
	var list struct{ Runs []struct{ ID string } }
	p.read("api/runs", &list)
	lesson := "api/runs/" + list.Runs[0].ID + "/lesson/"
	source := rand.New(rand.NewPCG(1, 2))
	timed := func(path string) time.Duration {
		began := time.Now()
		p.get(path)
		return time.Since(began)
	}
	var first, next, again, whatIf, origins []time.Duration
	for b.Loop() {
		for range 40 {
			step := 1 + source.IntN(2345)
			first = append(first, timed(fmt.Sprint(lesson, step)))
			next = append(next, timed(fmt.Sprint(lesson, min(step+1, 2345))))
			again = append(again, timed(fmt.Sprint(lesson, step)))
			origins = append(origins, timed(fmt.Sprintf("%s%d/origin/conv3?row=3&column=3&unit=%d", lesson, step, source.IntN(64))))
		}
		for range 5 {
			from := source.IntN(2345)
			whatIf = append(whatIf, timed(fmt.Sprintf("%s%d?from=%d&learningRate=0.1", lesson, from+100, from)))
		}
	}
	p.end()
	b.ReportMetric(0, "ns/op")
	for name, durations := range map[string][]time.Duration{"first": first, "next": next, "again": again, "what-if": whatIf, "origin": origins} {
		b.ReportMetric(percentile(durations, 50), "ms-p50-"+name)
		b.ReportMetric(percentile(durations, 95), "ms-p95-"+name)
	}
}
