// Package mean answers the mean of the training rows, of all of them or of the row's group. It is the answer that every
// model must beat, and a member of ensembles that know how little they know.
//
//  1. The groups are the distinct values of the named axes' columns among the training rows.
//  2. A group's mean is shrunk towards the mean of all rows, which counts as Prior further rows of it: a group of one
//     run is not believed.
//  3. A row of a group that was never seen gets the mean of all rows.
//
// Source: B. Efron and C. Morris, Stein's estimation rule and its competitors, Journal of the American Statistical
// Association 68 (1973), with a fixed prior weight in place of an estimated one.
package mean
