package pipeline

import (
	"context"
	"fmt"
	"math"

	"golang.org/x/sync/errgroup"

	"eahas/artifacts"
	"eahas/eval"
	"eahas/internal/stream"
	"eahas/models"
	"eahas/models/interval"
)

// foldOutput is what a variant, trained without one fold, says about the trials in it.
type foldOutput struct {
	Rows  []int       // of the dataset
	Curve [][]float64 // for each row: the prediction at the trial's own epochs; nil without a curve
	Floor [][]float64 // for each row: the true curve through the representation and back, no regression
	Cost  [][]float64 // for each row: Targets order, then the total time; NaN where nothing is predicted
	Falls []bool      // for each row: the cumulative energy or time falls from one epoch to a later one
	Clips int         // curve points that had to be moved into 0..100

	CurveSpread [][]float64 // for each row: how unsure the model is at interval.CurveKnots; nil where it does not say
	CostSpread  [][]float64 // for each row: as Cost; NaN where it does not say
}

// outOfFold holds the predictions for every held-out trial, by dataset row.
type outOfFold struct {
	Rows  []int
	Curve map[int][]float64
	Floor map[int][]float64
	Cost  map[int][]float64
	Falls map[int]bool
	Clips int

	CurveSpread, CostSpread map[int][]float64
}

// evaluateFold trains a variant without a fold and predicts the fold. Nothing about the held-out trials is used for the
// training but the columns' declared ranges.
func (d *Dataset) evaluateFold(ctx context.Context, v *Variant, heads []string, fold, seed int, o models.Options) (*foldOutput, error) {
	train, test := d.without(fold), d.in(fold)
	o.Seed = stream.Seed(trainingSeed(o.Seed, seed), "fold", fmt.Sprint(fold))
	trained, err := d.trainHeads(ctx, v, heads, train, o)
	if err != nil {
		return nil, fmt.Errorf("fold %d: %w", fold, err)
	}
	s, err := d.surrogate(trained, nil)
	if err != nil {
		return nil, err
	}
	return d.predict(ctx, s, test)
}

// predict answers for every given trial as a user's query would.
func (d *Dataset) predict(ctx context.Context, s *artifacts.Surrogate, rows []int) (*foldOutput, error) {
	out := &foldOutput{Rows: rows, Curve: make([][]float64, len(rows)), Floor: make([][]float64, len(rows)), Cost: make([][]float64, len(rows)), Falls: make([]bool, len(rows)),
		CurveSpread: make([][]float64, len(rows)), CostSpread: make([][]float64, len(rows))}
	var a artifacts.Answer
	for k, i := range rows {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		t := &d.Trials[i]
		if err := s.QueryInto(&a, t.Config, artifacts.Whole); err != nil {
			return nil, fmt.Errorf("trial %s (%s row %d): %w", t.ID, t.Source.File, t.Source.Row, err)
		}
		out.Cost[k] = []float64{math.NaN(), a.EnergyPerEpoch, a.TimePerEpoch, a.InferenceEnergy, a.EnergyTotal, a.TimeTotal}
		out.CostSpread[k] = costSpread(s, &a)
		out.Falls[k] = eval.ImpossibleCumulative(a.Energy).Falling+eval.ImpossibleCumulative(a.Time).Falling > 0
		h := s.Head(artifacts.Curve)
		if h == nil || len(t.Curve.Epochs) == 0 {
			continue
		}
		if err := s.QueryAt(&a, t.Config, t.Curve.Epochs); err != nil {
			return nil, fmt.Errorf("trial %s (%s row %d): %w", t.ID, t.Source.File, t.Source.Row, err)
		}
		out.Curve[k] = append([]float64(nil), a.Curve...)
		out.CurveSpread[k] = s.Spread(&a, artifacts.Curve, interval.CurveKnots)
		out.Clips += a.Clips
		floor, err := representationAlone(h, t.Curve.Epochs, t.Curve.Values)
		if err != nil {
			return nil, err
		}
		out.Floor[k] = floor
	}
	return out, nil
}

