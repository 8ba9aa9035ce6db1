// Package interval says how sure a prediction is: bounds for a learning curve or a cost, and plausible noise around it.
//
//  1. Held-out residuals (truth less prediction, each prediction from a model that had not seen the trial) are cut along the
//     normalised time u of the curve (0: first epoch, 1: last epoch) at a few knots. A cost has the one knot 0.
//  2. A small boosted model learns how large residuals are, from the configuration and the prediction: the local scale.
//  3. Residuals divided by the scale are scores. Their signed quantiles at each knot, with the correction of split conformal
//     prediction, give the bounds: prediction + scale x quantile. A trial's score always uses a scale that was learnt
//     without the trial's fold (cross-conformal).
//  4. A noise model of the same scores, or where configurations were repeated of the differences between repeats, draws
//     curves that look like real ones: a part that is common to the whole curve and a part that follows AR(1) along it.
//
// Sources: Lei, G'Sell, Rinaldo, Tibshirani, Wasserman, "Distribution-free predictive inference for regression"
// (JASA 2018), section 5.2, for locally scaled residuals; Barber, Candès, Ramdas, Tibshirani, "Predictive inference with
// the jackknife+" (Annals of Statistics 2021) for residuals of cross-validation; Vovk, "Cross-conformal predictors"
// (AMAI 2015).
package interval
