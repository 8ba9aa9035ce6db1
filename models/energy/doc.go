// Package energy holds what a cost needs beside a regressor: the power x time model, and joules and seconds as people
// read them.
//
// Costs are learnt as natural logarithms, so that a relative error counts the same for a small run and for a large one;
// the pipeline takes the logarithms and an artifacts.Head returns from them. Here:
//
//  1. TrainPower learns log power, which is log energy minus log time. Power depends on the device and its limit, time
//     on the work, and each is simpler than their product.
//  2. A PowerTime adds a model of log time to it and so predicts log energy (powertime.go); binary.go has its bytes.
//  3. KWh and Seconds write joules and seconds with their units. Joules become kilowatt-hours here and nowhere else.
package energy
