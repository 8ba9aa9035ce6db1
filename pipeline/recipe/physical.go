package recipe

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"eahas/features"
	"eahas/models"
	"eahas/models/physical"
)

// PhysicalParams are the settings of a physical law (package models/physical) with another regressor for what it
// leaves.
type PhysicalParams struct {
	Law string `yaml:"law" json:"law,omitempty"` // time or power; inside powertime it follows from the place
	// the axis that holds the batch size; default: the first of batch_size, batchsize, batch, bs and global_batch_size
	Batch string `yaml:"batch" json:"batch,omitempty"`
	// the axis that holds the power limit; default: the first of power_limit_w, power_limit and gpu_power_limit, or
	// none
	Limit string     `yaml:"limit" json:"limit,omitempty"`
	Rest  *Regressor `yaml:"rest" json:"rest,omitempty"` // default gp
}

// law is a physical law of time or power.
var law = kind{
	name:     "physical",
	places:   ofCost | costMember | powerPart,
	law:      true,
	complete: completePhysical,
	trainer: func(r *Regressor, t Task, _ models.Representation, data models.Data) (models.Trainer, error) {
		return r.Physical.trainer(t, data)
	},
	parts: func(r *Regressor) []part { return []part{{"physical.rest", r.Physical.Rest, nil}} },
}

// The names under which the axes are looked for.
var (
	batchNames = []string{"batch_size", "batchsize", "batch", "bs", "global_batch_size"}
	limitNames = []string{"power_limit_w", "power_limit", "gpu_power_limit"}
)

// completePhysical fills in the law that the place says and what learns the rest.
func completePhysical(r *Regressor, at seat) error {
	p := or(r.Physical, PhysicalParams{})
	p.Law = cmp.Or(p.Law, at.law)
	if p.Law != "time" && p.Law != "power" {
		return fmt.Errorf("physical.law: %q is not one of time, power; inside powertime it goes without saying", p.Law)
	}
	rest := or(p.Rest, Regressor{Kind: process.name})
	p.Rest, r.Physical = &rest, &p
	if err := rest.complete(seat{place: lawRest}); err != nil {
		return fmt.Errorf("physical.rest: %w", err)
	}
	return nil
}

// trainer makes the Trainer that the settings describe.
func (p *PhysicalParams) trainer(task Task, data models.Data) (models.Trainer, error) {
	t := physical.Trainer{Law: physical.Time}
	if p.Law == "power" {
		t.Law = physical.Power
	}
	var err error
	if t.Batch, err = axisOf(task.Space, "batch", p.Batch, batchNames); err != nil {
		return nil, err
	}
	if t.Batch.Name == "" {
		return nil, fmt.Errorf("%w: physical: no axis is called %s: name the batch size with physical.batch",
			ErrSetting, strings.Join(batchNames, ", "))
	}
	if t.Limit, err = axisOf(task.Space, "limit", p.Limit, limitNames); err != nil {
		return nil, err
	}
	t.Rest, err = p.Rest.Trainer(task, nil, data)
	return t, err
}

// axisOf describes the axis of that name, or of the first of the usual names that the space has; the zero Axis when it
// has none.
func axisOf(space features.Space, setting, name string, usual []string) (physical.Axis, error) {
	for _, n := range usual {
		if name == "" && space.Param(n) != nil {
			name = n
		}
	}
	if name == "" {
		return physical.Axis{}, nil
	}
	i := slices.IndexFunc(space.Params, func(p features.Param) bool { return p.Name == name })
	if i < 0 {
		return physical.Axis{}, fmt.Errorf("%w: physical.%s: the space has no axis %q", ErrSetting, setting, name)
	}
	p := &space.Params[i]
	low, high, ok := p.Ends()
	if !ok || !(low > 0) {
		return physical.Axis{}, fmt.Errorf("%w: physical.%s: axis %q must be a number above 0", ErrSetting, setting,
			name)
	}
	return physical.Axis{Name: name, Low: low, High: high, Log: p.Logarithmic()}, nil
}
