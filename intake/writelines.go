package intake

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"eahas/features"
	"eahas/internal/atomicfile"
	"eahas/internal/atomicfolder"
)

// WriteJSONLines writes each run to a file of its own in the folder, in the JSON lines form of docs/log.md. Costs
// become cumulative there, in seconds and joules. A folder that is new or empty is written whole or not at all; in one
// with other files each file is.
func (l *Log) WriteJSONLines(ctx context.Context, dir string) error {
	files, err := l.jsonLines()
	if err != nil {
		return err
	}
	if newOrEmpty(dir) == nil {
		return atomicfolder.Write(ctx, dir, newOrEmpty, files, nil)
	}
	for _, f := range files {
		if err := atomicfile.Write(filepath.Join(dir, f.Name), f.Data); err != nil {
			return err
		}
	}
	return nil
}

// newOrEmpty returns nil for a folder that is not there or holds nothing.
func newOrEmpty(dir string) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(entries) == 0 {
		return nil
	}
	return cmp.Or(err, fmt.Errorf("%s is not empty", dir))
}

// jsonLines are the files of WriteJSONLines. Of runs whose names differ in nothing that a file's name can tell, the
// second is called NAME~2.
func (l *Log) jsonLines() ([]atomicfolder.Content, error) {
	var files []atomicfolder.Content
	taken := map[string]bool{}
	for _, r := range l.Runs {
		b, err := l.lines(r)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", r.ID, err)
		}
		name := strings.Map(func(c rune) rune {
			if strings.ContainsRune(`<>:"/\|?*`, c) {
				return '_'
			}
			return c
		}, r.ID)
		free := name
		for n := 2; taken[free]; n++ {
			free = fmt.Sprintf("%s~%d", name, n)
		}
		taken[free] = true
		files = append(files, atomicfolder.Content{Name: free + ".jsonl", Data: b})
	}
	return files, nil
}

// jsonNumber writes what JSON has no number for as a text.
func jsonNumber(x float64) any {
	switch {
	case math.IsNaN(x):
		return "NaN"
	case math.IsInf(x, 1):
		return "Infinity"
	case math.IsInf(x, -1):
		return "-Infinity"
	}
	return x
}

// lines writes one run.
func (l *Log) lines(r *Run) ([]byte, error) {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if err := e.Encode(l.header(r)); err != nil {
		return nil, err
	}
	seconds, joules := l.cumulative(r, RoleSeconds), l.cumulative(r, RoleJoules)
	for _, epoch := range r.epochs() {
		metrics := map[string]any{}
		for _, c := range l.Columns {
			if x, ok := r.Series[c.Name].at(epoch); ok && c.List && c.Role == RoleMetric {
				metrics[c.Name] = jsonNumber(x)
			}
		}
		line := map[string]any{"epoch": epoch, "metrics": metrics}
		if x, ok := seconds.at(epoch); ok {
			line["seconds"] = x
		}
		if x, ok := joules.at(epoch); ok {
			line["joules"] = x
		}
		if err := e.Encode(line); err != nil {
			return nil, err
		}
	}
	err := e.Encode(l.endLine(r))
	return out.Bytes(), err
}

// endLine says how a run ended, with its totals and results.
func (l *Log) endLine(r *Run) map[string]any {
	end := map[string]any{"end": string(r.end())}
	results := map[string]any{}
	for _, c := range l.Columns {
		v, ok := r.Final[c.Name]
		if x, num := v.Float(); ok && num && !c.List {
			switch {
			case c.Role == RoleSeconds && c.Shape == Total:
				end["seconds"] = x * baseFactor[c.Unit]
			case c.Role == RoleJoules && c.Shape == Total:
				end["joules"] = x * baseFactor[c.Unit]
			default:
				results[c.Name] = jsonNumber(x)
			}
		}
	}
	if len(results) > 0 {
		end["results"] = results
	}
	if t := utc(r.Ended); t != "" {
		end["ended"] = t
	}
	return end
}

// header makes the first line.
func (l *Log) header(r *Run) map[string]any {
	metrics := map[string]ownMetric{}
	for _, c := range l.Columns {
		_, final := r.Final[c.Name]
		if c.Role != RoleMetric && c.Role != RoleResult || r.Series[c.Name] == nil && !final {
			continue
		}
		m := ownMetric{Kind: c.Kind, Unit: c.Unit, Split: c.Split, Objective: c.Objective}
		if c.Higher != nil {
			m.Direction = map[bool]string{true: "max", false: "min"}[*c.Higher]
		}
		metrics[c.Name] = m
	}
	h := map[string]any{"eahas_log": ownVersion, "run": r.ID, "config": plainValues(r.Config), "metrics": metrics,
		"logger": "eahas import"}
	if t := utc(r.Started); t != "" {
		h["started"] = t
	}
	space := map[string]json.RawMessage{}
	for name := range r.Config {
		if p, ok := l.Space[name]; ok {
			space[name] = plainParam(&p)
		}
	}
	if len(space) > 0 {
		h["space"] = space
	}
	if r.Seed != "" {
		h["seed"] = r.Seed
	}
	if r.Planned > 0 {
		h["planned_epochs"] = r.Planned
	}
	source, tool := (&Log{Runs: []*Run{r}}).energySource()
	if r.EnergyFrom != "" {
		h["energy"] = map[string]any{"source": source, "tool": tool}
	}
	if r.Device != "" {
		h["devices"] = map[string]any{"device": map[string]any{"name": r.Device}}
	}
	tags := plainValues(r.Tags)
	tags["tool"], tags["source"] = r.Tool, r.From
	if r.Name != "" {
		tags["name"] = r.Name
	}
	for name, v := range r.Final { // texts that are known after the start
		if s, ok := v.Str(); ok {
			tags[name] = s
		}
	}
	h["tags"] = tags
	return h
}

func plainValues(m map[string]features.Value) map[string]any {
	out := map[string]any{}
	for k, v := range m {
		if s, ok := v.Str(); ok && (s == "true" || s == "false") {
			out[k] = s == "true"
		} else if !v.IsMissing() {
			out[k] = v
		}
	}
	return out
}

// cumulative is a run's cost by epoch since the start, in base units: the first series of the role. Costs of each epoch
// are summed; a cost that falls began anew, and counts on from what it had reached.
func (l *Log) cumulative(r *Run, role Role) *Series {
	i := slices.IndexFunc(l.Columns, func(c Column) bool { return c.Role == role && c.List && r.Series[c.Name] != nil })
	if i < 0 {
		return nil
	}
	c := l.Columns[i]
	s := r.Series[c.Name]
	out := &Series{}
	before, last := 0.0, 0.0 // what is done with before the count that goes on, and that count
	for k, x := range s.Values {
		if x *= baseFactor[c.Unit]; math.IsNaN(x) || x < 0 {
			continue
		}
		if c.Shape != Cumulative || x < last {
			before += last
		}
		last = x
		out.set(s.Epochs[k], before+last)
	}
	return out
}
