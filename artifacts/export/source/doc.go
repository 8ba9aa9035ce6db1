// Package source writes a surrogate as one Go file or one C header that needs nothing but the language's math: its trees as
// tables and the few functions that walk them. It is for surrogates of boosted trees with Bezier curves (chord or warp).
//
// The written query takes one number for each axis. In Go it answers equal bit for bit to artifacts.Surrogate.Query; in C
// exp, log10 and log1p are the C library's and the last digits may differ. It does not check the configuration against the space and does not know where the training data lie.
package source
