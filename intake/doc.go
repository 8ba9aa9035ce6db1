// Package intake turns other tools' logs into ours (docs/log.md): one file a tool, one row of [Readers].
//
// How files become a log:
//
//  1. tree.go, archive.go   folders and archives become one list of files, within limits (limits.go)
//  2. open.go [Open] asks each reader which files it knows by their content; what nobody knows is named (strange.go)
//  3. lightning.go, ... [Match.Read] has each reader make runs: settings, series by epoch, final values, how it ended
//     json.go, table.go, what they read with sqlite.go, protobuf.go
//  4. join.go, meter.go     runs that several tools logged become one; energy finds its run by name, folder or time
//  5. apart.go,             settings that stand only in a run's name
//     saidnames.go
//  6. names.go,             columns get their role, kind, unit and shape: as the tool says, else by name and values
//     undecided.go
//  7. columns.go,           [Log.WriteParquet] and [Log.WriteJSONLines]
//     writelines.go
//     mapping.go            [Log.Mapping]: how the Parquet file becomes trials, with nothing left to guess
//
// A file that cannot be read is left out and said, with the reason; only limits, and a log without any run, are errors.
package intake
