package pipeline

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"eahas/artifacts"
	"eahas/eval"
	"eahas/features"
	"eahas/internal/atomicfile"
	"eahas/internal/atomicfolder"
	"eahas/internal/paste"
	"eahas/pipeline/experiment"
	"eahas/report"
	"eahas/trial"
	"eahas/trial/target"
)

// RejectedFile is the name of the list of left-out rows, one JSON object a line, in a bundle's folder.
const RejectedFile = "rejected.jsonl"

// reportFiles renders the report and the list of rejected rows.
func (r *run) reportFiles(p *prepared, s experiment.Scored, u uncertainties) ([]artifacts.Report, error) {
	rep, err := r.report(p, s, u)
	if err != nil {
		return nil, err
	}
	files, err := report.Files(rep)
	if err != nil {
		return nil, err
	}
	var out []artifacts.Report
	for _, f := range files {
		out = append(out, artifacts.Report(f))
	}
	lines, err := rejectedLines(p.rejected)
	return append(out, artifacts.Report{Name: RejectedFile, Data: lines}), err
}

func rejectedLines(rejected []trial.Rejection) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	for _, j := range rejected {
		if err := e.Encode(j); err != nil {
			return nil, err
		}
	}
	return b.Bytes(), nil
}

// reportOnly writes the report and the rejected rows into the output folder.
func (r *run) reportOnly(ctx context.Context, p *prepared, s experiment.Scored, u uncertainties) (*Result, error) {
	files, err := r.reportFiles(p, s, u)
	if err != nil {
		return nil, err
	}
	var contents []atomicfolder.Content
	for _, f := range files {
		if err := r.refuse(f.Name); err != nil {
			return nil, err
		}
		contents = append(contents, atomicfolder.Content(f))
	}
	if err := r.publish(ctx, contents); err != nil {
		return nil, err
	}
	return r.reported(p, s, u), nil
}

// refuse returns an error (artifacts.ErrExists) if a file of the output folder is there already and may not be
// replaced.
func (r *run) refuse(file string) error {
	path := filepath.Join(r.options.Out, file)
	_, err := os.Lstat(path)
	if err == nil && !r.options.Replace {
		return fmt.Errorf("%w: %s; choose another folder with -out, or -replace it", artifacts.ErrExists, path)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// publish writes the files of a report into the output folder.
func (r *run) publish(ctx context.Context, files []atomicfolder.Content) error {
	return publish(ctx, r.options.Out, r.options.Replace, files)
}

// publish writes the files of a report into a folder. One that is new or empty, or holds nothing but a report that may
// be replaced, appears whole or not at all; beside other files each of them does.
func publish(ctx context.Context, dir string, replace bool, files []atomicfolder.Content) error {
	may := func(dir string) error {
		entries, err := os.ReadDir(dir)
		if errors.Is(err, fs.ErrNotExist) || err == nil && len(entries) == 0 || replace && onlyReports(dir) {
			return nil
		}
		return cmp.Or(err, fmt.Errorf("%w: %s", artifacts.ErrExists, dir))
	}
	if may(dir) == nil {
		return atomicfolder.Write(ctx, dir, may, files, nil)
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	for _, f := range files {
		if err := atomicfile.Write(filepath.Join(dir, f.Name), f.Data); err != nil {
			return err
		}
	}
	return nil
}

// publishReport is publish of a rendered report and further files.
func (r *run) publishReport(ctx context.Context, rep report.Report, further ...atomicfolder.Content) error {
	files, err := report.Files(rep)
	if err != nil {
		return err
	}
	return r.publish(ctx, append(files, further...))
}

// result says what a run did; it froze a bundle.
func (r *run) result(p *prepared, s experiment.Scored, u uncertainties) *Result {
	table := p.plan.Table
	res := &Result{Out: r.options.Out, Trials: len(table.Trials), Configs: configurations(table.Trials),
		Rejected: p.rejected, Rows: s.Rows, Warnings: r.warnings(s, u), Example: example(table.Space, table.Trials)}
	if p.news != nil {
		res.Summary = slices.Concat(p.news.Lines(), mainDiffs(table.Own, p.newsDiffs))
	}
	for _, c := range s.Competitors {
		res.Summary = append(res.Summary, summary(c.Name, s)...)
	}
	return res
}

// reported is result where nothing was frozen that could be asked.
func (r *run) reported(p *prepared, s experiment.Scored, u uncertainties) *Result {
	res := r.result(p, s, u)
	res.Example = ""
	return res
}

// summary says the main figures of a competitor, a line for each target; of a curve those first that decide.
func summary(name string, s experiment.Scored) []string {
	var out []string
	for _, t := range s.Plan.Targets {
		metrics := []string{eval.MetricLogR2, eval.MetricTau, eval.MetricMAPE, eval.MetricMedianAPE,
			eval.MetricImpossible}
		if d, _ := s.Plan.Table.Own.Of(t); d.Scale != target.Log {
			metrics = []string{eval.MetricR2, eval.MetricTau, eval.MetricRMSE, eval.MetricMAE, eval.MetricImpossible}
		}
		if s.Plan.Table.Own.IsCurve(t) {
			metrics = []string{eval.MetricRunRMSE, eval.MetricPlaceR2, eval.MetricPlaceTau, eval.MetricEndR2,
				eval.MetricEndTau, eval.MetricAvgR2, eval.MetricAvgTau, eval.MetricFinalR2, eval.MetricFinalTau,
				eval.MetricRMSE, eval.MetricImpossible}
		}
		line := fmt.Sprintf("%-18s %-17s", name, t)
		for _, m := range metrics {
			if row, ok := eval.Find(s.Rows, name, t, eval.GroupAll, m); ok {
				line += fmt.Sprintf("  %s %.4g", m, row.Value)
			}
		}
		out = append(out, line)
	}
	return out
}

// example writes the first trial's configuration as arguments of a query.
func example(space features.Space, trials []trial.Trial) string {
	if len(trials) == 0 {
		return ""
	}
	c := space.Canonical(trials[0].Config.Config())
	var args []string
	for _, p := range space.Params {
		if v, ok := c[p.Name]; ok {
			args = append(args, p.Name+"="+v.String())
		}
	}
	return paste.Line(args...)
}
