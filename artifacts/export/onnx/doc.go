// Package onnx writes models as ONNX, by hand: the operators are few, and protowire is all that the encoding needs.
//
//  1. proto.go encodes ONNX's messages; graph.go builds a graph node by node.
//  2. trees.go and nets.go know the models: from encoded rows (n x p, NaN = missing) to outputs (n x k).
//  3. head.go writes one head's model; query.go everything: configuration values in, curve, energy and time out.
//     inputs.go encodes configurations, epochs.go makes the epochs of each run, curves.go decodes target vectors.
//
// Numbers inside are double wherever the runtime's operators allow it. Operators are those of opset 17 and ai.onnx.ml
// 3, with TreeEnsemble of ai.onnx.ml 5 for trees in double precision.
package onnx
