// Package yahpo writes a surrogate as a scenario of YAHPO Gym (https://github.com/slds-lmu/yahpo_gym, 1.0), with one
// fidelity: the epoch.
//
//	model.onnx         x_cat (int32), x_cont (float) -> y (double): the whole query at one epoch (see package onnx,
//	                   Instance)
//	config_space.json  the space and the epoch, as ConfigSpace 0.6 reads it
//	encoding.json      choices that are texts -> whole numbers; "#na#" is missing
//	scenario.json      the scenario's settings: the value that yahpo_gym.configuration.config_dict takes
//	metadata.json      description, notice, and the targets with their units
//
// Numbers, ordinals of numbers and choices of numbers are columns of x_cont, as in YAHPO's own scenarios; choices with
// a text are columns of x_cat, and a number among them is written as text. Space.Check has no counterpart there:
// constraints on derived quantities cannot be said, and the model answers NaN where they do not hold. An axis that is
// optional is always set.
package yahpo
