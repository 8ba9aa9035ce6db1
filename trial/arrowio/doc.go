// Package arrowio reads raw trial logs into trials, and writes trials as logs. Logs are tables: Parquet, Arrow IPC
// streams and files (Feather V2), CSV, TSV, JSON lines and JSON arrays, the texts also compressed with gzip or zstd;
// the content tells which. It is the only package that imports arrow.
//
// How a file becomes trials:
//
//  1. files.go: a path, folder or glob becomes a list of files; each is hashed before it is read
//  2. source.go: a file is opened by its first bytes, whatever its name is
//  3. parquet.go, ipc.go, text.go: its columns are handed out in batches of bounded size; the bytes of Parquet and IPC
//     pass through package checked first, and the library's panics become errors (guard.go)
//  4. plan.go, bind.go, form.go: the mapping is checked once, its units become factors, its columns are found in the
//     file; texts, and types that know their unit, become numbers in the declared unit
//  5. wide.go, long.go, power.go: rows become drafts of trials; curves (curve.go) and costs (cost.go) are converted to
//     percent, joules and seconds here and nowhere else
//  6. join.go: drafts of different mappings that describe the same run are merged
//  7. ingest.go: drafts are finished, checked against each other, and become trials or rejections
//
// A batch holds one row group's worth of 16,384 rows at most (1,024 where a column is a list); an IPC file is read one
// record batch at a time. The memory of an ingest is the trials themselves, plus that. Power samples are not kept: a
// device's state is its last sample and its sums.
//
// A reader of other tools' logs takes a table apart itself: [OpenTable] and [ReadTable] give the columns and rows of
// any of these formats, without a mapping.
//
// Note: github.com/apache/arrow-go/v18 reads, and encodes Parquet; github.com/apache/arrow/go/v15 builds the tables
// that are written and writes Arrow IPC. docs/decisions.md says why there are two.
package arrowio
