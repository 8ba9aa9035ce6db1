package export

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"

	"eahas/artifacts"
)

// verifier is the program that loads the files.
//
//go:embed check/verify.py
var verifier []byte

// VerifyRows is how many configurations Verify asks about.
const VerifyRows = 10_000

// ErrDiffers is returned by Verify when a library's answer differs by more than its format allows.
var ErrDiffers = errors.New("a library answers differently")

// Difference is how far a library's answers for one file lie from ours.
type Difference struct {
	Format  string  `json:"format"`  // and options, as in "onnx -double"
	Library string  `json:"library"` // of Python
	Version string  `json:"version"` // of the library
	File    string  `json:"file"`    // or for whole queries the output
	Largest float64 `json:"largest"` // relative; see check/verify.py
	Limit   float64 `json:"-"`       // what is allowed
	Skipped string  `json:"skipped"` // why the file was not written or not loaded; empty if it was
}

// VerifyAll opens a bundle and verifies it; see Verify.
func VerifyAll(bundle, python string) ([]Difference, error) {
	s, err := artifacts.Open(bundle)
	if err != nil {
		return nil, err
	}
	return Verify(context.Background(), s, python, VerifyRows)
}

// name is what a Difference calls the format and the options.
func (p *Promise) name(f *Format) string {
	if p.Flag == "" {
		return f.Name
	}
	return f.Name + " " + p.Flag
}

// Verify writes every format that promises something into a temporary folder and lets the libraries that the Python
// interpreter has answer for n random configurations, among them ends of ranges, missing values, unknown categories and
// values outside of the space. Libraries that are not installed, and formats that cannot hold the surrogate, are in the
// result as skipped. The error wraps ErrDiffers when a difference is beyond its limit; the result is complete then,
// too.
func Verify(ctx context.Context, s *artifacts.Surrogate, python string, n int) ([]Difference, error) {
	dir, err := os.MkdirTemp("", "export-verify-")
	if err != nil {
		return nil, fmt.Errorf("export: verify: %w", err)
	}
	defer os.RemoveAll(dir)
	skipped, err := writeCheck(dir, s, n)
	if err != nil {
		return nil, fmt.Errorf("export: verify: %w", err)
	}
	all, err := askLibraries(ctx, python, dir)
	return append(all[dir], skipped...), err
}

// askLibraries has the libraries answer what lies in folders that writeCheck has filled, in one process since their
// start takes seconds, and returns the differences by folder.
func askLibraries(ctx context.Context, python string, folders ...string) (map[string][]Difference, error) {
	cmd := exec.CommandContext(ctx, python, append([]string{"-c", string(verifier)}, folders...)...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("export: verify: %s: %w\n%s", python, err, bytes.TrimSpace(stderr.Bytes()))
	}
	return readDifferences(stdout.Bytes())
}

// readDifferences reads the verifier's lines, by folder, and holds them against the limits.
func readDifferences(b []byte) (map[string][]Difference, error) {
	limits := map[string]float64{}
	for i := range table {
		for _, p := range table[i].Promises {
			limits[p.name(&table[i])] = p.Limit
		}
	}
	all := map[string][]Difference{}
	var failed error
	for line := range bytes.Lines(b) {
		line = bytes.ReplaceAll(line, []byte("Infinity"), []byte("1e308")) // Python's word for it
		var d struct {
			Difference
			Folder string
		}
		if err := json.Unmarshal(line, &d); err != nil {
			return nil, fmt.Errorf("export: verify: the verifier wrote %q: %w", line, err)
		}
		d.Limit = limits[d.Format]
		if d.Largest == 1e308 {
			d.Largest = math.Inf(1)
		}
		if !(d.Largest <= d.Limit) && failed == nil {
			failed = fmt.Errorf("export: %w: %s %s for %s of %s by %.3g, allowed is %g", ErrDiffers, d.Library,
				d.Version, d.File, d.Format, d.Largest, d.Limit)
		}
		all[d.Folder] = append(all[d.Folder], d.Difference)
	}
	return all, failed
}

// Largest returns, for each format and library, the largest difference, in the order in which they first appear.
func Largest(all []Difference) []Difference {
	var out []Difference
	at := map[[2]string]int{}
	for _, d := range all {
		key := [2]string{d.Format, d.Library}
		i, seen := at[key]
		if !seen {
			at[key] = len(out)
			out = append(out, d)
		} else if d.Largest > out[i].Largest {
			out[i] = d
		}
	}
	return out
}
