// Package mlp answers with frozen feed-forward networks. It trains nothing (package mlp/train does) and links nothing
// but the standard library, gonum/floats and the input scaler.
//
// The flow of Model.Predict for one encoded row x (length p, NaN = missing):
//
//  1. The scaler (models/dense) makes finite inputs of mean 0 and variance 1.
//  2. Each member network reads them: every branch takes its own input columns through its own layers, the branches'
//     results are concatenated in order, and the trunk ends with k raw outputs z. The two-branch network of
//     EA-HAS-Bench (Dou et al., ICLR 2023, section 3.2: architecture columns, hyperparameter columns) and a plain
//     network (one branch without layers) are both of this shape.
//  3. Each raw output becomes a prediction in the target's units: shift + scale*z, or shift + scale*sigmoid(z) where
//     the target is bounded (an accuracy in 0..100 percent).
//  4. The members' predictions are averaged. How far they disagree is Model.Spread.
//
// All arithmetic is float64 in a fixed order, so the same model gives the same bits on every run of one architecture.
package mlp
