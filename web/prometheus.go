package web

import (
	"context"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"filterscope/nn/train"
)

// collector tells Prometheus about the runs, at the time it asks.
type collector struct{ server *Server }

var (
	stepDesc    = runDesc("step", "Optimizer updates taken.")
	epochDesc   = runDesc("epoch", "Epochs completed.")
	speedDesc   = runDesc("images_per_second", "Images trained on per second, over the last seconds.")
	lossDesc    = runDesc("train_loss", "Mean cross-entropy of the newest batch, in nats.")
	testDesc    = runDesc("test_accuracy", "Accuracy on the test set at the newest evaluation, in [0, 1].")
	viewersDesc = runDesc("viewers", "Browsers that show the run.")
	runningDesc = runDesc("running", "1 while the run takes steps, else 0.")
)

func runDesc(name, help string) *prometheus.Desc {
	return prometheus.NewDesc("filterscope_run_"+name, help, []string{"run"}, nil)
}

// newMetricsHandler serves the metrics of the runs and of the process.
func newMetricsHandler(s *Server) http.Handler {
	registry := prometheus.NewRegistry()
	registry.MustRegister(collector{s}, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return promhttp.HandlerFor(registry, promhttp.HandlerOpts{})
}

func (c collector) Describe(descs chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{stepDesc, epochDesc, speedDesc, lossDesc, testDesc, viewersDesc, runningDesc} {
		descs <- d
	}
}

func (c collector) Collect(metrics chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(c.server.ctx, 5*time.Second)
	defer cancel()
	infos, err := c.server.config.Runs.List(ctx)
	if err != nil {
		metrics <- prometheus.NewInvalidMetric(stepDesc, err)
		return
	}
	for _, info := range infos {
		status := info.Status
		gauge := func(d *prometheus.Desc, v float64) {
			metrics <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, info.ID)
		}
		gauge(stepDesc, float64(status.Step))
		running := 0.0
		if status.State == train.Running {
			running = 1
		}
		gauge(runningDesc, running)
		gauge(epochDesc, float64(status.Epoch))
		gauge(speedDesc, status.ImagesPerSecond)
		gauge(viewersDesc, float64(c.server.viewers(info.ID)))
		if status.TrainLoss != nil {
			gauge(lossDesc, *status.TrainLoss)
		}
		if status.TestAccuracy != nil {
			gauge(testDesc, *status.TestAccuracy)
		}
	}
}

// viewers returns the number of browsers that show a run.
func (s *Server) viewers(id string) int {
	s.mu.Lock()
	w := s.watches[id]
	s.mu.Unlock()
	if w == nil {
		return 0
	}
	return w.audience()
}
