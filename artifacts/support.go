package artifacts

import "eahas/features"

// Encoder TEMPORARY until features lands its own.
type Encoder interface {
	Columns() []features.Column
	Encode(dst []float64, c features.Config) ([]float64, error)
}

// Support TEMPORARY until features lands its own.
type Support interface{}

// support fills a.Extrapolates and a.OutsideAxes.
func (s *Surrogate) support(a *Answer) {}

func newEncoder(features.Space) (Encoder, error) { panic("features.NewEncoder is not there yet") }
