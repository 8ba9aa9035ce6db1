// Package gp is Gaussian process regression for up to a few thousand rows.
//
//  1. Rows are made dense and their columns grouped into axes (package dense): a numeric column is one axis, a one-hot
//     group is one axis unless SplitGroups.
//  2. The covariance of two rows is a sum of Components kernels (Matern 5/2, Matern 3/2 or squared exponential), each
//     with its own variance and one length scale per axis, plus noise on the diagonal (divided by the row's weight).
//     Two components let a smooth trend over all axes and a local interaction have their own length scales.
//  3. The logarithms of variances, length scales and noise maximise the log marginal likelihood of the standardised
//     targets plus a wide normal prior (standard deviation 2 for length scales, 3 for variances), which keeps
//     an axis without influence finite. The gradient is analytic; L-BFGS searches from Starts points on a draw of
//     TuneRows rows, and the best goes on for a few iterations on all rows.
//  4. The frozen Model holds rows, parameters and one coefficient per row and output. The Cholesky factor that
//     variances need (PredictVar with noise, Spread without) is not stored; it is built again when a variance is first
//     asked for.
//
// Every reduction runs in row order, so results do not depend on the number of workers.
//
// Subset rule: with more than MaxRows rows, whole groups are drawn from the seed until the next would pass
// MaxRows; the other rows are not used.
//
// Source: C. Rasmussen and C. Williams, Gaussian Processes for Machine Learning, 2006: eq. 2.25, 2.26 (prediction),
// 4.14, 4.17 (Matern), 5.1 (length scales), 5.8, 5.9 (marginal likelihood and its gradient).
package gp
