// Package search compares search methods by the joules that they spend: a frozen surrogate, or a table of measured
// runs, is the world, and a method asks it for trainings under a budget.
//
//  1. A Task answers for one configuration with a Run: the learning curve and what each epoch of it costs, as one
//     training with its noise shows them, and the truth beneath. Bundle and Table are the two kinds.
//  2. A Domain says which configurations there are: how to draw one, to change one, and where each lies in the unit
//     cube.
//  3. A Method asks for Jobs (train this configuration so far; resume that one) and is told Results. It knows the share
//     of the budget that is left, no clock, and draws from named streams. Kinds is the table of the methods: one file
//     and one row each.
//  4. A Ledger keeps the accounts: a job costs what the run spends between the two epochs, the budget is never passed,
//     and a job that would pass it is cut at its last epoch that can be paid.
//  5. Play drives one method on one task with W workers, whose jobs end in the order of (time, worker, trial), and
//     writes a Trace, the same bytes for the same inputs.
//  6. Bounds says what could be found at all: the best loss, the true front of loss and joules, typical costs; from
//     random draws and climbs of the task alone, never from the runs that are compared.
//  7. Judge scores what was found by a second surrogate, because a search climbs the errors of the first.
//
// Losses are lower the better: 100 - accuracy, the error, the loss, or the negated score. Energies are in joules, times
// in seconds. The package is light: it links neither arrow nor gorgonia. Studies of many runs are in search/study.
package search
