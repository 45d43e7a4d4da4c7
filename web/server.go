package web

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"sync"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
	lru "github.com/hashicorp/golang-lru/v2"

	"filterscope/nn/digits"
	"filterscope/nn/train"
	"filterscope/static"
	"filterscope/templates"
)

// Runs is where runs live, as far as this package needs to know. Unknown runs
// and steps are train.ErrNoRun and train.ErrNoSnapshot; refused commands are a
// *train.ConfigError or a *train.StateError.
type Runs interface {
	List(ctx context.Context) ([]train.Info, error) // newest first
	// Start begins a run, at a step of another one if c.From names it. Then
	// c.LearningRate, BatchSize, Epochs and TargetAccuracy may differ from that
	// run's; what is zero is as it was there.
	Start(ctx context.Context, c train.Config) (train.Info, error)
	// Admit says, as a *train.ConfigError, why Start would have no room for the
	// run of a configuration that is possible otherwise.
	Admit(c train.Config) error
	Get(ctx context.Context, id string) (train.Info, error)
	Command(ctx context.Context, id string, c train.Command) (train.Info, error)
	Rename(ctx context.Context, id, name string) (train.Info, error)
	Delete(ctx context.Context, id string) error
	// Follow delivers all records of a run, from its first to those to come.
	// Those of the past may name their snapshots without the weights, but the
	// newest weights that are kept are delivered.
	Follow(ctx context.Context, id string, deliver func(train.Record) error) error
	// Snapshot returns the kept weights of exactly this step.
	Snapshot(ctx context.Context, id string, step int) (*train.Snapshot, error)

	// Checkpoint returns the full state of any step that the run has reached.
	// known, unless nil, is a state of the run that was computed before, which
	// may save time.
	Checkpoint(ctx context.Context, id string, step int, known *train.Checkpoint) (*train.Checkpoint, error)

	// Drawings are kept beside the runs; an unknown one is train.ErrNoDrawing.
	SaveDrawing(ctx context.Context, d train.Drawing) (train.Drawing, error)
	Drawing(ctx context.Context, id string) (train.Drawing, error)
	Drawings(ctx context.Context) ([]train.Drawing, error) // oldest first
	RemoveDrawing(ctx context.Context, id string) error
}

// Config is what a Server needs.
type Config struct {
	Runs  Runs
	Data  func() (*digits.Data, error) // the runs' data; may be called often, must be quick after the first time
	Hosts []string                     // names and addresses a request's Host may have; port numbers do not count
	Token string                       // needed to change anything; "" means that nothing is needed
	// Addresses are those of the page for viewers on the network, the likeliest
	// first; none means that only this computer can reach it.
	Addresses []string
	Log       *slog.Logger // nil means slog.Default
	// PictureShare is the share of all processors that live pictures may use;
	// 0 means 0.15. While a run trains at full speed they use a fifth of it.
	PictureShare float64
}

// A Server answers HTTP requests and websockets. Close must be called at its
// end.
type Server struct {
	config     Config
	log        *slog.Logger
	pages      pages
	assets     *assets
	pictures   *pictures
	microscope *microscope
	rows       *lru.Cache[findingKey, *vitalsRow]
	alike      *album
	verdicts   *lru.Cache[verdictKey, float64]
	uploads    chan struct{} // holds a token for each picture that is decoded
	metrics    http.Handler
	workspaces workspaces
	judges     *judges
	lessons    *lessons
	begins     *lru.Cache[train.Origin, *train.Checkpoint] // of branches, without weights
	exams      *exams
	feeds      *lru.Cache[string, *train.Feed]
	stage      *stage

	ctx    context.Context // of everything that outlives a request
	cancel context.CancelCauseFunc
	group  sync.WaitGroup // goroutines and websockets

	mu      sync.Mutex
	watches map[string]*watch
	streams int // open websockets
	closed  bool
}

// New returns a server.
func New(c Config) (*Server, error) {
	s := &Server{config: c, log: c.Log, watches: map[string]*watch{}}
	if s.log == nil {
		s.log = slog.Default()
	}
	s.ctx, s.cancel = context.WithCancelCause(context.Background())
	var err error
	if s.assets, err = newAssets(static.FS, compiled); err != nil {
		return nil, err
	}
	if s.pages, err = parsePages(templates.FS, s.assets); err != nil {
		return nil, err
	}
	s.pictures, s.microscope = newPictures(), newMicroscope(c.Data)
	s.judges, s.lessons, s.stage, s.exams = newJudges(c.Data), newLessons(), newStage(), newExams(c.Data)
	s.rows = newCache[findingKey, *vitalsRow](cachedRows)
	s.alike, s.verdicts = newAlbum(), newCache[verdictKey, float64](cachedVerdicts)
	s.begins = newCache[train.Origin, *train.Checkpoint](cachedBegins)
	s.feeds = newCache[string, *train.Feed](cachedFeeds)
	s.uploads = make(chan struct{}, decodedAtATime)
	s.metrics = newMetricsHandler(s)
	s.group.Go(s.assets.load)
	return s, nil
}

// Close tells every websocket why it ends, ends all that the server started,
// and returns when all have ended. http.Server.Shutdown does neither.
func (s *Server) Close(reason string) {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.cancel(closeReason(reason))
	s.group.Wait()
	s.stage.end("")
}

// closeReason is the cause of a Server's closing, in words for the viewer.
type closeReason string

func (r closeReason) Error() string { return string(r) }

