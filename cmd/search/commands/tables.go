package commands

import (
	"context"
	"fmt"
	"io"
	"math"

	"eahas/artifacts"
	"eahas/internal/nullable"
	"eahas/search"
	"eahas/search/study"
	"eahas/trial"
	"eahas/trial/arrowio"
)

// openLogs reads measured runs from logs by the keys of a training run's config.
func openLogs(ctx context.Context, t study.TaskConfig, data string, say io.Writer) (search.Task, error) {
	tc := t.Table
	logs := tc.Logs
	for i := range logs {
		for _, column := range extraColumns(tc) {
			if logs[i].Slices == nil {
				logs[i].Slices = trial.Columns{}
			}
			logs[i].Slices[column] = column
		}
	}
	r, err := arrowio.Ingest(ctx, logs, data, arrowio.Options{})
	if err != nil {
		return nil, fmt.Errorf("table %s: %w", t.Name, err)
	}
	if n := len(r.Rejections); n > 0 {
		first := r.Rejections[0]
		if tc.Missing != "drop" {
			return nil, fmt.Errorf("%w: table %s: %s row %d, column %s = %q: %s (%d such rows); leave them out with "+
				"missing: drop",
				search.ErrMissing, t.Name, first.File, first.Row, first.Column, first.Value, first.Reason, n)
		}
		fmt.Fprintf(say, "%s: %d rows were left out, the first for: %s\n", t.Name, n, first.Reason)
	}
	rows := make([]search.TableRow, len(r.Trials))
	for i := range r.Trials {
		rows[i] = tableRow(&r.Trials[i], tc)
	}
	h, err := header(r.Metric, tc)
	if err != nil {
		return nil, fmt.Errorf("%w: table %s: %w", study.ErrConfig, t.Name, err)
	}
	task, dropped, err := search.NewTable(rows, t.Options(h))
	if dropped > 0 {
		fmt.Fprintf(say, "%s: %d rows were left out for missing cells\n", t.Name, dropped)
	}
	return task, err
}

func extraColumns(tc *study.TableConfig) []string {
	var out []string
	if tc.Value != nil {
		out = append(out, tc.Value.Column)
	}
	if tc.Second != nil {
		out = append(out, tc.Second.Column)
	}
	return out
}

// header says what the metric of a table is.
func header(m trial.Metric, tc *study.TableConfig) (study.TableHeader, error) {
	h := study.TableHeader{Table: 1, Metric: artifacts.Metric{Name: m.Column, Kind: m.Kind, Unit: m.Unit,
		HigherBetter: m.HigherIsBetter}}
	if v := tc.Value; v != nil {
		higher := v.Kind == artifacts.Accuracy || v.Kind == artifacts.Score
		h.Metric = artifacts.Metric{Name: v.Column, Kind: v.Kind, HigherBetter: higher}
		switch {
		case v.Kind == artifacts.Accuracy || v.Kind == artifacts.Error:
			h.Metric.Unit = "percent"
			if v.Unit != "percent" && v.Unit != "fraction" {
				return h, fmt.Errorf("value: unit %q of an %s is neither fraction nor percent", v.Unit, v.Kind)
			}
		case v.Kind == artifacts.Loss || v.Kind == artifacts.Score:
			h.Metric.Unit = v.Unit
		default:
			return h, fmt.Errorf("value: kind %q is none of accuracy, error, loss, score", v.Kind)
		}
	} else if m.Column == "" {
		return h, fmt.Errorf("neither do the logs have a curve (curve:) nor the table an outcome (value:)")
	}
	if tc.Second != nil {
		h.Second = tc.Second.Column
		if tc.Second.Unit != "" {
			h.Second += ", " + tc.Second.Unit
		}
	}
	return h, nil
}

// tableRow turns a trial into a row. Where a cost is known in all only, every epoch has its share of it.
func tableRow(t *trial.Trial, tc *study.TableConfig) search.TableRow {
	r := search.TableRow{Config: t.Config.Config(), Where: fmt.Sprintf("%s row %d", t.Source.File, t.Source.Row)}
	last := t.Length
	if v := tc.Value; v != nil {
		x := slice(t, v.Column)
		if v.Unit == "fraction" {
			x *= 100
		}
		if math.IsNaN(last) || last <= 0 {
			last = 1
		}
		if !math.IsNaN(x) {
			r.Epochs, r.Values = nullable.Floats{last}, nullable.Floats{x}
		}
	} else {
		for i, e := range t.Curve.Epochs {
			if e > 0 {
				r.Epochs, r.Values = append(r.Epochs, e), append(r.Values, t.Curve.Values[i])
			}
		}
		if n := len(r.Epochs); n > 0 {
			last = r.Epochs[n-1]
		}
	}
	r.Joules, r.Seconds = series(t.TrainEnergy, r.Epochs, last), series(t.TrainTime, r.Epochs, last)
	if tc.Second != nil {
		if x := slice(t, tc.Second.Column); !math.IsNaN(x) {
			r.Second = &x
		}
	}
	return r
}

func slice(t *trial.Trial, column string) float64 {
	x, ok := t.Slices.Get(column).ReadFloat()
	if !ok {
		return math.NaN()
	}
	return x
}

// series returns what is spent at each epoch; nil when the cost is unknown.
func series(c trial.Cost, epochs []float64, last float64) []float64 {
	total := c.Total
	if math.IsNaN(total) {
		total = c.Mean * last
	}
	if len(epochs) == 0 || math.IsNaN(total) {
		return nil
	}
	out := make([]float64, len(epochs))
	for i, e := range epochs {
		out[i] = total * e / last
	}
	if n := len(c.PerEpoch); n > 0 && float64(n) == last { // every epoch is known
		sum, k := 0.0, 0
		for i, e := range epochs {
			for ; k < n && float64(k+1) <= e; k++ {
				sum += c.PerEpoch[k]
			}
			out[i] = sum
		}
	}
	return out
}
