// Package guess looks at logs that nobody has described yet and writes a config for them, to be edited.
//
// 1. The columns of each log are described (arrowio.Describe) and given the first role that their names and types fit, with a
// remark where that is a guess (guess.go, energies and times in cost.go).
// 2. The configurations are read that way, and the space that they span is inferred (features.Infer).
// 3. Both are written as YAML, each line with its grounds in a comment (config.go).
package guess
