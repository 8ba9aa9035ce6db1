package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"eahas/artifacts"
	"eahas/artifacts/export/archive"
	"eahas/features"
	"eahas/internal/stream"
	"eahas/simulate"
	"eahas/trial"
	"eahas/trial/arrowio"
)

// outcome is what became of one altered input.
type outcome string

const (
	refused outcome = "refused" // an error
	same    outcome = "same"    // read, with the values that the unaltered input has
	other   outcome = "other"   // read, with other values
	// read, with other names or types of columns: no format has a checksum of its schema
	schema outcome = "schema"
)

// target makes altered inputs and hands them to what is attacked.
type target interface {
	// input is the altered bytes of a number, and which seed they were made of.
	input(number int) (b []byte, seed int)
	// try reads the input.
	try(b []byte, seed int) (outcome, error)
}

// targets make what a kind of campaign attacks.
var targets = map[string]func(plan) (target, error){
	"files":    func(p plan) (target, error) { return newFiles(p) },
	"bundles":  func(p plan) (target, error) { return newBundles(p) },
	"archives": func(p plan) (target, error) { return newBundles(p) },
}

// random is the generator of an input's number.
func random(p plan, number int) *rand.Rand {
	return stream.New(p.Seed, "campaign", p.Kind, fmt.Sprint(number))
}

// files are logs.
type files struct {
	plan
	seeds [][]byte
	sums  []sums // of each seed
}

// sums are the SHA-256 of a table's columns (names and types) and of its values; empty when it cannot be read.
type sums struct{ columns, values string }

func newFiles(p plan) (*files, error) {
	f := &files{plan: p}
	if len(p.From) == 0 {
		if err := f.write(); err != nil {
			return nil, err
		}
	}
	for _, path := range p.From {
		b, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		f.seeds = append(f.seeds, b)
	}
	for _, b := range f.seeds {
		sum, err := read(b)
		if err != nil {
			sum = sums{}
		}
		f.sums = append(f.sums, sum)
	}
	return f, nil
}

// write makes logs of every layout, in every format and compression that we write.
func (f *files) write() error {
	space, err := features.Builtin("eahas-cifar10")
	if err != nil {
		return err
	}
	trials, err := simulate.Trials(space, 12, simulate.Options{Seed: f.Seed})
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "campaign")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	metric := trial.Metric{Column: "curve", Kind: "error", Unit: "percent"}
	for _, layout := range []trial.Layout{trial.Pycls, trial.Long, trial.Wide} {
		for _, format := range []arrowio.Format{{Kind: "parquet", Compression: "none"}, {Kind: "parquet",
			Compression: "snappy"}, {Kind: "parquet", Compression: "zstd"}, {Kind: "feather", Compression: "none"},
			{Kind: "feather", Compression: "lz4"}, {Kind: "feather", Compression: "zstd"}, {Kind: "stream",
				Compression: "none"}, {Kind: "stream", Compression: "zstd"}} {
			w, err := arrowio.WriteTrials(filepath.Join(dir, "log"), layout, format, trials, metric)
			if err != nil {
				return err
			}
			for _, path := range w.Files {
				b, err := os.ReadFile(path)
				if err != nil {
					return err
				}
				f.seeds = append(f.seeds, b)
			}
		}
	}
	return nil
}

func (f *files) input(number int) ([]byte, int) {
	rng := random(f.plan, number)
	seed := rng.IntN(len(f.seeds))
	return mutate(rng, f.seeds[seed], f.seeds[rng.IntN(len(f.seeds))]), seed
}

func (f *files) try(b []byte, seed int) (outcome, error) {
	sum, err := read(b)
	switch want := f.sums[seed]; {
	case err != nil:
		return refused, nil
	case sum == want:
		return same, nil
	case sum.columns != want.columns:
		return schema, nil
	}
	return other, nil
}

// read reads every value of a table.
func read(b []byte) (sums, error) {
	t, err := arrowio.TableOf(b, "input")
	if err != nil {
		return sums{}, err
	}
	defer t.Close()
	columns := t.Columns()
	var names []string
	for _, c := range columns {
		names = append(names, c.Name)
	}
	of := sha256.Sum256(fmt.Appendf(nil, "%+v", columns))
	h := sha256.New()
	var list []float64
	err = t.Scan(context.Background(), names, func(r *arrowio.Rows) error {
		for i := range r.Len() {
			for j := range names {
				if columns[j].List {
					list = r.Floats(list[:0], j, i)
					fmt.Fprint(h, list, ";")
					continue
				}
				fmt.Fprint(h, r.Null(j, i), r.Text(j, i), r.Float(j, i), ";")
			}
		}
		return nil
	})
	return sums{hex.EncodeToString(of[:]), hex.EncodeToString(h.Sum(nil))}, err
}

// bundles are surrogates' folders, or their archives.
type bundles struct {
	plan
	seeds []map[string][]byte // file name -> content
	names [][]string          // of each, sorted
	tars  [][]byte            // of archives
}

