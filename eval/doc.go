// Package eval judges predictions: slices in, numbers out. It knows nothing of files or models.
//
// The flow of an evaluation:
//
//  1. Folds or Holdout split trials by the hash of their group, never by their order.
//  2. Somebody else trains and predicts; every trial is predicted by a model that has not seen its group.
//  3. CurveRows (learning curves) and CostRows (energies and durations) turn truth and prediction into Rows,
//     one for each group and metric and one for all groups together, with bootstrap intervals over the trials.
//  4. NoiseFloor says how good any model could be, PairedCurves and PairedCosts say which differences between two
//     variants are real, SeedScore says how much of a figure is luck of the training, IntervalCoverage says whether
//     predicted intervals keep their promise.
//
// # Metrics
//
// With truth y, prediction p, n pairs and the mean m of y:
//
//	R2         1 - sum (y-p)^2 / sum (y-m)^2
//	LogR2      R2 of ln y and ln p
//	RMSE       sqrt(sum (y-p)^2 / n)
//	MAE        sum |y-p| / n
//	MAPE       sum |(y-p)/y| / n              a fraction, not percent; pairs with y = 0 are left out
//	MedianAPE  median |(y-p)/y|               likewise
//	Pearson    covariance over the product of the standard deviations
//	Spearman   Pearson of the average ranks
//	KendallTauB (C-D)/sqrt((C+D+Ty)(C+D+Tp))  C and D concordant and discordant pairs; Ty, Tp pairs tied in y only,
//	                                          p only
//
// What happens at the edges is the same for all: slices of different lengths panic; no pairs give NaN; a NaN in
// either slice gives NaN; a correlation of fewer than two pairs or with a constant slice is NaN; R2 of a constant
// truth (which includes n = 1) is NaN. The functions that build rows count what was undefined and leave it out
// of averages.
//
// # Curves
//
// CurveRows computes R2 and tau-b over the trials at each epoch of each group, averages over the epochs inside the
// group, and then over the groups (avg_r2, avg_tau). final_r2 and final_tau take each trial's last epoch. rmse and mae
// pool all points inside a group and are averaged over the groups.
package eval
