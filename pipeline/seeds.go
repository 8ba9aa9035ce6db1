package pipeline

import (
	"fmt"
	"math"
	"slices"

	"eahas/artifacts"
	"eahas/eval"
	"eahas/internal/stream"
)

// maxSeeds is the largest number of trainings of one variant on one fold.
const maxSeeds = 100

// seeds is the number of training seeds.
func (e *EvaluateConfig) seeds() int { return max(1, e.Seeds) }

// trainingSeed derives a run's root of random choices for one of its training seeds. The first is the root itself, so
// that asking for more seeds leaves its results as they are.
func trainingSeed(root uint64, seed int) uint64 {
	if seed == 0 {
		return root
	}
	return stream.Seed(root, "training seed", fmt.Sprint(seed))
}

// figure names one figure of a report.
type figure struct{ variant, target, group, metric string }

// scoreSeeds gathers the value of every figure under every training seed; outs are the held-out predictions of each seed,
// of each variant. The first seed is scored already.
func (r *run) scoreSeeds(s *scored, outs [][]*outOfFold) {
	if len(outs) < 2 {
		return
	}
	s.bySeed = map[figure][]float64{}
	add := func(seed int, rows []eval.Row) {
		for _, row := range rows {
			k := figure{row.Variant, row.Target, row.Group, row.Metric}
			if s.bySeed[k] == nil {
				s.bySeed[k] = slices.Repeat([]float64{math.NaN()}, len(outs))
			}
			s.bySeed[k][seed] = row.Value
		}
	}
	add(0, s.rows)
	for seed := 1; seed < len(outs); seed++ {
		other := *s
		other.outs = outs[seed]
		for vi := range r.config.Variants {
			for _, target := range s.targets {
				add(seed, r.plainRows(&other, vi, target))
			}
		}
	}
}

// plainRows are a variant's figures on one target, without intervals.
func (r *run) plainRows(s *scored, vi int, target string) []eval.Row {
	name, groupBy, o := r.config.Variants[vi].Name, r.config.Evaluate.GroupBy, r.evalOptions()
	o.Resamples = -1
	if target == artifacts.Curve {
		rows, _ := eval.CurveRows(name, s.data.curveData(groupBy, s.outs[vi].Rows, s.outs[vi].Curve), o)
		return rows
	}
	rows, _ := eval.CostRows(name, target, s.costData(vi, target, groupBy), o)
	return rows
}

// luck lists the main figures under all training seeds, in the order of the rows; nil with one seed.
func (s *scored) luck() []eval.SeedScore {
	var out []eval.SeedScore
	for _, row := range s.rows {
		values := s.bySeed[figure{row.Variant, row.Target, row.Group, row.Metric}]
		if values != nil && row.Group == eval.GroupAll && slices.Contains(mainMetrics(row.Target), row.Metric) {
			out = append(out, eval.NewSeedScore(row.Variant, row.Target, row.Metric, values))
		}
	}
	return out
}

// meanRows are the rows with the mean over the training seeds in the place of the first one's value.
func (s *scored) meanRows() []eval.Row {
	if s.bySeed == nil {
		return s.rows
	}
	out := slices.Clone(s.rows)
	for i, row := range out {
		out[i].Value = eval.NewSeedScore("", "", "", s.bySeed[figure{row.Variant, row.Target, row.Group, row.Metric}]).Mean
	}
	return out
}

// addGaps says in every difference what the training seeds make of it.
func (s *scored) addGaps(diffs []eval.Diff) {
	if s.bySeed == nil {
		return
	}
	for i, d := range diffs {
		gap := eval.NewSeedGap(s.bySeed[figure{d.A, d.Target, d.Group, d.Metric}], s.bySeed[figure{d.B, d.Target, d.Group, d.Metric}])
		diffs[i].Seeds = &gap
	}
}
