// Command beam sums the power telemetry of a whole cluster to joules a run, as an Apache Beam pipeline: on one machine
// (Prism, inside the program) or on an engine of a cluster (Flink, Spark, Dataflow). It is a module of its own, so that
// nobody else carries Beam.
//
//	samples: text files, by node and day or otherwise: node,device,time,watts (time in seconds of one clock)
//	runs:    one text file:                            run,node,start,end     (a line for each node of a run)
//
// The flow:
//
//  1. A sample goes to its block: its device, and the part of BlockSeconds in which its time lies. What one
//     bundle holds of a block travels as one element.
//  2. Within a block neighbours are integrated over the runs of the node (eahas/trial/power, as the program does it).
//  3. What lies between the last sample of a block and the first of the device's next one is added.
//  4. The parts of a run are summed.
//
// On a cluster the program is its own worker: put it at one path on each machine, and the files where each can read
// them. flink.sh does that on one machine, with a Flink of several processes.
//
//	beam -samples '/logs/*.csv' -runs /logs/runs.csv -out /logs/joules.csv -runner universal -endpoint HOST:8099 \
//		-parallelism 64 -environment_type PROCESS -environment_config '{"command": "/usr/local/bin/beam"}'
//
// Sums are made in the order in which an engine has the parts: they agree to Digits significant digits, and so many are
// written. Samples of one block are sorted, so that those out of order are used where the program on one machine leaves
// them out (it reads a stream). Of samples of one device at one time the neighbours count, as there.
package main
