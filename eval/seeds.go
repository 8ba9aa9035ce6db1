package eval

import (
	"encoding/json"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"

	"eahas/internal/nullable"
	"eahas/trial/target"
)

// SeedScore is one pooled figure of a variant that was trained several times on the same trials, each time with another
// seed: how much of it is luck. A NaN among the values makes all four summaries NaN.
type SeedScore struct {
	Variant  string
	Target   target.Target
	Metric   string
	Values   []float64 // one a training seed; the first is the figure of the Row
	Mean     float64
	SD       float64 // of the sample (n-1); NaN for one value
	Min, Max float64
}

// NewSeedScore summarises the values of one metric, one a training seed. No values give NaN.
func NewSeedScore(variant string, of target.Target, metric string, values []float64) SeedScore {
	nan := math.NaN()
	s := SeedScore{variant, of, metric, values, nan, nan, nan, nan}
	if len(values) == 0 || slices.ContainsFunc(values, math.IsNaN) {
		return s
	}
	s.Mean, s.SD = stat.MeanStdDev(values, nil)
	s.Min, s.Max = slices.Min(values), slices.Max(values)
	if s.Min == s.Max { // no rounding of the mean shall look like luck
		s.Mean = s.Min
		if len(values) > 1 {
			s.SD = 0
		}
	}
	return s
}

// SeedGap is the smallest and the largest difference of one metric, variant B less variant A, over all pairs of a
// training of A and a training of B.
type SeedGap struct{ Low, High float64 }

// NewSeedGap compares the values of A and B under their training seeds. No values, or a NaN among them, give NaN.
func NewSeedGap(a, b []float64) SeedGap {
	x, y := NewSeedScore("", "", "", a), NewSeedScore("", "", "", b)
	return SeedGap{y.Min - x.Max, y.Max - x.Min}
}

// Apart reports whether every training of the one variant beats every training of the other.
func (g SeedGap) Apart() bool { return g.Low > 0 || g.High < 0 }

type seedScoreJSON struct {
	Variant string        `json:"variant"`
	Target  target.Target `json:"target"`
	Metric  string        `json:"metric"`
	Values  []*float64    `json:"values"`
	Mean    *float64      `json:"mean"`
	SD      *float64      `json:"sd"`
	Min     *float64      `json:"min"`
	Max     *float64      `json:"max"`
}

// MarshalJSON writes the fields in order.
func (s SeedScore) MarshalJSON() ([]byte, error) {
	return json.Marshal(seedScoreJSON{s.Variant, s.Target, s.Metric, nullable.Pointers(s.Values),
		nullable.Pointer(s.Mean), nullable.Pointer(s.SD), nullable.Pointer(s.Min), nullable.Pointer(s.Max)})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (s *SeedScore) UnmarshalJSON(b []byte) error {
	var j seedScoreJSON
	if err := json.Unmarshal(b, &j); err != nil {
		return err
	}
	*s = SeedScore{j.Variant, j.Target, j.Metric, nullable.Values(j.Values), nullable.Value(j.Mean),
		nullable.Value(j.SD), nullable.Value(j.Min), nullable.Value(j.Max)}
	return nil
}

type seedGapJSON struct {
	Low  *float64 `json:"low"`
	High *float64 `json:"high"`
}

// MarshalJSON writes low and high.
func (g SeedGap) MarshalJSON() ([]byte, error) {
	return json.Marshal(seedGapJSON{nullable.Pointer(g.Low), nullable.Pointer(g.High)})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (g *SeedGap) UnmarshalJSON(b []byte) error {
	var j seedGapJSON
	if err := json.Unmarshal(b, &j); err != nil {
		return err
	}
	*g = SeedGap{nullable.Value(j.Low), nullable.Value(j.High)}
	return nil
}
