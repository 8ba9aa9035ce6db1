// Package search looks for settings of one variant, honestly: every fold of the evaluation is predicted with settings
// that were chosen without it.
//
//	every fold:   the other folds' trials ──► study of each side ──► best against default on another split ──► predict the fold
//	all trials:                               study of each side ──► best against default on another split ──► settings to recommend
//
// In steps:
//
//  1. A side is a part of the surrogate that is tuned by itself: the curve, or the costs (side.go).
//  2. A study (package tune) proposes points of the side's space; each is scored on inner folds, first with a share
//     of the training budget (study.go), by a loss in which all main metrics weigh the same (loss.go).
//  3. The best point meets the default once more, on another split of the same trials (confirm.go).
//  4. The studies run side by side and share the workers (pool.go). With a number of trials as budget the result
//     does not depend on how many there are.
package search
