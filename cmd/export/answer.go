package main

import (
	"eahas/artifacts"
	"eahas/internal/nullable"
	"eahas/models/energy"
)

// answer is the JSON form of an artifacts.Answer. Every name ends in its unit; what the surrogate does not know is
// left out.
type answer struct {
	Line int `json:"line,omitempty"` // of standard input, from 1

	Unit      string    `json:"unit,omitempty"` // of the curve
	LastEpoch *float64  `json:"last_epoch,omitempty"`
	Epochs    []float64 `json:"epochs,omitempty"`
	Curve     []float64 `json:"curve,omitempty"`
	Clips     int       `json:"clips,omitempty"` // points of the curve that were moved into 0..100

	EnergyPerEpoch  *float64  `json:"energy_per_epoch_j,omitempty"`
	Energy          []float64 `json:"energy_j,omitempty"` // spent by each epoch
	EnergyTotal     *float64  `json:"energy_total_j,omitempty"`
	EnergyTotalKWh  *float64  `json:"energy_total_kwh,omitempty"`
	TimePerEpoch    *float64  `json:"time_per_epoch_s,omitempty"`
	Time            []float64 `json:"time_s,omitempty"` // passed by each epoch
	TimeTotal       *float64  `json:"time_total_s,omitempty"`
	InferenceEnergy *float64  `json:"inference_energy_j,omitempty"`

	Extrapolates bool     `json:"extrapolates"`
	OutsideAxes  []string `json:"outside_axes,omitempty"`
	Synthetic    bool     `json:"synthetic,omitempty"` // the surrogate was trained on simulated logs

	Bounds *bounds `json:"bounds,omitempty"` // that hold the truth with a probability
}

// answerOf shares the slices of a.
func answerOf(spec artifacts.Spec, a *artifacts.Answer) answer {
	return answer{
		Unit: a.Unit, LastEpoch: nullable.Pointer(a.Last), Epochs: a.Epochs, Curve: a.Curve, Clips: a.Clips,
		EnergyPerEpoch: nullable.Pointer(a.EnergyPerEpoch), Energy: a.Energy,
		EnergyTotal: nullable.Pointer(a.EnergyTotal), EnergyTotalKWh: nullable.Pointer(energy.ToKWh(a.EnergyTotal)),
		TimePerEpoch: nullable.Pointer(a.TimePerEpoch), Time: a.Time, TimeTotal: nullable.Pointer(a.TimeTotal),
		InferenceEnergy: nullable.Pointer(a.InferenceEnergy),
		Extrapolates:    a.Extrapolates, OutsideAxes: a.OutsideAxes, Synthetic: spec.Synthetic,
		Bounds: boundsOf(a.Intervals),
	}
}
