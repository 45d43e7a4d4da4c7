package web

import (
	"encoding/binary"
	"encoding/json"
	"math"
	"net/http"
)

// number is null in JSON where it is none.
type number float64

func (n number) MarshalJSON() ([]byte, error) {
	if math.IsNaN(float64(n)) || math.IsInf(float64(n), 0) {
		return []byte("null"), nil
	}
	return json.Marshal(float64(n))
}

// float is a number that only has the digits of a float32.
type float float32

func (f float) MarshalJSON() ([]byte, error) {
	if !isFinite(float32(f)) {
		return []byte("null"), nil
	}
	return json.Marshal(float32(f))
}

func floatsOf(values []float32) []float {
	all := make([]float, len(values))
	for i, v := range values {
		all[i] = float(v)
	}
	return all
}

func rowsOf(rows [][]float32) [][]float {
	all := make([][]float, len(rows))
	for i, row := range rows {
		all[i] = floatsOf(row)
	}
	return all
}

func numbersOf(values []float64) []number {
	all := make([]number, len(values))
	for i, v := range values {
		all[i] = number(v)
	}
	return all
}

func pointer(v float64) *number {
	n := number(v)
	return &n
}

// writeFloats answers with little-endian float32.
func writeFloats(w http.ResponseWriter, values []float32) error {
	body := make([]byte, 0, 4*len(values))
	for _, v := range values {
		body = binary.LittleEndian.AppendUint32(body, math.Float32bits(v))
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(body) // an error means that the client has gone
	return nil
}
