// Package gbdt answers with frozen ensembles of trees: boosted trees and forests. It trains nothing; package gbdt/train
// does.
//
//  1. tree.go, model.go, new.go: a Model is a base score per output plus a sum of trees with thresholds on real values.
//     It is what exporters read. Model.Predict walks the trees one by one and is the definition of every other form.
//  2. codec.go: the Model's bytes.
//  3. compiled.go: Model.Compile and CompileAll make a Compiled, which answers fast. bins.go bins a row once for all
//     trees; runs.go cuts the trees into runs of one kind; masks.go finds the leaves of small trees by bitmasks,
//     walk.go those of large trees by walking. Its answers are those of Model.Predict bit for bit.
//  4. spread.go tells how far the trees of a forest disagree; boosted trees are no ensemble and tell nothing.
//
// Missing values (NaN) go where the node says. Infinite inputs are ordinary values. Of a category set, missing and
// unseen categories go right.
package gbdt
