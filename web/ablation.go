package web

import (
	"net/http"
	"runtime"

	"filterscope/nn"
)

// ablationJSON is how a network does on the test set, and how it would without
// a unit.
type ablationJSON struct {
	Before  scoreJSON `json:"before"`
	Without scoreJSON `json:"without"`
}

type scoreJSON struct {
	Accuracy      float64   `json:"accuracy"`
	Loss          float64   `json:"loss"`
	ClassAccuracy []float64 `json:"classAccuracy"` // by label; 0 for one without images
	Confusion     [][]int   `json:"confusion"`     // images by label, then prediction
}

// ablation answers with what the test set says of a step's weights and of the
// same with a unit silenced.
func (s *Server) ablation(w http.ResponseWriter, r *http.Request) error {
	q, err := queryOf(r, version)
	if err != nil {
		return err
	}
	u, err := s.subjectOf(w, r, q)
	if err != nil || u.found == nil {
		return err
	}
	net, set := u.found.net, u.found.bench.data.Test
	examples, index := nn.Examples{Images: set.Images, Labels: set.Labels}, make([]int32, set.Len())
	for i := range index {
		index[i] = int32(i)
	}
	parallel := nn.NewParallel(net.Arch, runtime.NumCPU(), set.Len())
	defer parallel.Close()
	score := func(net *nn.Network) scoreJSON {
		var e nn.Evaluation
		parallel.Evaluate(net, examples, index, &e)
		return scoreOf(&e)
	}
	return writeJSON(w, http.StatusOK, ablationJSON{score(net), score(net.Silenced(u.layer, u.unit))})
}

func scoreOf(e *nn.Evaluation) scoreJSON {
	return scoreJSON{e.Accuracy(), e.Loss(), e.ClassAccuracy(), e.Confusion}
}
