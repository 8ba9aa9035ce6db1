// Package svd represents a learning curve by its first few principal components.
//
// The flow:
//
//  1. Every training curve is resampled onto a common grid of normalised time (package grid), so that lengths may
//     differ.
//  2. The mean curve is subtracted, and the singular value decomposition of the n x G matrix gives orthonormal
//     components; the first k are kept. Their signs are fixed: the entry of largest magnitude is positive.
//  3. Encode projects a curve on the components; Decode adds them up again and interpolates at the epochs asked for.
//
// Since the components are orthonormal, the squared distance of two target vectors is the squared distance of their
// curves summed over the grid: a regressor that minimises the one minimises the other.
//
// This is the compression of NAS-Bench-x11 (Yan, White, Savani, Hutter, "NAS-Bench-x11 and the Power of Learning
// Curves", NeurIPS 2021, section 3), there with 6 components.
package svd
