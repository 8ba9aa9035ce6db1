package artifacts

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"eahas/internal/nullable"
	"eahas/models/parts"
)

// Save freezes the surrogate into the folder dir, which must not exist (ErrExists) unless info.Replace is set.
// The folder is written beside its place under a temporary name, opened again and compared with s, and then renamed,
// so that a reader never sees half a bundle. What a killed Save of the same dir has left is removed. Equal surrogates
// and infos give equal bytes.
func (s *Surrogate) Save(ctx context.Context, dir string, info SaveInfo) error {
	files, err := s.files(info)
	if err != nil {
		return err
	}
	err = writeFolder(ctx, dir, info.Replace, info.MayReplace, files, func(tmp string) error {
		b, err := OpenBundle(tmp)
		if err == nil && b.MaxDifference != 0 {
			err = fmt.Errorf("%w: the saved surrogate answers otherwise than the one in memory, by up to %.3g",
				ErrGolden, b.MaxDifference)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("artifacts: save %s: %w", dir, err)
	}
	return nil
}

// intervalFiles are the files of interval models, and their names in the manifest.
func intervalFiles(all []TargetInterval, ending string) (files []content, named []manifestInterval, err error) {
	for _, t := range all {
		b, err := t.Model.AppendBinary(nil)
		if err != nil {
			return nil, nil, fmt.Errorf("artifacts: save intervals of %s: %w", t.Target, err)
		}
		name := string(t.Target) + ending
		named = append(named, manifestInterval{t.Target, name})
		files = append(files, content{Name: name, Data: b})
	}
	return files, named, nil
}

// files gives the whole content of the bundle.
func (s *Surrogate) files(info SaveInfo) ([]content, error) {
	m := s.manifest(info)
	files, err := s.modelFiles(m)
	if err != nil {
		return nil, err
	}
	sure, named, err := intervalFiles(s.spec.Intervals, ".interval.bin")
	if err != nil {
		return nil, err
	}
	files, m.Intervals = append(files, sure...), named
	if u := s.spec.Unseen; u.Axis != "" {
		if sure, named, err = intervalFiles(u.Intervals, ".unseen.bin"); err != nil {
			return nil, err
		}
		files, m.Unseen = append(files, sure...), &manifestUnseen{u.Axis, named}
	}
	if s.spec.Support != nil {
		b, err := s.spec.Support.MarshalJSON()
		if err != nil {
			return nil, fmt.Errorf("artifacts: save: %s: %w", supportName, err)
		}
		m.Support = supportName
		files = append(files, content{Name: supportName, Data: append(b, '\n')})
	}
	goldenFile, n, err := s.goldenFile(info.Golden)
	if err != nil {
		return nil, err
	}
	m.Golden = manifestGolden{goldenName, n, GoldenTolerance}
	files = append(files, content{Name: goldenName, Data: goldenFile})
	for _, r := range info.Reports {
		files = append(files, content{Name: r.Name, Data: r.Data})
	}
	slices.SortFunc(files, func(a, b content) int { return strings.Compare(a.Name, b.Name) })
	for _, f := range files {
		m.Files = append(m.Files, manifestFile{f.Name, int64(len(f.Data)), hexSum(f.Data)})
	}
	if err := m.checkFiles(); err != nil {
		return nil, fmt.Errorf("artifacts: save: %w", err)
	}
	b, err := m.encode()
	if err != nil {
		return nil, fmt.Errorf("artifacts: save: %s: %w", ManifestName, err)
	}
	sum := hexSum(b) + "  " + ManifestName + "\n"
	return append(files, content{Name: ManifestName, Data: b}, content{Name: manifestSum, Data: []byte(sum)}), nil
}

// manifest fills everything but heads, support, golden queries and the file list.
func (s *Surrogate) manifest(info SaveInfo) *manifest {
	m := &manifest{
		Format: formatName, Version: versionOf(s.spec.Own, &s.spec.Space), CodeVersion: info.CodeVersion,
		Arithmetic: info.Arithmetic,
		Name:       s.spec.Name, Synthetic: s.spec.Synthetic, Notice: s.spec.Notice,
		Space: s.spec.Space, Columns: s.spec.Encoder.Columns(),
		Units: units, Metric: s.spec.Metric, Epochs: s.spec.Epochs, Own: s.spec.Own,
		Seed:   strconv.FormatUint(info.RootSeed, 10),
		Config: manifestConfig{hexSum([]byte(info.Config)), info.Config},
		Inputs: append([]InputFile{}, info.Inputs...), Variants: append([]Variant{}, info.Variants...),
		Metrics: []manifestMetricRow{},
	}
	m.Units.Curve = s.spec.Metric.Unit
	for _, r := range info.Metrics {
		m.Metrics = append(m.Metrics, manifestMetricRow{r.Variant, r.Target, r.Group, r.Metric,
			nullable.Pointer(r.Value), nullable.Pointer(r.CILow), nullable.Pointer(r.CIHigh), r.N})
	}
	return m
}

// modelFiles writes the heads' models and enters them into the manifest.
func (s *Surrogate) modelFiles(m *manifest) ([]content, error) {
	var files []content
	for _, h := range s.heads {
		mh := manifestHead{Target: h.Target, Transform: h.Transform, Outputs: h.Predictor.Outputs(), Columns: h.Columns,
			Clip: h.Clip}
		name, b, err := parts.Encode(predictorKinds, h.Predictor)
		if err != nil {
			return nil, fmt.Errorf("artifacts: save head %s: %w", h.Target, err)
		}
		mh.Predictor, mh.PredictorFile = name, string(h.Target)+".predictor.bin"
		files = append(files, content{Name: mh.PredictorFile, Data: b})
		if h.Representation != nil {
			name, b, err := parts.Encode(representationKinds, h.Representation)
			if err != nil {
				return nil, fmt.Errorf("artifacts: save head %s: %w", h.Target, err)
			}
			mh.Representation, mh.RepresentationFile = name, string(h.Target)+".representation.bin"
			if d, ok := h.Representation.(interface{ Degree() int }); ok {
				mh.Degree = d.Degree()
			}
			files = append(files, content{Name: mh.RepresentationFile, Data: b})
		}
		m.Heads = append(m.Heads, mh)
	}
	return files, nil
}
