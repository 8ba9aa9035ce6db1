// Package features turns words into numbers: it describes the joint space of architectures and hyperparameters,
// checks configurations against it, and encodes them as rows of a Frame.
package features