func newBundles(p plan) (*bundles, error) {
	t := &bundles{plan: p}
	for _, dir := range p.From {
		entries, err := os.ReadDir(dir)
		if err != nil {
			return nil, err
		}
		content := map[string][]byte{}
		var names []string
		for _, e := range entries {
			if e.IsDir() {
				continue
			}
			if content[e.Name()], err = os.ReadFile(filepath.Join(dir, e.Name())); err != nil {
				return nil, err
			}
			names = append(names, e.Name())
		}
		slices.Sort(names)
		var tar bytes.Buffer
		if p.Kind == "archives" {
			if err := archive.Pack(&tar, dir); err != nil {
				return nil, err
			}
		}
		t.seeds, t.names, t.tars = append(t.seeds, content), append(t.names, names), append(t.tars, tar.Bytes())
	}
	return t, nil
}

// input of an archive is its altered bytes; of a folder, the name of the altered file, a zero byte, and its bytes.
func (t *bundles) input(number int) ([]byte, int) {
	rng := random(t.plan, number)
	seed := rng.IntN(len(t.seeds))
	if t.Kind == "archives" {
		return mutate(rng, t.tars[seed], t.tars[rng.IntN(len(t.tars))]), seed
	}
	var models []string // reports are only compared with their checksums
	for _, n := range t.names[seed] {
		if strings.HasSuffix(n, ".bin") || strings.HasSuffix(n, ".jsonl") || n == artifacts.ManifestName {
			models = append(models, n)
		}
	}
	name := models[rng.IntN(len(models))]
	from := t.seeds[rng.IntN(len(t.seeds))]
	return append([]byte(name+"\x00"), mutate(rng, t.seeds[seed][name], from[name])...), seed
}

func (t *bundles) try(b []byte, seed int) (outcome, error) {
	dir, err := os.MkdirTemp("", "campaign")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(dir)
	at := filepath.Join(dir, "bundle")
	if t.Kind == "archives" {
		if err := archive.Unpack(bytes.NewReader(b), at); err != nil {
			if rest, _ := os.ReadDir(dir); len(rest) > 0 {
				return "", fmt.Errorf("unpack left %s behind", rest[0].Name())
			}
			return refused, nil
		}
		return ask(at)
	}
	name, altered, _ := bytes.Cut(b, []byte{0})
	if err := t.lay(at, seed, string(name), altered); err != nil {
		return "", err
	}
	return ask(at)
}

// lay writes the folder with one altered file and checksums that are right for it.
func (t *bundles) lay(dir string, seed int, name string, altered []byte) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	manifest := t.seeds[seed][artifacts.ManifestName]
	if name == artifacts.ManifestName {
		manifest = altered
	} else if fixed, err := signed(manifest, name, altered); err == nil {
		manifest = fixed
	}
	for n, b := range t.seeds[seed] {
		switch n {
		case name:
			b = altered
		case artifacts.ManifestName:
			b = manifest
		case "manifest.sha256":
			sum := sha256.Sum256(manifest)
			b = []byte(hex.EncodeToString(sum[:]) + "  " + artifacts.ManifestName + "\n")
		}
		if err := os.WriteFile(filepath.Join(dir, n), b, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// signed is the manifest with the size and checksum of the altered file. Only its text is changed, so that all else
// stays as it was written.
func signed(manifest []byte, name string, altered []byte) ([]byte, error) {
	var m struct {
		Files []struct {
			Name   string `json:"name"`
			Size   int64  `json:"size"`
			SHA256 string `json:"sha256"`
		} `json:"files"`
	}
	if err := json.Unmarshal(manifest, &m); err != nil {
		return nil, err
	}
	sum := sha256.Sum256(altered)
	for _, f := range m.Files {
		if f.Name != name {
			continue
		}
		at := bytes.Index(manifest, []byte(f.SHA256))
		begin := bytes.LastIndexByte(manifest[:at], '{')
		end := at + bytes.IndexByte(manifest[at:], '}')
		entry := strings.Replace(string(manifest[begin:end]), f.SHA256, hex.EncodeToString(sum[:]), 1)
		entry = strings.Replace(entry, fmt.Sprintf(`"size": %d`, f.Size), fmt.Sprintf(`"size": %d`, len(altered)), 1)
		entry = strings.Replace(entry, fmt.Sprintf(`"size":%d`, f.Size), fmt.Sprintf(`"size":%d`, len(altered)), 1)
		return slices.Concat(manifest[:begin], []byte(entry), manifest[end:]), nil
	}
	return nil, fmt.Errorf("the manifest lists no %s", name)
}

// ask opens a bundle and asks it what its space allows.
func ask(dir string) (outcome, error) {
	b, err := artifacts.OpenBundle(dir)
	if err != nil {
		return refused, nil
	}
	s := b.Surrogate
	space := s.Spec().Space
	for i := range 8 {
		c, err := space.Sample(stream.New(1, "ask", fmt.Sprint(i)))
		if err != nil {
			return same, nil // a space without a valid point that is soon found
		}
		a, err := s.Query(c)
		if err != nil {
			continue
		}
		for _, level := range s.Levels() {
			_ = s.Bounds(a, level)
		}
	}
	return same, nil
}
