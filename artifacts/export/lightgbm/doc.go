// Package lightgbm writes boosted trees as LightGBM's text model, which LightGBM (Python, C, R), treelite and, in
// version v3, the Go package leaves read.
//
// LightGBM has no regression with several outputs, so each output becomes a file of its own. Predictions are the same
// bits as gbdt.Model's: thresholds and leaf values are written with 17 digits, the base score is added to the leaves of
// the first tree, and LightGBM adds trees in the same order in double precision. Splits on one category of a one-hot
// group are written as what they are, x <= 0.5 on that column. NaN is a missing value and goes the learned way.
//
// The layout follows LightGBM's own writer, src/boosting/gbdt_model_text.cpp and src/io/tree.cpp.
package lightgbm
