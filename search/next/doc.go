// Package next says which configurations to train next: for somebody who has a bundle and trains for real.
//
//  1. read.go: the trainings that were done, one JSON object a line.
//  2. correct.go: what the bundle predicts for them less what they showed is learnt by a Gaussian process over the
//     configurations (with few trainings: their shrunk mean), for the loss and for the logarithm of the energy, so that
//     the bundle's predictions become those of the own machine and code.
//  3. advise.go: of random configurations and mutants of the best, those with the largest expected improvement, less a
//     ln of the energy, one after the other and apart from each other. Nothing beside the bundle's training data is
//     advised unless asked for.
//
// When the best candidate promises less than a given gain per kWh, the advice is to stop.
package next
