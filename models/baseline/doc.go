// Package baseline wraps golearn's pure-Go learners as labelled baselines of the comparison of variants. It is the only
// room that links golearn; what it trains is frozen into package neighbors, which does not.
//
//  1. Rows of weight 0 are dropped and inputs are standardised (models/dense).
//  2. golearn's kd-tree is built over the rows, and Predict searches it (kdtree.go).
//  3. Freeze hands the same points to neighbors.Model, which answers with the same bits.
//
// What is left out, and why: golearn's knn, linear_models and ensemble need cgo. Its CARTDecisionTreeRegressor takes
// quadratic time (85 s at 9,000 rows), leaves a root without a split with the right-hand prediction 0, and learns one
// target at a time; package gbdt has single trees. Its splits shuffle the source in place and cannot be seeded, so none
// is used.
package baseline
