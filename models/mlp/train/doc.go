// Package train fits the networks of package mlp with gorgonia. It is the only room that links gorgonia.
//
// The flow of Trainer.Train:
//
//  1. Rows of weight 0 are dropped, inputs are standardised (models/dense), each target is standardised or, where it is
//     declared bounded, kept as a share of its range (prepare.go).
//  2. Columns are dealt to the input branches (branches.go).
//  3. For each of Seeds members, in parallel: weights are drawn from the member's own stream (initial.go), one gorgonia
//     graph with a fixed batch size is built (graph.go), and Adam with decoupled weight decay and a falling rate runs
//     over shuffled batches (fit.go, schedule.go). With EarlyStop a part of the groups is held back and the best
//     weights are kept (split.go).
//     With the Solver lbfgs, for few rows, the steps see all rows at once and gorgonia is not asked (wholebatch.go).
//  4. The weights are copied out into an mlp.Model, which averages the members.
//
// The loss is the mean over rows of |(y - p) L|^2, where L is a fixed k x k matrix: by default each target divided by
// its standard deviation; with Params.Basis the error of the decoded curve itself (loss.go).
//
// Determinism: nothing is drawn by gorgonia (its initialisers and its Dropout take seeds from the clock); members share
// no state; sums run in a fixed order. So the bytes depend on the data, the Params and the seed alone.
package train