// enter counts a websocket, for which Close waits until it leaves.
func (s *Server) enter() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.closed:
		return train.ErrEnded
	case s.streams >= maxViewers:
		return &httpError{Status: http.StatusServiceUnavailable, Message: fmt.Sprintf("%d browsers are connected already, which is the limit", maxViewers)}
	}
	s.streams++
	s.group.Add(1)
	return nil
}

func (s *Server) leave() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.streams--
	s.group.Done()
}

// Handler returns all routes.
func (s *Server) Handler() http.Handler {
	r := chi.NewRouter()
	r.Use(s.recoverPanics, s.guard, middleware.GetHead)
	r.NotFound(s.handle(notFound))
	r.MethodNotAllowed(s.handle(methodNotAllowed))

	r.Get("/", s.handle(s.dashboard))
	r.Get("/runs/{run}", s.handle(s.dashboard))
	r.Get("/runs/{run}/units/{level}/{unit}", s.handle(s.unitPage))
	r.Get("/runs/{run}/film/{level}", s.handle(s.filmPage))
	r.Get("/runs/{run}/drawing", s.handle(s.drawingPage))
	r.Get("/runs/{run}/lesson", s.handle(s.lessonPage))
	r.Get("/runs/{run}/evaluation", s.handle(s.evaluationPage))
	r.Get("/favicon.ico", s.handle(s.favicon))
	r.Get("/static/*", s.handle(s.assets.serve))
	r.Get("/ws", s.handle(s.stream))
	r.Get("/healthz", s.handle(s.health))
	r.Method(http.MethodGet, "/metrics", s.metrics)

	r.Route("/api", func(r chi.Router) {
		r.Get("/openapi.json", s.handle(bare(s.openAPI)))
		r.Post("/predict", s.handle(s.predict))
		r.Post("/explain", s.handle(s.explain))
		r.Post("/belief", s.handle(s.belief))
		r.Post("/nearest", s.handle(s.nearest))
		r.Post("/picture", s.handle(s.picture))
		r.Get("/{set:test|train}/{index}.png", s.handle(bare(s.setImage)))
		r.Get("/invitation", s.handle(bare(s.invitation)))
		r.Get("/invitation.svg", s.handle(s.invitationCode))
		r.Post("/token", s.handle(s.takeToken))
		r.Get("/presentation", s.handle(bare(s.readPresentation)))
		r.Put("/presentation", s.handle(s.present))
		r.Delete("/presentation", s.handle(s.release))
		r.Get("/drawings", s.handle(bare(s.listDrawings)))
		r.Get("/drawings/accuracy", s.handle(s.drawingsAccuracy))
		r.Post("/drawings", s.handle(s.saveDrawing))
		r.Delete("/drawings/{drawing}", s.handle(s.removeDrawing))
		r.Get("/runs", s.handle(bare(s.listRuns)))
		r.Post("/runs", s.handle(s.startRun))
		r.Post("/runs/check", s.handle(s.checkRun))
		r.Get("/presets", s.handle(s.presets))
		r.Route("/runs/{run}", func(r chi.Router) {
			r.Get("/", s.handle(bare(s.readRun)))
			r.Patch("/", s.handle(s.changeRun))
			r.Delete("/", s.handle(s.deleteRun))
			r.Get("/config.json", s.handle(s.configFile))
			r.Post("/pause", s.handle(s.pauseRun))
			r.Post("/resume", s.handle(s.resumeRun))
			r.Post("/step", s.handle(s.stepRun))
			r.Get("/metrics", s.handle(s.metricsAsJSON))
			r.Get("/metrics.json", s.handle(s.metricsAsJSON))
			r.Get("/metrics.csv", s.handle(s.metricsAsCSV))
			r.Get("/evaluations", s.handle(bare(s.evaluations)))
			r.Get("/steps", s.handle(bare(s.steps)))
			r.Get("/steps/{step}/batch.png", s.handle(s.batch))
			r.Get("/steps/{step}/filters/{level}.{format:png|json}", s.handle(s.levelPicture))
			r.Get("/steps/{step}/classes.{format:png|json}", s.handle(s.classesPicture))
			r.Get("/steps/{step}/maps/{level}.{format:png|json}", s.handle(s.mapsPicture))
			r.Post("/steps/{step}/maps/{level}.png", s.handle(s.drawnMaps))
			r.Get("/steps/{step}/units/{level}/{unit}", s.handle(s.unit))
			r.Get("/steps/{step}/units/{level}/{unit}/{view:filter|maximization|patches|projection}.png", s.handle(s.unitPicture))
			r.Get("/steps/{step}/units/{level}/{unit}/ablation", s.handle(s.ablation))
			r.Get("/steps/{step}/confusion.{format:svg|png|pdf|csv}", s.handle(s.confusion))
			r.Get("/steps/{step}/weights.safetensors", s.handle(s.weights))
			r.Get("/steps/{step}/evaluation", s.handle(s.evaluation))
			r.Get("/steps/{step}/map", s.handle(s.layoutMap))
			r.Get("/lesson/{step}", s.handle(s.lesson))
			r.Get("/lesson/{step}/maps/{layer}", s.handle(s.lessonMaps))
			r.Get("/lesson/{step}/origin/{layer}", s.handle(s.lessonOrigin))
			r.Get("/units/{level}/{unit}/vitals", s.handle(s.unitVitals))
			r.Get("/units/{level}/{unit}/figures/{figure}.{format}", s.handle(s.unitFigure))
			r.Get("/film/{level}.{format:png|gif|json}", s.handle(s.filmOf))
			r.Get("/replay.html", s.handle(s.replay))
			r.Get("/figures/classes.{format}", s.handle(s.classesFigure))
			r.Get("/figures/{figure}.{format}", s.handle(s.figure))
		})
	})
	return r
}
