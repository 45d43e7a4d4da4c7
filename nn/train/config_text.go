package train

import (
	"bytes"
	"encoding/json"

	"filterscope/nn/digits"
)

// File is the configuration as a file that ReadConfig reads: in one order, and
// without what says nothing.
func (c Config) File() ([]byte, error) {
	var file struct {
		Name           string               `json:"name,omitempty"`
		From           *Origin              `json:"from,omitempty"`
		Init           *Init                `json:"init,omitempty"`
		Architecture   string               `json:"architecture,omitempty"`
		Data           string               `json:"data,omitempty"`
		Augmentation   *digits.Augmentation `json:"augmentation,omitempty"`
		Optimizer      string               `json:"optimizer,omitempty"`
		Momentum       float64              `json:"momentum,omitempty"`
		LearningRate   float64              `json:"learningRate,omitempty"`
		Schedule       string               `json:"schedule,omitempty"`
		BatchSize      int                  `json:"batchSize,omitempty"`
		Epochs         int                  `json:"epochs,omitempty"`
		Seed           uint64               `json:"seed,omitempty"`
		Validation     int                  `json:"validation,omitempty"`
		TargetAccuracy float64              `json:"targetAccuracy,omitempty"`
		Pace           Pace                 `json:"pace"`
		Units          []Intervention       `json:"units,omitempty"`
		Taught         []Taught             `json:"taught,omitempty"`
	}
	file.Name, file.From, file.Init = c.Name, c.From, c.Init
	file.Architecture, file.Data, file.Augmentation = c.Architecture, c.Data, c.Augmentation
	file.Optimizer, file.Momentum, file.LearningRate, file.Schedule = c.Optimizer, c.Momentum, c.LearningRate, c.Schedule
	file.BatchSize, file.Epochs, file.Seed, file.Validation = c.BatchSize, c.Epochs, c.Seed, c.Validation
	file.TargetAccuracy, file.Pace, file.Units, file.Taught = c.TargetAccuracy, c.Pace, c.Units, c.Taught
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	err := encoder.Encode(file)
	return text.Bytes(), err
}
