package guess

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"eahas/trial/arrowio"
	"eahas/trial/names"
)

// findRuns decides what is a run: a row (wide), or the rows that share an id (long). A log is long when it has no
// lists, a column that counts epochs, and a column that names runs and repeats. Kept whole: one question after the
// other, each asked only where the last one was not answered.
func (s *survey) findRuns(ctx context.Context, dir string) error {
	lists := false
	for _, c := range s.columns {
		lists = lists || c.List && c.NotRead == ""
	}
	var epoch *column
	counters := s.epochColumns(lists)
	if len(counters) > 0 {
		epoch = counters[0]
	}
	if err := s.tidy(); err != nil {
		return err
	}
	var err error
	constant := func(c *column) bool { return len(c.Values) < 2 && !c.Many }
	if !lists && !slices.ContainsFunc(counters, func(c *column) bool { return !constant(c) }) {
		if found, err := s.findRounds(ctx, dir); found || err != nil {
			return err
		}
	}
	if lists || epoch == nil || !slices.ContainsFunc(counters, func(c *column) bool { return !constant(c) }) {
		if lists && epoch != nil {
			s.epoch = epoch.Name
		}
		s.id, err = s.rowID(ctx, dir)
		return err
	}
	for _, c := range counters {
		if constant(c) {
			continue
		}
		id, err := s.repeatingID(ctx, dir, c.Name)
		if err != nil {
			return err
		}
		if id != "" {
			s.long, s.id, s.epoch = true, id, c.Name
			return nil
		}
	}
	rises, err := s.rises(ctx, dir, epoch.Name)
	if err != nil {
		return err
	}
	if s.id, err = s.rowID(ctx, dir); err != nil {
		return err
	}
	if rises && (s.id == "" || names.IsRow(s.id)) && !s.statesLength(epoch) {
		return fmt.Errorf("%w: %s has a row an epoch (column %q), and no column tells the runs apart: add one that "+
			"names each run, or give every run a file of its own. Columns: %s",
			ErrUnclear, strings.Join(s.paths, ", "), epoch.Name, s.names())
	}
	return nil // the column states a length, and each row is a run
}

// tidy refuses a table of a metric's name and its value in each row: as it stands every metric would be one.
func (s *survey) tidy() error {
	var metric, value string
	for _, c := range s.columns {
		values := len(c.Values)
		switch {
		case c.List || c.NotRead != "":
		case c.Kind == "text" && names.IsMetricColumn(c.Name) && values > 1 && !c.Many && int64(2*values) <= c.Rows:
			metric = c.Name
		case c.Kind != "text" && names.IsValueColumn(c.Name):
			value = c.Name
		}
	}
	if metric == "" || value == "" {
		return nil
	}
	return fmt.Errorf("%w: %s has a metric's name (column %q) and its value (%q) in each row; write a column for each "+
		"metric: pandas' df.pivot_table(index=[RUN, EPOCH, SETTINGS...], columns=%q, values=%q).reset_index()",
		ErrUnclear, strings.Join(s.paths, ", "), metric, value, metric, value)
}

// rises reports whether a column counts from row to row: most rows are above the one before by the same step or begin
// anew.
func (s *survey) rises(ctx context.Context, dir, epoch string) (bool, error) {
	rows, up := 0, 0
	last := math.NaN()
	err := arrowio.ScanAll(ctx, s.paths, dir, []string{epoch}, func(r *arrowio.Rows) error {
		for row := range r.Len() {
			x := r.Float(0, row)
			if rows++; x > last {
				up++
			}
			last = x
		}
		return nil
	})
	return 2*up > rows, err
}

// epochColumns lists the columns that may count epochs, else steps, the likeliest first: what may state a planned
// number of epochs (epochs, beside epoch) comes behind what only counts.
func (s *survey) epochColumns(lists bool) (out []*column) {
	counts := func(name string) bool { return names.IsEpoch(name) && !names.IsPlanned(name) }
	steps := func(name string) bool { return names.IsStep(name) && !names.IsRound(name) }
	for _, words := range []func(string) bool{counts, names.IsEpoch, steps} {
		for _, c := range s.columns {
			if c.NotRead == "" && c.Kind != "text" && c.Kind != "boolean" && c.List == lists &&
				prefixOf(c.Name) == "" && words(c.Name) && !slices.Contains(out, c) {
				out = append(out, c)
			}
		}
	}
	return out
}

