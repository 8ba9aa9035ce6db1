// Package twopart asks first whether a run fails, and then what its curve is if it does and if it does not.
//
//  1. A training row has failed when its curve stands still: the targets of its last half are equal within Tolerance.
//     Such runs diverged, or never left chance. Targets must be of a kind in which a flat curve has equal numbers:
//     points (grid, ranks) or Bernstein coefficients. With fewer than 4 targets no row counts as failed.
//  2. The gate learns failed (1) or not (0) on all rows; Alive learns the targets of the rows that did not fail, so
//     that no cliff is in its way; Failed learns those of the rows that did.
//  3. An answer of the gate below Low is taken for 0, one above High for 1, and the two predictions are mixed by it. So
//     a run that surely fails is predicted as the failed runs near it are, exactly, and ranks as their tie.
//  4. Spread is that of the mixture: widest where the gate cannot tell.
//
// Where all rows fail, or none, only that part is trained.
package twopart
