// Package recipe is what a variant of the surrogate is made of: how a curve becomes numbers, what learns them, what
// learns the costs. It turns a config's words into models' Trainers and knows no data: a Task says all that a trainer
// may take from the space.
//
//	Variant ──► Representation ──► models.Fitter     (curve <-> target vector; representation.go)
//	        ├─► Regressor, of the curve ──► models.Trainer
//	        ├─► Regressor, of the costs ──► models.Trainer, on logarithms
//	        └─► where intervals come from
//
// In steps:
//
//  1. Complete fills in what a name such as bezier+gbdt says and refuses what cannot be (variant.go).
//  2. Each kind of regressor is one file and one row of the table in kinds.go: where it may stand, its settings with
//     their defaults, its check, its trainer, what tuning may change, what its training budget is, the regressors
//     inside it.
//  3. Representations are rows of the table in representation.go.
//  4. A Tunable is the search space of a variant, and points of it are variants again (tunable.go). Variant.Cheaper
//     trains with a part of the budget (budget.go).
//  5. Snippet writes a variant as a config would say it.
package recipe
