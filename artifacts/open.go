package artifacts

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"strconv"
	"strings"

	"eahas/features"
	"eahas/internal/nullable"
	"eahas/models/interval"
	"eahas/models/parts"
)

// Bundle is an opened bundle: the surrogate and what its manifest says about it.
type Bundle struct {
	Surrogate *Surrogate
	Version   int      // of the format
	Info      SaveInfo // what was saved with it; less the content of Reports, and less Golden and Replace
	Files     []File   // everything in the manifest's list

	// First are configurations of the golden queries, at most firstGolden: those that were given when it was saved. Of
	// a run's bundle they are logged ones.
	First []features.Config

	GoldenQueries int     // how many were repeated
	MaxDifference float64 // their largest relative difference; 0 means equal bit for bit
}

// File is one file of a bundle.
type File struct {
	Name   string
	Size   int64 // bytes
	SHA256 string
}

// Open reads the bundle folder at path. It checks the format's version, the checksums, and the golden answers, in that
// order, each with an error of its own. It needs no network and no training code, follows no symbolic link, ignores
// files that the manifest does not list, and is safe on hostile bytes: sizes are bounded before anything is allocated.
func Open(path string) (*Surrogate, error) {
	b, err := OpenBundle(path)
	if err != nil {
		return nil, err
	}
	return b.Surrogate, nil
}

// OpenBundle is Open for those who want to know about the bundle, too.
func OpenBundle(path string) (*Bundle, error) {
	for {
		root, err := os.OpenRoot(path)
		if err != nil {
			return nil, fmt.Errorf("artifacts: open %s: %w: %w", path, ErrNotBundle, err)
		}
		b, err := open(root)
		again := err != nil && replaced(root, path)
		root.Close()
		if err == nil {
			return b, nil
		}
		if !again {
			return nil, fmt.Errorf("artifacts: open %s: %w", path, err)
		}
	}
}

// replaced reports whether path is another folder by now: a Save has put a new bundle there and deletes the old one.
func replaced(root *os.Root, path string) bool {
	was, err := root.Stat(".")
	if err != nil {
		return false
	}
	is, err := os.Stat(path)
	return err == nil && !os.SameFile(was, is)
}

func open(root *os.Root) (*Bundle, error) {
	r := reader{root}
	m, err := r.manifest()
	if err != nil {
		return nil, err
	}
	loaded, err := r.load(m)
	if err != nil {
		return nil, err
	}
	return m.bundle(loaded)
}

// bundle makes the surrogate and has it answer the golden queries. Models panic on rows of another length than they
// were trained on; here that is a fault of the files: a model need not belong to the space that the manifest describes.
func (m *manifest) bundle(loaded map[string][]byte) (b *Bundle, err error) {
	defer func() {
		if r := recover(); r != nil {
			b, err = nil, malformed("a model does not fit the space's %d columns: %v", len(m.Columns), r)
		}
	}()
	s, err := m.surrogate(loaded)
	if err != nil {
		return nil, err
	}
	b = &Bundle{Surrogate: s, Version: m.Version, Info: m.info(), GoldenQueries: m.Golden.Queries}
	for _, f := range m.Files {
		b.Files = append(b.Files, File(f))
	}
	if m.Golden.Queries < 1 {
		return nil, malformed("no golden queries")
	}
	tolerance := min(m.Golden.RelativeTolerance, GoldenTolerance)
	if b.MaxDifference, err = s.checkGolden(loaded[m.Golden.File], m.Golden.Queries, tolerance); err != nil {
		return nil, err
	}
	b.First = firstConfigs(loaded[m.Golden.File])
	return b, nil
}

// reader reads the files of one folder.
type reader struct{ root *os.Root }

// manifest reads the manifest: version first, then its checksum, then its content.
func (r reader) manifest() (*manifest, error) {
	b, err := r.small(ManifestName, MaxManifest)
	if err != nil {
		return nil, err
	}
	_, versionErr := readVersion(b)
	if errors.Is(versionErr, ErrVersion) || errors.Is(versionErr, ErrNotBundle) {
		return nil, versionErr
	}
	sum, err := r.small(manifestSum, 1024)
	if errors.Is(err, ErrNotBundle) {
		return nil, fmt.Errorf("%w: %s is missing", ErrChecksum, manifestSum)
	}
	if err != nil {
		return nil, err
	}
	if recorded, _, _ := strings.Cut(string(sum), " "); recorded != hexSum(b) {
		return nil, fmt.Errorf("%w: %s has the SHA-256 %s, recorded is %q", ErrChecksum, ManifestName, hexSum(b),
			recorded)
	}
	if versionErr != nil {
		return nil, versionErr
	}
	return parseManifest(b)
}

// small reads a whole file of at most limit bytes that no checksum is known for yet. A missing one: ErrNotBundle.
func (r reader) small(name string, limit int64) ([]byte, error) {
	f, size, err := r.regular(name)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotBundle, err)
	}
	defer f.Close()
	if size > limit {
		return nil, fmt.Errorf("%w: %s has %d bytes, at most %d", ErrTooLarge, name, size, limit)
	}
	b, err := io.ReadAll(io.LimitReader(f, limit))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return b, nil
}

// regular opens a plain file; symbolic links, folders, pipes and devices are refused.
func (r reader) regular(name string) (*os.File, int64, error) {
	info, err := r.root.Lstat(name)
	if err != nil {
		return nil, 0, err
	}
	if !info.Mode().IsRegular() {
		return nil, 0, fmt.Errorf("%s is not a plain file", name)
	}
	f, err := r.root.Open(name)
	return f, info.Size(), err
}

