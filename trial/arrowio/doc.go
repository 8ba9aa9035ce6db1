// Package arrowio reads raw trial logs into trials, and writes trials as logs. Logs are tables: Parquet, Arrow IPC
// streams and files (Feather V2), CSV, TSV, JSON lines and JSON arrays, the texts also compressed with gzip or zstd;
// the content tells which. It is the only package that imports arrow.
//
// How a file becomes trials:
//
//  1. files.go     a path, folder or glob becomes a list of files; each is hashed before it is read
//  2. source.go    a file is opened by its first bytes, whatever its name is
//  3. parquet.go, its columns are handed out in batches of bounded size; sizes that the file claims are compared with
//     its ipc.go, bytes first (thrift.go, parquetpages.go, ipccheck.go), and the library's panics become errors
//     (limit.go) text.go
//  4. plan.go,     the mapping is checked once, its units become factors, and its columns are found in the file
//     bind.go,     and form.go makes numbers in the declared unit of texts and of types that know their unit
//     form.go
//  5. wide.go, rows become drafts of trials; curves (curve.go) and costs (cost.go) are converted to percent, joules and
//     long.go, seconds here and nowhere else power.go
//  6. join.go      drafts of different mappings that describe the same run are merged
//  7. ingest.go    drafts are finished, checked against each other, and become trials or rejections
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
