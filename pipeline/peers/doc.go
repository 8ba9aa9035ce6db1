// Package peers lets regressors of other libraries, in a Python of the user's, meet the problems that our own meet: the
// same folds, encoded rows and targets.
//
//  1. A peer is "representation+library": the representation turns curves into targets (grid6: six points; svd6,
//     ranks6, bezier4), the library learns them: lightgbm, xgboost, or scikit-learn's randomforest, extratrees, knn,
//     mlp, gp. log- before the library makes it learn the targets' logarithms; small- gives it settings for few rows.
//     Costs come as logarithms already.
//  2. Each runs in Python processes of its own (crew.go, peer.py), which get one problem for each fold and target and
//     write predictions back. Python computes no score.
package peers
