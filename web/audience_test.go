package web_test

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gorilla/websocket"

	"filterscope/nn/train"
	"filterscope/web"
)

const (
	secret = "open-sesame"
	first  = "presenter0000001"
	second = "presenter0000002"
)

// presented is what a viewer is told that a presenter shows.
type presented struct {
	Presentation *shown
	Mine         bool
}

type shown struct {
	Run  string
	Step *int
	Lens struct {
		Views map[string]struct{ View, Rule, Scale string }
		By    string
		Show  string
		Image *int
		Scale string
	}
}

// step is the step shown: -1 for the newest, -2 if nobody leads.
func (p presented) step() int {
	switch {
	case p.Presentation == nil:
		return -2
	case p.Presentation.Step == nil:
		return -1
	}
	return *p.Presentation.Step
}

// room is a site that viewers reach, with a run at step 12.
func room(t testing.TB) (s *site, run string) {
	s = serve(t, func(c *web.Config) {
		c.Token, c.Addresses = secret, []string{"http://192.168.1.5:8080/", "http://10.0.0.7:8080/"}
	})
	run = s.open(small)
	s.step(run, 12)
	return s, run
}

// presenter connects as one who has the token.
func (s *site) presenter(run, name string) *viewer {
	s.Helper()
	address := fmt.Sprintf("ws%s/ws?run=%s&presenter=%s", strings.TrimPrefix(s.url, "http"), run, name)
	conn, _, err := websocket.DefaultDialer.DialContext(s.Context(), address, http.Header{"Authorization": {"Bearer " + secret}})
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() { conn.Close() })
	return &viewer{TB: s.TB, conn: conn, pictures: map[string]header{}, curves: map[string]header{}}
}

// present shows a step as a presenter does; more are further members of the
// body.
func (s *site) present(run, step, name, more string) answer {
	s.Helper()
	body := fmt.Sprintf(`{"run":%q,"step":%s,"lens":{},"presenter":%q%s}`, run, step, name, more)
	return s.ask("PUT", "/api/presentation", body, "Authorization", "Bearer "+secret)
}

func (s *site) mustPresent(run, step, name, more string) {
	s.Helper()
	if a := s.present(run, step, name, more); a.StatusCode != 200 {
		s.Fatalf("step %s: %s: %s", step, a.Status, a.body)
	}
}

// untilShown reads messages until a step is presented, or -1 or -2.
func (v *viewer) untilShown(step int) {
	v.Helper()
	v.until(func() bool { return v.presented.step() == step })
}

func TestPresenterLeadsEveryone(t *testing.T) {
	s, run := room(t)
	leader, looker := s.presenter(run, first), s.connect(run, 0)
	for _, v := range []*viewer{leader, looker} {
		v.until(func() bool { return v.run.ID != "" })
		if v.presented.step() != -2 {
			t.Errorf("before anybody leads, %+v is presented", v.presented)
		}
	}
	if !leader.hello.MayChange || looker.hello.MayChange {
		t.Errorf("with the token one may change: %t, without: %t", leader.hello.MayChange, looker.hello.MayChange)
	}

	s.mustPresent(run, "4", first, `,"lens":{"views":{"mid":{"view":"projection","rule":"gradient"}},"by":"change","image":7}`)
	leader.untilShown(4)
	looker.untilShown(4)
	if !leader.presented.Mine || looker.presented.Mine {
		t.Errorf("the leader leads: %t, the viewer: %t", leader.presented.Mine, looker.presented.Mine)
	}
	lens := looker.presented.Presentation.Lens
	if lens.Views["mid"].Rule != "gradient" || lens.By != "change" || lens.Show != "all" || *lens.Image != 7 || lens.Scale != "log" {
		t.Errorf("the lens is %+v", lens)
	}
	late := s.connect(run, 0)
	late.until(func() bool { return late.run.ID != "" })
	if late.presented.step() != 4 {
		t.Errorf("who comes late is told %+v in the hello", late.presented)
	}
	s.mustPresent(run, "null", first, "")
	looker.untilShown(-1)

	// A run that is deleted is presented no longer.
	other := s.open(small)
	s.step(other, 1)
	s.mustPresent(other, "1", first, "")
	looker.until(func() bool { return looker.presented.Presentation.Run == other })
	if a := s.ask("DELETE", "/api/runs/"+other, "", "Authorization", "Bearer "+secret); a.StatusCode != 204 {
		t.Fatal(a.Status)
	}
	looker.untilShown(-2)

	s.mustPresent(run, "2", first, "")
	looker.untilShown(2)
	if a := s.ask("DELETE", "/api/presentation", "", "Authorization", "Bearer "+secret); a.StatusCode != 204 {
		t.Fatal(a.Status)
	}
	leader.untilShown(-2)
	looker.untilShown(-2)
}

