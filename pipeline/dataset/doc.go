// Package dataset is the table that models are trained and scored on, made from the trials of the logs.
//
//	trials ──► canonical configuration ──► outside the space: a rejection
//	               │ inside
//	               ▼
//	           Table: encoded rows X (n x p), group and fold of each trial, rule of the epochs
//	               │
//	               ▼
//	           labels of each target, rows that have them
//
// 1. New puts every configuration into the space's own words and leaves out, as rejections, what lies outside of it.
// 2. The encoder gives each trial a row of numbers. Its ranges come from the declared space, never from the trials.
// 3. All repeats of a configuration are one group, and a group stands on one side of every split (folds.go).
// 4. How a query will know the number of epochs is taken from the config or found out from the curves (epochs.go).
// 5. Label gives the true value of a target for a trial; Targets says which of them the logs can teach (labels.go).
//
// Nothing here knows a model, and nothing a file.
package dataset
