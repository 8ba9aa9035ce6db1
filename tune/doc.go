// Package tune searches good settings of anything that can be scored: a tree-structured Parzen estimator proposes,
// successive halving stops what does not look promising, and a journal remembers everything.
//
//  1. A Space lists the settings. Every setting is mapped to 0..1 (by its logarithm where asked), so one rule fits all.
//  2. Suggest looks at the finished trials: the best few make the density l(x), the others g(x), both Parzen mixtures
//     with a uniform part. Of several draws from l it returns the one with the largest l/g.
//  3. A trial is scored rung by rung: on growing shares of the training budget (rounds, trees, epochs), then with all
//     of it on one fold after the other. Continue lets it go on while it is among the best third of those that were
//     scored on the same rung.
//  4. A Journal is a file of checksummed lines, synced one by one, that several processes may append to. Whoever is
//     killed loses the line that it was writing at most; its unfinished trial is taken over by the next that comes.
//
// Sources: Bergstra, Bardenet, Bengio, Kégl, "Algorithms for hyper-parameter optimization" (NIPS 2011), section 4;
// Falkner, Klein, Hutter, "BOHB" (ICML 2018) for the multivariate kernels and the training budget as fidelity; Jamieson
// and Talwalkar, "Non-stochastic best arm identification and hyperparameter optimization" (AISTATS 2016) and Li et al.,
// "A system for massively parallel hyperparameter tuning" (MLSys 2020) for asynchronous halving.
package tune
