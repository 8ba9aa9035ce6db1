// Package graph holds the cells of neural architecture search: directed acyclic graphs of operations, as NAS-Bench-101
// (an operation on each vertex), NAS-Bench-201 (an operation on each edge) and DARTS (two cells, an operation on each
// edge, some vertices concatenated) write them. It reads their texts, refuses what is no such cell, gives isomorphic
// cells one canonical form, encodes cells as numbers, draws and changes them, and counts the parameters of
// NAS-Bench-101's network.
//
// A graph is one cell or several (normal, reduce). The vertices of a cell are numbered from 0: first the inputs, last
// the output. The canonical text lists what feeds each vertex after the inputs:
//
//	nodes:     conv3x3~0/maxpool3x3~0+1/output~1+2     1 is conv3x3 fed by 0; 2 is maxpool3x3 fed by 0 and 1
//	edges:     conv3x3~0/skip~0+conv1x1~1              1 is conv3x3 of 0; the output 2 is skip of 0 + conv1x1 of 1
//	genotype:  sep~0+skip~1/sep~0+sep~2/output~2+3@... two cells, which @ separates; the output concatenates
//
// A vertex that nothing feeds is written "-". In names of operations everything but letters, digits, "_", "-" and "."
// is written as %XX, two hexadecimal digits for each byte of UTF-8.
package graph