// load checks size and SHA-256 of every file in the list, and keeps the content of those that the manifest uses.
func (r reader) load(m *manifest) (map[string][]byte, error) {
	used := map[string]bool{m.Golden.File: true, m.Support: m.Support != ""}
	for _, h := range m.Heads {
		used[h.PredictorFile] = true
		used[h.RepresentationFile] = h.RepresentationFile != ""
	}
	for _, t := range m.intervals() {
		used[t.File] = true
	}
	loaded := map[string][]byte{}
	for _, entry := range m.Files {
		b, err := r.check(entry, used[entry.Name])
		if err != nil {
			return nil, err
		}
		if used[entry.Name] {
			loaded[entry.Name] = b
		}
	}
	for name, need := range used {
		if _, ok := loaded[name]; need && !ok {
			return nil, malformed("uses the file %q, which is not in its list", name)
		}
	}
	return loaded, nil
}

// check compares one file with its entry; with keep it returns the content.
func (r reader) check(entry manifestFile, keep bool) ([]byte, error) {
	f, size, err := r.regular(entry.Name)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrChecksum, err)
	}
	defer f.Close()
	if size != entry.Size {
		return nil, fmt.Errorf("%w: %s has %d bytes, recorded are %d", ErrChecksum, entry.Name, size, entry.Size)
	}
	hash := sha256.New()
	in := io.TeeReader(io.LimitReader(f, size), hash)
	var b []byte
	if keep {
		b = make([]byte, size)
		_, err = io.ReadFull(in, b)
	} else {
		_, err = io.Copy(io.Discard, in)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrChecksum, entry.Name, err)
	}
	if sum := hex.EncodeToString(hash.Sum(nil)); sum != entry.SHA256 {
		return nil, fmt.Errorf("%w: %s has the SHA-256 %s, recorded is %s", ErrChecksum, entry.Name, sum, entry.SHA256)
	}
	return b, nil
}

// decodeIntervals reads interval models.
func decodeIntervals(named []manifestInterval, loaded map[string][]byte) ([]TargetInterval, error) {
	var out []TargetInterval
	for _, t := range named {
		m, err := interval.Decode(loaded[t.File])
		if err != nil {
			return nil, fmt.Errorf("%w: %s: %w", ErrMalformed, t.File, err)
		}
		out = append(out, TargetInterval{t.Target, m})
	}
	return out, nil
}

// surrogate puts the parts together again.
func (m *manifest) surrogate(loaded map[string][]byte) (*Surrogate, error) {
	encoder, err := features.NewEncoder(m.Space)
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrMalformed, ManifestName, err)
	}
	if !reflect.DeepEqual(encoder.Columns(), m.Columns) {
		return nil, malformed("the columns are not those that the space is encoded to")
	}
	spec := Spec{
		Name: m.Name, Synthetic: m.Synthetic, Notice: m.Notice,
		Space: m.Space, Encoder: encoder, Metric: m.Metric, Epochs: m.Epochs, Own: m.Own,
	}
	if m.Support != "" {
		spec.Support = new(features.Support)
		if err := spec.Support.UnmarshalJSON(loaded[m.Support]); err != nil {
			return nil, fmt.Errorf("%w: %s: %w", ErrMalformed, m.Support, err)
		}
	}
	if spec.Intervals, err = decodeIntervals(m.Intervals, loaded); err != nil {
		return nil, err
	}
	if m.Unseen != nil {
		spec.Unseen.Axis = m.Unseen.Axis
		if spec.Unseen.Intervals, err = decodeIntervals(m.Unseen.Intervals, loaded); err != nil {
			return nil, err
		}
	}
	var heads []Head
	for _, mh := range m.Heads {
		h := Head{Target: mh.Target, Transform: mh.Transform, Columns: mh.Columns, Clip: mh.Clip}
		h.Predictor, err = parts.Decode(predictorKinds, mh.Predictor, loaded[mh.PredictorFile])
		if err != nil {
			return nil, fmt.Errorf("%w: %s: %w", ErrMalformed, mh.PredictorFile, err)
		}
		if mh.RepresentationFile != "" {
			h.Representation, err = parts.Decode(representationKinds, mh.Representation, loaded[mh.RepresentationFile])
			if err != nil {
				return nil, fmt.Errorf("%w: %s: %w", ErrMalformed, mh.RepresentationFile, err)
			}
		}
		heads = append(heads, h)
	}
	s, err := New(spec, heads)
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrMalformed, ManifestName, err)
	}
	return s, nil
}

// info gives back what the manifest says about the origin.
func (m *manifest) info() SaveInfo {
	seed, _ := strconv.ParseUint(m.Seed, 10, 64) // checked by parseManifest
	info := SaveInfo{CodeVersion: m.CodeVersion, Arithmetic: m.Arithmetic, RootSeed: seed, Config: m.Config.Text,
		Inputs: m.Inputs, Variants: m.Variants}
	for _, r := range m.Metrics {
		info.Metrics = append(info.Metrics, MetricRow{r.Variant, r.Target, r.Group, r.Metric, nullable.Value(r.Value),
			nullable.Value(r.CILow), nullable.Value(r.CIHigh), r.N})
	}
	return info
}
