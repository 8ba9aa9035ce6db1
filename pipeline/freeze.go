package pipeline

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"eahas/artifacts"
	"eahas/features"
	"eahas/models"
	"eahas/report"
	"eahas/trial"
)

// RejectedFile is the name of the list of left-out rows, one JSON object a line, in a bundle's folder.
const RejectedFile = "rejected.jsonl"

// surrogate puts trained heads together; support may be nil.
func (d *Dataset) surrogate(heads []artifacts.Head, support *features.Support) (*artifacts.Surrogate, error) {
	return artifacts.New(artifacts.Spec{Space: d.Space, Encoder: d.Encoder, Support: support, Epochs: d.Epochs,
		Metric: artifacts.Metric{Name: d.Metric.Column, Kind: d.Metric.Kind, Unit: d.Metric.Unit, HigherBetter: d.Metric.HigherIsBetter}}, heads)
}

// existing looks at what lies at the output folder before any work is done: nothing (nil, nil), this very run's bundle
// (a result that is up to date), or something else, which is refused unless it may be replaced.
func (r *run) existing(in *ingested) (*Result, error) {
	resolved, err := r.config.Resolved()
	if err != nil {
		return nil, err
	}
	if _, err := os.Lstat(r.options.Out); errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	b, err := artifacts.OpenBundle(r.options.Out)
	if err != nil {
		if r.options.Replace && errors.Is(err, artifacts.ErrNotBundle) {
			return nil, fmt.Errorf("%w: %s is not a bundle, and -replace replaces only bundles", artifacts.ErrExists, r.options.Out)
		}
		if !r.options.Replace {
			return nil, fmt.Errorf("%w: %s; choose another with -out, or -replace it", artifacts.ErrExists, r.options.Out)
		}
		return nil, nil
	}
	if same := b.Info.CodeVersion == artifacts.CodeVersion && b.Info.Config == resolved &&
		slices.Equal(b.Info.Inputs, inputFiles(in)); same {
		return &Result{Out: r.options.Out, UpToDate: true, Trials: len(in.Trials), Example: example(b.Surrogate.Spec().Space, in.Trials)}, nil
	}
	if !r.options.Replace {
		return nil, fmt.Errorf("%w: %s holds the bundle of another run (%s); choose another folder with -out, or -replace it",
			artifacts.ErrExists, r.options.Out, b.Surrogate.Spec().Name)
	}
	return nil, nil
}

func inputFiles(in *ingested) []artifacts.InputFile {
	out := make([]artifacts.InputFile, 0, len(in.Inputs))
	for _, f := range in.Inputs {
		out = append(out, artifacts.InputFile{Name: f.Path, Size: f.Bytes, SHA256: f.SHA256})
	}
	return out
}

// freeze trains the chosen variant on all trials, saves the bundle with its report, opens it again and compares.
func (r *run) freeze(ctx context.Context, s *scored) (*Result, error) {
	v := r.config.variant(r.config.Freeze)
	frozen, err := r.finalStage(ctx, s.data, v, s.heads)
	if err != nil {
		return nil, err
	}
	if err := r.gauge(ctx, s, v); err != nil {
		return nil, err
	}
	intervals, err := s.sure[v.Name].intervals()
	if err != nil {
		return nil, err
	}
	sur, err := s.frozenSurrogate(r, frozen, intervals)
	if err != nil {
		return nil, err
	}
	files, err := r.reportFiles(s)
	if err != nil {
		return nil, err
	}
	resolved, err := r.config.Resolved()
	if err != nil {
		return nil, err
	}
	info := artifacts.SaveInfo{CodeVersion: artifacts.CodeVersion, RootSeed: r.config.Seed, Config: resolved,
		Inputs: inputFiles(s.in), Reports: files, Golden: goldenConfigs(s.data), Replace: r.options.Replace}
	for _, row := range s.rows {
		info.Metrics = append(info.Metrics, artifacts.MetricRow(row))
	}
	for _, w := range r.config.Variants {
		info.Variants = append(info.Variants, artifacts.Variant{Name: w.Name, Frozen: w.Name == v.Name})
	}
	if err := os.MkdirAll(filepath.Dir(filepath.Clean(r.options.Out)), 0o755); err != nil {
		return nil, err
	}
	if err := sur.Save(ctx, r.options.Out, info); err != nil {
		return nil, err
	}
	if err := s.sameAnswers(ctx, sur, r.options.Out); err != nil {
		if errors.Is(err, ErrFrozen) {
			err = errors.Join(err, os.RemoveAll(r.options.Out))
		}
		return nil, err
	}
	return r.result(s, r.options.Out), nil
}

// finalStage gives a variant trained on all trials, as bytes, from the store or by training.
func (r *run) finalStage(ctx context.Context, d *Dataset, v *Variant, names []string) (frozen []artifacts.FrozenHead, err error) {
	err = r.stage(ctx, finalName(v), r.finalParts(v, names), &frozen, func(o models.Options) error {
		heads, err := d.trainHeads(ctx, v, names, d.all(), o)
		if err != nil {
			return err
		}
		frozen, err = freezeHeads(heads)
		return err
	})
	return frozen, err
}

