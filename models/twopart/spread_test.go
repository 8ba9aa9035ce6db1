package twopart

import (
	"math"
	"testing"

	"eahas/models"
)

// fixed answers y everywhere.
type fixed []float64

func (f fixed) Outputs() int                       { return len(f) }
func (f fixed) Predict(dst, _ []float64) []float64 { return append(dst[:0], f...) }

type knowing struct {
	fixed
	spread []float64
}

func (k knowing) Spread(dst, _ []float64) []float64 { return append(dst, k.spread...) }

func TestSpreadIsThatOfTheMixture(t *testing.T) {
	silent := fixed{50, 40}
	alive := knowing{silent, []float64{3, 1}}
	failed := fixed{10, 10}
	for name, c := range map[string]struct {
		gate, alive, failed models.Predictor
		rows                int
		want                [3]float64 // covariance 00, 01, 11
	}{
		"mixed": {fixed{0.2}, alive, failed, 2, [3]float64{0.16*1600 + 0.8*9, 0.16*1200 + 0.8*3,
			0.16*900 + 0.8}},
		"silent":         {fixed{0.2}, silent, failed, 1, [3]float64{0.16 * 1600, 0.16 * 1200, 0.16 * 900}},
		"surely alive":   {fixed{0.05}, alive, failed, 1, [3]float64{9, 3, 1}},
		"silently alive": {fixed{0.05}, silent, failed, 0, [3]float64{}},
		"surely failed":  {fixed{0.95}, alive, failed, 1, [3]float64{}},
		"failed, known":  {fixed{0.95}, silent, alive, 1, [3]float64{9, 3, 1}},
		"NaN":            {fixed{math.NaN()}, alive, failed, 1, [3]float64{9, 3, 1}},
		"alive alone":    {nil, alive, nil, 1, [3]float64{9, 3, 1}},
		"failed alone":   {nil, nil, silent, 0, [3]float64{}},
	} {
		m := &Model{outputs: 2, low: 0.1, high: 0.9, gate: c.gate, alive: c.alive, failed: c.failed}
		f := m.Spread([]float64{7}, nil)
		var got [3]float64
		for r := 1; r < len(f); r += 2 {
			got = [3]float64{got[0] + f[r]*f[r], got[1] + f[r]*f[r+1], got[2] + f[r+1]*f[r+1]}
		}
		for j := range got {
			if len(f) != 1+2*c.rows || f[0] != 7 || math.Abs(got[j]-c.want[j]) > 1e-9 {
				t.Errorf("%s: %v, covariance %v, want %d rows and %v", name, f, got, c.rows, c.want)
				break
			}
		}
	}
}
