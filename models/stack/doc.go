// Package stack joins several models into one: their weighted mean or median, moved between the measured neighbours if
// wished.
//
//  1. Every member is a regressor of its own, with a representation of its own: it encodes the training curves, learns
//     their targets, and its answers are decoded at the stack's times. So a network on Bernstein coefficients and a
//     forest on the points of the curve meet as curves. A member without a representation learns the targets as they
//     are (costs).
//  2. The weights (>= 0, sum 1) are all equal, or, with Folds, fitted: the members predict every training row from
//     inner folds that keep groups together, and the weights minimise the squared error of the joined prediction of
//     these held-out rows (weights.go). Members of weight 0 are left out. All others are then trained on all rows.
//  3. With Guided the joined prediction is moved to the segment between the two measured neighbours on its line
//     (package local), also inside the inner folds, where the neighbours are those of the inner training rows.
//  4. Spread says how unsure the joined answer is: how far the members disagree and what each knows of itself, or on a
//     line how far apart the measured neighbours are.
//  5. The frozen Model holds its members' serving forms (package parts lists the types that it can hold).
//
// Nothing is learnt from rows outside the training data, so the score of an outer fold stays honest.
//
// Source: L. Breiman, Stacked regressions, Machine Learning 24 (1996): non-negative weights fitted on held-out
// predictions.
package stack
