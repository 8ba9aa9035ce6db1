package arrowio

import (
	"errors"

	"eahas/trial/arrowio/checked"
)

// Errors that Ingest, Describe and WriteTrials wrap; the text around them names file, column, row and value.
var (
	// ErrFormat is returned when a file is none of the formats that are read, or a kind of them that is not.
	ErrFormat = checked.ErrFormat
	// ErrCorrupt is returned when a file's bytes contradict themselves: truncated, altered, or not what its first bytes
	// promise.
	ErrCorrupt = checked.ErrCorrupt
	// ErrNoFiles is returned when a path matches no file.
	ErrNoFiles = errors.New("no such file")
	// ErrColumn is returned when a declared column is absent.
	ErrColumn = errors.New("no such column")
	// ErrType is returned when a column holds another type than its use needs.
	ErrType = errors.New("wrong column type")
	// ErrUnit is returned when a unit is unknown, or cannot be true of the values found.
	ErrUnit = errors.New("unit")
	// ErrMapping is returned when a mapping contradicts itself.
	ErrMapping = errors.New("mapping")
	// ErrRejected is returned by a strict ingest when a row was rejected.
	ErrRejected = errors.New("row rejected")
)
