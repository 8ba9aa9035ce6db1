// Package knn answers from the nearest measured configurations, with a distance that it learns.
//
//  1. Rows are made dense (package dense): missing numbers become the mean, missingness becomes a column.
//  2. Rows with equal inputs merge into one site whose target is their mean, so that ten seeds of one configuration
//     count as one neighbour. Sites are ordered by their inputs: the order of the rows does not matter.
//  3. Every axis (a numeric column, a one-hot group as a whole, a missing-indicator) has one scale. A coordinate
//     search over the scales minimises the error of predicting each site from the sites of other groups; for each
//     choice of scales the number of neighbours and the distance weighting that do best are read off in the same pass.
//  4. The frozen Model holds the scaled sites, most telling axes first, and searches them exhaustively: exact, and
//     a few hundred microseconds at 20,000 sites because a sum that is already too large is given up early.
//
// Spread is the scatter of the neighbours' targets.
//
// A mean of equal neighbours is returned exactly, bit for bit: runs that all stay at chance are predicted at chance,
// and rank as the ties that they are. This is the trait for which nearest neighbours win rank correlations on logs
// with failed runs.
//
// Sources: T. Cover and P. Hart, Nearest neighbor pattern classification, IEEE Trans. Inf. Theory 13 (1967);
// S. Dudani, The distance-weighted k-nearest-neighbor rule, IEEE Trans. SMC 6 (1976); scales by leave-one-out error
// after D. Wettschereck, D. Aha and T. Mohri, A review and empirical evaluation of feature weighting methods, 1997.
package knn
