// Package service charges the trainings of search libraries that run elsewhere, such as Python's: HTTP and JSON on
// loopback, the accounts, noise and traces of package search.
//
//	GET  /v1/tasks                        names, units, budgets, metric, space and lengths of the study's tasks
//	POST /v1/runs                         {"task", "method", "seed"} -> {"run", "budget", "unit", "seed"}; 409 when
//	                                      its trace is whole already
//	POST /v1/runs/{run}/train             {"config", "epochs"} or {"trial", "epochs"} -> what the training
//	                                      showed and cost; 410 when the budget is spent
//	POST /v1/runs/{run}/end               the trace gets its end
//
// epochs may be left out (the whole run), or share given in its place. With "nearest": true a config that the task does
// not have is replaced by the nearest one, as a table needs it. Every run is one trace file of the study; a run that
// was not ended is begun anew. Errors are {"error": text}, with "axis" where a configuration is outside the space.
package service
