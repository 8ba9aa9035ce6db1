// Package physical models the time and the mean power of a training by simple laws, and whatever the laws leave by
// another regressor.
//
//  1. A run has a batch size b and perhaps a power limit L (Axis says which columns hold them); everything else about
//     it is its context: network, data, device, settings.
//  2. Law Time: an epoch has N/b steps, each of which takes a fixed overhead and b samples' work, one hidden behind the
//     other as far as they can be, and the work takes longer where the limit lies below the power wanted: T = ((o/b)^h
//     + (s*(1 + (D/L)^k)^(g/k))^h)^(1/h). Time per sample falls with b until the device is busy, and then stays.
//  3. Law Power: idle power and what the work draws, which grows with b until the device is busy; never much above the
//     limit: F = i + w*(1 + B/b)^-r, P = (F^-k + (c*L)^-k)^(-1/k).
//  4. The logarithms of o, s, D, g (time) and i, w, B, r (power) are linear in the context: an intercept, one slope a
//     column and one for each pair of categories that the training rows hold. Ridge penalties shrink slopes, and pairs
//     more than columns, so that a device says something about the networks that it was not measured with. h, k and c
//     are shared.
//  5. The parameters minimise the pseudo-Huber loss (P. Charbonnier et al., 1997) of the logarithm plus the penalties,
//     by L-BFGS with analytic gradients from a fixed start.
//  6. The rest, target minus law, is learnt by any other Trainer. The frozen Model answers with the sum.
//
// The saturating time per sample and power as min(limit, what the work wants) are common knowledge about accelerators;
// see for instance J. You et al., "Zeus: Understanding and Optimizing GPU Energy Consumption of DNN Training", NSDI
// 2023, figures 2 and 3.
package physical
