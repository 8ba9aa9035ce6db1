// Package epochwise learns a learning curve with the epoch as a feature: one regressor of one output sees the encoded
// row and a time, and answers with the value at that time.
//
//  1. A curve stands on k points, number i at the place u = i/(k-1) of the run (package grid says which epoch that is).
//  2. Training makes k rows of each trial: its columns and u. A trial's rows share weight and group, so that no inner
//     split parts them.
//  3. Predict asks the regressor once a point.
//
// Every other package here gives the k targets to a regressor at once; this is their rival. It shares what it learns
// between epochs, and pays with k times as many rows to train on and k questions a query.
package epochwise
