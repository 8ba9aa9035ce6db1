// Package modeltest is the conformance suite that every implementation of package models runs through in its tests.
//
// The flow of [Trainer]:
//
//  1. A small problem is planted: numeric columns, a one-hot group, two outputs, from a fixed seed (see planted.go).
//  2. Each check trains on it, or on a spoilt copy of it (no rows, one row, constant targets, missing cells), and looks
//     at one promise of models.Trainer or models.Predictor.
//  3. What is a models.Spreader is also looked at as one (checks_spread.go).
//  4. A check returns an error instead of failing the test itself, so that this package's own tests can show each one
//     red on a trainer that breaks the promise.
//
// Promises that not every model makes are switched off by name in [Options]; there are few and each is a fact about the
// model that its own documentation must state too.
package modeltest
