package arrowio

import (
	"context"

	"eahas/trial"
)

// Options steer an ingest.
type Options struct {
	// Axes are the names of the space's axes. An axis that a mapping's params do not name is read from the column of
	// its own name where the file has one.
	Axes     []string
	Workers  int                     // files read at the same time; <= 0 means GOMAXPROCS; the result does not depend on it
	Strict   bool                    // any rejection is an error (ErrRejected)
	Progress func(done, total int64) // rows read so far and rows in all; may be nil; called from one goroutine at a time
}

// Result is what an ingest found.
type Result struct {
	Trials     []trial.Trial     // in the order of mappings, files and rows
	Rejections []trial.Rejection // in the same order
	Rows       int64             // rows read, filtered ones included
	Filtered   int64             // rows that a mapping's `where` left out
	Joined     int               // trials that were merged into another
	Notes      []Count           // the notes of all trials, counted by kind, sorted by kind
	Inputs     []Input           // every file read, in order of reading
	Metric     trial.Metric      // zero when no mapping has a curve
	Warnings   []string          // things about whole files or columns that a reader of the report should know
}

// Count is how often a kind of note occurs.
type Count struct {
	Kind string `json:"kind"`
	N    int    `json:"n"`
}

// Input is one file that was read.
type Input struct {
	Path   string `json:"path"` // as shown to the user: relative to the data folder where it lies inside
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"` // hex
}

// Ingest reads the logs that the mappings describe. Relative paths are taken from dataDir. Bad rows become rejections;
// an unreadable file, a column that is absent or of the wrong type, or a declared unit that cannot be true is an error.
func Ingest(ctx context.Context, mappings []trial.Mapping, dataDir string, o Options) (*Result, error) {
	panic("not yet")
}

// Inputs lists the files that the mappings name and hashes them.
func Inputs(ctx context.Context, mappings []trial.Mapping, dataDir string, workers int) ([]Input, error) {
	panic("not yet")
}
