package experiment

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"eahas/artifacts"
	"eahas/features"
	"eahas/models"
	"eahas/pipeline/recipe"
	"eahas/pipeline/stage"
	"eahas/search"
	"eahas/trial/target"
)

const (
	worthClimbs = 5  // climbs of the surrogate; the median is told
	worthFold   = 0  // the fold that the judge learns from
	worthCurves = 40 // curves that a judge needs: one of fewer says little
)

// Worth is what a search on a surrogate would find, and what that is worth by another surrogate that learnt from other
// trials. Values are in the metric's unit.
type Worth struct {
	Unknown string // why nothing can be said; empty otherwise
	search.Gap
	Config stage.Map[string, features.Value] // the optimum; of several climbs the one of the median
}

// WorthPiece names the stage that climbs a variant.
func (p Plan) WorthPiece(v *recipe.Variant) stage.Piece {
	return stage.Piece{Name: "worth " + v.Name, Parts: []any{p.Key, v, p.Heads, p.GroupBy, p.Seed, "config"}}
}

// Worth climbs a variant trained without one fold and asks the same variant trained on that fold alone what the optima
// are worth. Where the figures are grouped by an axis, such as the data set, the climb stays on its most frequent
// value: nobody searches for the easiest data set.
func (p Plan) Worth(ctx context.Context, r stage.Runner, v *recipe.Variant) (*Worth, error) {
	out := new(Worth)
	err := r.Do(ctx, p.WorthPiece(v), out, func(o models.Options) error {
		if !slices.Contains(p.Heads, target.Curve) {
			out.Unknown = "there is no learning curve"
			return nil
		}
		if p.Table.Epochs.Length == artifacts.LengthHead {
			out.Unknown = "how long a run takes is an outcome there, and a search on curves alone does not know it"
			return nil
		}
		if n := len(p.Table.Labelled(target.Curve, p.Table.In(worthFold))); n < worthCurves {
			out.Unknown = fmt.Sprintf("a judge needs %d learning curves that the surrogate has not seen, and "+
				"there are %d", worthCurves, n)
			return nil
		}
		found, err := p.climb(ctx, r, v, o)
		if errors.Is(err, search.ErrTask) || errors.Is(err, search.ErrConfig) {
			out.Unknown = err.Error()
			return nil
		}
		if err != nil {
			return err
		}
		out.Gap, out.Config = found.Gap, stage.Map[string, features.Value](found.Config)
		return nil
	})
	return out, err
}

// climb makes both surrogates and compares them.
func (p Plan) climb(ctx context.Context, r stage.Runner, v *recipe.Variant, o models.Options) (search.Worth, error) {
	fixed := p.commonGroup(p.Table.Without(worthFold))
	heads, err := p.climbedHeads(ctx, r, v, o)
	if err != nil {
		return search.Worth{}, err
	}
	climbed, err := p.searched("climbed", heads, p.Table.Without(worthFold), fixed)
	if err != nil {
		return search.Worth{}, err
	}
	if heads, err = p.Only([]target.Target{target.Curve}).Train(ctx, v, p.Table.In(worthFold), o); err != nil {
		return search.Worth{}, err
	}
	judge, err := p.searched("judge", heads, p.Table.In(worthFold), fixed)
	if err != nil {
		return search.Worth{}, err
	}
	return search.FindWorth(ctx, climbed, judge, worthClimbs)
}

// climbedHeads gives the curve's head of the variant without the fold.
func (p Plan) climbedHeads(ctx context.Context, r stage.Runner, v *recipe.Variant, o models.Options) ([]artifacts.Head,
	error) {
	heads, err := p.Only([]target.Target{target.Curve}).foldHeads(ctx, p, r, v, o)
	return p.curveHead(heads), err
}

