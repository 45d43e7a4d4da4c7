package web

import (
	"context"
	"fmt"
	"image"
	"net/http"
	"slices"
	"strconv"

	"github.com/go-chi/chi/v5"

	"filterscope/nn/train"
	"filterscope/web/figure"
)

// The scales of a film's steps.
const (
	logSteps    = "log"    // about as many per doubling
	epochSteps  = "epochs" // the ends of epochs
	leastFilm   = 2        // columns
	largestFilm = 40
	usualFilm   = 14
)

// sameUnit is the least correlation of a unit's answers at two steps with which
// it is still called the same: if another image is its strongest then, that is
// all that changed.
const sameUnit = 0.95

// A film is how a level's units look at several steps of a run.
type film struct {
	lens    lens
	run     string
	name    string // of the run
	layer   int
	scale   string
	steps   []int
	units   []int
	grids   []figure.Grid // [step]
	marks   [][]bool      // [unit][step]: only the strongest image changed
	classes []string      // names of the units, if they are classes
}

// filmJSON describes a film.
type filmJSON struct {
	Run    string   `json:"run"`
	Level  string   `json:"level"`
	View   string   `json:"view"`
	Rule   string   `json:"rule,omitempty"`
	Scale  string   `json:"scale"`
	Steps  []int    `json:"steps"`
	Units  []int    `json:"units"`
	Labels []string `json:"labels"` // of the steps
	Marks  []mark   `json:"marks"`  // where only the strongest image changed
}

type mark struct {
	Unit int `json:"unit"`
	Step int `json:"step"`
}

// filmOf answers with a film: a contact sheet as PNG, an animation as GIF, or a
// description as JSON.
func (s *Server) filmOf(w http.ResponseWriter, r *http.Request) error {
	f, theme, err := s.readFilm(r)
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	format := chi.URLParam(r, "format")
	if format == "json" {
		return writeJSON(w, http.StatusOK, f.json())
	}
	draw := map[string]func(figure.Film, figure.Metadata) ([]byte, error){"png": figure.ContactSheet, "gif": figure.Animation}[format]
	body, err := draw(f.figure(theme), f.metadata())
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "image/"+format)
	w.Header().Set("Content-Disposition", fmt.Sprintf("inline; filename=%q", f.file()+"."+format))
	_, _ = w.Write(body)
	return nil
}

func (s *Server) readFilm(r *http.Request) (film, string, error) {
	l, q, err := lensOf(r, chi.URLParam(r, "level"), "steps", "unit", "columns", "theme")
	if err != nil {
		return film{}, "", err
	}
	columns, err := q.integer("columns", usualFilm, leastFilm, largestFilm)
	if err != nil {
		return film{}, "", err
	}
	theme, err := q.choice("theme", "light", "light", "dark")
	if err != nil {
		return film{}, "", err
	}
	f := film{lens: l, run: chi.URLParam(r, "run")}
	if f.scale, err = q.choice("steps", logSteps, logSteps, epochSteps); err != nil {
		return f, "", err
	}
	info, err := s.config.Runs.Get(r.Context(), f.run)
	if err != nil {
		return f, "", err
	}
	f.name = info.Name
	_, now, err := s.watch(r.Context(), f.run)
	if err != nil {
		return f, "", err
	}
	if err := f.choose(now, q.values.Get("unit"), columns); err != nil {
		return f, "", err
	}
	return f, theme, s.shoot(r.Context(), now, &f)
}

// choose fills in the film's units and steps.
func (f *film) choose(now state, unit string, columns int) error {
	arch := now.newest.Net.Arch
	var err error
	if f.layer, err = layerOf(arch, f.lens.Level); err != nil {
		return err
	}
	for u := range arch.Layers[f.layer].Out.C {
		f.units = append(f.units, u)
	}
	if unit != "" {
		_, u, err := unitOf(arch, f.lens.Level, unit)
		if err != nil {
			return err
		}
		f.units = []int{u}
	}
	f.steps = filmSteps(now, f.scale, columns)
	return nil
}

// filmSteps chooses up to so many kept steps, the first and the newest among
// them.
func filmSteps(now state, scale string, columns int) []int {
	if scale == epochSteps {
		return thinned(epochEnds(now), columns)
	}
	var chosen []int
	for perDoubling := 8; perDoubling >= 1; perDoubling /= 2 {
		chosen = chosen[:0]
		for i, step := range now.kept {
			if i == 0 || i == len(now.kept)-1 || onGrid(step, perDoubling) {
				chosen = append(chosen, step)
			}
		}
		if len(chosen) <= columns {
			break
		}
	}
	return thinned(chosen, columns)
}

