package serve

import (
	"encoding/json"
	"strconv"

	"eahas/artifacts"
	"eahas/internal/nullable"
	"eahas/models/energy"
)

// appendAnswer appends the JSON of an answer, the same object as "export query -json" writes. What the surrogate does not
// know is left out; a number that is not finite is null.
func (v *served) appendAnswer(b []byte, a *artifacts.Answer) []byte {
	b = append(b, v.head...)
	b = appendNumber(b, "last_epoch", a.Last)
	b = appendSeries(b, "epochs", a.Epochs)
	b = appendSeries(b, "curve", a.Curve)
	if a.Clips > 0 {
		b = append(b, `"clips":`...)
		b = append(strconv.AppendInt(b, int64(a.Clips), 10), ',')
	}
	b = appendNumber(b, "energy_per_epoch_j", a.EnergyPerEpoch)
	b = appendSeries(b, "energy_j", a.Energy)
	b = appendNumber(b, "energy_total_j", a.EnergyTotal)
	b = appendNumber(b, "energy_total_kwh", energy.ToKWh(a.EnergyTotal))
	b = appendNumber(b, "time_per_epoch_s", a.TimePerEpoch)
	b = appendSeries(b, "time_s", a.Time)
	b = appendNumber(b, "time_total_s", a.TimeTotal)
	b = appendNumber(b, "inference_energy_j", a.InferenceEnergy)
	b = append(b, `"extrapolates":`...)
	b = strconv.AppendBool(b, a.Extrapolates)
	if len(a.OutsideAxes) > 0 {
		names, _ := json.Marshal(a.OutsideAxes) // strings always marshal
		b = append(append(b, `,"outside_axes":`...), names...)
	}
	if v.synthetic {
		b = append(b, `,"synthetic":true`...)
	}
	return append(b, '}')
}

func appendNumber(b []byte, name string, x float64) []byte {
	if !nullable.Known(x) {
		return b
	}
	b = append(append(append(b, '"'), name...), `":`...)
	return append(nullable.AppendFloat(b, x), ',')
}

func appendSeries(b []byte, name string, xs []float64) []byte {
	if len(xs) == 0 {
		return b
	}
	b = append(append(append(b, '"'), name...), `":[`...)
	for i, x := range xs {
		if i > 0 {
			b = append(b, ',')
		}
		b = nullable.AppendFloat(b, x)
	}
	return append(b, `],`...)
}
