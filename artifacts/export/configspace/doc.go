// Package configspace writes a space as the JSON that ConfigSpace (https://automl.github.io/ConfigSpace, 1.x) reads
// with ConfigurationSpace.from_json, and with it SMAC and its kin.
//
//	linear, log, integer   uniform_float, uniform_int (with log)
//	with a step            ordinal of the listed values: ConfigSpace has no grids. Its law is then uniform over the
//	                       grid, also where ours is log-uniform
//	ordinal, choice        ordinal, categorical (with weights)
//	when                   an IN condition
//	unit, doc              meta
//
// Every sample of ours is legal there. A sample of theirs lies in our space when there are no constraints: those on
// derived quantities (FLOPs, parameters) have no word there, and Space.Check refuses what breaks them. An optional axis
// is always set there.
package configspace
