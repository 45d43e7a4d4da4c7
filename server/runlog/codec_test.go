package runlog

import (
	"encoding/binary"
	"errors"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"filterscope/nn/train"
)

func TestRecordCodec(t *testing.T) {
	want := []train.Point{
		{Step: 7, Loss: 0.25, Accuracy: 0.5, Epoch: 0.014925, Seconds: 0.125001},
		{Step: 8, Loss: math.MaxFloat64, Accuracy: 1, Epoch: 1, Seconds: 3600},
	}
	content, err := encodeRecord(entry{Number: 3, Status: train.Status{Step: 8, Seconds: 3600}}, want)
	if err != nil {
		t.Fatal(err)
	}
	e, got, err := decodeRecord(content)
	if err != nil || e.Number != 3 || e.Status.Seconds != 3600 {
		t.Fatalf("the record came back as %+v, %v", e, err)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("its points (-want +got):\n%s", d)
	}
}

// A log from before epochs and seconds were recorded can be read.
func TestOldPointsHaveNoTime(t *testing.T) {
	var body []byte
	for _, v := range []float64{2.3, 0.125, 1.5, 0.25} {
		body = binary.LittleEndian.AppendUint64(body, math.Float64bits(v))
	}
	for _, test := range []struct {
		size int // of a point as the entry says it
		body []byte
		want []train.Point
	}{
		{0, body, []train.Point{{Step: 4, Loss: 2.3, Accuracy: 0.125}, {Step: 5, Loss: 1.5, Accuracy: 0.25}}},
		{0, nil, nil},
		{0, body[1:], nil},
		{pointSize, body[8:], nil},
		{3, body, nil},
	} {
		content, err := seal(entry{First: 4, PointSize: test.size}, test.body)
		if err != nil {
			t.Fatal(err)
		}
		_, got, err := decodeRecord(content)
		if torn := test.want == nil && len(test.body) > 0; errors.Is(err, errTorn) != torn {
			t.Errorf("%d bytes of points of size %d: %v", len(test.body), test.size, err)
		}
		if d := cmp.Diff(test.want, got); d != "" {
			t.Errorf("%d bytes of points of size %d (-want +got):\n%s", len(test.body), test.size, d)
		}
	}
}
