package artifacts

import (
	"eahas/features"
	"eahas/trial/target"
)

// SaveInfo is what a bundle says about where it comes from. Nothing in it may depend on the time, the machine or
// the folder: equal runs give equal bytes.
type SaveInfo struct {
	CodeVersion string      // of the program that trains
	Arithmetic  string      // of the machine that trained, see package arithmetic; empty in bundles of 0.1
	RootSeed    uint64      // of the run
	Config      string      // the resolved config of the run, as text
	Inputs      []InputFile // what was read, hashed before training
	Metrics     []MetricRow // held-out scores
	Variants    []Variant   // what was compared, the frozen one marked
	Reports     []Report    // further files to keep in the folder, such as report.txt

	// further configurations for the golden queries, such as a few of the logged ones; each must be inside the space
	Golden  []features.Config
	Replace bool // replace an existing bundle that nothing else lies in (Replaceable)
	// MayReplace says of a folder that is no bundle that Replace may replace it, too; nil: none
	MayReplace func(dir string) bool
}

// InputFile names a file that the training read.
type InputFile struct {
	Name   string `json:"name"` // relative to the data folder, with slashes
	Size   int64  `json:"size"` // bytes
	SHA256 string `json:"sha256"`
}

// MetricRow is one held-out score, a row of report.json. NaN stands for a bound or value that is not known.
type MetricRow struct {
	Variant string
	Target  target.Target
	Group   string // "all" for the pooled figure
	Metric  string
	Value   float64
	CILow   float64 // 95 % interval
	CIHigh  float64
	N       int // trials
}

// Variant is one way of making a surrogate.
type Variant struct {
	Name   string `json:"name"`
	Frozen bool   `json:"frozen"` // this one is in the bundle
	Note   string `json:"note,omitempty"`
}

// Report is a file that goes with a bundle and is never read by Open, only checked.
type Report struct {
	Name string // a plain file name
	Data []byte
}
