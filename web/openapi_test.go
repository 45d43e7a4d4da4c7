package web_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/go-chi/chi/v5"

	"filterscope/nn/train"
	"filterscope/web"
)

// described is the API's description, which must be valid itself.
func described(t *testing.T) *openapi3.T {
	t.Helper()
	text, err := os.ReadFile("openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := openapi3.NewLoader().LoadFromData(text)
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(t.Context(), openapi3.DisableExamplesValidation()); err != nil {
		t.Fatal(err)
	}
	return doc
}

// pages are what the server has for browsers, which is no API.
var pages = regexp.MustCompile(`^/($|runs/|static/|favicon)`)

// constraint is what a route says of a part of its path.
var constraint = regexp.MustCompile(`\{(\w+):[^{}]*\}`)

// Every route is described, and nothing is described that is no route.
func TestDescriptionHasAllRoutes(t *testing.T) {
	doc := described(t)
	server, err := web.New(web.Config{Data: someDigits})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close("the test is over")
	var routes, told []string
	err = chi.Walk(server.Handler().(chi.Routes), func(method, route string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		route = constraint.ReplaceAllString(route, "{$1}")
		if len(route) > 1 {
			route = strings.TrimSuffix(route, "/")
		}
		if !pages.MatchString(route) {
			routes = append(routes, method+" "+route)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for path, item := range doc.Paths.Map() {
		for method := range item.Operations() {
			told = append(told, method+" "+path)
		}
	}
	for _, route := range routes {
		if !slices.Contains(told, route) {
			t.Errorf("openapi.json lacks %s", route)
		}
	}
	for _, one := range told {
		if !slices.Contains(routes, one) {
			t.Errorf("openapi.json has %s, which is no route", one)
		}
	}
}

// A client asks a server as the description says, and holds the answers
// against it.
type client struct {
	*site
	doc    *openapi3.T
	values map[string]string // for parts of paths, and for {run} and {other} in examples
}

func newClient(t *testing.T) *client {
	openapi3filter.RegisterBodyDecoder("text/html", openapi3filter.FileBodyDecoder)
	s := serve(t, func(c *web.Config) { c.Addresses = []string{"http://192.0.2.1:8080/"} })
	other := s.open(small)
	id := s.open(small)
	s.step(id, 7)
	return &client{s, described(t), map[string]string{
		"run": id, "other": other, "step": "5", "level": "low", "unit": "0", "layer": "conv1", "index": "3", "drawing": "none",
	}}
}

// operations calls f for each operation with a method, in the order of paths.
func (c *client) operations(method string, f func(path string, o *openapi3.Operation, parameters openapi3.Parameters)) {
	for _, path := range c.doc.Paths.InMatchingOrder() {
		item := c.doc.Paths.Value(path)
		if o := item.GetOperation(method); item.Operations()[method] != nil && strings.HasPrefix(path, "/api/") {
			f(path, o, slices.Concat(item.Parameters, o.Parameters))
		}
	}
}

// addresses are a path with all values of its parts that the description lists,
// one after the other.
func (c *client) addresses(path string, parameters openapi3.Parameters) []string {
	all := []string{path}
	for _, p := range parameters {
		if p.Value.In != "path" {
			continue
		}
		name := "{" + p.Value.Name + "}"
		values := []string{c.values[p.Value.Name]}
		if enum := p.Value.Schema.Value.Enum; len(enum) > 0 {
			values = nil
			for _, v := range enum {
				values = append(values, fmt.Sprint(v))
			}
		}
		var more []string
		for _, address := range all {
			for _, value := range values {
				more = append(more, strings.ReplaceAll(address, name, value))
			}
		}
		all = more
	}
	return all
}

// asks makes a request as the description has it, and holds the answer against
// it.
func (c *client) asks(method, path, address, contentType string, body []byte) answer {
	c.Helper()
	a := c.ask(method, address, string(body), "Content-Type", contentType)
	request, err := http.NewRequestWithContext(c.Context(), method, c.url+address, bytes.NewReader(body))
	if err != nil {
		c.Fatal(err)
	}
	request.Header.Set("Content-Type", contentType)
	item := c.doc.Paths.Value(path)
	input := &openapi3filter.RequestValidationInput{
		Request: request, PathParams: c.values, QueryParams: request.URL.Query(),
		Route:   &routers.Route{Spec: c.doc, Path: path, PathItem: item, Method: method, Operation: item.GetOperation(method)},
		Options: &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, IncludeResponseStatus: true},
	}
	if len(body) > 0 && contentType == "application/json" && a.StatusCode < 400 {
		if err := openapi3filter.ValidateRequestBody(context.Background(), input, input.Route.Operation.RequestBody.Value); err != nil {
			c.Errorf("%s %s: its body is not as described: %v", method, address, err)
		}
	}
	response := &openapi3filter.ResponseValidationInput{RequestValidationInput: input, Status: a.StatusCode, Header: a.Header, Options: input.Options}
	response.SetBodyBytes(a.body)
	if err := openapi3filter.ValidateResponse(context.Background(), response); err != nil {
		c.Errorf("%s %s: the answer is not as described: %v", method, address, err)
	}
	return a
}

// knownParameters is where a refusal lists the parameters that are possible.
var knownParameters = regexp.MustCompile(`\[.*\]`)

// together are parameters of paths that only make sense with the others.
var together = map[string]map[string]string{
	"/api/runs/{run}/lesson/{step}":           {"learningRate": "0.01"},
	"/api/runs/{run}/steps/{step}/evaluation": {"label": "4", "prediction": "9"},
}

// Every GET answers as it is described, also with each of its parameters, and
// refuses others.
func TestDescribedQuestionsAreAnswered(t *testing.T) {
	c := newClient(t)
	c.operations("GET", func(path string, o *openapi3.Operation, parameters openapi3.Parameters) {
		for i, address := range c.addresses(path, parameters) {
			if a := c.asks("GET", path, address, "", nil); a.StatusCode != http.StatusOK {
				t.Errorf("GET %s: %s: %s", address, a.Status, a.body)
			}
			if i > 0 {
				continue
			}
			a := c.asks("GET", path, address+"?nonsense=1", "", nil)
			c.wantError(a, http.StatusBadRequest, `"nonsense" is no parameter here`)
			known := regexp.MustCompile(`\w+`).FindAllString(knownParameters.FindString(string(a.body)), -1)
			for _, p := range parameters {
				if p.Value.In != "query" {
					continue
				}
				known = slices.DeleteFunc(known, func(name string) bool { return name == p.Value.Name })
				query := url.Values{p.Value.Name: {strings.NewReplacer("{run}", c.values["run"], "{other}", c.values["other"]).Replace(fmt.Sprint(p.Value.Example))}}
				for name, value := range together[path] {
					if !query.Has(name) {
						query.Set(name, value)
					}
				}
				if a := c.asks("GET", path, address+"?"+query.Encode(), "", nil); a.StatusCode != http.StatusOK {
					t.Errorf("GET %s?%s: %s: %s", address, query.Encode(), a.Status, a.body)
				}
			}
			if len(known) > 0 {
				t.Errorf("GET %s reads %q, which are not described", path, known)
			}
		}
	})
}

// Every example of a body is accepted, and answered as described.
func TestDescribedBodiesAreAccepted(t *testing.T) {
	c := newClient(t)
	saved := c.asks("POST", "/api/drawings", "/api/drawings", "application/json", []byte(`{"strokes":[[[1,1],[9,5]]],"label":4}`))
	var drawing struct{ ID string }
	c.into(saved, &drawing)
	c.values["drawing"] = drawing.ID
	for _, method := range []string{"POST", "PUT", "PATCH"} {
		c.operations(method, func(path string, o *openapi3.Operation, parameters openapi3.Parameters) {
			address := c.addresses(path, parameters)[0]
			if o.RequestBody == nil {
				if a := c.asks(method, path, address, "", nil); a.StatusCode >= 300 {
					t.Errorf("%s %s: %s: %s", method, address, a.Status, a.body)
				}
				return
			}
			content := o.RequestBody.Value.Content["application/json"]
			if content == nil {
				return
			}
			if len(content.Examples) == 0 {
				t.Errorf("%s %s has no example of its body", method, path)
			}
			for name, example := range content.Examples {
				body, err := json.Marshal(example.Value.Value)
				if err != nil {
					t.Fatal(err)
				}
				body = bytes.ReplaceAll(body, []byte("{run}"), []byte(c.values["run"]))
				if a := c.asks(method, path, address, "application/json", body); a.StatusCode >= 300 {
					t.Errorf("%s %s, example %s: %s: %s", method, address, name, a.Status, a.body)
				}
			}
			if path == "/api/runs/check" {
				return // its answer is what is wrong
			}
			c.wantError(c.asks(method, path, address, "application/json", []byte(`{"nonsense":1}`)), http.StatusBadRequest, "nonsense")
		})
	}
	c.operations("DELETE", func(path string, _ *openapi3.Operation, parameters openapi3.Parameters) {
		address := c.addresses(path, parameters)[0]
		if a := c.asks("DELETE", path, address, "", nil); a.StatusCode != http.StatusNoContent {
			t.Errorf("DELETE %s: %s: %s", address, a.Status, a.body)
		}
		if strings.Contains(path, "{") {
			c.wantError(c.asks("DELETE", path, address, "", nil), http.StatusNotFound, "there is no such")
		}
	})
}

func TestDescribedPhotograph(t *testing.T) {
	c := newClient(t)
	photo := image.NewGray(image.Rect(0, 0, 60, 60))
	for y := range 60 {
		for x := range 60 {
			if photo.Pix[60*y+x] = 250; x > 26 && x < 34 && y > 10 && y < 50 {
				photo.Pix[60*y+x] = 10
			}
		}
	}
	var file bytes.Buffer
	if err := png.Encode(&file, photo); err != nil {
		t.Fatal(err)
	}
	if a := c.asks("POST", "/api/picture", "/api/picture", "image/png", file.Bytes()); a.StatusCode != http.StatusOK {
		t.Errorf("%s: %s", a.Status, a.body)
	}
	c.wantError(c.asks("POST", "/api/picture", "/api/picture", "text/plain", []byte("x")), http.StatusUnsupportedMediaType, "text/plain")
}

// What is told of other kinds of runs is described too: one that is finished
// and has a validation set, one whose weights were given, and one that failed.
func TestDescribedRuns(t *testing.T) {
	c := newClient(t)
	weights := make([]float32, 0, 1000)
	snapshot, err := c.runs.Snapshot(t.Context(), c.values["run"], 5)
	if err != nil {
		t.Fatal(err)
	}
	weights = append(weights, snapshot.Net.Weights...)
	for _, config := range []train.Config{
		{Architecture: "tiny", Epochs: 2, Validation: 128, Optimizer: "sgd", Momentum: 0.5, Schedule: train.Constant},
		{Architecture: "tiny", Epochs: 1, Init: &train.Init{File: "x.safetensors", SHA256: "ab", Weights: weights}, Units: []train.Intervention{{Level: "low", Unit: 1, Action: train.Freeze}}},
		{Architecture: "tiny", Optimizer: "sgd", LearningRate: 100},
	} {
		info, err := c.runs.Start(t.Context(), config)
		if err != nil {
			t.Fatal(err)
		}
		c.values["run"] = info.ID
		for ended := false; !ended; {
			var run runJSON
			c.into(c.asks("GET", "/api/runs/{run}", "/api/runs/"+info.ID, "", nil), &run)
			ended = run.State == "finished" || run.State == "failed"
		}
		for _, path := range []string{"/api/runs", "/api/runs/{run}", "/api/runs/{run}/metrics", "/api/runs/{run}/evaluations"} {
			c.asks("GET", path, strings.ReplaceAll(path, "{run}", info.ID), "", nil)
		}
		next := fmt.Sprintf("/api/runs/%s/lesson/1", info.ID)
		c.asks("GET", "/api/runs/{run}/lesson/{step}", next, "", nil)
		c.asks("POST", "/api/runs/{run}/resume", "/api/runs/"+info.ID+"/resume", "", nil) // a refusal
	}
}
