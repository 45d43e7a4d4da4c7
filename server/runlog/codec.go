package runlog

import (
	"cmp"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"math"
	"time"

	"filterscope/nn"
	"filterscope/nn/train"
)

// A birth is the first message of a run's stream.
type birth struct {
	ID      string       `json:"id"`
	Name    string       `json:"name"`
	Created time.Time    `json:"created"`
	Config  train.Config `json:"config"` // defaults filled in
	Wait    bool         `json:"wait"`   // at step 0
	Status  train.Status `json:"status"` // before the first record
	Data    string       `json:"data"`   // fingerprint of what it trains on
	// Of a branch: what was asked for, and the origin's configuration.
	Asked  *train.Config `json:"asked,omitempty"`
	Origin *train.Config `json:"origin,omitempty"`
}

// encodeBirth puts the weights that a run starts from, if they are not random, behind the JSON.
func encodeBirth(born birth) ([]byte, error) {
	var body []byte
	if init := born.Config.Init; init != nil {
		body = appendFloats(nil, init.Weights)
	}
	return seal(born, body)
}

func decodeBirth(message []byte) (birth, error) {
	var born birth
	body, err := unseal(message, &born)
	if err != nil || born.Config.Init == nil {
		return born, err
	}
	if born.Config.Init.Weights, body, err = takeFloats(body, len(body)/4); err != nil || len(body) > 0 {
		return born, errTorn
	}
	if born.Origin != nil {
		born.Origin.Init = born.Config.Init // a branch has its origin's
	}
	return born, nil
}

// An entry is a record as it is kept, but for its points, and what a trainer must know to go on behind it.
type entry struct {
	Number      int                `json:"number"` // of the record in the run, from 0
	Status      train.Status       `json:"status"`
	Evaluations []train.Evaluation `json:"evaluations,omitempty"`
	Event       *train.Event       `json:"event,omitempty"`
	Snapshot    bool               `json:"snapshot,omitempty"`  // the weights of this step are kept
	First       int                `json:"first,omitempty"`     // step of the first point
	PointSize   int                `json:"pointSize,omitempty"` // bytes of a point

	Own        bool     `json:"own"`                  // false: copied from a branch's origin
	Evaluated  []string `json:"evaluated,omitempty"`  // sets evaluated at this step
	Kept       int      `json:"kept"`                 // step of the newest kept weights; -1: none
	Snapshots  int      `json:"snapshots"`            // how many weights are kept
	Checkpoint uint64   `json:"checkpoint,omitempty"` // where the newest checkpoint is in the stream; 0: there is none
	Passing    bool     `json:"passing,omitempty"`    // the checkpoint goes when there is a newer one
}

// A point is loss, accuracy, epoch and seconds, 8 bytes each. Logs that have no PointSize are older and have no more than loss
// and accuracy.
const (
	pointSize    = 32
	oldPointSize = 16
)

var errTorn = errors.New("the message is damaged")

// seal frames a head in JSON and a body, with a checksum.
func seal(head any, body []byte) ([]byte, error) {
	text, err := json.Marshal(head)
	if err != nil {
		return nil, err
	}
	out := make([]byte, 0, 8+len(text)+len(body))
	out = binary.BigEndian.AppendUint32(out, uint32(len(text)))
	out = append(append(out, text...), body...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out)), nil
}

// unseal checks a frame, decodes its head and returns its body.
func unseal(message []byte, head any) (body []byte, err error) {
	if len(message) < 8 {
		return nil, errTorn
	}
	content, sum := message[:len(message)-4], binary.BigEndian.Uint32(message[len(message)-4:])
	n := int64(binary.BigEndian.Uint32(content))
	if crc32.ChecksumIEEE(content) != sum || n > int64(len(content)-4) {
		return nil, errTorn
	}
	if err := json.Unmarshal(content[4:4+n], head); err != nil {
		return nil, fmt.Errorf("%w: %w", errTorn, err)
	}
	return content[4+n:], nil
}

func encodeRecord(e entry, points []train.Point) ([]byte, error) {
	e.First, e.PointSize = 0, 0
	if len(points) > 0 {
		e.First, e.PointSize = points[0].Step, pointSize
	}
	body := make([]byte, 0, pointSize*len(points))
	for _, p := range points {
		for _, v := range [...]float64{p.Loss, p.Accuracy, p.Epoch, p.Seconds} {
			body = binary.LittleEndian.AppendUint64(body, math.Float64bits(v))
		}
	}
	return seal(e, body)
}

