// Package source writes a surrogate as one Go file or one C header that needs nothing but the language's math: its
// trees as tables and the few functions that walk them. It is for surrogates of boosted trees with Bezier curves (chord
// or warp).
//
// The written query takes one number for each axis. It answers equal bit for bit to artifacts.Surrogate.Query; C does
// so on x86-64, with exp, log10 and log1p of its own (math_c.txt), as Go's differ from one kind of processor to
// another. It does not check the configuration against the space and does not know where the training data lie.
package source
