// Package simulate makes trials of the EA-HAS space from formulas, for trying things and for scale. No network is
// trained: every number is invented by the formulas below, and everything made from them must carry Notice.
//
// # From a configuration to a trial
//
// Inputs: lr, optimizer, policy, cutout, epochs E, and from (depth, w0, wa, wm, group_w) the derived parameters P,
// multiply-adds F, activations A and the last stage's width W (package features). All logarithms are natural unless
// written log10.
//
//  1. Mismatch of the learning rate, in decades above the best one:
//     m = log10(lr) - best + 0.15*log2(W/200) + 0.10*log2(E/100),
//     best = -0.8 (sgd), -2.6 (adam), -2.2 (adamw).
//     Quality of the training: q = exp(-a*m^2), a = 0.9 for m > 0, 0.35 for m <= 0 (too small a rate costs less).
//  2. Divergence: the run fails with probability r / (1 + exp(-7*(m - 1.45))), r = 0.75 (sgd), 0.95 (adam), 0.90
//     (adamw).
//  3. Capacity: k = 1 - exp(-(0.55*log(P/1e5) + 0.5*log(F/2e7) + 0.03*log2(1+g))), at least 0.05, with g the group
//     width. Final accuracy in percent, with C classes (chance is 100/C) and top = 95 for at most 10 classes, else 62:
//     a_E = chance + (top - chance) * k^0.35 * (0.30 + 0.70*q) * (1 - 0.05*50/E) + b*q*s, b = 0.6 (cos), 0 (lin), -0.8
//     (exp) + 0.8*s*q*(log2(E/50) - 0.8) with cutout (a loss for 50 epochs, a gain for 200); s = (top-chance)/85.
//  4. Curve: with t = e/E the part of the training done after epoch e, the rate that remains under the policy is
//     cos: (1 + cos(pi*t))/2,  lin: 1 - t,  exp: 1000^-t (times a linear warm-up over the first 5 epochs), and the
//     noise of large steps holds the accuracy down while it lasts:
//     a(e) = chance + (a_E - chance) * (1 - exp(-(e/tau)^0.8)) / (1 - exp(-(E/tau)^0.8)) * (1 - h*rate(t)),
//     tau = 4 + 8*(1-q) + 10*max(0, -m) epochs, h = 0.10 + 0.12*q*sigmoid(2*m).
//     The error is 100 - a. Noise per epoch is an AR(1) series of coefficient 0.5 and standard deviation
//     0.25 + 1.2*rate(t) points; a repeat (another seed of one configuration) shifts a_E by a normal of 0.25 points.
//  5. A failed run follows the curve up to an epoch drawn uniformly from the first third (or from the warm-up, with
//     equal odds) and stays at chance from there, exactly: the network predicts one class.
//  6. Seconds of one training epoch:
//     util = 0.25 + 0.75 * (F/A) / (F/A + 150) / (1 + 0.5*(g < 8)),
//     T = 4.0 + n/50000 * (3*F*50000/(2.2e13*util) + A*50000/9.0e9 + o), o = 0 (sgd), 0.25 (adam, adamw),
//     plus 0.25 s with cutout; n training images (50,000; TinyImageNet 100,000). The first epoch takes 1.6*T + 6
//     (data caches, autotuning). Every epoch varies by 1 % (a factor 1 + 0.01*z, z normal); 1 % of the epochs are
//     outliers (another job on the machine): times 1.2 to 3, drawn log-uniformly; a repeat shifts T by 1 %.
//  7. Watts: w = 62 + 188*util^0.7 (at most 250), varied by 1.5 % per run and 1 % per epoch; energy of an epoch is
//     its seconds times its watts. Outliers in time run at 0.8*w.
//  8. Test energy per epoch: n_test*(F/(2.2e13*util) + A/2.7e10) seconds + 0.8 s at 0.85*w, varied by 2 %.
//
// The shapes follow what the paper's figures and public training logs show; the constants are chosen so that runtime
// and energy have the right order (a V100 of 250 W trains the CIFAR-10 space in 5 to 15 s an epoch).
//
// # Randomness
//
// Trial i depends on the seed, the space and i alone: it has a random stream of its own, and repeats share their
// configuration's stream for the configuration. Any number of workers gives the same trials.
package simulate
