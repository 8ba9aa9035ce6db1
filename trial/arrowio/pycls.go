package arrowio

import "eahas/trial"

// pyclsParams are the column paths of a pycls sweep (facebookresearch/pycls sweeps as EA-HAS-Bench logs them): axis ->
// path. A mapping of layout pycls uses them for what it does not name itself.
var pyclsParams = trial.Columns{
	"depth":     "cfg.REGNET.DEPTH",
	"w0":        "cfg.REGNET.W0",
	"wa":        "cfg.REGNET.WA",
	"wm":        "cfg.REGNET.WM",
	"group_w":   "cfg.REGNET.GROUP_W",
	"lr":        "cfg.OPTIM.BASE_LR",
	"optimizer": "cfg.OPTIM.OPTIMIZER",
	"policy":    "cfg.OPTIM.LR_POLICY",
	"cutout":    "cfg.TRAIN.CUTOUT_LENGTH",
	"epochs":    "cfg.OPTIM.MAX_EPOCH",
}

// pyclsDefaults fills in what a pycls mapping leaves open: the axes' paths, the test error in percent from epoch 1, and
// seconds and watt-hours per epoch with the first epoch left out of the means (it warms up).
func pyclsDefaults(m trial.Mapping) trial.Mapping {
	if m.Params == nil {
		m.Params = pyclsParams
	}
	if m.Curve == nil {
		m.Curve = &trial.CurveColumn{Column: "test_ema_epoch.top1_err", Kind: "error", Unit: "percent"}
	}
	if m.Time == nil {
		m.Time = &trial.TimeColumn{Column: "train_epoch.time_epoch", Unit: "s", Shape: trial.PerEpoch, SkipFirst: 1}
	}
	if m.Energy == nil {
		m.Energy = &trial.EnergyColumn{Column: "cons.train_cons", Unit: "Wh", Shape: trial.PerEpoch, SkipFirst: 1}
	}
	if m.InferenceEnergy == nil {
		m.InferenceEnergy = &trial.EnergyColumn{Column: "cons.test_cons", Unit: "Wh", Shape: trial.PerEpoch}
	}
	if m.Length == "" {
		m.Length = "cfg.OPTIM.MAX_EPOCH"
	}
	return m
}
