// Package report turns the outcome of a run into something to read: report.txt for a terminal, report.json for
// programs, and report.html, one self-contained page with its figures inside.
//
// The pipeline fills a Report; Write renders it:
//
//  1. Report holds numbers and names only, no layout. Every slice keeps the order in which it was given.
//  2. Text, JSON and HTML each write one format. The same Report gives the same bytes.
//  3. Write puts the three files into a folder, each by a temporary file and a rename.
//
// The page makes no request to any network, and whatever comes from logs (names of trials, groups, columns) is escaped.
package report
