// Package searchpage renders what a study of searches shows (search/study.Summary): a text for the terminal, JSON and
// CSV for programs, and one self-contained page with its figures inside, in the style of package report.
//
// The same summary gives the same bytes. The page asks no network for anything, and every name that comes from a config
// is escaped.
package searchpage