func decodeRecord(message []byte) (e entry, points []train.Point, err error) {
	body, err := unseal(message, &e)
	if err != nil {
		return e, nil, err
	}
	size := cmp.Or(e.PointSize, oldPointSize)
	if size < oldPointSize || len(body)%size != 0 {
		return e, nil, errTorn
	}
	for step := e.First; len(body) > 0; step++ {
		points = append(points, decodePoint(step, body[:size]))
		body = body[size:]
	}
	return e, points, nil
}

// decodePoint reads a point; epoch and seconds are zero where the log does not have them.
func decodePoint(step int, content []byte) train.Point {
	value := func(i int) float64 {
		if len(content) < 8*(i+1) {
			return 0
		}
		return math.Float64frombits(binary.LittleEndian.Uint64(content[8*i:]))
	}
	return train.Point{Step: step, Loss: value(0), Accuracy: value(1), Epoch: value(2), Seconds: value(3)}
}

// record is the entry as readers get it, its weights left out.
func (e entry) record(points []train.Point) train.Record {
	r := train.Record{Status: e.Status, Points: points, Evaluations: e.Evaluations, Event: e.Event}
	if e.Snapshot {
		r.Snapshot = &train.Snapshot{Step: e.Status.Step, UnitChanges: e.Status.UnitChanges, Keep: true}
	}
	return r
}

func appendFloats(to []byte, values []float32) []byte {
	for _, v := range values {
		to = binary.LittleEndian.AppendUint32(to, math.Float32bits(v))
	}
	return to
}

// takeFloats cuts n values off.
func takeFloats(from []byte, n int) (values []float32, rest []byte, err error) {
	if n < 0 || len(from)/4 < n {
		return nil, nil, errTorn
	}
	values = make([]float32, n)
	for i := range values {
		values[i] = math.Float32frombits(binary.LittleEndian.Uint32(from[4*i:]))
	}
	return values, from[4*n:], nil
}

type weightsHead struct {
	Step        int `json:"step"`
	UnitChanges int `json:"unitChanges,omitempty"`
}

func encodeWeights(s *train.Snapshot) ([]byte, error) {
	weights := s.Net.Weights
	return seal(weightsHead{s.Step, s.UnitChanges}, appendFloats(make([]byte, 0, 4*len(weights)), weights))
}

func decodeWeights(message []byte, arch *nn.Architecture) (*train.Snapshot, error) {
	var head weightsHead
	body, err := unseal(message, &head)
	if err != nil {
		return nil, err
	}
	weights, rest, err := takeFloats(body, arch.Parameters())
	if err != nil || len(rest) > 0 {
		return nil, errTorn
	}
	return &train.Snapshot{Step: head.Step, UnitChanges: head.UnitChanges, Net: &nn.Network{Arch: arch, Weights: weights}}, nil
}

type checkpointHead struct {
	train.Checkpoint
	Optimizer string `json:"optimizer"`
	Steps     int64  `json:"steps"`
	Weights   int    `json:"weights"`
	Withheld  int    `json:"withheld,omitempty"`
	Vectors   []int  `json:"vectors"`
}

func encodeCheckpoint(c *train.Checkpoint) ([]byte, error) {
	head := checkpointHead{Checkpoint: *c, Optimizer: c.Optimizer.Name, Steps: c.Optimizer.Steps, Weights: len(c.Weights), Withheld: len(c.Withheld)}
	body := appendFloats(appendFloats(nil, c.Weights), c.Withheld)
	for _, v := range c.Optimizer.Vectors {
		head.Vectors = append(head.Vectors, len(v))
		body = appendFloats(body, v)
	}
	return seal(head, body)
}

func decodeCheckpoint(message []byte) (*train.Checkpoint, error) {
	var head checkpointHead
	body, err := unseal(message, &head)
	if err != nil {
		return nil, err
	}
	c := head.Checkpoint
	c.Optimizer = nn.OptimizerState{Name: head.Optimizer, Steps: head.Steps}
	if c.Weights, body, err = takeFloats(body, head.Weights); err != nil {
		return nil, err
	}
	if c.Withheld, body, err = takeFloats(body, head.Withheld); err != nil {
		return nil, err
	}
	for _, n := range head.Vectors {
		var v []float32
		if v, body, err = takeFloats(body, n); err != nil {
			return nil, err
		}
		c.Optimizer.Vectors = append(c.Optimizer.Vectors, v)
	}
	if len(body) > 0 {
		return nil, errTorn
	}
	return &c, nil
}
