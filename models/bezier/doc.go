// Package bezier turns learning curves into control points and back; curve <-> target vector lives here alone.
//
// The flow:
//
//  1. A run's epochs are mapped onto 0..1: x = (epoch - first) / (last - first).
//  2. Encode chooses a parameter t in 0..1 for every point of the curve (see Parameters) and solves for the interior
//     control points by least squares in closed form. Both end points are the observed ones ("pinned").
//  3. A regressor learns the target vector: y0, y1 ... yn, and for Chord x1 ... x(n-1) as well.
//  4. Decode first mends the vector (NaN, infinities, x control points out of order), then evaluates the curve at every
//     epoch. With x control points in order x(t) increases strictly, so that each epoch has exactly one t.
//
// Three parameterisations are offered. Chord is the planar Bezier curve of EA-HAS-Bench (Dou et al., ICLR 2023), with
// the x control points kept in order: the published code leaves them free and takes the first of several roots. Warp is
// a Bernstein polynomial over u = log(1+c*x)/log(1+c): it has no x control points, the curve is linear in its targets,
// and Design gives that linear map to regressors that want to minimise the curve's error. Whitened has the same curves
// in coordinates that do this by themselves.
//
// References: G. Farin, "Curves and Surfaces for CAGD", 5th ed. 2002, sections 5.1 (Bernstein form), 7.8 (least
// squares) and 9.6 (chord length parameters).
package bezier