// Whoever scrubs fast is followed to where the scrubbing ends, and viewers who
// do not keep up miss what was between.
func TestViewersFollowTheNewest(t *testing.T) {
	s, run := room(t)
	s.presenter(run, first)
	viewer := s.connect(run, 0)
	viewer.until(func() bool { return viewer.run.ID != "" })
	const moves = 300
	for i := range moves {
		s.mustPresent(run, fmt.Sprint(i%12), first, "")
	}
	s.mustPresent(run, "12", first, "")
	viewer.untilShown(12)
	var now presented
	if s.into(s.get("/api/presentation"), &now); now.step() != 12 {
		t.Errorf("the API says that step %d is presented", now.step())
	}
}

func TestTheLeadIsTakenAndLost(t *testing.T) {
	s, run := room(t)
	one, two, viewer := s.presenter(run, first), s.presenter(run, second), s.connect(run, 0)
	s.mustPresent(run, "3", first, "")
	one.untilShown(3)
	s.wantError(s.present(run, "5", second, ""), 409, "take the lead")
	s.mustPresent(run, "6", second, `,"take":true`)
	one.untilShown(6)
	two.untilShown(6)
	if one.presented.Mine || !two.presented.Mine {
		t.Errorf("after the second took the lead the first leads: %t, the second: %t", one.presented.Mine, two.presented.Mine)
	}
	s.wantError(s.present(run, "7", first, ""), 409, "another presenter")

	// A page that is loaded again keeps the lead; one that stays away frees all.
	two.conn.Close()
	again := s.presenter(run, second)
	again.until(func() bool { return again.presented.Mine })
	left := time.Now()
	again.conn.Close()
	viewer.untilShown(6)
	viewer.untilShown(-2)
	if away := time.Since(left); away < 4*time.Second || away > 12*time.Second {
		t.Errorf("the room is free %v after the presenter left", away)
	}
	// So does a script that has no stream, when it says nothing more.
	s.mustPresent(run, "1", "", "")
	viewer.untilShown(1)
	viewer.untilShown(-2)
}

