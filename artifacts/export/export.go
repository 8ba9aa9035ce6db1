package export

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"eahas/artifacts"
	"eahas/artifacts/export/internal/ensemble"
	"eahas/internal/atomicfile"
)

// The errors of this package.
var (
	// ErrFormat is returned for a name that is not in Formats.
	ErrFormat = errors.New("unknown format")
	// ErrUnsupported is returned when the format has no word for the surrogate; the text names the kinds of its models.
	ErrUnsupported = ensemble.ErrUnsupported
	// ErrOptions is returned when a format needs an option that is not set.
	ErrOptions = errors.New("an option is missing")
)

// File is one file to be written. Description is nil for the index itself.
type File struct {
	Name        string // with '/' where it lies in a folder of the format's own
	Data        []byte
	Description *Description
}

// Files returns what the format consists of. The error wraps ErrUnsupported, ErrOptions, or what the format's package
// returns.
func (f *Format) Files(s *artifacts.Surrogate, o Options) ([]File, error) {
	if f.NoOwn {
		if own := s.Spec().Own.Names(); len(own) > 0 {
			return nil, fmt.Errorf("export: %s: %w: it has no word for the bundle's own targets (%v); onnx-query, "+
				"tabular, archive and the formats of single heads hold them", f.Name, ErrUnsupported, own)
		}
	}
	if !f.First {
		if first := s.Spec().Own.First(); len(first) > 0 {
			return nil, fmt.Errorf("export: %s: %w: %v is predicted first and the other targets' models see the "+
				"prediction, for which it has no word; tabular and archive hold that", f.Name, ErrUnsupported, first)
		}
	}
	files, err := f.files(s, o)
	if errors.Is(err, ErrUnsupported) {
		err = fmt.Errorf("%w (the heads are of the %s)", err, kinds(s))
	}
	if err != nil {
		return nil, fmt.Errorf("export: %s: %w", f.Name, err)
	}
	return files, nil
}

// Write writes the format's files into the folder, which is made where it does not exist, and beside them an index (see
// Index) that says what they hold: the last of the files that it returns. Files that are there already are overwritten;
// others are left alone.
func (f *Format) Write(dir string, s *artifacts.Surrogate, o Options) ([]File, error) {
	files, err := f.Files(s, o)
	if err != nil {
		return nil, err
	}
	index, err := newIndex(s, f.Name, files).encode()
	if err != nil {
		return nil, err
	}
	files = append(files, File{Name: IndexName, Data: index})
	return files, Save(dir, files)
}

// Save writes files into the folder, which is made where it does not exist.
func Save(dir string, files []File) error {
	for _, file := range files {
		path := filepath.Join(dir, filepath.FromSlash(file.Name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			return fmt.Errorf("export: %w", err)
		}
		if err := atomicfile.Write(path, file.Data); err != nil {
			return fmt.Errorf("export: %w", err)
		}
	}
	return nil
}
