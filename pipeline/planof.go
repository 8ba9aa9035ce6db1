package pipeline

import (
	"context"

	"eahas/pipeline/experiment"
)

// PlanOf reads the logs of a config and prepares the training: the table with its folds, and what is answered.
func PlanOf(ctx context.Context, c *Config, o Options) (experiment.Plan, error) {
	p, err := newRun(c, o, "").ready(ctx)
	if err != nil {
		return experiment.Plan{}, err
	}
	return p.plan, nil
}