// foldHeads gives the variant's heads without the fold worthFold, those of the plan: as the evaluation of the whole
// plan kept them, or trained again where that was done for a run that climbs another variant.
func (p Plan) foldHeads(ctx context.Context, whole Plan, r stage.Runner, v *recipe.Variant,
	o models.Options) ([]artifacts.Head, error) {
	out, err := whole.Fold(ctx, r, v, worthFold, 0)
	if err != nil {
		return nil, err
	}
	heads, err := thaw(out.Frozen)
	if err != nil {
		return nil, err
	}
	for _, t := range p.Heads {
		if !slices.ContainsFunc(heads, func(h artifacts.Head) bool { return h.Target == t }) {
			return p.Train(ctx, v, p.Table.Without(worthFold), foldOptions(o, worthFold, 0))
		}
	}
	return heads, nil
}

// thaw turns bytes into serving forms.
func thaw(frozen []artifacts.FrozenHead) ([]artifacts.Head, error) {
	var heads []artifacts.Head
	for i := range frozen {
		h, err := frozen[i].Thaw()
		if err != nil {
			return nil, err
		}
		heads = append(heads, h)
	}
	return heads, nil
}

// curveHead returns only the head of the curve, and those of what is predicted first, which it needs.
func (p Plan) curveHead(heads []artifacts.Head) []artifacts.Head {
	return slices.DeleteFunc(slices.Clone(heads), func(h artifacts.Head) bool {
		return h.Target != target.Curve && !p.definition(h.Target).First()
	})
}

// searched makes a task of heads that were trained on rows.
func (p Plan) searched(name string, heads []artifacts.Head, rows []int, fixed features.Config) (search.Task, error) {
	x := p.Table.X.Select(rows)
	s, err := Surrogate(p.Table, heads, features.NewSupport(x))
	if err != nil {
		return nil, err
	}
	return search.NewSurrogateTask(s, []byte(name), search.BundleOptions{Name: name, Fixed: fixed, Cost: search.Epochs})
}

// commonGroup returns the most frequent value of the axis that the figures are grouped by; nil where they are not.
func (p Plan) commonGroup(rows []int) features.Config {
	if p.GroupBy == "" || p.Table.Space.Param(p.GroupBy) == nil {
		return nil
	}
	count := map[string]int{}
	var best features.Config
	for _, i := range rows {
		v, ok := p.Table.Trials[i].Config.Lookup(p.GroupBy)
		if !ok {
			continue
		}
		if count[v.String()]++; best == nil || count[v.String()] > count[best[p.GroupBy].String()] {
			best = features.Config{p.GroupBy: v}
		}
	}
	return best
}

// Best is how far predictions are off for the held-out trials that a surrogate likes best, where a search goes.
type Best struct {
	Trials    int
	Predicted float64 // mean of the predicted last values
	True      float64 // mean of the true ones
	MAE       float64 // mean absolute distance between both
}

// BestDecile looks at the tenth of the held-out curves whose last value competitor i predicts to be best; inside a
// group of the figures, so that an easy data set does not stand for good configurations.
func (s Scored) BestDecile(i int) Best {
	type last struct{ pred, truth float64 }
	groups := map[string][]last{}
	var names []string
	for _, t := range s.CurveData(i).Trials {
		if k := len(t.Epochs) - 1; k >= 0 && !math.IsNaN(t.Pred[k]) && !math.IsNaN(t.Truth[k]) {
			if groups[t.Group] == nil {
				names = append(names, t.Group)
			}
			groups[t.Group] = append(groups[t.Group], last{t.Pred[k], t.Truth[k]})
		}
	}
	var b Best
	for _, name := range names {
		of := groups[name]
		slices.SortStableFunc(of, func(x, y last) int {
			if s.Plan.Table.Metric.HigherIsBetter {
				x, y = y, x
			}
			return cmp.Compare(x.pred, y.pred)
		})
		for _, l := range of[:(len(of)+9)/10] {
			b.Trials++
			b.Predicted += l.pred
			b.True += l.truth
			b.MAE += math.Abs(l.pred - l.truth)
		}
	}
	n := float64(b.Trials)
	b.Predicted, b.True, b.MAE = b.Predicted/n, b.True/n, b.MAE/n
	return b
}
