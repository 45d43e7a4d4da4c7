package main

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// BenchmarkCurves measures how often one viewer gets each curve while n1 trains
// at full speed, and how long it waits at the most.
func BenchmarkCurves(b *testing.B) {
	const window = 10 * time.Second
	p := launch(b, "-pace", "max", "-epochs", "1000", "-dataset", shortTest(b))
	p.begin()
	for b.Loop() {
		conn := p.viewer()
		if err := conn.WriteMessage(websocket.TextMessage, []byte(`{"type":"options","axis":"time","accuracyScale":"log","smoothing":0.9}`)); err != nil {
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
