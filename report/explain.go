package report

import (
	"eahas/eval/importance"
	"eahas/internal/nullable"
	"eahas/trial/target"
)

// Explanation says why the variant of a bundle answers as it does, and what its space holds.
type Explanation struct {
	Variant    string             `json:"variant"`
	Rows       int                `json:"rows"` // held-out trials that were asked
	Repeats    int                `json:"repeats"`
	Importance []TargetImportance `json:"importance,omitempty"`
	Dependence []AxisDependence   `json:"dependence,omitempty"` // the most important axes first
	Front      *Front             `json:"front,omitempty"`
	Best       []Found            `json:"best,omitempty"`
	Coverage   []AxisCoverage     `json:"coverage,omitempty"`
	Drawn      int                `json:"drawn,omitempty"`  // configurations drawn from the space
	Inside     int                `json:"inside,omitempty"` // of these, where the surrogate does not extrapolate
}

// Explained is one thing that is explained: a target as a user sees it.
type Explained struct {
	Target target.Target `json:"target"`
	Label  string        `json:"label"` // "last top1_err", "Total energy"
	Unit   string        `json:"unit,omitempty"`
	Log    bool          `json:"log,omitempty"` // R2 is that of the logarithms
}

// TargetImportance is by how much R2 falls on held-out trials when the values of an axis are dealt anew among them.
type TargetImportance struct {
	Explained
	Base float64          `json:"r2"`
	Axes []AxisImportance `json:"axes"` // the most important first
}

// AxisImportance is one axis of it.
type AxisImportance struct {
	Axis string  `json:"axis"`
	Drop float64 `json:"drop"` // mean over the repeats
	SD   float64 `json:"sd"`
	// share of the dealt values that the space forbids there; the row kept its own
	Refused float64 `json:"refused,omitempty"`
}

// AxisDependence is what is predicted when every trial takes one value of an axis.
type AxisDependence struct {
	Axis    string             `json:"axis"`
	Unit    string             `json:"unit,omitempty"`
	Log     bool               `json:"log,omitempty"`
	Values  []string           `json:"values"`
	At      nullable.Floats    `json:"at,omitempty"` // the values as numbers; nil for choices
	Targets []TargetDependence `json:"targets"`
}

// TargetDependence has an element for each value: mean and the 10 % and 90 % quantiles over the trials.
type TargetDependence struct {
	Explained
	Mean nullable.Floats `json:"mean"`
	Low  nullable.Floats `json:"low"`
	High nullable.Floats `json:"high"`
	N    []int           `json:"n"` // trials that can take the value
}

// Add adds one value of the axis: for each target the predictions of the trials, NaN where a trial cannot take it.
func (d *AxisDependence) Add(value string, predictions [][]float64) {
	d.Values = append(d.Values, value)
	for k := range d.Targets {
		t, s := &d.Targets[k], importance.Spread(predictions[k])
		t.Mean, t.Low, t.High, t.N = append(t.Mean, s.Mean), append(t.Low, s.Low), append(t.High, s.High),
			append(t.N, s.N)
	}
}

// Front is the trade between the curve's last value and a cost.
type Front struct {
	Cost      Explained    `json:"cost"`
	Value     Explained    `json:"value"`
	Logged    []FrontPoint `json:"logged"`
	Predicted []FrontPoint `json:"predicted"` // of configurations that nobody trained
}

// FrontPoint is one configuration.
type FrontPoint struct {
	ID    string  `json:"id"`
	Cost  float64 `json:"cost"`
	Value float64 `json:"value"`
	Front bool    `json:"front,omitempty"` // no other of its kind is as good in both
}

// Found is a good configuration.
type Found struct {
	Config    string  `json:"config"` // as arguments of a query
	Value     float64 `json:"value"`
	Cost      float64 `json:"cost"`
	Predicted bool    `json:"predicted,omitempty"` // else logged
}

// AxisCoverage is how much of an axis the logs hold.
type AxisCoverage struct {
	Axis  string  `json:"axis"`
	Tried int     `json:"tried"`        // different values
	Of    int     `json:"of,omitempty"` // values that the space has; 0: infinitely many
	Share float64 `json:"share"`        // of the range, on the axis' scale; of the choices
	Range string  `json:"range,omitempty"`
}
