// Package experiment trains variants, lets them predict trials that they have not seen, and says what that shows.
//
//	dataset.Table ──► Plan: what is trained, what is scored, how
//	                    │
//	recipe.Variant ──► Train ──► artifacts.Head of each target
//	                    │
//	                    ▼  every fold, every training seed
//	                 Predictions of the held-out trials
//	                    │
//	                    ▼
//	                 Scored: figures with intervals ──► differences, slices, recommendation
//	                    │
//	                    ▼
//	                 Uncertainty: intervals of the answers, made from what was missed on held-out trials
//
// In steps:
//
//  1. NewPlan says which targets the table can teach, and which heads are trained for them.
//  2. Plan.Train trains a variant on some of the rows: a head for each target (train.go; costs as power x time in
//     powertime.go).
//  3. Predict asks the heads what a user's query would (predict.go). Evaluate does so for every fold, variant and
//     training seed, each a stage that is kept (folds.go).
//  4. Score turns predictions into figures (score.go, seeds.go). A Scored is a value that nobody changes afterwards:
//     differences (paired.go), slices (slices.go) and the recommendation (recommend.go) are made from it.
//  5. LearnUncertainty makes the intervals of a variant from its held-out residuals, and checks them on others
//     (uncertainty.go).
//  6. Final trains a variant on all trials and keeps its serving form (final.go).
//
// Nothing here sees a file: what is kept goes through a stage.Runner.
package experiment
