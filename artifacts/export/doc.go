// Package export writes surrogates in formats that other tools load, which then answer the same.
//
//  1. The table (formats.go) has a row for each format: its name, what it holds and accepts, its options, how it is
//     written, and what is promised of the answers that real libraries give from it.
//  2. The sub-packages know one format each and nothing of the table.
//  3. Format.Files turns a surrogate into files; Format.Write puts them into a folder, beside an index.
//  4. Verify writes every format that promises something and has the libraries answer for random configurations; it
//     returns the largest differences.
//
// The formats:
//
//	lightgbm, lightgbm-v3        package lightgbm     the heads' trees, as LightGBM text
//	xgboost-json, xgboost-ubj    package xgboost      the heads' trees
//	onnx                         package onnx         the heads' models: trees, networks, linear models
//	onnx-query                   package onnx         everything: a configuration in, curve, energy and time out
//	yahpo                        package yahpo        everything at one epoch, as a scenario of YAHPO Gym
//	configspace                  package configspace  the space
//	tabular                      package tabular      answers, as a Parquet file
//	source-go, source-c          package source       everything, as one file of source
//	archive                      package archive      the bundle itself in one file
//
// The heads' formats hold a model alone: from an encoded row (columns as the index names them) to the numbers before
// the transform. To add a format, write its package and one row; CONTRIBUTING.md has the recipe.
package export
