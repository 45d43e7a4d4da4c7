package web

import (
	"context"
	"time"
)

type sentCurve struct {
	drawn   *drawnCurve
	options curveOptions
	at      time.Time
}

// overlay chooses the runs whose curves are drawn too. Those that are gone are
// left out. Nobody waits for their points: they come as they are read.
func (v *viewer) overlay(ctx context.Context, ids runIDs) {
	if ids == v.curve.Overlay {
		return
	}
	v.others = nil
	for _, id := range ids.list() {
		info, err := v.server.config.Runs.Get(ctx, id)
		if err != nil || id == v.watch.id {
			continue
		}
		if w, err := v.server.watched(id); err == nil {
			w.know(info)
			v.others = append(v.others, w)
		}
	}
}

// updateCurve sends a curve that shows what the viewer lacks, at most once in an
// interval, and returns the wait until there may be another.
func (v *viewer) updateCurve(now curveRun, figure string, interval time.Duration) (time.Duration, error) {
	sent := v.curves[figure]
	same := sent.drawn != nil && sent.options == v.curve
	others, idle := v.beside(interval)
	if same && sent.drawn.shows(now, others) {
		return idle, nil
	}
	if since := time.Since(sent.at); same && since < interval {
		return interval - since, nil
	}
	drawn, err := v.watch.curves.curve(now, others, curveKey{figure, v.curve}, interval)
	if err != nil {
		return 0, err
	}
	if same && drawn == sent.drawn {
		return max(interval-time.Since(drawn.at), minWait), nil
	}
	v.curves[figure] = sentCurve{drawn, v.curve, time.Now()}
	return idle, v.sendBinary(drawn.message)
}

// beside returns the runs that are drawn beside the viewer's own, and after what
// wait they may have more.
func (v *viewer) beside(interval time.Duration) (runs []curveRun, wait time.Duration) {
	wait = heartbeat
	for _, w := range v.others {
		r := w.curveRun()
		if !r.status.State.Ended() && r.ended == nil {
			wait = interval
		}
		runs = append(runs, r)
	}
	return runs, wait
}
