package experiment

import (
	"fmt"
	"math"

	"eahas/models/interval"
	"eahas/trial/target"
)

// BandLevel is the probability with which a band should hold a value of a curve; one of interval.DefaultLevels.
const BandLevel = 0.95

// unseen keeps the models that were learnt without a part, by the part. A part without one has too few others that have
// what the source needs.
func unseen(fit *interval.Nested, res residuals, use func(*interval.Family) *interval.Model) (map[int][]byte, error) {
	out := map[int][]byte{}
	for i, k := range fit.Part {
		part := res.trials[i].Fold
		m := use(fit.Parts[k])
		if _, done := out[part]; done || m == nil {
			continue
		}
		b, err := m.AppendBinary(nil)
		if err != nil {
			return nil, err
		}
		out[part] = b
	}
	return out, nil
}

// Bands are intervals of level BandLevel around the held-out curves of one competitor, from the residuals of other
// trials: neither the competitor nor the interval has seen a curve that it is drawn around.
type Bands struct {
	plan   Plan
	out    *Predictions
	places []int // in out, of each trial of CurveData
	rows   []int // of the table
	part   []int // of each row of the table
	models map[int]*interval.Model
}

// Bands prepares those of competitor i, whose uncertainty is u. It returns nil where u has no intervals for curves.
func (s Scored) Bands(i int, u *Uncertainty) (*Bands, error) {
	if u == nil || len(u.Unseen) == 0 {
		return nil, nil
	}
	b := &Bands{plan: s.Plan, out: s.Competitors[i].first(), part: intervalPart(s.Plan.Table),
		models: map[int]*interval.Model{}}
	for k, row := range b.out.Rows {
		if len(b.out.Curve[k]) > 0 {
			b.places, b.rows = append(b.places, k), append(b.rows, row)
		}
	}
	for part, data := range u.Unseen {
		m, err := interval.Decode(data)
		if err != nil {
			return nil, fmt.Errorf("intervals for %s, part %d: %w", target.Curve, part, err)
		}
		b.models[part] = m
	}
	return b, nil
}

// Around returns the ends around trial k of CurveData at each of its epochs, within the bounds of the metric; nil, nil
// where there are none.
func (b *Bands) Around(k int) (low, high []float64) {
	i := b.rows[k]
	m := b.models[b.part[i]]
	pred, epochs := b.out.Curve[b.places[k]], b.plan.Table.Trials[i].Curve.Epochs
	if m == nil || len(pred) != len(epochs) {
		return nil, nil
	}
	least, most := math.Inf(-1), math.Inf(1)
	if b.plan.Table.Percent() {
		least, most = 0, 100
	}
	local := m.At(b.plan.Table.X.Row(i), b.out.knots(b.places[k], epochs), b.out.CurveSpread[b.places[k]])
	for j, e := range epochs {
		down, up, err := local.Bounds(BandLevel, normalised(epochs[0], b.plan.Table.Planned(i), e))
		if err != nil {
			return nil, nil // other levels were fitted
		}
		low = append(low, max(least, min(most, pred[j]+down)))
		high = append(high, max(least, min(most, pred[j]+up)))
	}
	return low, high
}
