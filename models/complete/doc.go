// Package complete goes on with learning curves that were cut: runs that a search pruned, that were killed, or that
// were still running, and that were meant to be longer.
//
//  1. All curves are laid on places of the planned run, dense at its start (a logarithm of the epoch), and become the
//     increments from place to place. A run that was cut has the first ones.
//  2. The increments are taken for a Gaussian vector of mean zero whose second moments are estimated by expectation
//     maximisation from all that was seen (Dempster, Laird and Rubin 1977; Little and Rubin, Statistical Analysis with
//     Missing Data, chapter 11). That is right where runs were cut for what was seen of them, as halving and median
//     rules do: the survivors alone are better than all.
//  3. The hidden increments of a run are their expectation given its own visible ones, added up from its last value. A
//     mean of zero says that a curve without any slope goes on without one; a place that no run has reached adds
//     nothing, so the last level is held. Curves that are moved or stretched along the values go on likewise.
//
// It is a step before training: what is visible stays as it is, and every representation and regressor sees whole
// curves in place of short ones stretched over the run.
package complete
