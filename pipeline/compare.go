package pipeline

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"eahas/artifacts"
	"eahas/eval"
	"eahas/report"
)

// Names of the files that Compare writes beside the report.
const (
	SlicesFile      = "slices.txt"  // every variant on parts of the trials
	SlicesJSONFile  = "slices.json" // the same for programs
	TimingsFile     = "timings.json"
	ComparisonFile  = "comparison.txt" // report.txt with the timings in it
	ComparisonHTML  = "comparison.html"
	compareSuffix   = "-compare"
	latencyConfigs  = 64
	latencyRepeats  = 20
	latencyUnitNano = 1e3 // nanoseconds in the unit of report.Variant.QueryMicros
)

// Timing is what one variant costs. It is measured on this machine and differs from run to run.
type Timing struct {
	Variant     string  `json:"variant"`
	TrainWall   float64 `json:"train_wall_seconds"` // the final training on all trials
	TrainCPU    float64 `json:"train_cpu_seconds"`  // of all processors together
	QueryMicros float64 `json:"query_microseconds"` // median of one whole query of the frozen surrogate
	Bytes       int64   `json:"bytes"`              // of the frozen models; not measured but counted
}

// Compare scores every variant of the config on the same held-out trials, trains each on all trials to see what it
// costs, and writes one report that says which differences are real and which variant to freeze. Nothing is frozen.
//
// The report's own files (report.*, slices.*) hold nothing that was measured by a clock, so that they are the same bytes
// wherever they are made; timings.json holds the clock's figures and comparison.* shows both together.
func Compare(ctx context.Context, c *Config, o Options) (*Result, error) {
	r := newCompareRun(c, o)
	in, err := r.ingest(ctx)
	if err != nil {
		return nil, err
	}
	s, err := r.score(ctx, in)
	if err != nil {
		return nil, err
	}
	if err := r.gauge(ctx, s, r.everyVariant()...); err != nil {
		return nil, err
	}
	timings, err := r.measure(ctx, s)
	if err != nil {
		return nil, err
	}
	rep := r.report(s)
	for i := range rep.Variants {
		rep.Variants[i].Bytes = timings[i].Bytes
	}
	if rep.Diffs, rep.Recommended, err = r.judge(s, timings); err != nil {
		return nil, err
	}
	rep.Slices = r.slices(s)
	rep.Next = []string{"go run ./cmd/train run -config " + filepath.Base(r.config.file) + " -variants " + rep.Recommended.Variant}
	if err := r.writeComparison(s, rep, timings); err != nil {
		return nil, err
	}
	res := r.result(s, r.options.Out)
	res.Example = ""
	res.Summary = append(res.Summary, "recommended: "+rep.Recommended.Variant+". "+rep.Recommended.Why)
	return res, nil
}

// newCompareRun keeps its stages where Run keeps them, so that neither trains again what the other has trained.
func newCompareRun(c *Config, o Options) *run {
	out := o.Out
	r := newRun(c, o)
	r.allSources = true
	if out == "" {
		r.options.Out += compareSuffix
	}
	return r
}

// writeComparison writes all files of a comparison into the output folder.
func (r *run) writeComparison(s *scored, rep report.Report, timings []Timing) error {
	dir := r.options.Out
	old := filepath.Join(dir, report.JSONFile)
	if _, err := os.Lstat(old); err == nil && !r.options.Replace {
		return fmt.Errorf("%w: %s; choose another folder with -out, or -replace it", artifacts.ErrExists, old)
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := report.Write(dir, rep); err != nil {
		return err
	}
	slicesJSON, err := slicesAsJSON(rep.Slices)
	if err != nil {
		return err
	}
	var slicesText bytes.Buffer
	if err := report.SlicesText(&slicesText, rep); err != nil {
		return err
	}
	timingsJSON, err := json.MarshalIndent(timings, "", "  ")
	if err != nil {
		return err
	}
	rejected, err := rejectedLines(s.rejected)
	if err != nil {
		return err
	}
	for i, t := range timings {
		rep.Variants[i].TrainSeconds, rep.Variants[i].QueryMicros = t.TrainWall, t.QueryMicros
	}
	text, page, err := renderBoth(rep)
	if err != nil {
		return err
	}
	for _, f := range []struct {
		name string
		data []byte
	}{
		{SlicesFile, slicesText.Bytes()}, {SlicesJSONFile, slicesJSON}, {TimingsFile, append(timingsJSON, '\n')},
		{RejectedFile, rejected}, {ComparisonFile, text}, {ComparisonHTML, page},
	} {
		if err := writeFile(filepath.Join(dir, f.name), f.data); err != nil {
			return err
		}
	}
	return nil
}

// judge compares every variant with the best one, pair by pair, and recommends one.
func (r *run) judge(s *scored, timings []Timing) ([]eval.Diff, *report.Recommendation, error) {
	best := bestVariant(r.config.Variants, s.targets, s.meanRows())
	var diffs []eval.Diff
	for vi := range r.config.Variants {
		if vi == best {
			continue
		}
		d, err := r.pairedDiffs(s, best, vi)
		if err != nil {
			return nil, nil, err
		}
		diffs = append(diffs, d...)
	}
	return diffs, recommend(r.config.Variants, best, diffs, timings), nil
}

// pairedDiffs compares variant b with variant a, on all targets.
func (r *run) pairedDiffs(s *scored, a, b int) ([]eval.Diff, error) {
	diffs, err := r.pairedDiffsOf(s, r.config.Variants[a].Name, r.config.Variants[b].Name, a, b)
	s.addGaps(diffs)
	return diffs, err
}

// pairedDiffsOf is pairedDiffs for predictions that belong to no variant of the config.
func (r *run) pairedDiffsOf(s *scored, nameA, nameB string, a, b int) ([]eval.Diff, error) {
	groupBy, o := r.config.Evaluate.GroupBy, r.evalOptions()
	var out []eval.Diff
	for _, target := range s.targets {
		var d []eval.Diff
		var err error
		if target == artifacts.Curve {
			d, err = eval.PairedCurves(nameA, s.data.curveData(groupBy, s.outs[a].Rows, s.outs[a].Curve),
				nameB, s.data.curveData(groupBy, s.outs[b].Rows, s.outs[b].Curve), o)
		} else {
			d, err = eval.PairedCosts(target, nameA, s.costData(a, target, groupBy), nameB, s.costData(b, target, groupBy), o)
		}
		if err != nil {
			return nil, err
		}
		out = append(out, d...)
	}
	return out, nil
}
