package artifacts

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"eahas/features"
	"eahas/trial/target"
)

// manifest is the content of manifest.json. FORMAT.md describes every field.
type manifest struct {
	Format      string `json:"format"`
	Version     int    `json:"version"`
	CodeVersion string `json:"code_version"`
	Arithmetic  string `json:"arithmetic,omitempty"` // of the machine that trained; a name, nothing depends on it
	Name        string `json:"name"`
	Synthetic   bool   `json:"synthetic"`
	Notice      string `json:"notice"`

	Space   features.Space    `json:"space"`
	Columns []features.Column `json:"columns"` // of the encoder; a check that reader and writer encode alike
	Support string            `json:"support"` // file name, or empty

	Units  manifestUnits  `json:"units"`
	Metric Metric         `json:"metric"`
	Epochs EpochRule      `json:"epochs"`
	Heads  []manifestHead `json:"heads"`
	Own    target.Own     `json:"targets,omitempty"` // the bundle's own; only in version 2

	Intervals []manifestInterval `json:"intervals,omitempty"`
	Unseen    *manifestUnseen    `json:"unseen,omitempty"`

	Seed     string              `json:"seed"` // decimal: 64 bits do not fit a JSON number everywhere
	Config   manifestConfig      `json:"config"`
	Inputs   []InputFile         `json:"inputs"`
	Variants []Variant           `json:"variants"`
	Metrics  []manifestMetricRow `json:"metrics"`

	Golden manifestGolden `json:"golden"`
	Files  []manifestFile `json:"files"` // all but manifest.json and manifest.sha256, sorted by name
}

type manifestUnits struct {
	Curve  string `json:"curve"`
	Energy string `json:"energy"`
	Time   string `json:"time"`
}

// units are those of every bundle of this version, less the curve's.
var units = manifestUnits{Energy: "J", Time: "s"}

type manifestHead struct {
	Target             target.Target `json:"target"`
	Transform          Transform     `json:"transform"`
	Predictor          string        `json:"predictor"` // kind
	PredictorFile      string        `json:"predictor_file"`
	Outputs            int           `json:"outputs"`
	Representation     string        `json:"representation,omitempty"` // kind
	RepresentationFile string        `json:"representation_file,omitempty"`
	Degree             int           `json:"degree,omitempty"` // of a polynomial representation; informative
	Columns            []int         `json:"columns"`          // null means all
	Clip               *Range        `json:"clip"`             // null means no bounds
}

// manifestInterval names the file that holds how sure the answers for a target are.
type manifestInterval struct {
	Target target.Target `json:"target"`
	File   string        `json:"file"`
}

// manifestUnseen names the files for values of an axis that no training run had.
type manifestUnseen struct {
	Axis      string             `json:"axis"`
	Intervals []manifestInterval `json:"intervals"`
}

// intervals lists every file that says how sure the answers are.
func (m *manifest) intervals() []manifestInterval {
	if m.Unseen == nil {
		return m.Intervals
	}
	return slices.Concat(m.Intervals, m.Unseen.Intervals)
}

type manifestConfig struct {
	SHA256 string `json:"sha256"`
	Text   string `json:"text"`
}

type manifestMetricRow struct {
	Variant string        `json:"variant"`
	Target  target.Target `json:"target"`
	Group   string        `json:"group"`
	Metric  string        `json:"metric"`
	Value   *float64      `json:"value"` // null: not known
	CILow   *float64      `json:"ci_low"`
	CIHigh  *float64      `json:"ci_high"`
	N       int           `json:"n"`
}

type manifestGolden struct {
	File              string  `json:"file"`
	Queries           int     `json:"queries"`
	RelativeTolerance float64 `json:"relative_tolerance"`
}

type manifestFile struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// encode gives the manifest's bytes: the fields in their order, one space a level, and a newline at the end.
func (m *manifest) encode() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	err := e.Encode(m)
	return b.Bytes(), err
}

