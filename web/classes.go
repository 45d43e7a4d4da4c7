package web

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"filterscope/nn/exam"
	"filterscope/nn/train"
	"filterscope/web/figure"
)

// classHistory is the accuracy of each class over the steps.
type classHistory struct {
	steps    []int
	accuracy [][]float64 // [class][step]; NaN for a class without images
}

// classesFigure answers with the classes' accuracy over the steps as a plot.
// ?classes= names those to emphasise, apart by commas; ?steps= is epochs,
// which the run itself has judged, or log, with kept steps between them that are
// judged when somebody asks; ?mark= is a step to mark.
func (s *Server) classesFigure(w http.ResponseWriter, r *http.Request) error {
	o, q, err := figureQuery(r, "linear", []string{"svg", "png", "pdf"}, "mark", "classes", "steps")
	if err != nil {
		return err
	}
	mark, err := q.integer("mark", -1, 0, 1<<30)
	if err != nil {
		return err
	}
	which, err := q.choice("steps", epochSteps, epochSteps, logSteps)
	if err != nil {
		return err
	}
	data, err := s.config.Data()
	if err != nil {
		return err
	}
	emphasised, err := classesOf(q, len(data.ClassNames))
	if err != nil {
		return err
	}
	h, err := s.classHistory(w, r, which)
	if err != nil {
		return err
	}
	c := figure.ClassCurves{Names: data.ClassNames, Steps: h.steps, Accuracy: h.accuracy, Emphasised: emphasised}
	if mark >= 0 {
		c.Marks = []int{mark}
	}
	p, err := figure.DrawClassCurves(c, o)
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	return writeChart(w, p)
}

// classesOf reads the classes to emphasise.
func classesOf(q query, classes int) ([]int, error) {
	text := q.values.Get("classes")
	if text == "" {
		return nil, nil
	}
	var all []int
	for one := range strings.SplitSeq(text, ",") {
		class, err := strconv.Atoi(one)
		if err != nil || class < 0 || class >= classes {
			return nil, badRequest("classes: %q is no class; use whole numbers from 0 to %d, apart by commas", one, classes-1)
		}
		all = append(all, class)
	}
	return all, nil
}

// classHistory is what the run's own evaluations say, and between them what
// exams find out. These may take longer than other answers.
func (s *Server) classHistory(w http.ResponseWriter, r *http.Request, which string) (classHistory, error) {
	id := chi.URLParam(r, "run")
	_, now, err := s.watch(r.Context(), id)
	if err != nil {
		return classHistory{}, err
	}
	recorded := map[int][][]int{}
	var steps []int
	for _, e := range now.evaluations {
		if e.Set == train.TestSet && e.Confusion != nil {
			recorded[e.Step] = e.Confusion // of several at a step the last
			steps = append(steps, e.Step)
		}
	}
	if which == logSteps {
		steps = append(steps, now.shownSteps()...)
		if err := http.NewResponseController(w).SetWriteDeadline(time.Time{}); err != nil {
			return classHistory{}, fmt.Errorf("waiting for the exams: %w", err)
		}
	}
	slices.Sort(steps)
	h := classHistory{steps: slices.Compact(steps), accuracy: make([][]float64, now.newest.Net.Arch.Classes)}
	for _, step := range h.steps {
		scores, err := s.scoresAt(r.Context(), id, now, step, recorded[step])
		if err != nil {
			return h, err
		}
		for class, score := range scores {
			h.accuracy[class] = append(h.accuracy[class], score.Recall)
		}
	}
	return h, nil
}

// scoresAt are those of a recorded confusion matrix or, if there is none, of an
// exam.
func (s *Server) scoresAt(ctx context.Context, id string, now state, step int, confusion [][]int) ([]exam.Score, error) {
	if confusion != nil {
		return exam.Scores(confusion), nil
	}
	snapshot, err := s.config.Runs.Snapshot(ctx, id, step)
	if err != nil {
		return nil, err
	}
	found, _, err := s.exams.taken(ctx, keyOf(id, snapshot), snapshot.Net, examWorkers(now), false)
	if err != nil {
		return nil, err
	}
	return found.scores, nil
}
