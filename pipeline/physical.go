package pipeline

import (
	"fmt"
	"slices"
	"strings"

	"eahas/features"
	"eahas/models"
	"eahas/models/physical"
)

// PhysicalParams are the settings of a physical law (package models/physical) with another regressor for what it leaves.
type PhysicalParams struct {
	Law   string     `yaml:"law" json:"law,omitempty"`     // time or power; inside powertime it follows from the place
	Batch string     `yaml:"batch" json:"batch,omitempty"` // the axis that holds the batch size; default: the first of batchNames in the space
	Limit string     `yaml:"limit" json:"limit,omitempty"` // the axis that holds the power limit; default: the first of limitNames, or none
	Rest  *Regressor `yaml:"rest" json:"rest,omitempty"`   // default gp
}

// The names under which the axes are looked for.
var (
	batchNames = []string{"batch_size", "batchsize", "batch", "bs", "global_batch_size"}
	limitNames = []string{"power_limit_w", "power_limit", "gpu_power_limit"}
)

// restKinds are the regressors that can learn what a law leaves.
var restKinds = []string{"gbdt", "extratrees", "forest", "mlp", "knn", "gp", "linear"}

// completePhysical fills in the defaults of every physical law inside the regressor; law says what it is where the config does not.
// It refuses laws without one.
func (r *Regressor) completePhysical(law string) (err error) {
	r.parts(func(r *Regressor) {
		if r.Kind != "physical" || err != nil {
			return
		}
		p := or(r.Physical, PhysicalParams{})
		if p.Law == "" {
			p.Law = law
		}
		orDefault(&p.Rest, Regressor{Kind: "gp"})
		switch {
		case p.Law != "time" && p.Law != "power":
			err = fmt.Errorf("physical.law: %q is not one of time, power; inside powertime it goes without saying", p.Law)
		case !slices.Contains(restKinds, p.Rest.Kind):
			err = fmt.Errorf("physical.rest: regressor %q is not one of %v", p.Rest.Kind, restKinds)
		}
		r.Physical = &p
	})
	return err
}

// trainer makes the Trainer that the settings describe.
func (p *PhysicalParams) trainer(d *Dataset, data models.Data) (models.Trainer, error) {
	t := physical.Trainer{Law: physical.Time}
	if p.Law == "power" {
		t.Law = physical.Power
	}
	var err error
	if t.Batch, err = d.physicalAxis("batch", p.Batch, batchNames); err != nil {
		return nil, err
	}
	if t.Batch.Name == "" {
		return nil, fmt.Errorf("%w: physical: no axis is called %s: name the batch size with physical.batch", ErrConfig, strings.Join(batchNames, ", "))
	}
	if t.Limit, err = d.physicalAxis("limit", p.Limit, limitNames); err != nil {
		return nil, err
	}
	t.Rest, err = p.Rest.trainer(d, nil, data)
	return t, err
}

// physicalAxis describes the axis of that name, or of the first of the usual names that the space has; the zero Axis when it has none.
func (d *Dataset) physicalAxis(setting, name string, usual []string) (physical.Axis, error) {
	for _, n := range usual {
		if name == "" && slices.ContainsFunc(d.Space.Params, func(p features.Param) bool { return p.Name == n }) {
			name = n
		}
	}
	if name == "" {
		return physical.Axis{}, nil
	}
	i := slices.IndexFunc(d.Space.Params, func(p features.Param) bool { return p.Name == name })
	if i < 0 {
		return physical.Axis{}, fmt.Errorf("%w: physical.%s: the space has no axis %q", ErrConfig, setting, name)
	}
	p := &d.Space.Params[i]
	low, high := p.Low, p.High
	if n := len(p.Choices); p.Kind == features.Ordinal && n > 0 {
		low, _ = p.Choices[0].Float()
		high, _ = p.Choices[n-1].Float()
	}
	if p.Kind == features.Choice || !(low > 0) {
		return physical.Axis{}, fmt.Errorf("%w: physical.%s: axis %q must be a number above 0", ErrConfig, setting, name)
	}
	return physical.Axis{Name: name, Low: low, High: high, Log: p.Kind == features.Log || p.Log}, nil
}
