// Package energy models what a training costs: joules and seconds, per epoch and in total.
//
// The flow:
//
//  1. Costs come in joules and seconds, > 0. Log takes them to natural logarithms and refuses anything else, with its position.
//  2. A regressor learns the logarithms, so that a relative error counts the same for a small run and for a large one.
//     A PowerTime learns log power and log time instead of log energy, since energy = power x time: power depends on
//     the device and its limit, time on the work, and each is simpler than their product.
//  3. Log.Back returns to joules or seconds: always > 0 and finite, whatever the regressor said.
//  4. Total and Cumulative add epochs up; a series that they return never falls.
//  5. KWh and the other texts convert units where people read them, and nowhere else.
package energy
