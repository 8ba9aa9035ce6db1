package experiment

import (
	"math"
	"slices"

	"eahas/eval"
	"eahas/trial/target"
)

// scoreSeeds gathers the value of every figure under every training seed; rows are the figures of the first.
// Competitors with one seed have no part in it.
func (p Plan) scoreSeeds(cs []Competitor, rows []eval.Row) map[figure][]float64 {
	by := map[figure][]float64{}
	seeds := map[string]int{}
	add := func(name string, seed int, rows []eval.Row) {
		for _, row := range rows {
			k := figureOf(row)
			if by[k] == nil {
				by[k] = slices.Repeat([]float64{math.NaN()}, seeds[name])
			}
			by[k][seed] = row.Value
		}
	}
	for _, c := range cs {
		if seeds[c.Name] = len(c.Seeds); len(c.Seeds) < 2 {
			continue
		}
		add(c.Name, 0, slices.DeleteFunc(slices.Clone(rows), func(r eval.Row) bool { return r.Variant != c.Name }))
		for seed := 1; seed < len(c.Seeds); seed++ {
			for _, t := range p.Targets {
				add(c.Name, seed, p.Figures(c.Name, c.Seeds[seed], t))
			}
		}
	}
	return by
}

// Figures are what predictions show about one target, without intervals, under a name.
func (p Plan) Figures(name string, out *Predictions, t target.Target) []eval.Row {
	if p.isCurve(t) {
		rows, _ := p.curveRows(name, out, t, false, p.plain())
		return rows
	}
	rows, _ := eval.CostRows(name, t, p.costData(out, t, p.GroupBy), p.plain())
	return rows
}

// SeedScores lists the main figures under all training seeds, in the order of the rows; nil with one seed.
func (s Scored) SeedScores() []eval.SeedScore {
	var out []eval.SeedScore
	for _, row := range s.Rows {
		values := s.bySeed[figureOf(row)]
		if values != nil && row.Group == eval.GroupAll && slices.Contains(MainMetrics(s.Plan.Table.Own, row.Target),
			row.Metric) {
			out = append(out, eval.NewSeedScore(row.Variant, row.Target, row.Metric, values))
		}
	}
	return out
}

// meanRows are the rows with the mean over the training seeds in the place of the first one's value.
func (s Scored) meanRows() []eval.Row {
	if len(s.bySeed) == 0 {
		return s.Rows
	}
	out := slices.Clone(s.Rows)
	for i, row := range out {
		out[i].Value = eval.NewSeedScore("", "", "", s.bySeed[figureOf(row)]).Mean
	}
	return out
}

// withGaps says in every difference what the training seeds make of it.
func (s Scored) withGaps(diffs []eval.Diff) []eval.Diff {
	if len(s.bySeed) == 0 {
		return diffs
	}
	out := slices.Clone(diffs)
	for i, d := range out {
		of := func(name string) []float64 { return s.bySeed[figure{name, d.Target, d.Group, d.Metric}] }
		gap := eval.NewSeedGap(of(d.A), of(d.B))
		out[i].Seeds = &gap
	}
	return out
}
