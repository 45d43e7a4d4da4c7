package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// crowdVariable makes the test binary a crowd of viewers: "ADDRESS NUMBER".
const crowdVariable = "FILTERSCOPE_CROWD"

// BenchmarkCrowd measures what 1,000 viewers of one live run cost: windows
// without and with them in turn. They are a process of their own on the same
// processors, so what counts is how many images the server trains in a second
// of its own processor time. Every viewer checks that it misses no point.
func BenchmarkCrowd(b *testing.B) {
	const viewers, rounds, window = 1000, 3, 6 * time.Second
	p := launch(b, "-pace", "max", "-epochs", "1000", "-dataset", shortTest(b))
	p.begin()
	p.reach(20)
	var alone, with, memory []float64
	for b.Loop() {
		for range rounds {
			speed, before := p.speedOfOwn(window)
			alone = append(alone, speed)
			c := p.crowd(viewers)
			speed, after := p.speedOfOwn(window)
			with = append(with, speed)
			memory = append(memory, (after-before)/viewers)
			c.leave()
		}
	}
	p.end()
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(median(alone), "images/cpu-s-alone")
	b.ReportMetric(100*(1-median(with)/median(alone)), "%-slower-with-1000")
	b.ReportMetric(median(memory)/1000, "kB/viewer")
}

// reach waits until the newest run is at a step.
func (p *process) reach(step int) {
	for p.step() < step {
		time.Sleep(100 * time.Millisecond)
	}
}

// speedOfOwn returns the images trained in a second of the program's own
// processor time over a window, and the memory that it holds at the end.
func (p *process) speedOfOwn(window time.Duration) (speed, memory float64) {
	p.Helper()
	step, cpu := p.step(), p.gauge("process_cpu_seconds_total")
	time.Sleep(window)
	return 128 * float64(p.step()-step) / (p.gauge("process_cpu_seconds_total") - cpu), p.gauge("process_resident_memory_bytes")
}

// gauge returns one of the program's own measurements.
func (p *process) gauge(name string) float64 {
	p.Helper()
	for line := range strings.Lines(string(p.get("metrics"))) {
		if text, ok := strings.CutPrefix(line, name+" "); ok {
			value, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
			if err != nil {
				p.Fatal(err)
			}
			return value
		}
	}
	p.Skipf("this system does not tell %s", name)
	return 0
}

// A crowd is a process with many viewers.
type crowd struct {
	*process
	command *exec.Cmd
	stay    io.Closer
	out     *bufio.Reader
}

// crowd connects viewers, and returns when all are.
func (p *process) crowd(viewers int) *crowd {
	p.Helper()
	c := &crowd{process: p, command: exec.Command(os.Args[0])}
	c.command.Env = append(os.Environ(), fmt.Sprintf("%s=%s %d", crowdVariable, p.url, viewers))
	c.command.Stderr = os.Stderr
	stay, err := c.command.StdinPipe()
	if err != nil {
		p.Fatal(err)
	}
	out, err := c.command.StdoutPipe()
	if err != nil {
		p.Fatal(err)
	}
	if err := c.command.Start(); err != nil {
		p.Fatal(err)
	}
	c.stay, c.out = stay, bufio.NewReader(out)
	c.line("all connected")
	return c
}

// leave ends the viewers, none of whom may have missed anything.
func (c *crowd) leave() {
	c.Helper()
	c.stay.Close()
	c.line("nobody missed a point")
	if err := c.command.Wait(); err != nil {
		c.Fatal(err)
	}
}

func (c *crowd) line(want string) {
	c.Helper()
	got, err := c.out.ReadString('\n')
	if strings.TrimSpace(got) != want {
		c.Fatalf("the crowd says %q (%v), want %q", got, err, want)
	}
}

// beCrowd is the crowd's process: it connects, reads everything until its
// input ends, and says how it was.
func beCrowd(of string) error {
	address, number, _ := strings.Cut(of, " ")
	viewers, err := strconv.Atoi(number)
	if err != nil {
		return err
	}
	url := "ws" + strings.TrimPrefix(address, "http") + "ws"
	var problems atomic.Pointer[error]
	var connected, readers sync.WaitGroup
	leaving := make(chan struct{})
	atOnce := make(chan struct{}, 50)
	for range viewers {
		connected.Add(1)
		readers.Go(func() {
			atOnce <- struct{}{}
			conn, _, err := websocket.DefaultDialer.Dial(url, nil)
			<-atOnce
			connected.Done()
			if err == nil {
				go func() {
					<-leaving
					conn.Close()
				}()
				err = watchPoints(conn, leaving)
			}
			if err != nil {
				problems.Store(&err)
			}
		})
	}
	connected.Wait()
	fmt.Println("all connected")
	_, _ = io.Copy(io.Discard, os.Stdin)
	close(leaving)
	readers.Wait()
	if problem := problems.Load(); problem != nil {
		fmt.Println(*problem)
		return *problem
	}
	fmt.Println("nobody missed a point")
	return nil
}

// watchPoints reads until the viewer leaves. A point that is missing or comes
// twice is an error, as is not to have got any.
func watchPoints(conn *websocket.Conn, leaving <-chan struct{}) error {
	points := 0
	for {
		kind, message, err := conn.ReadMessage()
		select {
		case <-leaving:
			if points == 0 {
				return fmt.Errorf("a viewer got no points")
			}
			return nil
		default:
		}
		if err != nil {
			return err
		}
		if kind != websocket.TextMessage || !strings.HasPrefix(string(message), `{"type":"metrics"`) {
			continue
		}
		var m struct {
			From  int
			Train struct{ Step []int }
		}
		if err := json.Unmarshal(message, &m); err != nil {
			return err
		}
		for i, step := range m.Train.Step {
			if m.From != points || step != points+i+1 {
				return fmt.Errorf("a viewer who has %d points got step %d", points, step)
			}
		}
		points += len(m.Train.Step)
	}
}
