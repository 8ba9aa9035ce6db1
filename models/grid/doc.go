// Package grid represents a learning curve by its values at fixed points of normalised time.
//
// The flow:
//
//  1. A run's epochs are mapped onto 0..1: x = (epoch - first) / (last - first), so that curves of all lengths meet.
//  2. Points sit evenly over x, or, with a warp constant c > 0, evenly over u = log(1+c*x)/log(1+c): dense in the first
//     epochs, where learning curves bend.
//  3. Encode interpolates the curve linearly (in u) at the points; Decode interpolates linearly between them.
//
// Package svd compresses these targets further.
package grid
