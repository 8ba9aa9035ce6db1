package eval

import (
	"encoding/json"

	"eahas/internal/nullable"
	"eahas/trial/target"
)

// JSON has no NaN and no infinity: where a number may be undefined, it is written as null, and null is read as NaN.

type rowJSON struct {
	Variant string        `json:"variant"`
	Target  target.Target `json:"target"`
	Group   string        `json:"group"`
	Metric  string        `json:"metric"`
	Value   *float64      `json:"value"`
	CILow   *float64      `json:"ci_low"`
	CIHigh  *float64      `json:"ci_high"`
	N       int           `json:"n"`
}

// MarshalJSON writes variant, target, group, metric, value, ci_low, ci_high and n, in that order.
func (r Row) MarshalJSON() ([]byte, error) {
	return json.Marshal(rowJSON{r.Variant, r.Target, r.Group, r.Metric,
		nullable.Pointer(r.Value), nullable.Pointer(r.CILow), nullable.Pointer(r.CIHigh), r.N})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (r *Row) UnmarshalJSON(b []byte) error {
	var j rowJSON
	if err := json.Unmarshal(b, &j); err != nil {
		return err
	}
	*r = Row{j.Variant, j.Target, j.Group, j.Metric, nullable.Value(j.Value), nullable.Value(j.CILow),
		nullable.Value(j.CIHigh), j.N}
	return nil
}

type diffJSON struct {
	Target     target.Target `json:"target"`
	Group      string        `json:"group"`
	Metric     string        `json:"metric"`
	A          string        `json:"a"`
	B          string        `json:"b"`
	ValueA     *float64      `json:"value_a"`
	ValueB     *float64      `json:"value_b"`
	Difference *float64      `json:"difference"`
	CILow      *float64      `json:"ci_low"`
	CIHigh     *float64      `json:"ci_high"`
	Real       bool          `json:"real"`
	N          int           `json:"n"`
	Seeds      *SeedGap      `json:"seeds,omitempty"`
}

// MarshalJSON writes the fields in order, and whether the difference is real.
func (d Diff) MarshalJSON() ([]byte, error) {
	return json.Marshal(diffJSON{d.Target, d.Group, d.Metric, d.A, d.B, nullable.Pointer(d.ValueA),
		nullable.Pointer(d.ValueB),
		nullable.Pointer(d.Difference), nullable.Pointer(d.CILow), nullable.Pointer(d.CIHigh), d.Real(), d.N, d.Seeds})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (d *Diff) UnmarshalJSON(b []byte) error {
	var j diffJSON
	if err := json.Unmarshal(b, &j); err != nil {
		return err
	}
	*d = Diff{j.Target, j.Group, j.Metric, j.A, j.B, nullable.Value(j.ValueA), nullable.Value(j.ValueB),
		nullable.Value(j.Difference),
		nullable.Value(j.CILow), nullable.Value(j.CIHigh), j.N, j.Seeds}
	return nil
}

type epochJSON struct {
	Group string   `json:"group"`
	Epoch float64  `json:"epoch"`
	N     int      `json:"n"`
	R2    *float64 `json:"r2"`
	Tau   *float64 `json:"tau"`
	RMSE  *float64 `json:"rmse"`
	MAE   *float64 `json:"mae"`
	Bias  *float64 `json:"bias"`
}

// MarshalJSON writes the fields in order.
func (e EpochMetrics) MarshalJSON() ([]byte, error) {
	return json.Marshal(epochJSON{e.Group, e.Epoch, e.N, nullable.Pointer(e.R2), nullable.Pointer(e.Tau),
		nullable.Pointer(e.RMSE), nullable.Pointer(e.MAE), nullable.Pointer(e.Bias)})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (e *EpochMetrics) UnmarshalJSON(b []byte) error {
	var j epochJSON
	if err := json.Unmarshal(b, &j); err != nil {
		return err
	}
	*e = EpochMetrics{j.Group, j.Epoch, j.N, nullable.Value(j.R2), nullable.Value(j.Tau), nullable.Value(j.RMSE),
		nullable.Value(j.MAE), nullable.Value(j.Bias)}
	return nil
}

type noiseJSON struct {
	Configurations int      `json:"configurations"`
	Trials         int      `json:"trials"`
	FinalSD        *float64 `json:"final_sd"`
	CurveSD        *float64 `json:"curve_sd"`
	FinalSDLow     *float64 `json:"final_sd_low"`
	FinalSDHigh    *float64 `json:"final_sd_high"`
	BestFinalR2    *float64 `json:"best_final_r2"`
	BestRMSE       *float64 `json:"best_rmse"`
}

// MarshalJSON writes the fields in order.
func (n Noise) MarshalJSON() ([]byte, error) {
	return json.Marshal(noiseJSON{n.Configurations, n.Trials, nullable.Pointer(n.FinalSD), nullable.Pointer(n.CurveSD),
		nullable.Pointer(n.FinalSDLow),
		nullable.Pointer(n.FinalSDHigh), nullable.Pointer(n.BestFinalR2), nullable.Pointer(n.BestRMSE)})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (n *Noise) UnmarshalJSON(b []byte) error {
	var j noiseJSON
	if err := json.Unmarshal(b, &j); err != nil {
		return err
	}
	*n = Noise{j.Configurations, j.Trials, nullable.Value(j.FinalSD), nullable.Value(j.CurveSD),
		nullable.Value(j.FinalSDLow),
		nullable.Value(j.FinalSDHigh), nullable.Value(j.BestFinalR2), nullable.Value(j.BestRMSE)}
	return nil
}

type coverageJSON struct {
	Level    float64  `json:"level"`
	Observed *float64 `json:"observed"`
	Width    *float64 `json:"width"`
	Score    *float64 `json:"interval_score"`
	N        int      `json:"n"`
}

// MarshalJSON writes the fields in order.
func (c Coverage) MarshalJSON() ([]byte, error) {
	return json.Marshal(coverageJSON{c.Level, nullable.Pointer(c.Observed), nullable.Pointer(c.Width),
		nullable.Pointer(c.Score), c.N})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (c *Coverage) UnmarshalJSON(b []byte) error {
	var j coverageJSON
	if err := json.Unmarshal(b, &j); err != nil {
		return err
	}
	*c = Coverage{j.Level, nullable.Value(j.Observed), nullable.Value(j.Width), nullable.Value(j.Score), j.N}
	return nil
}