// epochEnds are the first kept step, the ends of epochs, and the newest kept
// step.
func epochEnds(now state) []int {
	var ends []int
	for i, step := range now.kept {
		isEnd := slices.ContainsFunc(now.evaluations, func(e train.Evaluation) bool { return e.Step == step && e.Set == train.TestSet })
		if i == 0 || i == len(now.kept)-1 || isEnd {
			ends = append(ends, step)
		}
	}
	return ends
}

// thinned keeps up to n steps, evenly, with the first and the last.
func thinned(steps []int, n int) []int {
	if len(steps) <= n {
		return steps
	}
	kept := make([]int, n)
	for i := range kept {
		kept[i] = steps[(i*(len(steps)-1)+(n-1)/2)/(n-1)]
	}
	return kept
}

// shoot draws the film's steps.
func (s *Server) shoot(ctx context.Context, now state, f *film) error {
	data, err := s.config.Data()
	if err != nil {
		return err
	}
	if f.lens, err = f.lens.complete(now.newest.Net.Arch, data); err != nil {
		return err
	}
	if f.lens.Level == classesLevel {
		f.classes = data.ClassNames
	}
	f.marks = make([][]bool, len(f.units))
	var before *findings
	for _, step := range f.steps {
		if err := ctx.Err(); err != nil {
			return err
		}
		snapshot, err := s.config.Runs.Snapshot(ctx, f.run, step)
		if err != nil {
			return err
		}
		sp, err := s.specimen(ctx, f.run, now, snapshot)
		if err != nil {
			return err
		}
		h := sp.header(f.lens)
		grid, err := sp.draw(f.lens, &h)
		if err != nil {
			return err
		}
		f.grids = append(f.grids, grid)
		for i, u := range f.units {
			f.marks[i] = append(f.marks[i], f.showsPatches() && onlyStrongestChanged(before, sp.found, f.layer, u))
		}
		before = sp.found
	}
	return nil
}

// showsPatches reports whether the film's pictures depend on which images are
// the strongest.
func (f *film) showsPatches() bool {
	return f.lens.View == patchesView || f.lens.View == projectionView
}

// onlyStrongestChanged reports whether another image excites a unit most than
// before, although it answers to all of them nearly as it did (Zeiler and
// Fergus 2014 name such jumps in their figure 4).
func onlyStrongestChanged(before, now *findings, layer, unit int) bool {
	if before == nil {
		return false
	}
	a, b := before.survey(layer), now.survey(layer)
	was, is := a.Top(1).Units[unit], b.Top(1).Units[unit]
	if len(was) == 0 || len(is) == 0 || was[0].Image == is[0].Image {
		return false
	}
	return a.Similarity(unit, b) >= sameUnit
}

// figure is the film for drawing.
func (f *film) figure(theme string) figure.Film {
	drawn := figure.Film{
		Tile:    func(row, column int) image.Image { return f.grids[column].Tile(f.units[row]) },
		Marks:   f.marks,
		Caption: f.caption(),
		Theme:   theme,
	}
	for _, u := range f.units {
		drawn.Rows = append(drawn.Rows, f.unitName(u))
	}
	for _, step := range f.steps {
		drawn.Columns = append(drawn.Columns, "step "+strconv.Itoa(step))
	}
	return drawn
}

func (f *film) unitName(u int) string {
	if f.classes != nil {
		return f.classes[u]
	}
	return "unit " + strconv.Itoa(u)
}

func (f *film) caption() string {
	text := fmt.Sprintf("%s: %s, %s", f.name, f.lens.Level, f.lens.View)
	if f.lens.Rule != "" {
		text += ", " + f.lens.Rule
	}
	if f.lens.Untrained {
		text += ", untrained"
	}
	return text
}

func (f *film) metadata() figure.Metadata {
	settings := f.lens.settings()
	settings["steps"] = f.scale
	return figure.Metadata{
		Run: f.run, Steps: f.steps, Title: f.caption(), Settings: settings,
		Description: fmt.Sprintf("How %d units of %s look at %d steps of a run, from step %d to %d", len(f.units), f.lens.Level, len(f.steps), f.steps[0], f.steps[len(f.steps)-1]),
	}
}

// file is the name of the film as a file, without its ending.
func (f *film) file() string {
	name := fmt.Sprintf("%s-%s-%s", f.run, f.lens.Level, f.lens.View)
	if len(f.units) == 1 {
		name += "-" + strconv.Itoa(f.units[0])
	}
	return name
}

func (f *film) json() filmJSON {
	j := filmJSON{Run: f.run, Level: f.lens.Level, View: f.lens.View, Rule: f.lens.Rule, Scale: f.scale, Steps: f.steps, Units: f.units, Marks: []mark{}}
	for column, step := range f.steps {
		j.Labels = append(j.Labels, "step "+strconv.Itoa(step))
		for row, u := range f.units {
			if f.marks[row][column] {
				j.Marks = append(j.Marks, mark{u, step})
			}
		}
	}
	return j
}
