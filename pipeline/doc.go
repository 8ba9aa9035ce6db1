// Package pipeline is the run: from raw logs to a frozen surrogate and the report about it. Each file reads as a list
// of steps; what a step does is in a room of its own.
//
//	config.go    1. a YAML file becomes a Config, complete and checked
//	ingest.go    2. logs become trials (trial/arrowio), or trials are simulated; bad rows become rejections
//	prepare.go   3. trials become a dataset.Table with folds, and an experiment.Plan of what is trained and scored
//	run.go       4. every variant (recipe) is trained without each fold and predicts it (experiment.Evaluate)
//	             5. the predictions become figures (experiment.Score) and intervals (experiment.LearnUncertainty)
//	freeze.go    6. the chosen variant is trained on all trials, saved with the report, opened again and compared bit
//	                for bit
//	report.go    7. what is known becomes a report.Report (describe.go: in words)
//
// The other commands take the same steps as far as they need them, and then one of their own: compare.go (differences
// between variants and a recommendation), beside.go (regressors of other tools on the same folds), tune.go (package
// search), diff.go (two frozen surrogates on the same logs), shard.go (shares of the work on several machines).
//
// Every stage's output is kept under a key of everything that it depends on (package stage): an interrupted run goes on
// where it stopped, and the same config and inputs give the same bytes.
package pipeline
