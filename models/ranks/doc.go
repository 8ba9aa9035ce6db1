// Package ranks represents a learning curve by the ranks of its values among all training values, at fixed points of
// time.
//
//  1. Fit gathers the values of all training curves and keeps knots of their distribution: 256 quantiles, each with the
//     share of values below it and up to it. A value that many curves share exactly, the loss of untrained runs or the
//     cap that diverged runs are given, is an atom: a knot with a wide interval of shares.
//  2. Encode maps each value to its share (0..1), an atom to the middle of its interval, and samples the points
//     (package grid).
//  3. Decode maps shares back; every share inside an atom's interval is the atom's value exactly.
//
// So a regressor's squared error counts ranks: a cliff between a loss of 0.7 and one of 6e18 does not drown the
// differences between good runs, failed runs are told apart from good ones by an interval of their own, and rank
// correlations gain. For metrics of even spread (accuracies), package grid on the plain values does as well or better
// in squared error.
//
// A share of one fiftieth is not the rank but the place between the smallest and largest value, so that the map
// increases strictly where no training value lies and curves come back from their targets.
package ranks
