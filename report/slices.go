package report

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"eahas/eval"
	"eahas/trial/target"
)

// Slice is the scores of all variants on parts of the trials: one way of cutting them. The rows' groups are the parts.
type Slice struct {
	By   string     `json:"by"` // "optimizer", "points of the curve", "quartile of the last value"
	Rows []eval.Row `json:"rows"`
}

// fewTrials is the size below which a part's figures are shown in grey: one odd trial moves them.
const fewTrials = 20

// sliceTable is one target on one way of cutting: a table of the variants for each part.
type sliceTable struct {
	by      string
	target  targetInfo
	names   []string // of the parts
	tables  []metricTable
	metrics []metricInfo
}

// sliceTables arranges a slice, a table for each target; targets that are whole, in one part, are left out.
func (r *Report) sliceTables(s Slice) []sliceTable {
	var out []sliceTable
	for _, target := range r.targets() {
		t := sliceTable{by: s.By, target: target, names: parts(s.Rows, target.name)}
		if len(t.names) < 2 {
			continue
		}
		for _, part := range t.names {
			table := tableOf(target, "variant", s.Rows, func(row eval.Row) (string, bool) {
				return row.Variant,
					row.Group == part
			})
			table.markBest()
			t.tables, t.metrics = append(t.tables, table), table.metrics
		}
		out = append(out, t)
	}
	return out
}

// parts lists the groups of a target's rows in their order; groups that begin with numbers go by these.
func parts(rows []eval.Row, of target.Target) []string {
	var names []string
	for _, row := range rows {
		if row.Target == of && !slices.Contains(names, row.Group) {
			names = append(names, row.Group)
		}
	}
	numbers := map[string]float64{}
	for _, name := range names {
		end := strings.IndexFunc(name, func(c rune) bool { return (c < '0' || c > '9') && c != '.' })
		if end < 0 {
			end = len(name)
		}
		x, err := strconv.ParseFloat(name[:end], 64)
		if err != nil {
			return names
		}
		numbers[name] = x
	}
	slices.SortStableFunc(names, func(a, b string) int { return cmp.Compare(numbers[a], numbers[b]) })
	return names
}

// size is the number of trials in a part.
func (t *sliceTable) size(part int) int { return t.tables[part].rows[0].n }

// SlicesText writes only the slices, as aligned plain text.
func SlicesText(w io.Writer, r Report) error {
	var b bytes.Buffer
	r.textSlices(&b)
	_, err := w.Write(b.Bytes())
	return err
}

func (r *Report) textSlices(b *bytes.Buffer) {
	for _, s := range r.Slices {
		for _, t := range r.sliceTables(s) {
			heading(b, t.target.label+", by "+s.By)
			rows := [][]string{{s.By, "n", "variant"}}
			for _, m := range t.metrics {
				rows[0] = append(rows[0], m.label)
			}
			for i, name := range t.names {
				if t.size(i) < fewTrials {
					name = "(" + name + ")"
				}
				n := thousands(t.size(i))
				for _, row := range t.tables[i].rows {
					line := []string{name, n, row.name}
					for _, c := range row.cells {
						text := t.tables[i].cell(c)
						if c.best {
							text = "*" + text
						}
						line = append(line, text)
					}
					rows = append(rows, line)
					name, n = "", ""
				}
			}
			columns(b, rows)
		}
	}
	if len(r.Slices) > 0 {
		fmt.Fprintf(b, "\n  * best of its part. In brackets: fewer than %d trials.\n", fewTrials)
	}
}
