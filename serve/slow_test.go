package serve

import (
	"encoding/json"
	"io"
	"math"
	"strings"
	"testing"

	"eahas/artifacts"
	"eahas/features"
	"eahas/models/energy"
)

// slow is the naive twin of what artifacts.Answer.AppendJSON writes.
type slow struct {
	Unit            string    `json:"unit,omitempty"`
	LastEpoch       *float64  `json:"last_epoch,omitempty"`
	Epochs          []float64 `json:"epochs,omitempty"`
	Curve           []float64 `json:"curve,omitempty"`
	Clips           int       `json:"clips,omitempty"`
	EnergyPerEpoch  *float64  `json:"energy_per_epoch_j,omitempty"`
	Energy          []float64 `json:"energy_j,omitempty"`
	EnergyTotal     *float64  `json:"energy_total_j,omitempty"`
	EnergyTotalKWh  *float64  `json:"energy_total_kwh,omitempty"`
	TimePerEpoch    *float64  `json:"time_per_epoch_s,omitempty"`
	Time            []float64 `json:"time_s,omitempty"`
	TimeTotal       *float64  `json:"time_total_s,omitempty"`
	InferenceEnergy *float64  `json:"inference_energy_j,omitempty"`
	Extrapolates    bool      `json:"extrapolates"`
	OutsideAxes     []string  `json:"outside_axes,omitempty"`
	Synthetic       bool      `json:"synthetic,omitempty"`
}

func slowAnswer(t testing.TB, b *served, a *artifacts.Answer) string {
	some := func(x float64) *float64 {
		if math.IsNaN(x) {
			return nil
		}
		return &x
	}
	return marshal(t, slow{
		a.Unit, some(a.Last), a.Epochs, a.Curve, a.Clips, some(a.EnergyPerEpoch), a.Energy, some(a.EnergyTotal),
		some(energy.ToKWh(a.EnergyTotal)), some(a.TimePerEpoch), a.Time, some(a.TimeTotal), some(a.InferenceEnergy),
		a.Extrapolates, a.OutsideAxes, b.surrogate.Spec().Synthetic,
	})
}

// slowBody is the naive twin of parser.
type slowBody struct {
	Config  features.Config   `json:"config"`
	Configs []features.Config `json:"configs"`
	UpTo    *float64          `json:"up_to"`
	Level   *float64          `json:"level"`
	Sample  *uint64           `json:"sample"`
}

// slowRequest reads a body by reflection; ok: it is one that a server takes.
func slowRequest(text string) (r slowBody, ok bool) {
	d := json.NewDecoder(strings.NewReader(text))
	d.DisallowUnknownFields()
	if d.Decode(&r) != nil {
		return r, false
	}
	_, err := d.Token()
	return r, err == io.EOF && (r.Config == nil) != (r.Configs == nil)
}
