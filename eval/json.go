package eval

import (
	"encoding/json"
	"math"
)

// JSON has no NaN and no infinity: where a number may be undefined, it is written as null, and null is read as NaN.

type rowJSON struct {
	Variant string   `json:"variant"`
	Target  string   `json:"target"`
	Group   string   `json:"group"`
	Metric  string   `json:"metric"`
	Value   *float64 `json:"value"`
	CILow   *float64 `json:"ci_low"`
	CIHigh  *float64 `json:"ci_high"`
	N       int      `json:"n"`
}

// MarshalJSON writes variant, target, group, metric, value, ci_low, ci_high and n, in that order.
func (r Row) MarshalJSON() ([]byte, error) {
	return json.Marshal(rowJSON{r.Variant, r.Target, r.Group, r.Metric,
		orNull(r.Value), orNull(r.CILow), orNull(r.CIHigh), r.N})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (r *Row) UnmarshalJSON(b []byte) error {
	var j rowJSON
	if err := json.Unmarshal(b, &j); err != nil {
		return err
	}
	*r = Row{j.Variant, j.Target, j.Group, j.Metric, orNaN(j.Value), orNaN(j.CILow), orNaN(j.CIHigh), j.N}
	return nil
}

type diffJSON struct {
	Target     string   `json:"target"`
	Group      string   `json:"group"`
	Metric     string   `json:"metric"`
	A          string   `json:"a"`
	B          string   `json:"b"`
	ValueA     *float64 `json:"value_a"`
	ValueB     *float64 `json:"value_b"`
	Difference *float64 `json:"difference"`
	CILow      *float64 `json:"ci_low"`
	CIHigh     *float64 `json:"ci_high"`
	Real       bool     `json:"real"`
	N          int      `json:"n"`
	Seeds      *SeedGap `json:"seeds,omitempty"`
}

// MarshalJSON writes the fields in order, and whether the difference is real.
func (d Diff) MarshalJSON() ([]byte, error) {
	return json.Marshal(diffJSON{d.Target, d.Group, d.Metric, d.A, d.B, orNull(d.ValueA), orNull(d.ValueB),
		orNull(d.Difference), orNull(d.CILow), orNull(d.CIHigh), d.Real(), d.N, d.Seeds})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (d *Diff) UnmarshalJSON(b []byte) error {
	var j diffJSON
	if err := json.Unmarshal(b, &j); err != nil {
		return err
	}
	*d = Diff{j.Target, j.Group, j.Metric, j.A, j.B, orNaN(j.ValueA), orNaN(j.ValueB), orNaN(j.Difference),
		orNaN(j.CILow), orNaN(j.CIHigh), j.N, j.Seeds}
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
	return json.Marshal(epochJSON{e.Group, e.Epoch, e.N, orNull(e.R2), orNull(e.Tau), orNull(e.RMSE), orNull(e.MAE), orNull(e.Bias)})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (e *EpochMetrics) UnmarshalJSON(b []byte) error {
	var j epochJSON
	if err := json.Unmarshal(b, &j); err != nil {
		return err
	}
	*e = EpochMetrics{j.Group, j.Epoch, j.N, orNaN(j.R2), orNaN(j.Tau), orNaN(j.RMSE), orNaN(j.MAE), orNaN(j.Bias)}
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
	return json.Marshal(noiseJSON{n.Configurations, n.Trials, orNull(n.FinalSD), orNull(n.CurveSD), orNull(n.FinalSDLow),
		orNull(n.FinalSDHigh), orNull(n.BestFinalR2), orNull(n.BestRMSE)})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (n *Noise) UnmarshalJSON(b []byte) error {
	var j noiseJSON
	if err := json.Unmarshal(b, &j); err != nil {
		return err
	}
	*n = Noise{j.Configurations, j.Trials, orNaN(j.FinalSD), orNaN(j.CurveSD), orNaN(j.FinalSDLow),
		orNaN(j.FinalSDHigh), orNaN(j.BestFinalR2), orNaN(j.BestRMSE)}
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
	return json.Marshal(coverageJSON{c.Level, orNull(c.Observed), orNull(c.Width), orNull(c.Score), c.N})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (c *Coverage) UnmarshalJSON(b []byte) error {
	var j coverageJSON
	if err := json.Unmarshal(b, &j); err != nil {
		return err
	}
	*c = Coverage{j.Level, orNaN(j.Observed), orNaN(j.Width), orNaN(j.Score), j.N}
	return nil
}

func orNull(x float64) *float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return nil
	}
	return &x
}

func orNaN(x *float64) float64 {
	if x == nil {
		return math.NaN()
	}
	return *x
}
