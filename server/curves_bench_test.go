package main

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// BenchmarkCurves measures how often one viewer gets each curve while n1 trains
// at full speed, how long it waits at the most, and what the curves cost: windows
// with a viewer who gets them and nothing else that is drawn, and with one who
// gets neither, in turn. What counts is how many images are trained in a second
// of the program's own processor time.
func BenchmarkCurves(b *testing.B) {
	const window, rounds = 10 * time.Second, 5
	p := launch(b, "-pace", "max", "-epochs", "1000", "-dataset", shortTest(b))
	p.begin()
	var without, with []float64
	for b.Loop() {
		for range rounds {
			without = append(without, p.speedTold(`{"type":"options","visible":false}`))
			with = append(with, p.speedTold(curvesOnly))
		}
		conn := p.viewer()
		if err := conn.WriteMessage(websocket.TextMessage, []byte(curvesOnly)); err != nil {
			b.Fatal(err)
		}
		p.reach(p.step() + 100)
		began := time.Now()
		times := map[string][]time.Time{}
		for time.Since(began) < window {
			if figure := curveOf(b, conn); figure != "" {
				times[figure] = append(times[figure], time.Now())
			}
		}
		conn.Close()
		longest := time.Duration(0)
		for _, all := range times {
			for i := range all[1:] {
				longest = max(longest, all[i+1].Sub(all[i]))
			}
		}
		if len(times) != 2 {
			b.Fatalf("the curves that came are %v", times)
		}
		b.ReportMetric(float64(min(len(times["loss"]), len(times["accuracy"])))/window.Seconds(), "curves/s")
		b.ReportMetric(float64(longest.Milliseconds()), "ms-longest")
	}
	p.end()
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(100*(1-median(with)/median(without)), "%-slower")
}

// curvesOnly are options that want curves, and pictures of a level that is not
// there.
const curvesOnly = `{"type":"options","axis":"time","accuracyScale":"log","smoothing":0.9,"views":{"none":{}}}`

// speedTold returns the images trained in a second of the program's own processor
// time with a viewer of these options.
func (p *process) speedTold(options string) float64 {
	p.Helper()
	conn := p.viewer()
	var reader sync.WaitGroup
	reader.Go(func() { drain(conn) })
	defer reader.Wait()
	defer conn.Close()
	if err := conn.WriteMessage(websocket.TextMessage, []byte(options)); err != nil {
		p.Fatal(err)
	}
	p.reach(p.step() + 20)
	speed, _ := p.speedOfOwn(3 * time.Second)
	return speed
}

// curveOf reads a message, and returns which curve it is; "" for another one.
func curveOf(b *testing.B, conn *websocket.Conn) string {
	b.Helper()
	kind, message, err := conn.ReadMessage()
	if err != nil {
		b.Fatal(err)
	}
	if kind != websocket.BinaryMessage || !bytes.HasPrefix(message[4:], []byte(`{"type":"curve"`)) {
		return ""
	}
	var header struct{ Figure string }
	if err := json.Unmarshal(message[4:4+binary.BigEndian.Uint32(message)], &header); err != nil {
		b.Fatal(err)
	}
	return header.Figure
}
