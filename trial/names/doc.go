// Package names says what the name of a log's column promises: a metric, a cost and its unit, an epoch, an id, and so
// on. It is the one table of such words: package intake asks it about other tools' logs, package pipeline/guess about
// plain tables. A name is a promise and no proof; who asks looks at the data, too.
//
//	words.go   a name is taken apart into words: valAcc, val/acc, "Val Acc." and valacc are val and acc
//	metric.go  accuracy, error, loss, score; the split that it was measured on
//	cost.go    energies, times and powers with their units, of the training or beside it
//	role.go    what counts, what tells runs apart, what is known only after the start
package names
