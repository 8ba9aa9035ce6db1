// Package auto joins unlike models to one that is never much worse than the best of them, and never much worse than the
// group's mean, whatever log comes. Choosing one member by its inner score loses to weighting them all: the choice is
// made on few runs.
//
//  1. Members: the mean of the group (package mean), always; and those that are given, each with a representation of
//     its own for curves, as in package stack, or a stack itself, whose joined answer is guided. Every member's answer
//     is held to the range of the training targets and a margin.
//  2. Inner folds, drawn by groups of repeats, give every member's held-out answers; small logs are dealt several times
//     (heldout.go).
//  3. The weights minimise the squared error of the joined held-out answers (of costs, the absolute one) and a pull
//     towards weights by the members' own errors (loss.go), under weights >= 0 of sum 1: exactly, by trying every
//     subset of members (weights.go). Members are joined by their mean, those of costs by their weighted median, or by
//     the one of both by which held-out answers err less.
//  4. All members of positive weight are trained on all rows (package stack).
//  5. Where the joined answer is surely no better than the group's mean it is shrunk towards it (shrink.go), by answers
//     whose weights were fitted without the answered fold. Costs are not: the mean is a member.
//  6. Runs that fail end at one value, a tie that no mean of models hits. Where a classifier is nearly sure that a run
//     fails, the answer can be the median of the group's failed runs (failed.go); and a stack whose guided answers hit
//     ties can stand alone. Either happens only where held-out errors and ranks gain by it, surely (finish.go).
//
// Nothing is learnt from rows outside the training data. With fewer than MinGroups groups the answer is the group's
// mean, with fewer than five there are neither Stacks nor failed runs.
//
// Sources: L. Breiman, Stacked regressions, Machine Learning 24 (1996); M. van der Laan, E. Polley and A. Hubbard,
// Super Learner, Statistical Applications in Genetics and Molecular Biology 6 (2007), for convex weights on held-out
// answers; the pull is a ridge penalty around other weights than 0.
package auto
