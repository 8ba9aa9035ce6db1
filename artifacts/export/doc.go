// Package export writes surrogates as models that other tools load and that answer the same.
//
//  1. Files turns a surrogate into the files of one Format; Write puts them into a folder.
//  2. The sub-packages know one format each: lightgbm, xgboost, onnx. They take models, not surrogates.
//  3. Verify writes every format and has the real libraries answer for random configurations; it returns the largest
//     differences.
//
// Formats of trees hold a head's model alone: from an encoded row (columns as the index names them) to the numbers before
// the transform. Only ONNXQuery holds everything, from a configuration's values to a curve in percent and joules.
package export
