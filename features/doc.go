// Package features turns words into numbers: it describes the joint space of architectures and hyperparameters,
// checks configurations against it, and encodes them as rows of a Frame.
//
// The flow:
//
//  1. A Space lists its axes (Param): ranges, logarithmic ranges, whole numbers, ordered lists, choices; some exist
//     only under a Condition. It comes from a run's config (YAML), from a bundle (DecodeSpace), is built in (Builtin),
//     or is guessed from logs (Infer, WriteYAML). Validate says what is wrong with it.
//  2. A Config gives each axis a Value. Canonical brings it into the declared form; Check refuses what lies outside,
//     naming axis, value and what is allowed.
//  3. A space of RegNet axes derives the network (RegNetParams.Generate), its parameters, multiply-adds and
//     activations (RegNetSpec.Complexity); constraints and extra input columns rest on them.
//  4. The Encoder, made from the space alone, scales numbers by their declared range and spreads choices one-hot into
//     a Frame (n x p, row-major; NaN is missing).
//  5. A Support remembers where the training rows lay and names the axes on which a query extrapolates.
//  6. Sampler draws configurations by the axes' laws, given the constraints.
//
// A query goes through Check, Encode and Beyond without allocating.
package features
