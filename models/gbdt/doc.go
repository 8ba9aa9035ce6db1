// Package gbdt trains and serves gradient-boosted trees and forests for tables of up to a few million rows,
// a few tens of columns and a few targets.
//
// Training:
//
//  1. columns.go, groups.go, bins.go: each column becomes at most 255 bins; one-hot groups become one feature with a bin per column.
//     A split "this column against the rest" is the same split as on the original column, and is exported as that.
//  2. finder.go, matrix.go: the binned rows are kept row-major, a byte per bundle of features (bundle.go), and column-major
//     for those who partition row numbers.
//  3. boost.go: one booster per output on one goroutine; multi.go: one booster for all outputs; forest.go: forests.
//  4. grow.go: the leaf with the largest gain is split first. The smaller child's histogram is filled (hist.go), the
//     larger one's is the parent's minus that. cells.go says what a histogram holds: fixed-point integers, so that sums are
//     exact and do not depend on order or workers.
//     The squared loss on all rows moves the rows themselves from leaf to leaf (records.go) and so reads memory in order;
//     other trainings move row numbers.
//  5. search.go, categories.go: the best split of a leaf by its histogram.
//  6. tree.go, model.go: the training form, thresholds on real values.
//
// Serving: Model.Compile gives a Compiled. binner.go bins a row once; masks.go finds the leaves of small trees by
// bitmasks, walk.go those of large trees by walking. Both agree with Model.Predict bit for bit. spread.go tells how far the trees of
// a forest disagree; boosted trees are no ensemble and tell nothing.
//
// Missing values (NaN) have a learned direction per split; where training saw none in a node they follow the larger
// side. Infinite inputs are ordinary values. Categories that training did not see, and missing ones, go right.
package gbdt
