// Package parametric represents a learning curve by the parameters of a formula: the published rivals of control
// points.
//
// The flow:
//
//  1. A run's epochs become x = 1 + 100 (epoch - first)/(last - first), so that the same bounds suit all lengths.
//  2. Every family is y = a + b g(x; p, q), or y = b g(x; p, q): linear in a and b. For given (p, q) the best a and b
//     are closed form ("variable projection", Golub and Pereyra, SIAM J. Numer. Anal. 10, 1973), so the search has two
//     dimensions at most: a grid over the bounds, then the Levenberg-Marquardt method from its best point.
//  3. In the target vector a and b are given by the values that the formula has at the first and the last epoch, which
//     is the same line of curves, but never ill-conditioned: a and b may be huge where g hardly changes, those values
//     may not.
//  4. Decode clips p and q into their bounds, so that whatever a regressor says is a curve of the family.
//
// Sources of the families: Domhan, Springenberg, Hutter, "Speeding up automatic hyperparameter optimization of deep
// neural networks by extrapolation of learning curves", IJCAI 2015, table 1; Viering and Loog, "The shape of learning
// curves: a review", TPAMI 2022, table 1.
package parametric
