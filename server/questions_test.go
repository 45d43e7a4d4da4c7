package main

import (
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// BenchmarkQuestions measures what can be asked about a drawing, one question
// after the other, once while n1 trains at full speed and once while it is
// paused: the first answer, which may have to read or compute something, and
// the median and the 95th percentile of those after it.
func BenchmarkQuestions(b *testing.B) {
	p := launch(b, "-pace", "max", "-epochs", "100")
	leave := p.watch(1)
	p.reach(2400)
	var list struct{ Runs []struct{ ID string } }
	p.read("api/runs", &list)
	run := "api/runs/" + list.Runs[0].ID
	for b.Loop() {
		training := p.allQuestions(run, 1024)
		p.post(run+"/pause", "")
		paused := p.allQuestions(run, 2048)
		for i, line := range training {
			b.Logf("%s; paused: %s", line, paused[i])
		}
		b.Logf("a picture of 4,000 by 4,000 pixels takes %.0f ms", p.upload(b).Seconds()*1000)
	}
	leave()
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(p.end())/1e6, "MB-peak")
}

// allQuestions tells what each kind takes. Those that need much of a step's
// weights are about a kept one.
func (p *process) allQuestions(run string, step int) []string {
	var told []string
	for _, q := range []struct{ name, path, more string }{
		{"predict", "api/predict", ""}, {"belief", "api/belief", ""}, {"maps", fmt.Sprintf("%s/steps/%d/maps/high.png", run, step), ""},
		{"gradient", "api/explain", `,"method":"gradient"`}, {"gradcam", "api/explain", `,"method":"gradcam"`}, {"occlusion", "api/explain", `,"method":"occlusion"`},
		{"nearest", "api/nearest", fmt.Sprintf(`,"step":%d`, step)},
	} {
		first, took := p.asked(q.path, q.more, 60)
		told = append(told, fmt.Sprintf("%-9s first %5.1f ms, p50 %4.1f, p95 %4.1f", q.name, first.Seconds()*1000, percentile(took, 50), percentile(took, 95)))
	}
	return told
}

// asked asks about a growing drawing, and returns how long the first answer and
// the others took.
func (p *process) asked(path, more string, times int) (first time.Duration, others []time.Duration) {
	var took []time.Duration
	for i := range times {
		body := strings.TrimSuffix(three(i%40+2), "}") + more + "}"
		began := time.Now()
		p.post(path, body)
		took = append(took, time.Since(began))
	}
	return took[0], took[1:]
}

// post asks the program, which must answer well.
func (p *process) post(path, body string) {
	p.Helper()
	response, err := http.Post(p.url+path, "application/json", strings.NewReader(body))
	if err != nil {
		p.Fatal(err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		p.Fatal(path, response.Status, fmt.Sprintf("%.200s", answer), err)
	}
}

// upload sends a large photograph of a 1.
func (p *process) upload(b *testing.B) time.Duration {
	m := image.NewGray(image.Rect(0, 0, 4000, 4000))
	for i := range m.Pix {
		m.Pix[i] = 220
		if y, x := i/4000, i%4000; y > 800 && y < 3200 && x > 1900 && x < 2100 {
			m.Pix[i] = 40
		}
	}
	var file bytes.Buffer
	if err := jpeg.Encode(&file, m, nil); err != nil {
		b.Fatal(err)
	}
	began := time.Now()
	response, err := http.Post(p.url+"api/picture", "image/jpeg", &file)
	if err != nil {
		b.Fatal(err)
	}
	defer response.Body.Close()
	if _, err := io.Copy(io.Discard, response.Body); err != nil || response.StatusCode != http.StatusOK {
		b.Fatal(response.Status, err)
	}
	return time.Since(began)
}
