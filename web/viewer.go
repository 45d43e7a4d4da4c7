package web

import (
	"cmp"
	"context"
	"errors"
	"time"

	"github.com/gorilla/websocket"

	"filterscope/nn"
	"filterscope/nn/digits"
	"filterscope/nn/train"
)

// How often a viewer gets what, at the most. Pictures come less often the
// more viewers there are, so that streaming costs a few percent of compute. A
// crowd's metric points come in larger messages, none left out.
const (
	stateInterval   = 100 * time.Millisecond
	pictureInterval = refreshInterval
	curveInterval   = 200 * time.Millisecond // of an updating curve: at least 4 come in a second
	pictureCrowd    = 6                      // so many more viewers double the interval of pictures
	curveCrowd      = 16                     // and so many that of curves
	minWait         = 10 * time.Millisecond  // for a drawing that another viewer has asked for
	largeCrowd      = 100                    // so many more viewers double the interval of states
	heartbeat       = 4 * time.Second        // a browser that hears nothing for much longer gives the connection up
)

// A viewer is one browser's connection, with what it has been sent.
type viewer struct {
	server  *Server
	watch   *watch
	conn    *websocket.Conn
	arch    *nn.Architecture
	data    *digits.Data
	options chan streamOptions // the newest from the reader

	mayStart  bool   // the run, if it waits for somebody to look
	presenter string // the name of one who may lead; "" for all others
	told      int    // the number of the presentation that it knows
	hidden    bool
	lenses    []lens // that it looks through
	curve     curveOptions
	others    []*watch // of the runs whose curves are drawn too

	points      int // train points that the browser holds
	evaluations int
	kept        int
	status      train.Status
	named       int
	statusAt    time.Time
	pictures    map[lens]sentPicture
	curves      map[string]sentCurve
}

type sentPicture struct {
	picture *picture
	at      time.Time
}

// serve writes until the browser leaves, the run is deleted or the server
// closes. It is the connection's only writer.
func (v *viewer) serve(hello helloMessage) {
	ctx, cancel := context.WithCancelCause(v.server.ctx)
	defer cancel(nil)
	// A write that a stalled browser holds up must not hold up the end.
	unblock := context.AfterFunc(ctx, func() { _ = v.conn.NetConn().SetWriteDeadline(time.Now().Add(closeGrace)) })
	defer unblock()
	v.watch.join(v.lenses)
	defer v.hide(true)
	v.pictures, v.curves, v.curve = map[lens]sentPicture{}, map[string]sentCurve{}, defaultCurve
	read := make(chan struct{})
	go func() {
		defer close(read)
		v.read(cancel)
	}()
	err := v.write(ctx, hello)
	v.farewell(err)
	v.conn.Close() // ends the reader
	<-read
}

func (v *viewer) write(ctx context.Context, hello helloMessage) error {
	staged, _ := v.server.stage.Latest()
	hello.presentationState, v.told = staged.to(v.presenter), staged.number
	if err := v.send(hello); err != nil {
		return err
	}
	ping := time.NewTicker(pingPeriod)
	defer ping.Stop()
	for {
		now, changed := v.watch.Latest()
		if now.ended != nil {
			return cmp.Or(context.Cause(ctx), now.ended)
		}
		v.start(ctx, now)
		staged, restaged := v.server.stage.Latest()
		if err := v.tell(staged); err != nil {
			return err
		}
		wait, err := v.update(now)
		if err != nil {
			return err
		}
		timer := time.NewTimer(wait)
		select {
		case <-changed:
			// Changes come in bursts; look at them together.
			err = pauseUnless(ctx, restaged, min(wait, v.stateInterval()/4))
		case <-restaged:
		case <-timer.C:
		case o := <-v.options:
			v.overlay(ctx, o.Overlay)
			v.curve = o.curveOptions
			v.hide(o.Visible != nil && !*o.Visible)
			v.look(o.Views)
		case <-ping.C:
			err = v.conn.WriteControl(websocket.PingMessage, nil, time.Now().Add(writeWait))
		case <-ctx.Done():
			err = context.Cause(ctx)
		}
		timer.Stop()
		if err != nil {
			return err
		}
	}
}

// start begins a run that waits for a viewer.
func (v *viewer) start(ctx context.Context, now state) {
	if !v.mayStart || now.status.State != train.Waiting {
		return
	}
	v.mayStart = false
	// A refusal means that somebody else has started or deleted it.
	_, _ = v.server.config.Runs.Command(ctx, v.watch.id, train.Command{Kind: train.Start})
}

// hide says whether the browser shows the page to anybody; pictures are only
// rendered for those that do.
func (v *viewer) hide(hidden bool) {
	switch {
	case hidden && !v.hidden:
		v.watch.leave(v.lenses)
	case !hidden && v.hidden:
		v.watch.join(v.lenses)
	}
	v.hidden = hidden
}

// look changes the lenses to those that the browser asks for by level. What
// the run's architecture lacks is left out; without any wish there are the
// default ones.
func (v *viewer) look(views map[string]lens) {
	lenses := defaultLenses(v.arch)
	if len(views) > 0 {
		lenses = nil
	}
	for level, l := range views {
		l.Level = level
		if l, err := l.complete(v.arch, v.data); err == nil {
			lenses = append(lenses, l)
		}
	}
	if !v.hidden {
		v.watch.join(lenses)
		v.watch.leave(v.lenses)
	}
	v.lenses = lenses
}

