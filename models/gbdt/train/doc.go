// Package train grows the trees of package gbdt: gradient boosting and forests for tables of up to a few million rows,
// a few tens of columns and a few targets.
//
// The flow of Fit:
//
//  1. train.go: rows of weight 0 are dropped, and with EarlyStop a part of the groups is held out.
//  2. columns.go, groups.go, bins.go: each column becomes at most 255 bins; one-hot groups become one feature with a
//     bin per column. A split "this column against the rest" is the same split as on the original column, and is
//     written as that.
//  3. finder.go, matrix.go: the binned rows are kept row-major, a byte per bundle of features (bundle.go), and
//     column-major for those who partition row numbers.
//  4. boost.go: one booster per output, each on one goroutine where there are enough outputs for all; multi.go: one
//     booster for all outputs; forest.go: forests, their trees side by side.
//  5. grow.go: the leaf with the largest gain is split first. The smaller child's histogram is filled (hist.go), the
//     larger one's is the parent's minus that. cells.go says what a histogram holds: fixed-point integers, so that sums
//     are exact and do not depend on order or workers.
//     The squared loss on all rows moves the rows themselves from leaf to leaf (records.go) and so reads memory in
//     order; its rows are dealt to shards, one a goroutine (team.go), so that one output is grown on all cores. Other
//     trainings move row numbers, on one goroutine an output.
//  6. search.go, categories.go: the best split of a leaf by its histogram.
//  7. order.go: the grown trees in the order that a gbdt.Model wants.
//
// The bytes of the model depend on the data, the Params and the seed alone. Missing values (NaN) have a learned
// direction per split; where training saw none in a node they follow the larger side. Categories that training did not
// see go right.
package train