func TestPresentationRefusals(t *testing.T) {
	s, run := room(t)
	s.wantError(s.ask("PUT", "/api/presentation", `{"run":"x"}`), 401, "control token")
	s.wantError(s.ask("DELETE", "/api/presentation", ""), 401, "control token")
	s.wantError(s.present("nothing", "1", first, ""), 404, "run")
	s.wantError(s.present(run, "99", first, ""), 400, "use 0 to 12")
	s.wantError(s.present(run, "-1", first, ""), 400, "step")
	s.wantError(s.present(run, "1", "short", ""), 400, "presenter")
	for body, words := range map[string]string{
		`{"by":"luck"}`:                       "by",
		`{"show":"pinned"}`:                   "show",
		`{"scale":"cubic"}`:                   "scale",
		`{"image":640}`:                       "images 0 to 639",
		`{"classIndex":10}`:                   "use 0 to 9",
		`{"views":{"top":{}}}`:                "no level",
		`{"views":{"low":{"view":"dreams"}}}`: "low: view",
		`{"zoom":2}`:                          "unknown field",
	} {
		s.wantError(s.present(run, "1", first, `,"lens":`+body), 400, words)
	}
	var now presented
	if s.into(s.get("/api/presentation"), &now); now.Presentation != nil {
		t.Errorf("a refusal presents %+v", now.Presentation)
	}
	// A name on a viewer's stream does not make it a presenter.
	s.mustPresent(run, "1", first, "")
	conn, _, err := s.dial("?run="+run+"&presenter="+first, s.url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	v := &viewer{TB: t, conn: conn, pictures: map[string]header{}, curves: map[string]header{}}
	if v.until(func() bool { return v.run.ID != "" }); v.presented.Mine {
		t.Error("a viewer without the token leads")
	}
	_, response, err := s.dial("?run="+run+"&presenter=../../", s.url)
	if err == nil || response.StatusCode != 400 {
		t.Errorf("an impossible name got %v, %v", response, err)
	}
}

func TestInvitation(t *testing.T) {
	s, _ := room(t)
	var i struct {
		Addresses            []string
		Reachable, MayChange bool
		Presenter            string
	}
	s.into(s.get("/api/invitation"), &i)
	if diff := cmp.Diff([]string{"http://192.168.1.5:8080/", "http://10.0.0.7:8080/"}, i.Addresses); diff != "" || !i.Reachable || i.MayChange || i.Presenter != "" {
		t.Errorf("a viewer's invitation is %+v", i)
	}
	own := "http://192.168.1.5:8080/?token=" + secret
	s.into(s.ask("GET", "/api/invitation", "", "Authorization", "Bearer "+secret), &i)
	if !i.MayChange || i.Presenter != own {
		t.Errorf("the presenter's invitation is %+v", i)
	}
	code := func(address string, headers ...string) answer {
		return s.ask("GET", "/api/invitation.svg?"+url.Values{"address": {address}}.Encode(), "", headers...)
	}
	for _, address := range i.Addresses {
		a := code(address)
		if err := xml.Unmarshal(a.body, new(struct{})); err != nil || a.Header.Get("Content-Type") != "image/svg+xml" {
			t.Errorf("the code of %s: %s, %v", address, a.Status, err)
		}
	}
	s.wantError(code("http://evil.example/"), 400, "address")
	s.wantError(code(own), 400, "address")
	if a := code(own, "Authorization", "Bearer "+secret); a.StatusCode != 200 {
		t.Errorf("the presenter's own code: %s", a.Status)
	}

	alone := serve(t, func(c *web.Config) { c.Hosts = append(c.Hosts, "scope.example") })
	alone.into(alone.get("/api/invitation"), &i)
	if i.Reachable || len(i.Addresses) != 0 || !i.MayChange || i.Presenter != "" {
		t.Errorf("on loopback the invitation is %+v", i)
	}
	// Through a proxy the page's own address is the one that works.
	alone.into(alone.ask("GET", "/api/invitation", "", "Host", "scope.example", "X-Forwarded-Proto", "https"), &i)
	if !slices.Equal(i.Addresses, []string{"https://scope.example/"}) {
		t.Errorf("through a proxy the addresses are %q", i.Addresses)
	}
	s = serve(t, func(c *web.Config) { c.Hosts, c.Addresses = append(c.Hosts, "laptop"), []string{"http://192.168.1.5/"} })
	s.into(s.ask("GET", "/api/invitation", "", "Host", "laptop"), &i)
	if !slices.Equal(i.Addresses, []string{"http://192.168.1.5/", "http://laptop/"}) {
		t.Errorf("opened by a name that may be this computer's only, the addresses are %q", i.Addresses)
	}
}

func TestTokenIsTakenInThePage(t *testing.T) {
	s, run := room(t)
	s.wantError(s.ask("POST", "/api/token", `{"token":"wrong"}`), 401, "printed at its start")
	s.wantError(s.ask("POST", "/api/token", `{"token":"`+secret+`"}`, "Origin", "http://evil.example"), 403, "another origin")
	a := s.ask("POST", "/api/token", `{"token":"`+secret+`"}`)
	if a.StatusCode != 204 || len(a.Cookies()) != 1 {
		t.Fatalf("%s with %v", a.Status, a.Cookies())
	}
	cookie := a.Cookies()[0]
	if !cookie.HttpOnly || cookie.SameSite != http.SameSiteStrictMode {
		t.Errorf("the cookie is %+v", cookie)
	}
	pause := s.ask("POST", "/api/runs/"+run+"/pause", "", "Cookie", cookie.Name+"="+cookie.Value)
	if pause.StatusCode != 200 {
		t.Errorf("with the cookie: %s", pause.Status)
	}
	for address, want := range map[string]string{"/": "false", "/runs/" + run + "/lesson": "false", "/runs/" + run + "/drawing": "false", "/runs/" + run + "/units/conv1/0": "false"} {
		page := s.get(address).body
		if !strings.Contains(string(page), `data-may-change="`+want+`"`) {
			t.Errorf("%s does not say that its reader only looks", address)
		}
		mine := s.ask("GET", address, "", "Cookie", cookie.Name+"="+cookie.Value).body
		if !strings.Contains(string(mine), `data-may-change="true"`) {
			t.Errorf("%s does not say that its reader may change runs", address)
		}
	}
}

// BenchmarkPresentation measures how long a presenter's step takes to everyone:
// until each of 50 viewers has the pictures of all levels of the default net,
// told by the stream and asked for as the page asks. The presenter has been at
// the steps before; ms-unseen is the slowest of the first visits, whose pictures
// are computed.
func BenchmarkPresentation(b *testing.B) {
	for name, kind := range map[string]string{"paused": train.Pause, "training": train.Resume} {
		b.Run(name, func(b *testing.B) { presentToCrowd(b, kind) })
	}
}

func presentToCrowd(b *testing.B, then string) {
	const crowd, steps = 50, 12
	s := serve(b, func(c *web.Config) { c.Token = secret })
	run := s.open(train.Config{Epochs: 1000})
	s.step(run, steps)
	if _, err := s.runs.Command(b.Context(), run, train.Command{Kind: then}); err != nil {
		b.Fatal(err)
	}
	s.presenter(run, first)
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 6 * crowd}}
	defer client.CloseIdleConnections()
	done := make(chan error)
	for range crowd {
		v := s.connect(run, 0)
		v.until(func() bool { return v.run.ID != "" })
		go func() {
			for {
				kind, message, err := v.conn.ReadMessage()
				if err != nil {
					return // the benchmark is over
				}
				if kind != websocket.TextMessage || !strings.HasPrefix(string(message), `{"type":"presentation"`) {
					continue
				}
				var p presented
				if err := json.Unmarshal(message, &p); err != nil {
					done <- err
					continue
				}
				done <- s.lookAt(client, run, p.step())
			}
		}()
	}
	visit := func(step int) time.Duration {
		began := time.Now()
		s.mustPresent(run, fmt.Sprint(step), first, "")
		for range crowd {
			if err := <-done; err != nil {
				b.Fatal(err)
			}
		}
		return time.Since(began)
	}
	var unseen, seen time.Duration
	for step := range steps {
		unseen = max(unseen, visit(step))
	}
	for i := 0; b.Loop(); i++ {
		seen = max(seen, visit(i%steps))
	}
	b.ReportMetric(float64(unseen.Milliseconds()), "ms-unseen")
	b.ReportMetric(float64(seen.Milliseconds()), "ms-slowest")
}

// lookAt asks for a step's pictures of all levels at once.
func (s *site) lookAt(client *http.Client, run string, step int) error {
	answers := make(chan error)
	asked := 0
	for _, level := range []string{"low", "mid", "high", "classes"} {
		for _, format := range []string{"json", "png"} {
			asked++
			go func() {
				response, err := client.Get(fmt.Sprintf("%s/api/runs/%s/steps/%d/filters/%s.%s", s.url, run, step, level, format))
				if err == nil {
					response.Body.Close()
					if response.StatusCode != 200 {
						err = fmt.Errorf("step %d, %s: %s", step, level, response.Status)
					}
				}
				answers <- err
			}()
		}
	}
	var problem error
	for range asked {
		if err := <-answers; err != nil {
			problem = err
		}
	}
	return problem
}
