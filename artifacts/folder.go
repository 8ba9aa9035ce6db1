package artifacts

import (
	"context"
	"errors"
	"fmt"
	"os"

	"eahas/internal/atomicfolder"
)

// writeFolder makes the bundle's folder dir, all of it or nothing, after check has looked at it.
func writeFolder(ctx context.Context, dir string, replace bool, files []content,
	check func(dir string) error) error {
	return atomicfolder.Write(ctx, dir, func(dir string) error { return mayWrite(dir, replace) }, files, check)
}

// content is one file to be written.
type content = atomicfolder.Content

// mayWrite refuses an existing dir; with replace it allows a bundle and an empty folder.
func mayWrite(dir string, replace bool) error {
	info, err := os.Lstat(dir)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil
	case err != nil:
		return err
	case !replace:
		return fmt.Errorf("%w: %s", ErrExists, dir)
	case !info.IsDir():
		return fmt.Errorf("%w: %s is not a folder and is not replaced", ErrNotBundle, dir)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.Name() == ManifestName {
			return nil
		}
	}
	if len(entries) > 0 {
		return fmt.Errorf("%w: %s holds other files and is not replaced", ErrNotBundle, dir)
	}
	return nil
}
