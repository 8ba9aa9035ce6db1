package export

import (
	"fmt"
	"os"
	"path/filepath"

	"eahas/artifacts"
)

// Write writes a format's files into the folder, which is made where it does not exist. Files that are there already are
// overwritten; others are left alone.
func Write(dir string, s *artifacts.Surrogate, f Format, o Options) ([]File, error) {
	files, err := Files(s, f, o)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, fmt.Errorf("export: %w", err)
	}
	for _, file := range files {
		if err := os.WriteFile(filepath.Join(dir, file.Name), file.Data, 0o666); err != nil {
			return nil, fmt.Errorf("export: %w", err)
		}
	}
	return files, nil
}
