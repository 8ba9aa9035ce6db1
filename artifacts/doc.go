// Package artifacts is the one room that a consumer of a surrogate enters: it freezes trained parts into a bundle
// folder, opens the folder again, and answers queries.
//
// The way of one query:
//
//  1. the configuration is checked against the space; a value outside is refused and the axis named
//  2. the encoder turns it into one row of columns; the support says whether the row lies near the training data
//  3. the epochs rule gives the epochs of the run: a grid from the first epoch to the last
//  4. the curve head predicts a target vector, its representation decodes the vector at those epochs, and accuracies
//     and errors are clipped to 0..100 (the clips are counted)
//  5. each cost head predicts the logarithm of joules or seconds, so that the answer is always above zero;
//     the totals are per epoch x epochs, so that they always agree
//
// A Surrogate is built in memory by New, out of trained parts, or read from a bundle by Open. Both answer with the
// same code, bit for bit. FORMAT.md describes the bundle for readers in other languages.
//
// Inside, energy is in joules, time in seconds, accuracy in percent. The package imports the standard library,
// gonum, features and models, and nothing else.
package artifacts
