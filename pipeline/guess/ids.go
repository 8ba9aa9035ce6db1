package guess

import (
	"context"
	"fmt"
	"strings"

	"eahas/trial/arrowio"
)

// findRuns decides what is a run: a row (wide), or the rows that share an id (long). A log is long when it has no
// lists, a column that counts epochs, and a column that names runs and repeats.
func (s *survey) findRuns(ctx context.Context, dir string) error {
	lists := false
	for _, c := range s.columns {
		lists = lists || c.List && c.NotRead == ""
	}
	epoch := s.epochColumn(lists)
	if lists || epoch == nil {
		if epoch != nil {
			s.epoch = epoch.Name
		}
		s.id = s.rowID()
		return nil
	}
	id, err := s.repeatingID(ctx, dir, epoch.Name)
	if err != nil {
		return err
	}
	switch {
	case id == "" && len(epoch.Values) < 2 && !epoch.Many:
		s.id = s.rowID() // the column states a length, and each row is a run
	case id == "" && s.rowID() != "":
		s.id = s.rowID()
	case id == "":
		return fmt.Errorf("%w: %s has a row an epoch (column %q), and no column tells the runs apart: name it in a "+
			"config (logs: id: COLUMN). Columns: %s",
			ErrUnclear, strings.Join(s.paths, ", "), epoch.Name, s.names())
	default:
		s.long, s.id, s.epoch = true, id, epoch.Name
	}
	return nil
}

// epochColumn finds the column that counts epochs, else steps.
func (s *survey) epochColumn(lists bool) *column {
	for _, words := range []func(string) bool{epochWords.MatchString, stepWords.MatchString} {
		for _, c := range s.columns {
			if c.NotRead == "" && c.Kind != "text" && c.Kind != "boolean" && c.List == lists &&
				!settingPrefixes.MatchString(c.Name) && words(c.Name) {
				return c
			}
		}
	}
	return nil
}

// rowID finds a column that names each row; "" when there is none.
func (s *survey) rowID() string {
	best, rank := "", 9
	for _, c := range s.columns {
		unique := c.Many || int64(len(c.Values)) == c.Rows
		if c.NotRead != "" || c.List || c.Nulls > 0 || !unique || c.Instant || c.Kind != "text" && !c.Whole {
			continue
		}
		r := 9
		switch {
		case idWords.MatchString(c.Name):
			r = 0
		case idWords.MatchString(lastPart(c.Name)):
			r = 1
		case rowWords.MatchString(c.Name):
			r = 2
		}
		if r < rank {
			best, rank = c.Name, r
		}
	}
	return best
}

// repeatingID finds the column that names runs in a log of a row an epoch: of those whose name says so, and of texts,
// the one with most runs of several rows of which no two (but train and evaluation rows) have the same epoch.
func (s *survey) repeatingID(ctx context.Context, dir, epoch string) (id string, err error) {
	names := append([]string{epoch}, s.idCandidates(epoch)...)
	type pair struct{ id, epoch string }
	seen := make([]map[string]bool, len(names))
	pairs := make([]map[pair]bool, len(names))
	for i := range names {
		seen[i], pairs[i] = map[string]bool{}, map[pair]bool{}
	}
	rows := 0
	err = arrowio.ScanAll(ctx, s.paths, dir, names, func(r *arrowio.Rows) error {
		for row := range r.Len() {
			rows++
			e := strings.Clone(r.Text(0, row))
			for i := 1; i < len(names); i++ {
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
	for i := 1; i < len(names); i++ {
		n, byName := len(seen[i]), idWords.MatchString(lastPart(names[i]))
		if n < 2 || n > rows/2 || len(pairs[i])*3 < rows || named && !byName {
			continue // a name for each row, or one that several runs share
		}
		if n > runs || byName && !named {
			id, runs, named = names[i], n, byName
		}
	}
	return id, err
}

// idCandidates lists the columns that may name runs that have several rows.
func (s *survey) idCandidates(epoch string) (names []string) {
	for _, c := range s.columns {
		if c.NotRead != "" || c.List || c.Name == epoch || c.Instant || c.Kind == "boolean" || c.Kind != "text" &&
			!c.Whole {
			continue
		}
		if idWords.MatchString(lastPart(c.Name)) || rowWords.MatchString(c.Name) || c.Kind == "text" && c.Many {
			names = append(names, c.Name)
		}
	}
	return names
}

// names lists all columns, for a message.
func (s *survey) names() string {
	var out []string
	for _, c := range s.columns {
		out = append(out, c.Name)
	}
	return strings.Join(out, ", ")
}
