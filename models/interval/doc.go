// Package interval says how sure a prediction is: bounds for a learning curve or a cost, and plausible noise around it.
//
//  1. Held-out residuals (truth less prediction, each prediction from a model that had not seen the trial) are cut
//     along the normalised time u of the curve (0: first epoch, 1: last epoch) at a few knots. A cost has the one knot
//     0.
//  2. Something says how unsure each prediction is. There are four sources of it (source.go), each learnt in fit.go:
//     Residuals (size.go): a small boosted model of how large residuals are, from the configuration and the prediction.
//     Quantiles (ends.go): trees of the residuals' quantiles, which may be skewed or biased.
//     Spread (floor.go): the predictor's own opinion, such as the disagreement of an ensemble, plus a floor.
//     ResidualSpread (size.go): the boosted model of the size, which sees the predictor's opinion as well.
//  3. family.go calibrates each: scores (residuals divided by the local scale, or less the trees' ends) have signed
//     quantiles at each knot, with the correction of split conformal prediction, and those give the bounds. A trial's
//     score always comes from what was learnt without the trial's part (cross-conformal). So a poor source gives wide
//     bounds, not wrong ones.
//  4. Of calibrated sources the one with the lowest mean interval score is the best: narrow, and still right. Nested
//     repeats everything without each part, the choice of the source included, so that a check never sees what it
//     checks.
//  5. A noise model of the residuals divided by their size, or where configurations were repeated of the differences
//     between repeats, draws curves that look like real ones: a part that is common to the whole curve and a part that
//     follows AR(1) along it. It is the same for every source.
//
// Sources: Lei, G'Sell, Rinaldo, Tibshirani, Wasserman, "Distribution-free predictive inference for regression"
// (JASA 2018), section 5.2, for locally scaled residuals; Romano, Patterson, Candès, "Conformalized quantile
// regression" (NeurIPS 2019), with the ends corrected one by one as in its theorem 2; Barber, Candès, Ramdas,
// Tibshirani, "Predictive inference with the jackknife+" (Annals of Statistics 2021) for residuals of cross-validation;
// Vovk, "Cross-conformal predictors" (AMAI 2015); Gneiting, Raftery, "Strictly proper scoring rules, prediction, and
// estimation" (JASA 2007), equation 43, for the interval score.
package interval
