package pipeline

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"eahas/artifacts"
	"eahas/eval"
	"eahas/features"
	"eahas/internal/arithmetic"
	"eahas/internal/atomicfolder"
	"eahas/internal/par"
	"eahas/pipeline/dataset"
	"eahas/pipeline/experiment"
	"eahas/pipeline/recipe"
	"eahas/search"
	"eahas/simulate"
)

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
	if r.options.Replace && !onlyReports(r.options.Out) {
		if err := artifacts.Replaceable(r.options.Out); err != nil {
			return nil, fmt.Errorf("%w: -replace replaces only bundles and reports of this program that nothing else "+
				"lies in: %w", artifacts.ErrExists, err)
		}
	}
	b, err := artifacts.OpenBundle(r.options.Out)
	if err != nil {
		if !r.options.Replace {
			return nil, fmt.Errorf("%w: %s; choose another with -out, or -replace it", artifacts.ErrExists,
				r.options.Out)
		}
		return nil, nil
	}
	if same := b.Info.CodeVersion == artifacts.CodeVersion &&
		b.Info.Arithmetic == arithmetic.Fingerprint() && b.Info.Config == resolved &&
		slices.Equal(b.Info.Inputs, inputFiles(in)); same {
		atomicfolder.RemoveStale(r.options.Out) // of a run that was killed after its bundle was in place
		return &Result{Out: r.options.Out, UpToDate: true, Trials: len(in.Trials),
			Example: example(b.Surrogate.Spec().Space, in.Trials)}, nil
	}
	if !r.options.Replace {
		return nil, fmt.Errorf("%w: %s holds the bundle of another run (%s); choose another folder with -out, or "+
			"-replace it",
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
func (r *run) freeze(ctx context.Context, p *prepared, s experiment.Scored) (*Result, error) {
	v, _ := recipe.Find(r.config.Variants, r.config.Freeze) // the config's check saw it
	frozen, err := p.plan.Final(ctx, r.stages, v)
	if err != nil {
		return nil, err
	}
	u, err := r.learnUncertainty(ctx, s, []recipe.Variant{*v}, false)
	if err != nil {
		return nil, err
	}
	u.frozen = v.Name
	intervals, err := u.of[v.Name].Intervals()
	if err != nil {
		return nil, err
	}
	unseen, err := s.Unseen.Intervals(v.Name)
	if err != nil {
		return nil, err
	}
	sur, err := r.surrogate(p, frozen, intervals, unseen, s.Trivial.AgainstMean(v.Name))
	if err != nil {
		return nil, err
	}
	if err := r.askFrozen(ctx, p, s, v, sur, &u); err != nil {
		return nil, err
	}
	info, err := r.saveInfo(p, s, u)
	if err != nil {
		return nil, err
	}
	if err := makeParent(r.options.Out); err != nil {
		return nil, err
	}
	if err := sur.Save(ctx, r.options.Out, info); err != nil {
		return nil, err
	}
	if err := r.opensTheSame(ctx, p.plan.Table, sur); err != nil {
		return nil, err
	}
	return r.result(p, s, u), nil
}

// askFrozen finds out what the report says of the surrogate that is frozen; its three questions have serial parts, so
// they are asked side by side.
func (r *run) askFrozen(ctx context.Context, p *prepared, s experiment.Scored, v *recipe.Variant,
	sur *artifacts.Surrogate, u *uncertainties) error {
	questions := []func(context.Context) error{
		func(ctx context.Context) (err error) {
			u.worth, err = r.worth(ctx, p, s, v, sur)
			return err
		},
		func(ctx context.Context) (err error) {
			u.repeats, err = p.plan.Repeats(ctx, sur, r.options.Workers)
			return err
		},
		func(ctx context.Context) (err error) {
			u.why, err = p.plan.Explain(ctx, r.stages, v, sur)
			return err
		},
	}
	return par.Each(ctx, len(questions), r.options.Workers, func(ctx context.Context, i int) error {
		return questions[i](ctx)
	})
}

// makeParent makes the folder that an output folder lies in.
func makeParent(out string) error { return os.MkdirAll(filepath.Dir(filepath.Clean(out)), 0o755) }

// opensTheSame opens the bundle that was saved and compares its answers with the surrogate's. One that answers
// otherwise is removed.
func (r *run) opensTheSame(ctx context.Context, t *dataset.Table, sur *artifacts.Surrogate) error {
	err := sameAnswers(ctx, t, sur, r.options.Out, r.options.Workers)
	if errors.Is(err, ErrFrozen) {
		err = errors.Join(err, os.RemoveAll(r.options.Out))
	}
	return err
}

// surrogate puts serving forms together; sure and unseen may be empty. The notice, which may be empty, follows that of
// simulated logs.
func (r *run) surrogate(p *prepared, frozen []artifacts.FrozenHead, sure []artifacts.TargetInterval,
	unseen artifacts.Unseen, notice string) (*artifacts.Surrogate, error) {
	heads := make([]artifacts.Head, len(frozen))
	for i := range frozen {
		var err error
		if heads[i], err = frozen[i].Thaw(); err != nil {
			return nil, err
		}
	}
	table := p.plan.Table
	sur, err := experiment.Surrogate(table, heads, features.NewSupport(table.X))
	if err != nil {
		return nil, err
	}
	spec := sur.Spec()
	spec.Name, spec.Intervals, spec.Unseen, spec.Notice = r.config.Name, sure, unseen, notice
	if p.in.Synthetic {
		spec.Synthetic, spec.Notice = true, strings.TrimSpace(simulate.Notice+" "+notice)
	}
	return artifacts.New(spec, heads)
}

// saveInfo is what a bundle says besides its models.
func (r *run) saveInfo(p *prepared, s experiment.Scored, u uncertainties) (artifacts.SaveInfo, error) {
	files, err := r.reportFiles(p, s, u)
	if err != nil {
		return artifacts.SaveInfo{}, err
	}
	resolved, err := r.config.Resolved()
	if err != nil {
		return artifacts.SaveInfo{}, err
	}
	info := artifacts.SaveInfo{CodeVersion: artifacts.CodeVersion, Arithmetic: arithmetic.Fingerprint(),
		RootSeed: r.config.Seed, Config: resolved,
		Inputs: inputFiles(p.in), Reports: files, Golden: goldenConfigs(p.plan.Table), Replace: r.options.Replace,
		MayReplace: onlyReports}
	for _, row := range s.Rows {
		info.Metrics = append(info.Metrics, artifacts.MetricRow(row))
	}
	if w := u.worth; w != nil && w.Best.Trials > 0 {
		info.Metrics = append(info.Metrics, artifacts.MetricRow{Variant: r.config.Freeze, Target: artifacts.Curve,
			Group:  search.BestDecile,
			Metric: eval.MetricMAE, Value: float64(w.Best.MAE), CILow: math.NaN(), CIHigh: math.NaN(),
			N: w.Best.Trials})
	}
	for _, v := range r.trained(s) {
		info.Variants = append(info.Variants, artifacts.Variant{Name: v.Name, Frozen: v.Name == r.config.Freeze})
	}
	return info, nil
}

// sameAnswers opens the bundle and compares its answers with those of the surrogate in memory, bit for bit, on up to a
// thousand of the logged configurations.
func sameAnswers(ctx context.Context, t *dataset.Table, sur *artifacts.Surrogate, dir string, workers int) error {
	opened, err := artifacts.Open(dir)
	if err != nil {
		return err
	}
	step := max(1, len(t.Trials)/1000)
	return par.Each(ctx, (len(t.Trials)+step-1)/step, workers, func(_ context.Context, k int) error {
		one := &t.Trials[k*step]
		c := one.Config.Config()
		a, errA := sur.Query(c)
		b, errB := opened.Query(c)
		if errA != nil || errB != nil {
			return errors.Join(errA, errB)
		}
		if !sameBits(a, b) {
			return fmt.Errorf("%w: trial %s", ErrFrozen, one.ID)
		}
		return nil
	})
}

func sameBits(a, b *artifacts.Answer) bool {
	eq := func(x, y float64) bool { return math.Float64bits(x) == math.Float64bits(y) }
	return slices.EqualFunc(a.Epochs, b.Epochs, eq) && slices.EqualFunc(a.Curve, b.Curve, eq) &&
		eq(a.EnergyPerEpoch, b.EnergyPerEpoch) && eq(a.EnergyTotal, b.EnergyTotal) &&
		eq(a.TimePerEpoch, b.TimePerEpoch) &&
		eq(a.TimeTotal, b.TimeTotal) && eq(a.InferenceEnergy, b.InferenceEnergy) &&
		slices.EqualFunc(a.Own, b.Own, func(x, y artifacts.Number) bool {
			return x.Target == y.Target && eq(x.Value, y.Value)
		})
}

// goldenConfigs picks a few logged configurations, evenly spread, for the bundle's golden queries.
func goldenConfigs(t *dataset.Table) []features.Config {
	const n = 16
	var out []features.Config
	for k := range min(n, len(t.Trials)) {
		out = append(out, t.Trials[k*len(t.Trials)/min(n, len(t.Trials))].Config.Config())
	}
	return out
}
