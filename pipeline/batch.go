package pipeline

import (
	"fmt"
	"math"
	"path/filepath"

	"eahas/pipeline/dataset"
	"eahas/report"
	"eahas/trial"
	"eahas/trial/target"
)

// labels are the true values of one trial that a report names; of a curve the last one.
type labels map[target.Target]float64

// reportedTrials reads which trials the report inside a bundle names: those that were held out once, which are all of
// them unless one part alone was held out. nil where the report does not say.
func reportedTrials(bundle string) (map[string]labels, error) {
	rep, err := report.Read(filepath.Join(bundle, report.JSONFile))
	if err != nil {
		return nil, nil // a bundle that another program wrote has none
	}
	out := map[string]labels{}
	for _, p := range rep.Predictions {
		for i, id := range p.IDs {
			if i >= len(p.Truth) {
				return nil, fmt.Errorf("%w: %s/%s: %d ids and %d true values", ErrConfig, bundle, report.JSONFile,
					len(p.IDs), len(p.Truth))
			}
			if out[id] == nil {
				out[id] = labels{}
			}
			out[id][p.Target] = p.Truth[i]
		}
	}
	return out, nil
}

// is reports whether a trial has the values that a report names.
func (l labels) is(t *trial.Trial) bool {
	for of, want := range l {
		got := lastValue(of, t)
		if got != want {
			return false
		}
	}
	return len(l) > 0
}

// lastValue is the value of a target for a trial, of a curve the last one; NaN where there is none.
func lastValue(of target.Target, t *trial.Trial) float64 {
	if of != target.Curve {
		x := dataset.Label(of, t)
		if of == target.TimePerEpoch && math.IsNaN(x) && math.IsNaN(t.Length) {
			return t.TrainTime.Total // a table counts the whole run as one epoch
		}
		return x
	}
	if n := len(t.Curve.Values); n > 0 {
		return t.Curve.Values[n-1]
	}
	return math.NaN()
}

// batch is what was read, by whether the earlier bundle knows it.
type batch struct {
	old, fresh []*trial.Trial
	isNew      map[string]bool // by id
}

// sort tells the trials that the bundle was made from from those that are new. A trial is old where it stands in a file
// that the bundle names with the same SHA-256, or where the bundle's report names its id with the same values: then a
// log may have grown since. Unless only new ones are asked for, all old ones must be there.
func (e *earlier) sort(in *ingested, onlyNew bool) (batch, error) {
	same := map[string]bool{} // files of the bundle's own paths, as they were
	recorded, found := map[string]bool{}, map[string]bool{}
	for _, f := range e.Info.Inputs {
		recorded[f.SHA256] = true
	}
	for _, f := range in.Inputs {
		if recorded[f.SHA256] {
			same[f.Path], found[f.SHA256] = true, true
		}
	}
	out := batch{isNew: map[string]bool{}}
	reported := 0
	for i := range in.Trials {
		t := &in.Trials[i]
		named := e.trials[t.ID].is(t)
		if named {
			reported++
		}
		if named || same[t.Source.File] && in.later[t.ID] <= len(e.config.Added) {
			out.old = append(out.old, t)
			continue
		}
		out.fresh = append(out.fresh, t)
		out.isNew[t.ID] = true
	}
	if len(out.fresh) == 0 {
		return out, fmt.Errorf("%w: there is no new run: all %d are those that the bundle was made from", ErrNothingNew,
			len(in.Trials))
	}
	if whole := len(found) == len(recorded) || len(e.trials) > 0 && reported >= len(e.trials); !whole && !onlyNew {
		for _, f := range e.Info.Inputs {
			if !found[f.SHA256] {
				return out, fmt.Errorf("%w: %s is not as it was when the bundle was made (SHA-256 %.12s…), and %d "+
					"of the %d runs that the bundle's report names are not there.\n%s", ErrConfig, f.Name, f.SHA256,
					len(e.trials)-reported, len(e.trials), whereOld)
			}
		}
	}
	return out, nil
}
