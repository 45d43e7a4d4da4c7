//go:build unix

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// natsServer builds the real server of the version in go.mod, once.
var natsServer = sync.OnceValues(func() (string, error) {
	file := filepath.Join(filepath.Dir(programFile), "nats-server")
	out, err := exec.Command("go", "build", "-o", file, "github.com/nats-io/nats-server/v2").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return file, nil
})

// A cluster is processes on loopback: a NATS server, and Filterscopes in roles.
type cluster struct {
	*testing.T
	port   string
	store  string
	config string // file of the NATS server, or ""
	nats   *exec.Cmd

	// Of the Filterscopes.
	scheme      string
	flags       []string
	environment []string
}

func newCluster(t *testing.T) *cluster {
	t.Helper()
	return clusterOf(&cluster{T: t, scheme: "nats", store: t.TempDir()})
}

// clusterOf starts the NATS server.
func clusterOf(c *cluster) *cluster {
	t := c.T
	t.Helper()
	if testing.Short() {
		t.Skip("a cluster takes half a minute")
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	listener.Close()
	c.port = port
	c.startNATS()
	t.Cleanup(func() { kill(c.nats) })
	return c
}

func (c *cluster) startNATS() {
	c.Helper()
	file, err := natsServer()
	if err != nil {
		c.Fatal(err)
	}
	c.nats = exec.Command(file, "-js", "-sd", c.store, "-a", "127.0.0.1", "-p", c.port)
	if c.config != "" {
		c.nats.Args = append(c.nats.Args, "-c", c.config)
	}
	if err := c.nats.Start(); err != nil {
		c.Fatal(err)
	}
	c.wait("the NATS server", func() bool {
		conn, err := net.Dial("tcp", "127.0.0.1:"+c.port)
		if err == nil {
			conn.Close()
		}
		return err == nil
	})
}

// wait looks until something is so.
func (c *cluster) wait(what string, so func() bool) {
	c.Helper()
	for deadline := time.Now().Add(90 * time.Second); !so(); {
		if time.Now().After(deadline) {
			c.Fatalf("%s is not there after 90 s", what)
		}
		time.Sleep(50 * time.Millisecond)
	}
}

func kill(p *exec.Cmd) {
	_ = p.Process.Kill()
	_ = p.Wait()
}

// A member is a Filterscope of the cluster.
type member struct {
	*exec.Cmd
	url string
	log *lines
}

// lines collect what a process prints.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *lines) has(words string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Contains(l.text.String(), words)
}

func (c *cluster) url() string { return c.scheme + "://127.0.0.1:" + c.port }

func (c *cluster) member(role string) *member {
	c.Helper()
	file, err := build()
	if err != nil {
		c.Fatal(err)
	}
	m := &member{Cmd: exec.Command(file, "-role", role, "-nats", c.url(), "-addr", "127.0.0.1:0"), log: &lines{}}
	m.Args = append(m.Args, c.flags...)
	m.Env = append(os.Environ(), c.environment...)
	m.Stdout, m.Stderr = m.log, m.log
	if err := m.Start(); err != nil {
		c.Fatal(err)
	}
	c.Cleanup(func() { kill(m.Cmd) })
	c.wait(role, func() bool { return m.log.has("Filterscope") })
	if role != "train" {
		m.log.mu.Lock()
		defer m.log.mu.Unlock()
		text := m.log.text.String()
		m.url = strings.Fields(text[strings.Index(text, "http"):])[0]
	}
	return m
}

type clusterRun struct {
	ID, State, Message string
	Step               int
}

func (c *cluster) start(m *member, epochs int, pace string) string {
	c.Helper()
	body := fmt.Sprintf(`{"architecture":"tiny","epochs":%d,"pace":%s}`, epochs, pace)
	response, err := http.Post(m.url+"api/runs", "application/json", strings.NewReader(body))
	if err != nil {
		c.Fatal(err)
	}
	defer response.Body.Close()
	var run clusterRun
	if err := json.NewDecoder(response.Body).Decode(&run); err != nil || response.StatusCode != http.StatusCreated {
		c.Fatalf("starting a run: %s, %v", response.Status, err)
	}
	return run.ID
}

