package main

import (
	"bufio"
	"bytes"
	"os/exec"
	"strings"
	"testing"
)

// rules say which room must not know which, and why. A room is a package and
// all below it, unless it ends in "$".
var rules = []struct{ room, foreign, why string }{
	{"filterscope/nn", "filterscope/web", "numbers are usable without any page"},
	{"filterscope/nn", "filterscope/server", "numbers are usable without the program"},
	{"filterscope/nn", "net/http", "the network library speaks to no network"},
	{"filterscope/nn", "image/png", "pictures are made in web/figure"},
	{"filterscope/nn", "gonum.org/v1/plot", "plots are made in web/figure"},
	{"filterscope/nn$", "filterscope/nn/digits", "networks learn from any examples"},
	{"filterscope/nn$", "filterscope/nn/train", "the run uses the network, not the other way round"},
	{"filterscope/nn$", "filterscope/nn/feature", "what units look for is asked from outside"},
	{"filterscope/nn$", "filterscope/nn/exam", "how a network does is asked from outside"},
	{"filterscope/nn$", "filterscope/nn/judge", "whether to believe a network is asked from outside"},
	{"filterscope/nn$", "os", "the network opens no files"},
	{"filterscope/nn$", "time", "no clock enters the arithmetic"},
	{"filterscope/nn$", "io/fs", "the network opens no files"},
	{"filterscope/nn/internal/kernel", "filterscope", "kernels know slices and sizes only"},
	{"filterscope/nn/digits", "filterscope/nn", "data knows no network"},
	{"filterscope/nn/digits", "filterscope/nn/train", "data knows no run"},
	{"filterscope/nn/feature", "filterscope/nn/train", "features are of a network, not of a run"},
	{"filterscope/nn/feature", "filterscope/nn/digits", "features are of any images"},
	{"filterscope/nn/lesson", "filterscope/nn/train", "a lesson is of a network, not of a run"},
	{"filterscope/nn/lesson", "filterscope/nn/digits", "a lesson is of any images"},
	{"filterscope/nn/exam", "filterscope/nn/train", "a network is examined, not its run"},
	{"filterscope/nn/exam", "filterscope/nn/digits", "a network is examined on any images"},
	{"filterscope/nn/train", "filterscope/nn/exam", "a run knows none of its readers"},
	{"filterscope/server/runlog", "filterscope/nn/exam", "kept steps are examined when somebody looks"},
	{"filterscope/nn/train", "filterscope/nn/lesson", "a run knows none of its readers"},
	{"filterscope/nn/judge", "filterscope/nn/train", "a network is judged, not its run"},
	{"filterscope/nn/judge", "os", "a judge opens no files"},
	{"filterscope/nn/safetensors", "os", "weights are read and written by whoever has the file"},
	{"filterscope/nn/safetensors", "filterscope/nn/train", "weights are a network's, not a run's"},
	{"filterscope/nn/train", "filterscope/nn/feature", "a run knows none of its readers"},
	{"filterscope/nn/train", "filterscope/nn/judge", "a run knows none of its readers"},
	{"filterscope/web", "filterscope/server", "web sees runs only through its own interface"},
	{"filterscope/server/runlog", "filterscope/web", "runs are kept without any page"},
	{"filterscope/server/runlog", "filterscope/nn/feature", "what units look for is computed when somebody looks"},
	{"filterscope/server/runlog", "filterscope/nn/judge", "drawings are judged when somebody asks"},
	{"filterscope/web/figure", "filterscope", "pictures are made of plain numbers"},
	{"filterscope/web/figure", "net/http", "pictures know no requests"},
	{"filterscope/web/bundle", "filterscope", "sources are bundled wherever they come from"},
	{"filterscope/web/bundle", "net/http", "bundles know no requests"},
	{"filterscope/static", "filterscope", "assets are only embedded"},
	{"filterscope/templates", "filterscope", "pages are only embedded"},
}

// owners name the only room that may import a package.
var owners = []struct{ owner, foreign, why string }{
	{"filterscope/web", "github.com/go-chi/chi/v5", "all HTTP lives in web"},
	{"filterscope/web", "github.com/gorilla/websocket", "all HTTP lives in web"},
	{"filterscope/server/runlog", "github.com/nats-io", "runs are kept in one place"},
	{"filterscope/web/bundle", "github.com/evanw/esbuild", "all scripts are bundled in one place"},
	{"filterscope/web/figure", "gonum.org/v1/plot", "all plots are made in web/figure"},
	{"filterscope/web/figure", "github.com/boombuler/barcode", "all pictures are made in web/figure"},
	{"filterscope/web/figure", "image/png", "all pictures are encoded and decoded in web/figure"},
	{"filterscope/web/figure", "image/jpeg", "all pictures are decoded in web/figure"},
	{"filterscope/nn/internal/kernel", "unsafe", "only kernels may need it"},
}

func TestImportsPointDownOnly(t *testing.T) {
	imports := importsOf(t)
	for room, imported := range imports {
		for _, foreign := range imported {
			for _, r := range rules {
				if within(room, r.room) && within(foreign, r.foreign) && !within(foreign, r.room) {
					t.Errorf("%s imports %s, but %s", room, foreign, r.why)
				}
			}
			for _, o := range owners {
				if within(foreign, o.foreign) && !within(room, o.owner) {
					t.Errorf("%s imports %s, but %s", room, foreign, o.why)
				}
			}
		}
	}
	for _, r := range rules {
		if _, ok := imports[strings.TrimSuffix(r.room, "$")]; !ok {
			t.Errorf("the rule for %s is about no package", r.room)
		}
	}
}

// within reports whether a package is a room or below it.
func within(pkg, room string) bool {
	if exact, ok := strings.CutSuffix(room, "$"); ok {
		return pkg == exact
	}
	return pkg == room || strings.HasPrefix(pkg, room+"/")
}

// importsOf lists what every package of the module imports, tests left out.
func importsOf(t *testing.T) map[string][]string {
	t.Helper()
	list := exec.Command("go", "list", "-f", `{{.ImportPath}} {{join .Imports " "}}`, "filterscope/...")
	out, err := list.Output()
	if err != nil {
		t.Fatalf("%v: %v", list, err)
	}
	all := map[string][]string{}
	lines := bufio.NewScanner(bytes.NewReader(out))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		words := strings.Fields(lines.Text())
		all[words[0]] = words[1:]
	}
	return all
}
