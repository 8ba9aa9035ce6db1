package pipeline

import (
	"context"

	"eahas/pipeline/experiment"
	"eahas/pipeline/recipe"
	"eahas/report"
	"eahas/trial/target"
)

// worth says what a search on a variant would find, and what that is worth; nil without learning curves.
func (r *run) worth(ctx context.Context, p *prepared, s experiment.Scored, v *recipe.Variant) (*report.Worth, error) {
	if !s.Has(target.Curve) {
		return nil, nil
	}
	w, err := p.plan.Worth(ctx, r.stages, v)
	if err != nil {
		return nil, err
	}
	out := &report.Worth{Variant: v.Name, Unknown: w.Unknown}
	if w.Unknown == "" {
		out.Climb = &report.Climb{Found: w.Found, Judged: w.Judged, Config: w.Config, Climbs: w.Climbs,
			Extrapolates: w.Extrapolates,
			Apart:        w.Doubt.All, ApartBest: w.Doubt.BestDecile}
	}
	for i, c := range s.Competitors {
		if c.Name == v.Name {
			b := s.BestDecile(i)
			out.Best = report.Best{Trials: b.Trials, Predicted: b.Predicted, True: b.True, MAE: b.MAE}
		}
	}
	return out, nil
}
