package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"

	"filterscope/nn/train"
)

// snapshotAt returns the newest weights for "latest" or "", and otherwise the
// kept snapshot of the step or the nearest earlier one.
func (s *Server) snapshotAt(ctx context.Context, id string, now state, step string) (*train.Snapshot, error) {
	if step == "latest" || step == "" {
		return now.newest, nil
	}
	n, err := strconv.Atoi(step)
	if err != nil || n < 0 {
		return nil, badRequest("%q is no step; use a whole number from 0, or latest", step)
	}
	if n > now.status.Step {
		return nil, notFoundf("step %d has not been reached; the newest is %d", n, now.status.Step)
	}
	i, found := slices.BinarySearch(now.kept, n)
	if !found {
		i-- // the first kept step is 0, so there is an earlier one
	}
	return s.config.Runs.Snapshot(ctx, id, now.kept[i])
}

// keptURL returns the request's address with its step replaced.
func keptURL(r *http.Request, step int) string {
	old := "/steps/" + url.PathEscape(chi.URLParam(r, "step")) + "/"
	u := *r.URL
	u.Path = strings.Replace(u.Path, old, "/steps/"+strconv.Itoa(step)+"/", 1)
	return u.RequestURI()
}

// steps lists the steps whose weights are kept.
func (s *Server) steps(w http.ResponseWriter, r *http.Request) error {
	_, now, err := s.watch(r.Context(), chi.URLParam(r, "run"))
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, map[string][]int{"steps": now.kept})
}
