// Package xgboost writes boosted trees as XGBoost models, in JSON and in UBJSON, for XGBoost 1.6 and later.
//
// All outputs stand in one file. As a rule each tree belongs to one output (num_target K, tree_info the output), which
// every version reads; with Vector the trees keep their vector leaves, which needs XGBoost 3.2.
//
// XGBoost sends x < condition to the left where we send x <= threshold, and computes in float32: the condition is the
// float32 number after the threshold, so that both say the same for every float32 x. The base score is a tree of one
// leaf, because older versions know one base score for all outputs. It comes last, after the trees in reversed order:
// XGBoost adds float32 numbers, and the sum is most exact when the small ones come first.
//
// The keys and types are those of XGBoost's own writer (src/learner.cc, src/gbm/gbtree_model.cc,
// src/tree/tree_model.cc).
package xgboost
