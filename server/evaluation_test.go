package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
)

// BenchmarkEvaluation measures how long it takes to judge a kept step of the
// default net on the test set, to list a cell's images, and to lay out the map:
// for the first time, and again; while a run trains at full speed, and while it
// is paused. Then it measures how much slower training is while somebody follows
// the newest kept step as the page does, and while nobody does.
func BenchmarkEvaluation(b *testing.B) {
	p := launch(b, "-pace", "max", "-epochs", "100")
	leave := p.watch(1)
	p.reach(1100)
	var list struct{ Runs []struct{ ID string } }
	p.read("api/runs", &list)
	run := "api/runs/" + list.Runs[0].ID
	timed := func(path string) time.Duration {
		began := time.Now()
		p.get(run + path)
		return time.Since(began)
	}
	for b.Loop() {
		b.Logf("the first map, with those before to which it is turned: %.0f ms", timed("/steps/576/map").Seconds()*1000)
		for _, half := range []struct {
			what  string
			steps []int
		}{{"training", []int{640, 704, 768, 832, 896}}, {"paused", []int{288, 320, 352, 384, 416}}} {
			what, steps := half.what, half.steps
			if what == "paused" {
				p.post(run+"/pause", "")
			}
			cpu := p.gauge("process_cpu_seconds_total")
			took := map[string][]time.Duration{}
			for _, step := range steps {
				for _, part := range []string{"evaluation", "map", "evaluation?label=4&prediction=9"} {
					path := fmt.Sprintf("/steps/%d/%s", step, part)
					took[part] = append(took[part], timed(path))
					took[part+" again"] = append(took[part+" again"], timed(path))
				}
			}
			if what == "paused" {
				b.Logf("a step takes %.2f s of one core in all", (p.gauge("process_cpu_seconds_total")-cpu)/float64(len(steps)))
			}
			var lines []string // a benchmark shows ten lines at most
			for _, part := range slices.Sorted(maps.Keys(took)) {
				lines = append(lines, fmt.Sprintf("%s p50 %.1f ms, p95 %.1f", part, percentile(took[part], 50), percentile(took[part], 95)))
			}
			b.Logf("%s: %s", what, strings.Join(lines, "; "))
		}
		p.post(run+"/resume", "")
		var alone, followed []float64
		for range 2 {
			alone = append(alone, p.speed(func() {}))
			followed = append(followed, p.speed(func() { p.follow(run) }))
		}
		b.Logf("training is %.1f %% slower while somebody follows the newest kept step", 100*(1-(followed[0]+followed[1])/(alone[0]+alone[1])))
	}
	leave()
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(p.end())/1e6, "MB-peak")
}

// speed is how many steps are trained in a second, meanwhile being done again
// and again.
func (p *process) speed(meanwhile func()) float64 {
	p.Helper()
	const window = 8 * time.Second
	began, first := time.Now(), p.step()
	for time.Since(began) < window {
		meanwhile()
		time.Sleep(50 * time.Millisecond)
	}
	return float64(p.step()-first) / time.Since(began).Seconds()
}

// follow looks at the newest kept step, and then leaves the training alone, as
// the page does.
func (p *process) follow(run string) {
	var kept struct{ Steps []int }
	p.read(run+"/steps", &kept)
	began := time.Now()
	for _, part := range []string{"evaluation", "map"} {
		p.get(fmt.Sprintf("%s/steps/%d/%s", run, kept.Steps[len(kept.Steps)-1], part))
	}
	time.Sleep(max(300*time.Millisecond, 4*time.Since(began)))
}