// readVersion finds out whether the bytes are a manifest, and of which version, before anything else is read.
func readVersion(b []byte) (int, error) {
	var head struct {
		Format  string `json:"format"`
		Version int    `json:"version"`
	}
	if err := json.Unmarshal(b, &head); err != nil {
		return 0, fmt.Errorf("%w: %s: %w", ErrMalformed, ManifestName, err)
	}
	if head.Format != formatName {
		return 0, fmt.Errorf("%w: %s: the format is %q, wanted %q", ErrNotBundle, ManifestName, head.Format, formatName)
	}
	if head.Version < 1 || head.Version > FormatVersion {
		return 0, fmt.Errorf("%w: %s: version %d, this code reads 1..%d", ErrVersion, ManifestName, head.Version,
			FormatVersion)
	}
	return head.Version, nil
}

// parseManifest reads and checks everything in the manifest that needs no other file.
func parseManifest(b []byte) (*manifest, error) {
	m := new(manifest)
	if err := json.Unmarshal(b, m); err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrMalformed, ManifestName, err)
	}
	if _, err := strconv.ParseUint(m.Seed, 10, 64); err != nil {
		return nil, malformed("seed %q is not a 64-bit number", m.Seed)
	}
	if sum := hexSum([]byte(m.Config.Text)); m.Config.SHA256 != sum {
		return nil, malformed("config has the SHA-256 %s, recorded is %q", sum, m.Config.SHA256)
	}
	want := units
	want.Curve = m.Metric.Unit
	if m.Units != want {
		return nil, malformed("units are %+v, wanted %+v", m.Units, want)
	}
	if want := versionOf(m.Own, &m.Space); m.Version != want {
		return nil,
			malformed("version %d with %d targets of its own and %d known quantities, where its axes make it %d",
				m.Version, len(m.Own), len(m.Space.Known), want)
	}
	return m, m.checkFiles()
}

// checkFiles holds the file list against the limits: plain unique names, sorted, and bounded sizes.
func (m *manifest) checkFiles() error {
	if len(m.Files) > MaxFiles {
		return fmt.Errorf("%w: %s lists %d files, at most %d", ErrTooLarge, ManifestName, len(m.Files), MaxFiles)
	}
	total, last := int64(0), ""
	for _, f := range m.Files {
		if err := plainName(f.Name); err != nil {
			return malformed("file list: %v", err)
		}
		if f.Name <= last {
			return malformed("file list: %q follows %q; names must be unique and sorted", f.Name, last)
		}
		last = f.Name
		if f.Size < 0 {
			return malformed("file list: %s has the size %d", f.Name, f.Size)
		}
		if f.Size > MaxFile {
			return fmt.Errorf("%w: %s claims %d bytes, at most %d", ErrTooLarge, f.Name, f.Size, int64(MaxFile))
		}
		if total += f.Size; total > MaxBundle {
			return fmt.Errorf("%w: the files claim over %d bytes", ErrTooLarge, int64(MaxBundle))
		}
	}
	return nil
}

// plainLetters are what the name of a file in a bundle is made of.
const plainLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"

// plainName refuses whatever could lead out of the bundle's folder or be read differently on another system.
func plainName(name string) error {
	if name == "" || len(name) > 128 || name[0] == '.' || name == ManifestName || name == manifestSum {
		return fmt.Errorf("%q cannot be the name of a file in a bundle", name)
	}
	if strings.ContainsFunc(name, func(c rune) bool { return !strings.ContainsRune(plainLetters, c) }) {
		return fmt.Errorf("%q cannot be the name of a file in a bundle: only letters, digits, '.', '_' and '-'",
			name)
	}
	return nil
}

func malformed(format string, args ...any) error {
	return fmt.Errorf("%w: %s: %s", ErrMalformed, ManifestName, fmt.Sprintf(format, args...))
}

func hexSum(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
