package main

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"filterscope/nn/digits"
)

// The benchmarks here measure the whole program, as a process of its own:
//
//	go test ./server -run '^$' -bench . -benchtime 1x

// A process is the program at work.
type process struct {
	testing.TB
	command *exec.Cmd
	url     string
	began   time.Time
}

// launch starts the program.
func launch(b testing.TB, args ...string) *process {
	b.Helper()
	file, err := build()
	if err != nil {
		b.Fatal(err)
	}
	p := &process{TB: b, command: exec.Command(file, append([]string{"-addr", "127.0.0.1:0", "-data", b.TempDir()}, args...)...), began: time.Now()}
	out, err := p.command.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := p.command.Start(); err != nil {
		b.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		b.Fatalf("the program printed %q: %v", line, err)
	}
	p.url = strings.TrimSpace(line[strings.Index(line, "http"):])
	return p
}

// end stops the program and returns the most memory that it held, in bytes.
func (p *process) end() int64 {
	p.Helper()
	if err := p.command.Process.Signal(os.Interrupt); err != nil {
		p.Fatal(err)
	}
	if err := p.command.Wait(); err != nil {
		p.Fatal(err)
	}
	return peakMemory(p.command.ProcessState)
}

// get reads an address of the program.
func (p *process) get(path string) []byte {
	p.Helper()
	response, err := http.Get(p.url + path)
	if err != nil {
		p.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		p.Fatal(err)
	}
	return body
}

// step returns the newest run's step.
func (p *process) step() int {
	p.Helper()
	var list struct{ Runs []struct{ Step int } }
	p.read("api/runs", &list)
	return list.Runs[0].Step
}

// viewer connects a browser that reads everything, and returns its connection.
func (p *process) viewer() *websocket.Conn { return dial(p, p.url) }

// dial connects a browser to the program at an address.
func dial(t testing.TB, url string) *websocket.Conn {
	t.Helper()
	conn, _, err := websocket.DefaultDialer.Dial("ws"+strings.TrimPrefix(url, "http")+"ws", nil)
	if err != nil {
		t.Fatal(err)
	}
	return conn
}

// begin starts the run, which waits for a viewer.
func (p *process) begin() {
	conn := p.viewer()
	defer conn.Close()
	p.reach(1)
}

