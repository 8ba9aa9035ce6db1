package eval

import "eahas/trial/target"

// Names of the metrics.
const (
	MetricAvgR2      = "avg_r2"
	MetricAvgTau     = "avg_tau"
	MetricFinalR2    = "final_r2"
	MetricFinalTau   = "final_tau"
	MetricRMSE       = "rmse"
	MetricPlaceR2    = "place_r2"
	MetricPlaceTau   = "place_tau"
	MetricEndR2      = "end_r2"
	MetricEndTau     = "end_tau"
	MetricRunRMSE    = "run_rmse"
	MetricR2         = "r2"
	MetricLogR2      = "log_r2"
	MetricTau        = "tau"
	MetricSpearman   = "spearman"
	MetricMAE        = "mae"
	MetricMAPE       = "mape"
	MetricMedianAPE  = "medape"
	MetricImpossible = "impossible"
)

// GroupAll is the name of the pooled group.
const GroupAll = "all"

// Row is one figure: a metric of a variant on a target and a group.
// Value and the ends of the interval are NaN where they are undefined; JSON has null there (also for infinities).
type Row struct {
	Variant       string
	Target        target.Target
	Group, Metric string
	Value         float64
	CILow, CIHigh float64 // ends of the bootstrap interval
	N             int     // trials that the figure rests on
}

// Find returns the row with these names, and whether there is one.
func Find(rows []Row, variant string, of target.Target, group, metric string) (Row, bool) {
	for _, r := range rows {
		if r.Variant == variant && r.Target == of && r.Group == group && r.Metric == metric {
			return r, true
		}
	}
	return Row{}, false
}
