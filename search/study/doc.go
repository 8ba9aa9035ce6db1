// Package study plays many searches and says what they show: methods x tasks x seeds, described by one YAML file.
//
//  1. config.go: the file, read strictly; what is wrong is named.
//  2. tasks.go: bundles and tables become tasks; their bounds are found once and kept beside the traces.
//  3. run.go: every (task, method, seed) is one trace file, played by as many workers as there are cores. Finished
//     traces are kept, stopped ones resumed; the bytes do not depend on the number of workers.
//  4. outcome.go: a trace becomes regret, hypervolume and fronts along the budget.
//  5. summary.go, tests.go: medians, quartiles, ranks, energy to a target, and which differences are real.
//
// The package reads no Parquet: the command hands in what opens tables of other formats.
package study