// tell tells the viewer what is presented, if that is new.
func (v *viewer) tell(now staged) error {
	if now.number == v.told {
		return nil
	}
	v.told = now.number
	return v.send(presentationMessage{"presentation", now.to(v.presenter)})
}

// pause waits, or returns why the context ended.
func pause(ctx context.Context, d time.Duration) error { return pauseUnless(ctx, nil, d) }

// pauseUnless waits until something comes, but not longer than a while.
func pauseUnless(ctx context.Context, comes <-chan struct{}, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-comes:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// update sends what the browser lacks and may have now, and returns the wait
// until it may have more.
func (v *viewer) update(now state) (time.Duration, error) {
	wait, err := v.updateState(now)
	if err != nil || v.hidden {
		return wait, err
	}
	audience := v.watch.audience()
	for _, l := range v.lenses {
		p := now.pictures[l]
		if p == nil {
			continue
		}
		next, err := v.updatePicture(l, p, slower(pictureInterval, audience, pictureCrowd))
		if err != nil {
			return 0, err
		}
		wait = min(wait, next)
	}
	own := v.watch.curveRun()
	for _, figure := range figures {
		next, err := v.updateCurve(own, figure, slower(curveInterval, audience, curveCrowd))
		if err != nil {
			return 0, err
		}
		wait = min(wait, next)
	}
	return wait, nil
}

// slower is an interval for a viewer among so many.
func slower(interval time.Duration, audience, crowd int) time.Duration {
	return interval * time.Duration(1+audience/crowd)
}

// updateState sends status, metric points, kept steps and evaluations.
func (v *viewer) updateState(now state) (time.Duration, error) {
	since, interval := time.Since(v.statusAt), v.stateInterval()
	fresh := now.status != v.status || now.named != v.named || now.points.len() != v.points || len(now.evaluations) != v.evaluations
	if due := now.status.State != v.status.State || now.named != v.named || since >= heartbeat || fresh && since >= interval; !due {
		if fresh {
			return interval - since, nil
		}
		return heartbeat - since, nil
	}
	v.statusAt, v.status, v.named = time.Now(), now.status, now.named
	for _, send := range []func(state) error{v.sendMetrics, v.sendKept, v.sendEvaluations, v.sendRun} {
		if err := send(now); err != nil {
			return 0, err
		}
	}
	return heartbeat, nil
}

// stateInterval is the time between two states for a viewer among so many.
func (v *viewer) stateInterval() time.Duration {
	return min(stateInterval*time.Duration(1+v.watch.audience()/largeCrowd), heartbeat)
}

func (v *viewer) sendRun(now state) error {
	info, err := v.watch.describe(v.server.ctx, v.server.config.Runs, now.status)
	if v.server.ctx.Err() != nil || errors.Is(err, train.ErrNoRun) {
		return nil // the writer or the watch is about to say so
	}
	if err != nil {
		return err
	}
	run, err := v.server.runJSON(info)
	if err != nil {
		return err
	}
	return v.send(runMessage{Type: "run", Run: run, PictureShare: now.share, PictureBudget: v.server.pictureBudget(now.status)})
}

func (v *viewer) sendMetrics(now state) error {
	n := now.points.len()
	if v.points > n {
		v.points = 0 // the browser held another run's points
	} else if v.points == n && v.evaluations == len(now.evaluations) && n > 0 {
		return nil
	}
	m := metricsMessage{Type: "metrics", From: v.points, metricsJSON: columns(now, v.points)}
	v.points = n
	return v.send(m)
}

func (v *viewer) sendKept(now state) error {
	if v.kept == len(now.kept) {
		return nil
	}
	v.kept = len(now.kept)
	return v.send(snapshotsMessage{Type: "snapshots", Steps: now.kept})
}

func (v *viewer) sendEvaluations(now state) error {
	n := len(now.evaluations)
	newest := now.evaluations[v.evaluations:]
	v.evaluations = n
	for i, e := range newest {
		if i+2 < len(newest) {
			continue // of those missed, the newest of each set are enough
		}
		if err := v.send(evaluationMessage{Type: "evaluation", Evaluation: e}); err != nil {
			return err
		}
	}
	return nil
}

func (v *viewer) updatePicture(l lens, p *picture, interval time.Duration) (time.Duration, error) {
	sent := v.pictures[l]
	if sent.picture == p {
		return heartbeat, nil
	}
	if since := time.Since(sent.at); since < interval {
		return interval - since, nil
	}
	v.pictures[l] = sentPicture{p, time.Now()}
	return heartbeat, v.sendBinary(p.message)
}

func (v *viewer) send(message any) error {
	if err := v.conn.SetWriteDeadline(time.Now().Add(writeWait)); err != nil {
		return err
	}
	return v.conn.WriteJSON(message)
}

func (v *viewer) sendBinary(message []byte) error {
	if err := v.conn.SetWriteDeadline(time.Now().Add(writeWait)); err != nil {
		return err
	}
	return v.conn.WriteMessage(websocket.BinaryMessage, message)
}
