package artifacts

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"eahas/internal/atomicfolder"
)

// writeFolder makes the bundle's folder dir, all of it or nothing, after check has looked at it. An existing dir is
// replaced when replace is set and it is a bundle alone (Replaceable), or also says so.
func writeFolder(ctx context.Context, dir string, replace bool, also func(dir string) bool, files []content,
	check func(dir string) error) error {
	may := func(dir string) error {
		err := mayWrite(dir, replace)
		if err != nil && replace && also != nil && also(dir) {
			return nil
		}
		return err
	}
	return atomicfolder.Write(ctx, dir, may, files, check)
}

// content is one file to be written.
type content = atomicfolder.Content

// mayWrite refuses an existing dir; with replace it allows what Replaceable does.
func mayWrite(dir string, replace bool) error {
	_, err := os.Lstat(dir)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil
	case err != nil:
		return err
	case !replace:
		return fmt.Errorf("%w: %s", ErrExists, dir)
	}
	return Replaceable(dir)
}

// Replaceable returns nil for a folder that can be replaced without losing anything that is not of a bundle: it is
// empty, or it has a bundle's manifest and no file besides those that the manifest lists. Else it returns ErrNotBundle
// and names what would be lost. The bundle may be damaged: its models are not looked at.
func Replaceable(dir string) error {
	info, err := os.Lstat(dir)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return fmt.Errorf("%w: %s is not a folder and is not replaced", ErrNotBundle, dir)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) == 0 {
		return err
	}
	own, err := listed(dir)
	if err != nil {
		return fmt.Errorf("%w: %s is not replaced: %w", ErrNotBundle, dir, err)
	}
	for _, e := range entries {
		if !own[e.Name()] || !e.Type().IsRegular() {
			return fmt.Errorf("%w: %s holds %s, which is no part of its bundle, and is not replaced; move it elsewhere",
				ErrNotBundle, dir, e.Name())
		}
	}
	return nil
}

// listed are the files of the bundle in dir, by its manifest, of which only the list is read.
func listed(dir string) (map[string]bool, error) {
	path := filepath.Join(dir, ManifestName)
	info, err := os.Lstat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is no file", ManifestName)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var m struct {
		Format string
		Files  []struct{ Name string }
	}
	if err := json.NewDecoder(io.LimitReader(f, MaxManifest)).Decode(&m); err != nil {
		return nil, fmt.Errorf("%s cannot be read: %w", ManifestName, err)
	}
	if m.Format != formatName {
		return nil, fmt.Errorf("the format of %s is %.40q, wanted %q", ManifestName, m.Format, formatName)
	}
	own := map[string]bool{ManifestName: true, manifestSum: true}
	for _, f := range m.Files {
		own[f.Name] = true
	}
	return own, nil
}
