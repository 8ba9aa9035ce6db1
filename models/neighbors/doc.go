// Package neighbors is the frozen form of the nearest-neighbour baseline (package baseline, which searches with
// golearn's kd-tree). It links nothing but the standard library and the input scaler, and answers with the same bits.
// It is kept plain on purpose; package knn is the nearest-neighbour model to use.
//
// The flow of Model.Predict for one encoded row x:
//
//  1. The scaler (models/dense) makes finite inputs of mean 0 and variance 1.
//  2. The Euclidean distances to all points are computed; the K-th smallest is the radius.
//  3. The answer is the weighted mean over the points inside the radius. Points that tie at the radius share the places
//     that are left, so that the answer does not depend on the order of the points (see Mean).
package neighbors