// rowID finds a column that names each row; "" when there is none. Kept whole: candidates in their order, and the first
// that holds.
func (s *survey) rowID(ctx context.Context, dir string) (string, error) {
	var candidates []*column
	rank := map[*column]int{}
	for _, c := range s.columns {
		unique := c.Many || int64(len(c.Values)) == c.Rows
		if c.NotRead != "" || c.List || c.Nulls > 0 || int(c.Rows) < s.rows || !unique || c.Instant ||
			c.Suffix != "" || c.Kind != "text" && !c.Whole {
			continue
		}
		switch {
		case names.IsRunID(c.Name):
		case names.IsID(c.Name):
			rank[c] = 1
		case names.IsRow(c.Name):
			rank[c] = 2
		default:
			continue
		}
		candidates = append(candidates, c)
	}
	slices.SortStableFunc(candidates, func(a, b *column) int { return rank[a] - rank[b] })
	for _, c := range candidates {
		seen := map[string]bool{}
		err := arrowio.ScanAll(ctx, s.paths, dir, []string{c.Name}, func(r *arrowio.Rows) error {
			for row := range r.Len() {
				seen[strings.Clone(r.Text(0, row))] = true
			}
			return nil
		})
		if err != nil {
			return "", err
		}
		if int64(len(seen)) == c.Rows {
			return c.Name, nil
		}
	}
	return "", nil
}

// repeatingID finds the column that names runs in a log of a row an epoch: of those whose name says so, and of texts,
// the one with most runs of several rows of which no two (but train and evaluation rows) have the same epoch.
func (s *survey) repeatingID(ctx context.Context, dir, epoch string) (id string, err error) {
	columns := append([]string{epoch}, s.idCandidates(epoch)...)
	type pair struct{ id, epoch string }
	seen := make([]map[string]bool, len(columns))
	pairs := make([]map[pair]bool, len(columns))
	for i := range columns {
		seen[i], pairs[i] = map[string]bool{}, map[pair]bool{}
	}
	rows := 0
	err = arrowio.ScanAll(ctx, s.paths, dir, columns, func(r *arrowio.Rows) error {
		for row := range r.Len() {
			rows++
			e := strings.Clone(r.Text(0, row))
			for i := 1; i < len(columns); i++ {
				if r.Null(i, row) {
					continue
				}
				key := strings.Clone(r.Text(i, row))
				seen[i][key] = true
				pairs[i][pair{key, e}] = true
			}
		}
		return nil
	})
	runs, named := 0, false
	for i := 1; i < len(columns); i++ {
		n, byName := len(seen[i]), names.IsID(columns[i])
		if n < 2 || n > rows/2 || len(pairs[i])*3 < rows || named && !byName {
			continue // a name for each row, or one that several runs share
		}
		if n > runs || byName && !named {
			id, runs, named = columns[i], n, byName
		}
	}
	return id, err
}

// idCandidates lists the columns that may name runs that have several rows.
func (s *survey) idCandidates(epoch string) (out []string) {
	for _, c := range s.columns {
		if c.NotRead != "" || c.List || c.Name == epoch || c.Instant || c.Kind == "boolean" || c.Kind != "text" &&
			!c.Whole {
			continue
		}
		if names.IsID(c.Name) || names.IsRow(c.Name) || c.Kind == "text" && c.Many {
			out = append(out, c.Name)
		}
	}
	return out
}

// statesLength reports whether a column that counts epochs says for how many each row trained: its name may mean that,
// it begins above 1, and settings stand beside it.
func (s *survey) statesLength(c *column) bool {
	return names.IsPlanned(c.Name) && c.Min > 1 && slices.ContainsFunc(s.columns, func(d *column) bool {
		return d != c && !d.List && d.isSettingByName()
	})
}

// names lists all columns, for a message.
func (s *survey) names() string {
	var out []string
	for _, c := range s.columns {
		out = append(out, c.Name)
	}
	return strings.Join(out, ", ")
}