// BenchmarkStart measures the time from the program's start to its page, and
// from the first viewer's connection to the first filters.
func BenchmarkStart(b *testing.B) {
	if _, err := build(); err != nil {
		b.Fatal(err)
	}
	var page, filters time.Duration
	for b.Loop() {
		p := launch(b)
		p.get("")
		page += time.Since(p.began)
		conn := p.viewer()
		for low := false; !low; {
			kind, message, err := conn.ReadMessage()
			if err != nil {
				b.Fatal(err)
			}
			low = kind == websocket.BinaryMessage && strings.Contains(string(message[:300]), `"level":"low"`)
		}
		filters += time.Since(p.began)
		conn.Close()
		p.end()
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(page.Seconds()*1000/float64(b.N), "ms-to-page")
	b.ReportMetric((filters-page).Seconds()*1000/float64(b.N), "ms-to-filters-after")
}

// BenchmarkPredictWhileTraining measures predictions, one after the other and
// 60 a second as from a moving pen, while n1 trains at full speed and one
// browser watches.
func BenchmarkPredictWhileTraining(b *testing.B) {
	p := launch(b, "-pace", "max", "-epochs", "100")
	leave := p.watch(1)
	p.reach(20)
	const requests = 1000
	var took []time.Duration
	for b.Loop() {
		pen := time.NewTicker(time.Second / 60)
		for i := range requests {
			<-pen.C
			began := time.Now()
			response, err := http.Post(p.url+"api/predict", "application/json", strings.NewReader(three(i%40+2)))
			if err != nil {
				b.Fatal(err)
			}
			_, _ = io.Copy(io.Discard, response.Body)
			response.Body.Close()
			if response.StatusCode != http.StatusOK {
				b.Fatal(response.Status)
			}
			took = append(took, time.Since(began))
		}
		pen.Stop()
	}
	leave()
	memory := p.end()
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(percentile(took, 50), "ms-p50")
	b.ReportMetric(percentile(took, 99), "ms-p99")
	b.ReportMetric(float64(memory)/1e6, "MB-peak")
}

// BenchmarkScrub measures how long the pictures of a past step's levels and
// classes take together, while n1 trains at full speed: steps in random order, first
// all of them for the first time, then all of them again.
func BenchmarkScrub(b *testing.B) {
	p := launch(b, "-pace", "max", "-epochs", "1000", "-dataset", shortTest(b))
	leave := p.watch(1)
	p.reach(500)
	var list struct{ Runs []struct{ ID string } }
	var kept struct{ Steps []int }
	p.read("api/runs", &list)
	run := "api/runs/" + list.Runs[0].ID
	p.read(run+"/steps", &kept)
	var first, again []time.Duration
	for b.Loop() {
		random := rand.New(rand.NewPCG(1, 2))
		for _, took := range []*[]time.Duration{&first, &again} {
			for _, i := range random.Perm(len(kept.Steps)) {
				began := time.Now()
				var levels sync.WaitGroup
				for _, level := range []string{"low", "mid", "high", "classes"} {
					levels.Go(func() { p.get(fmt.Sprintf("%s/steps/%d/filters/%s.png", run, kept.Steps[i], level)) })
				}
				levels.Wait()
				*took = append(*took, time.Since(began))
			}
		}
	}
	leave()
	p.end()
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(percentile(first, 95), "ms-p95-first")
	b.ReportMetric(percentile(again, 95), "ms-p95-again")
}

// read reads JSON from an address of the program.
func (p *process) read(path string, v any) {
	p.Helper()
	if err := json.Unmarshal(p.get(path), v); err != nil {
		p.Fatal(err)
	}
}

// median sorts values and returns the one in the middle.
func median(all []float64) float64 {
	slices.Sort(all)
	return all[len(all)/2]
}

// percentile returns a percentile of durations in milliseconds.
func percentile(all []time.Duration, of int) float64 {
	slices.Sort(all)
	return float64(all[len(all)*of/100].Microseconds()) / 1000
}

// three is a drawing of so many points.
func three(points int) string {
	var all []string
	for i := range points {
		t := float64(i) / float64(points)
		all = append(all, fmt.Sprintf("[%.2f,%.2f]", 100+40*t*(1-t)*(1-2*t), 200*t))
	}
	return `{"strokes":[[` + strings.Join(all, ",") + `]]}`
}

func drain(conn *websocket.Conn) {
	for {
		if _, _, err := conn.NextReader(); err != nil {
			return
		}
	}
}

// BenchmarkViewers measures what viewers cost the training of n1 at full
// speed: windows with 0, 1 and 50 connected browsers in turn, and of each the
// median. The readers run on the same machine, so their own work counts too.
func BenchmarkViewers(b *testing.B) {
	const rounds, window = 5, 4 * time.Second
	p := launch(b, "-pace", "max", "-epochs", "1000", "-dataset", shortTest(b))
	p.begin()
	audiences := []int{0, 1, 50}
	speeds := map[int][]float64{}
	for b.Loop() {
		for range rounds {
			for _, n := range audiences {
				speeds[n] = append(speeds[n], p.speedWith(n, window))
			}
		}
	}
	p.end()
	b.ReportMetric(0, "ns/op")
	alone := median(speeds[0])
	b.ReportMetric(alone, "images/s-alone")
	b.ReportMetric(100*(1-median(speeds[1])/alone), "%-slower-with-1")
	b.ReportMetric(100*(1-median(speeds[50])/alone), "%-slower-with-50")
}

// speedWith returns the images per second over a window with so many viewers.
func (p *process) speedWith(viewers int, window time.Duration) float64 {
	p.Helper()
	leave := p.watch(viewers)
	defer leave()
	time.Sleep(window / 4)
	before, began := p.step(), time.Now()
	time.Sleep(window)
	return float64(p.step()-before) * 128 / time.Since(began).Seconds()
}

// watch connects viewers, until leave is called.
func (p *process) watch(viewers int) (leave func()) {
	p.Helper()
	var readers sync.WaitGroup
	var conns []*websocket.Conn
	for range viewers {
		conn := p.viewer()
		conns = append(conns, conn)
		readers.Go(func() { drain(conn) })
	}
	return func() {
		for _, conn := range conns {
			conn.Close()
		}
		readers.Wait()
	}
}

// shortTest writes MNIST with only 100 test images, so that evaluations take
// no time, and returns the folder.
func shortTest(b *testing.B) string {
	b.Helper()
	data, err := digits.MNIST()
	if err != nil {
		b.Fatal(err)
	}
	folder := b.TempDir()
	write := func(prefix string, s *digits.Set) {
		n := s.Len()
		images := binary.BigEndian.AppendUint32(nil, 0x803)
		for _, size := range []int{n, s.H, s.W} {
			images = binary.BigEndian.AppendUint32(images, uint32(size))
		}
		labels := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, 0x801), uint32(n))
		for name, content := range map[string][]byte{
			prefix + "-images-idx3-ubyte": append(images, s.Images...),
			prefix + "-labels-idx1-ubyte": append(labels, s.Labels...),
		} {
			if err := os.WriteFile(filepath.Join(folder, name), content, 0o600); err != nil {
				b.Fatal(err)
			}
		}
	}
	write("train", data.Train)
	write("t10k", data.Test.Head(100))
	return folder
}
