// Package flat answers configurations that come as bytes with numbers in one array: what crosses the border between the
// Python client and the library that clients/core builds. Neither side parses text for it.
//
// A question is, little-endian: the epoch up to which series are wanted (float64, +Inf for all), 1 byte that says
// whether there is noise, the seed of the noise (uint64), and for each axis of the space, in its order, 1 byte for the
// kind of the value and the value: 0 missing; 1 a number, float64; 2 a text, its length as uint32 and its bytes.
//
// An answer is Head numbers, then: the outside axes (each the place of the axis in the space, -1 for
// features.Combination), the known quantities, the bundle's own numbers, the epochs, the curve, the energies, the
// times, the bundle's own curves, and, where bounds were asked for and are known, low and high of the costs (energy per
// epoch, energy, time per epoch, time, inference energy) and of each own number, the curve's low and high ends, and
// those of each own curve. The lengths stand in the head. What the surrogate does not know is NaN.
package flat
