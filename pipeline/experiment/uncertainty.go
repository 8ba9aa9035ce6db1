package experiment

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"eahas/artifacts"
	"eahas/eval"
	"eahas/internal/par"
	"eahas/models"
	"eahas/models/interval"
	"eahas/pipeline/recipe"
	"eahas/pipeline/stage"
	"eahas/trial/target"
)

// Uncertainty is what the held-out residuals of one variant say about how sure it is.
type Uncertainty struct {
	Targets []target.Target                         // those with enough trials, in the order of the report
	Models  stage.Map[target.Target, []byte]        // interval.Model of each, from all held-out residuals
	Checks  stage.Map[target.Target, []SourceCheck] // of each: the source in use, and every other that was tried
	Few     []string                                // why a target has none
	// interval.Model of the curves of each part, learnt without that part's trials; nil: none
	Unseen stage.Map[int, []byte]
}

// SourceCheck is the honest check of one source: each part by the intervals of the others.
type SourceCheck struct {
	Source interval.Source
	Chosen bool // this one is in use
	// it was chosen by its score; for the check of a part on the other parts alone, which may choose another
	Auto   bool
	Levels []eval.Coverage
}

// InWords names the source.
func (c SourceCheck) InWords() string {
	if c.Auto {
		return fmt.Sprintf("%s (%s)", interval.Auto, c.Source)
	}
	return string(c.Source)
}

// LearnUncertainty gives the intervals of a variant, whose predictions are competitor i, from the store or by making
// them. With all, every source is tried, to compare them.
func (s Scored) LearnUncertainty(ctx context.Context, r stage.Runner, v *recipe.Variant, i int, all bool) (*Uncertainty,
	error) {
	u := new(Uncertainty)
	if v.Intervals == recipe.NoIntervals {
		return u, nil
	}
	source := interval.Source(v.Intervals)
	tried := source
	if all {
		tried = interval.Auto
	}
	p := s.Plan
	piece := stage.Piece{Name: p.tagged("intervals " + v.Name),
		Parts: []any{p.Key, v, source, tried, p.Heads, p.Targets, p.Seed, p.Scoring.FromEpoch}}
	err := r.Do(ctx, piece, u, func(o models.Options) error {
		u.Models, u.Checks = stage.Map[target.Target, []byte]{}, stage.Map[target.Target, []SourceCheck]{}
		targets := p.intervalTargets()
		each, failed := make([]learnt, len(targets)), make([]error, len(targets))
		err := par.Each(ctx, len(targets), p.sideBySide(o.Workers), func(ctx context.Context, k int) error {
			t := targets[k]
			each[k], failed[k] = learn(ctx, t, p.isCurve(t), source, tried, p.residuals(s.Competitors[i].first(), t), o)
			return ctx.Err()
		})
		if err != nil {
			return err
		}
		for k, t := range targets {
			switch err := failed[k]; {
			case errors.Is(err, interval.ErrFew) || errors.Is(err, interval.ErrSource):
				u.Few = append(u.Few, fmt.Sprintf("no intervals for %s: %v", t, err))
			case err != nil:
				return fmt.Errorf("%s: %w", t, err)
			default:
				u.add(t, each[k])
			}
		}
		return nil
	})
	return u, err
}

// intervalTargets lists what gets intervals: the targets, and where the length of a run is predicted the totals that
// follow from a cost per epoch, because such a total is less sure than that cost. Totals that too few logs state are
// left out.
func (p Plan) intervalTargets() []target.Target {
	out := slices.Clone(p.Targets)
	if p.Table.Epochs.Length != artifacts.LengthHead {
		return out
	}
	for _, t := range []struct{ perEpoch, total target.Target }{
		{target.EnergyPerEpoch, target.EnergyTotal}, {target.TimePerEpoch, target.TimeTotal}} {
		if slices.Contains(p.Targets, t.perEpoch) && !slices.Contains(p.Targets, t.total) &&
			len(p.Table.Labelled(t.total, p.Table.All())) >= interval.MinTrials {
			out = append(out, t.total)
		}
	}
	return out
}

// learnt is what is learnt of one target.
type learnt struct {
	model  []byte // interval.Model
	checks []SourceCheck
	unseen stage.Map[int, []byte] // of the curve
}

func (u *Uncertainty) add(t target.Target, l learnt) {
	u.Targets = append(u.Targets, t)
	u.Models[t], u.Checks[t] = l.model, l.checks
	if t == target.Curve {
		u.Unseen = l.unseen
	}
}

// learn makes the intervals of one target and checks them. Those of source are used; more may be tried, to be compared.
func learn(ctx context.Context, t target.Target, curve bool, source, tried interval.Source, res residuals,
	o models.Options) (out learnt, err error) {
	fit, err := interval.FitNested(ctx, res.trials, res.settings(curve, tried), o)
	if err != nil {
		return out, err
	}
	use := func(f *interval.Family) *interval.Model {
		if source == interval.Auto {
			return f.Chosen()
		}
		return f.Of(source)
	}
	whole := use(fit.Whole)
	if whole == nil {
		return out, fmt.Errorf("%w: %s: the model does not say how sure it is", interval.ErrSource, source)
	}
	if out.model, err = whole.AppendBinary(nil); err != nil {
		return out, err
	}
	out.checks = []SourceCheck{{whole.Source(), true, source == interval.Auto, res.check(fit, use)}}
	for _, m := range fit.Whole.Models {
		if s := m.Source(); s != source {
			of := func(f *interval.Family) *interval.Model { return f.Of(s) }
			out.checks = append(out.checks, SourceCheck{Source: s, Levels: res.check(fit, of)})
		}
	}
	if t == target.Curve {
		out.unseen, err = unseen(fit, res, use)
	}
	return out, err
}

// Intervals decodes the models for the frozen surrogate.
func (u *Uncertainty) Intervals() ([]artifacts.TargetInterval, error) {
	var out []artifacts.TargetInterval
	for _, t := range u.Targets {
		m, err := interval.Decode(u.Models[t])
		if err != nil {
			return nil, err
		}
		out = append(out, artifacts.TargetInterval{Target: t, Model: m})
	}
	return out, nil
}
