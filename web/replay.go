package web

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"

	"github.com/go-chi/chi/v5"

	"filterscope/static"
	"filterscope/web/bundle"
)

const (
	replaySteps  = 40
	replayPoints = 1500 // of the train curves
)

// replayPage is a page that shows a run without a server: its script, its
// style, its pictures and its numbers are all in it.
type replayPage struct {
	Title, Description string
	Style              template.CSS
	Script             template.JS
	Levels             []replayLevel
	Data               template.JS
}

type replayLevel struct {
	Name, Heading, About string
	Share                int // of the width
	Width, Height        int // of the pictures
}

// replayData is what the page's script reads.
type replayData struct {
	Steps    []int                      `json:"steps"`
	Pictures map[string][]replayPicture `json:"pictures"` // by level, one a step
	Metrics  metricsJSON                `json:"metrics"`
}

type replayPicture struct {
	PNG []byte `json:"png"` // base64 in JSON
	Alt string `json:"alt"`
}

// replay answers with a run as one file.
func (s *Server) replay(w http.ResponseWriter, r *http.Request) error {
	q, err := queryOf(r, "steps")
	if err != nil {
		return err
	}
	scale, err := q.choice("steps", logSteps, logSteps, epochSteps)
	if err != nil {
		return err
	}
	id := chi.URLParam(r, "run")
	_, now, err := s.watch(r.Context(), id)
	if err != nil {
		return err
	}
	info, err := s.config.Runs.Get(r.Context(), id)
	if err != nil {
		return err
	}
	run, err := s.runJSON(info)
	if err != nil {
		return err
	}
	m := columns(now, 0)
	data := replayData{
		Steps: filmSteps(now, scale, replaySteps), Pictures: map[string][]replayPicture{},
		Metrics: metricsJSON{Train: m.Train.thin(replayPoints), Test: m.Test, Validation: m.Validation},
	}
	page := replayPage{
		Title: info.Name,
		Description: fmt.Sprintf("%s on %s, %s, batch %d, seed %d: %d of its steps, with the real weights' pictures.",
			now.newest.Net.Arch.Text, run.Data, run.Optimizer, run.BatchSize, run.Seed, len(data.Steps)),
	}
	if err := s.fillReplay(r.Context(), id, now, &page, &data); err != nil {
		return err
	}
	return s.writeReplay(w, id, page, data)
}

// fillReplay draws the levels of all steps.
func (s *Server) fillReplay(ctx context.Context, id string, now state, page *replayPage, data *replayData) error {
	for i, step := range data.Steps {
		snapshot, err := s.config.Runs.Snapshot(ctx, id, step)
		if err != nil {
			return err
		}
		sp, err := s.specimen(ctx, id, now, snapshot)
		if err != nil {
			return err
		}
		for _, l := range defaultLenses(sp.found.net.Arch) {
			p, err := s.pictures.level(ctx, sp, l, false)
			if err != nil {
				return err
			}
			if i == 0 {
				page.Levels = append(page.Levels, replayLevelOf(p.header))
			}
			data.Pictures[l.Level] = append(data.Pictures[l.Level], replayPicture{p.png, p.header.Alt})
		}
	}
	return nil
}

func replayLevelOf(h pictureHeader) replayLevel {
	l := replayLevel{
		Name: h.Level, Heading: map[string]string{"low": "Low level", "mid": "Mid level", "high": "High level", classesLevel: "Classes"}[h.Level],
		About: fmt.Sprintf("%s: an input made to drive each unit up.", h.Layer),
		Share: h.Columns, Width: h.Tile.Gap + h.Columns*(h.Tile.Width+h.Tile.Gap), Height: h.Tile.Gap + h.Rows*(h.Tile.Height+h.Tile.Gap),
	}
	if h.View == filterView {
		l.About = fmt.Sprintf("%s: the filters; light adds ink, dark takes it away.", h.Layer)
	}
	return l
}

func (s *Server) writeReplay(w http.ResponseWriter, id string, page replayPage, data replayData) error {
	style, err := bundle.Inline(static.FS, "replay/replay.css")
	if err != nil {
		return err
	}
	for _, level := range page.Levels {
		style = fmt.Appendf(style, ".Replay-level[data-level=%q]{--share:%d}", level.Name, level.Share)
	}
	script, err := bundle.Inline(static.FS, "replay/replay.js")
	if err != nil {
		return err
	}
	text, err := json.Marshal(data) // escapes what could end the script element
	if err != nil {
		return err
	}
	page.Style, page.Script, page.Data = template.CSS(style), template.JS(script), template.JS(text)
	var body bytes.Buffer
	if err := s.pages.templates.ExecuteTemplate(&body, "replay.html", page); err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", fmt.Sprintf("default-src 'none'; img-src data:; script-src %s; style-src %s; base-uri 'none'; form-action 'none'",
		digest(script), digest(style)))
	h.Set("Content-Disposition", fmt.Sprintf("inline; filename=%q", id+"-replay.html"))
	h.Set("Cache-Control", "no-store")
	_, _ = w.Write(body.Bytes())
	return nil
}

// digest names an inline script or style in a content security policy.
func digest(source []byte) string {
	sum := sha256.Sum256(source)
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}