// freezeHeads turns training forms into serving forms and those into bytes.
func freezeHeads(heads []artifacts.Head) ([]artifacts.FrozenHead, error) {
	var out []artifacts.FrozenHead
	for _, h := range heads {
		if f, ok := h.Predictor.(models.Freezer); ok {
			p, err := f.Freeze()
			if err != nil {
				return nil, fmt.Errorf("%s: %w", h.Target, err)
			}
			h.Predictor = p
		}
		f, err := h.Freeze()
		if err != nil {
			return nil, err
		}
		out = append(out, f)
	}
	return out, nil
}

func (s *scored) frozenSurrogate(r *run, frozen []artifacts.FrozenHead, sure []artifacts.TargetInterval) (*artifacts.Surrogate, error) {
	heads := make([]artifacts.Head, len(frozen))
	for i := range frozen {
		var err error
		if heads[i], err = frozen[i].Thaw(); err != nil {
			return nil, err
		}
	}
	sur, err := s.data.surrogate(heads, features.NewSupport(s.data.X))
	if err != nil {
		return nil, err
	}
	spec := sur.Spec()
	spec.Name, spec.Intervals = r.config.Name, sure
	if s.in.Synthetic {
		spec.Synthetic, spec.Notice = true, syntheticNotice
	}
	return artifacts.New(spec, heads)
}

// sameAnswers opens the bundle and compares its answers with those of the surrogate in memory, bit for bit, on up to a
// thousand of the logged configurations.
func (s *scored) sameAnswers(ctx context.Context, sur *artifacts.Surrogate, dir string) error {
	opened, err := artifacts.Open(dir)
	if err != nil {
		return err
	}
	step := max(1, len(s.data.Trials)/1000)
	for i := 0; i < len(s.data.Trials); i += step {
		if err := ctx.Err(); err != nil {
			return err
		}
		c := s.data.Trials[i].Config
		a, errA := sur.Query(c)
		b, errB := opened.Query(c)
		if errA != nil || errB != nil {
			return errors.Join(errA, errB)
		}
		if !sameBits(a, b) {
			return fmt.Errorf("%w: trial %s", ErrFrozen, s.data.Trials[i].ID)
		}
	}
	return nil
}

func sameBits(a, b *artifacts.Answer) bool {
	eq := func(x, y float64) bool { return math.Float64bits(x) == math.Float64bits(y) }
	return slices.EqualFunc(a.Epochs, b.Epochs, eq) && slices.EqualFunc(a.Curve, b.Curve, eq) &&
		eq(a.EnergyPerEpoch, b.EnergyPerEpoch) && eq(a.EnergyTotal, b.EnergyTotal) && eq(a.TimePerEpoch, b.TimePerEpoch) &&
		eq(a.TimeTotal, b.TimeTotal) && eq(a.InferenceEnergy, b.InferenceEnergy)
}

// goldenConfigs picks a few logged configurations, evenly spread, for the bundle's golden queries.
func goldenConfigs(d *Dataset) []features.Config {
	const n = 16
	var out []features.Config
	for k := range min(n, len(d.Trials)) {
		out = append(out, d.Trials[k*len(d.Trials)/min(n, len(d.Trials))].Config)
	}
	return out
}

// reportFiles renders the report and the list of rejected rows.
func (r *run) reportFiles(s *scored) ([]artifacts.Report, error) {
	rep := r.report(s)
	var out []artifacts.Report
	for _, f := range []struct {
		name   string
		render func(io.Writer, report.Report) error
	}{{report.TextFile, report.Text}, {report.JSONFile, report.JSON}, {report.HTMLFile, report.HTML}} {
		var b bytes.Buffer
		if err := f.render(&b, rep); err != nil {
			return nil, fmt.Errorf("rendering %s: %w", f.name, err)
		}
		out = append(out, artifacts.Report{Name: f.name, Data: b.Bytes()})
	}
	lines, err := rejectedLines(s.rejected)
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
func (r *run) reportOnly(s *scored) (*Result, error) {
	files, err := r.reportFiles(s)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(r.options.Out, 0o755); err != nil {
		return nil, err
	}
	for _, f := range files {
		path := filepath.Join(r.options.Out, f.Name)
		if _, err := os.Lstat(path); err == nil && !r.options.Replace {
			return nil, fmt.Errorf("%w: %s; choose another folder with -out, or -replace it", artifacts.ErrExists, path)
		}
	}
	for _, f := range files {
		if err := writeFile(filepath.Join(r.options.Out, f.Name), f.Data); err != nil {
			return nil, err
		}
	}
	res := r.result(s, r.options.Out)
	res.Example = ""
	return res, nil
}

func (r *run) result(s *scored, out string) *Result {
	res := &Result{Out: out, Trials: len(s.data.Trials), Rejected: s.rejected, Rows: s.rows, Warnings: s.warnings,
		Example: example(s.data.Space, s.data.Trials)}
	for _, v := range r.config.Variants {
		res.Summary = append(res.Summary, summary(v.Name, s)...)
	}
	return res
}

// example writes the first trial's configuration as arguments of a query.
func example(space features.Space, trials []trial.Trial) string {
	if len(trials) == 0 {
		return ""
	}
	c := space.Canonical(trials[0].Config)
	var args []string
	for _, p := range space.Params {
		if v, ok := c[p.Name]; ok {
			arg := p.Name + "=" + v.String()
			if strings.ContainsAny(arg, " \t'\"$&|;()<>*?[]#~\\") {
				arg = "'" + strings.ReplaceAll(arg, "'", `'\''`) + "'"
			}
			args = append(args, arg)
		}
	}
	return strings.Join(args, " ")
}