// run asks for a run; an error leaves it empty.
func (c *cluster) run(m *member, id string) (run clusterRun) {
	response, err := http.Get(m.url + "api/runs/" + id)
	if err != nil {
		return run
	}
	defer response.Body.Close()
	_ = json.NewDecoder(response.Body).Decode(&run)
	return run
}

// check finds a run finished, without a gap in its curve, and returns its last low-level picture.
func (c *cluster) check(m *member, id string, steps int) []byte {
	c.Helper()
	c.wait("the end of run "+id, func() bool { return c.run(m, id).State == "finished" })
	var metrics struct{ Train struct{ Step []int } }
	if err := json.Unmarshal(get(c.T, m.url+"api/runs/"+id+"/metrics"), &metrics); err != nil {
		c.Fatal(err)
	}
	if len(metrics.Train.Step) != steps || !slices.IsSorted(metrics.Train.Step) || metrics.Train.Step[steps-1] != steps {
		c.Errorf("run %s has %d points, want 1 to %d", id, len(metrics.Train.Step), steps)
	}
	return get(c.T, fmt.Sprintf("%sapi/runs/%s/steps/%d/filters/low.png", m.url, id, steps))
}

// Runs survive the death of a trainer and of a web server; whoever shows them shows the same.
func TestClusterSurvivesKills(t *testing.T) {
	c := newCluster(t)
	first := c.member("train")
	c.member("train")
	front, back := c.member("web"), c.member("web")
	var ids []string
	for range 3 {
		ids = append(ids, c.start(front, 1, "200"))
	}
	if state := c.run(back, ids[2]).State; state != "queued" && state != "running" {
		t.Errorf("the third run is %s", state)
	}
	c.wait("two runs at step 60", func() bool { return c.run(back, ids[0]).Step > 60 && c.run(back, ids[1]).Step > 60 })
	kill(first.Cmd)
	kill(front.Cmd)
	var pictures [][]byte
	for _, id := range ids {
		pictures = append(pictures, c.check(back, id, 469))
	}
	for _, p := range pictures[1:] {
		if !bytes.Equal(p, pictures[0]) {
			t.Error("runs of the same configuration have other filters in the end")
		}
	}
}

// A trainer that was cut off and comes back finds its run taken over, and stops.
func TestSleepingTrainerIsFenced(t *testing.T) {
	c := newCluster(t)
	web, sleeper := c.member("web"), c.member("train")
	id := c.start(web, 2, "60")
	c.wait("step 60", func() bool { return c.run(web, id).Step > 60 })
	successor := c.member("train")
	if err := sleeper.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	asleep := c.run(web, id).Step
	c.wait("the take-over", func() bool { return c.run(web, id).Step > asleep+60 })
	if err := sleeper.Process.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	c.wait("the sleeper's retreat", func() bool { return sleeper.log.has("the run goes on elsewhere") })
	if successor.log.has("the run goes on elsewhere") {
		t.Error("the successor gave the run up")
	}
	request, err := http.NewRequest(http.MethodPatch, web.url+"api/runs/"+id, strings.NewReader(`{"pace":"max"}`))
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	c.check(web, id, 938)
}

// While the NATS server is gone training waits, and the page says so; then both go on.
func TestStoppedNATSHoldsTrainingUp(t *testing.T) {
	c := newCluster(t)
	web, trainer := c.member("web"), c.member("train")
	id := c.start(web, 1, "100")
	c.wait("step 30", func() bool { return c.run(web, id).Step > 30 })
	conn := dial(t, web.url)
	defer conn.Close()
	states := make(chan string, 100)
	var reader sync.WaitGroup
	reader.Go(func() {
		for {
			_, message, err := conn.ReadMessage()
			if err != nil {
				return
			}
			var m struct {
				Type string
				Run  clusterRun
			}
			if json.Unmarshal(message, &m) == nil && m.Type == "run" && m.Run.State == "stalled" {
				select {
				case states <- m.Run.Message:
				default:
				}
			}
		}
	})
	kill(c.nats)
	select {
	case message := <-states:
		if !strings.Contains(message, "cannot be reached") {
			t.Errorf("the page says %q", message)
		}
	case <-time.After(20 * time.Second):
		t.Error("the page says nothing")
	}
	c.wait("the trainer's word", func() bool { return trainer.log.has("training waits") })
	c.startNATS()
	c.check(web, id, 469)
	conn.Close()
	reader.Wait()
}
