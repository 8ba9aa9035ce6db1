// Package source writes a surrogate as one Go file that needs nothing but package math: its trees as tables and the
// few functions that walk them. It is for surrogates of boosted trees with Bezier curves (chord or warp).
//
// The written Query takes one number for each axis and answers equal bit for bit to artifacts.Surrogate.Query. It does not
// check the configuration against the space and does not know where the training data lie.
package source
