package guess

import (
	"cmp"
	"context"
	"maps"
	"math"
	"slices"
	"strings"

	"eahas/trial/arrowio"
	"eahas/trial/names"
)

// findRounds decides whether a table in which nothing counts epochs has a row a round of a training: federated rounds,
// boosting rounds, rounds of active learning. Rounds may as well number the repetitions of a measurement: a metric goes
// up or down along a training, and nowhere along repetitions. Kept whole: one question after the other.
func (s *survey) findRounds(ctx context.Context, dir string) (found bool, err error) {
	for _, c := range s.columns {
		if c.NotRead != "" || c.List || c.Kind == "text" || !c.Whole || !names.IsRound(c.Name) ||
			prefixOf(c.Name) != "" || len(c.Values) < 2 && !c.Many {
			continue
		}
		id, err := s.repeatingID(ctx, dir, c.Name)
		if err != nil {
			return false, err
		}
		if id == "" {
			continue
		}
		if along, err := s.goesAlong(ctx, dir, id, c.Name); err != nil || !along {
			return false, err
		}
		s.long, s.id, s.epoch = true, id, c.Name
		return true, nil
	}
	return false, nil
}

// trend is the mean of Kendall's tau over the runs from which on a metric counts as going one way: five runs of five
// repetitions have it by chance in one of 100 cases.
const trend = 0.5

// point is a number at a round.
type point struct{ at, value float64 }

// goesAlong reports whether a metric goes one way along a column in the rows that share an id.
func (s *survey) goesAlong(ctx context.Context, dir, id, along string) (bool, error) {
	columns := []string{id, along}
	for _, c := range s.columns {
		if c.NotRead == "" && !c.List && c.Kind != "text" && c.Kind != "boolean" && names.Metric(c.Name) != "" &&
			len(columns) < 10 {
			columns = append(columns, c.Name)
		}
	}
	runs := make([]map[string][]point, len(columns))
	for k := range runs {
		runs[k] = map[string][]point{}
	}
	err := arrowio.ScanAll(ctx, s.paths, dir, columns, func(r *arrowio.Rows) error {
		for row := range r.Len() {
			key, at := strings.Clone(r.Text(0, row)), r.Float(1, row)
			for k := 2; k < len(columns); k++ {
				if x := r.Float(k, row); !r.Null(k, row) && !math.IsNaN(x) && !math.IsNaN(at) {
					runs[k][key] = append(runs[k][key], point{at, x})
				}
			}
		}
		return nil
	})
	return err == nil && slices.ContainsFunc(runs[2:], goOneWay), err
}

// goOneWay reports whether the mean of Kendall's tau over runs of three points or more reaches trend.
func goOneWay(runs map[string][]point) bool {
	sum, n := 0.0, 0
	for _, key := range slices.Sorted(maps.Keys(runs)) {
		points := runs[key][:min(len(runs[key]), 100)]
		if len(points) < 3 {
			continue
		}
		slices.SortFunc(points, func(a, b point) int { return cmp.Compare(a.at, b.at) })
		up := 0
		for i, p := range points {
			for _, q := range points[i+1:] {
				up += cmp.Compare(q.value, p.value)
			}
		}
		sum += float64(up) / float64(len(points)*(len(points)-1)/2)
		n++
	}
	return n > 1 && math.Abs(sum) >= trend*float64(n)
}