// representationAlone encodes and decodes a true curve: what is lost here no regression can win back.
func representationAlone(h *artifacts.Head, epochs, values []float64) ([]float64, error) {
	v, err := h.Representation.Encode(nil, epochs, values)
	if err != nil {
		return nil, err
	}
	out := h.Representation.Decode(nil, v, epochs, epochs[0], epochs[len(epochs)-1])
	for i, y := range out {
		out[i] = h.Transform.Inverse(y)
		if h.Clip != nil {
			out[i] = max(h.Clip.Low, min(h.Clip.High, out[i]))
		}
	}
	return out, nil
}

// foldName and foldParts identify the stage that trains a variant without one fold and predicts it. Those of the first
// training seed name no seed.
func foldName(v *Variant, fold, seed int) string {
	name := fmt.Sprintf("evaluate %s fold %d", v.Name, fold)
	if seed > 0 {
		name += fmt.Sprintf(" seed %d", seed)
	}
	return name
}

func (r *run) foldParts(v *Variant, heads []string, fold, seed int) []any {
	parts := []any{r.dataKey, v, heads, fold, r.config.Seed}
	if seed > 0 {
		parts = append(parts, seed)
	}
	return parts
}

// foldStage gives what a variant, trained with one of the training seeds, says about one fold, from the store or by
// training.
func (r *run) foldStage(ctx context.Context, d *Dataset, v *Variant, heads []string, fold, seed int) (*foldOutput, error) {
	out := new(foldOutput)
	err := r.stage(ctx, foldName(v, fold, seed), r.foldParts(v, heads, fold, seed), out, func(o models.Options) error {
		got, err := d.evaluateFold(ctx, v, heads, fold, seed, o)
		if err == nil {
			*out = *got
		}
		return err
	})
	return out, err
}

// evaluate runs all folds of all variants with all training seeds, some at a time, and returns the held-out predictions:
// of each seed, of each variant.
func (r *run) evaluate(ctx context.Context, d *Dataset, heads []string) ([][]*outOfFold, error) {
	outs := make([][][]*foldOutput, r.config.Evaluate.seeds())
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(r.workers())
	for seed := range outs {
		outs[seed] = make([][]*foldOutput, len(r.config.Variants))
		for vi := range r.config.Variants {
			v := &r.config.Variants[vi]
			outs[seed][vi] = make([]*foldOutput, d.Folds)
			for fold := range d.Folds {
				g.Go(func() error {
					out, err := r.foldStage(ctx, d, v, heads, fold, seed)
					outs[seed][vi][fold] = out
					return err
				})
			}
		}
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	merged := make([][]*outOfFold, len(outs))
	for seed := range outs {
		for _, folds := range outs[seed] {
			merged[seed] = append(merged[seed], merge(folds))
		}
	}
	return merged, nil
}

func merge(folds []*foldOutput) *outOfFold {
	m := &outOfFold{Curve: map[int][]float64{}, Floor: map[int][]float64{}, Cost: map[int][]float64{}, Falls: map[int]bool{},
		CurveSpread: map[int][]float64{}, CostSpread: map[int][]float64{}}
	for _, f := range folds {
		m.Rows = append(m.Rows, f.Rows...)
		m.Clips += f.Clips
		for k, i := range f.Rows {
			m.Cost[i], m.Falls[i] = f.Cost[k], f.Falls[k]
			m.CurveSpread[i], m.CostSpread[i] = f.CurveSpread[k], f.CostSpread[k]
			if len(f.Curve[k]) > 0 {
				m.Curve[i], m.Floor[i] = f.Curve[k], f.Floor[k]
			}
		}
	}
	return m
}

// curveData arranges held-out curves for the metrics; pred chooses predictions or the representation's floor.
func (d *Dataset) curveData(groupBy string, rows []int, pred map[int][]float64) eval.CurveData {
	data := eval.CurveData{Low: math.Inf(-1), High: math.Inf(1)}
	if d.Metric.Unit == "percent" {
		data.Low, data.High = 0, 100
	}
	for _, i := range rows {
		p, ok := pred[i]
		if !ok {
			continue
		}
		t := &d.Trials[i]
		data.Trials = append(data.Trials, eval.CurveTrial{ID: t.ID, Group: d.slice(i, groupBy), Cluster: t.Group,
			Epochs: t.Curve.Epochs, Truth: t.Curve.Values, Pred: p})
	}
	return data
}
