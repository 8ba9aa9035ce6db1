package artifacts

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"eahas/internal/atomicfile"
)

// content is one file to be written.
type content struct {
	name string
	data []byte
}

// writeFolder makes the folder dir with the given files, all of it or nothing: they are written and synced under a
// temporary name beside dir, check looks at that folder, and then it is renamed. With replace, the new bundle and the
// existing one swap their names in one step, and then the old one is deleted. Where the system cannot swap (other than
// Linux, some file systems) the old one is renamed away first: between the two renames there is no dir at all, but
// never half of one. A process that is killed leaves at most a folder called .NAME.tmp and a number (and .old, without
// swapping); the next save of the same name removes it.
func writeFolder(ctx context.Context, dir string, replace bool, files []content,
	check func(dir string) error) (err error) {
	dir = filepath.Clean(dir)
	if err := mayWrite(dir, replace); err != nil {
		return err
	}
	parent, base := filepath.Split(dir)
	if parent == "" {
		parent = "."
	}
	if err := os.MkdirAll(parent, 0o777); err != nil {
		return err
	}
	removeStale(parent, base)
	tmp, held, err := tempFolder(parent, base)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(tmp))
		}
		if held != nil {
			held.Close()
		}
	}()
	for _, f := range files {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := writeSynced(filepath.Join(tmp, f.name), f.data); err != nil {
			return err
		}
	}
	if err := os.Chmod(tmp, 0o755); err != nil {
		return err
	}
	if err := atomicfile.SyncFolder(tmp); err != nil {
		return err
	}
	if err := check(tmp); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := moveIn(tmp, dir, replace); err != nil {
		return err
	}
	return atomicfile.SyncFolder(parent)
}

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

// asideSuffix follows the name of the temporary folder in the name of an old bundle that was renamed away.
const asideSuffix = ".old"

// moveIn renames tmp to dir.
func moveIn(tmp, dir string, replace bool) error {
	if err := mayWrite(dir, replace); err != nil {
		return err
	}
	if _, err := os.Lstat(dir); errors.Is(err, os.ErrNotExist) {
		return os.Rename(tmp, dir)
	}
	if exchange(tmp, dir) == nil {
		return os.RemoveAll(tmp)
	}
	return moveInTwoSteps(tmp, dir)
}

// moveInTwoSteps is moveIn over an existing dir where names cannot be exchanged.
func moveInTwoSteps(tmp, dir string) error {
	old := tmp + asideSuffix
	if err := os.Rename(dir, old); err != nil {
		return err
	}
	if err := os.Rename(tmp, dir); err != nil {
		return errors.Join(err, os.Rename(old, dir))
	}
	return os.RemoveAll(old)
}

func writeSynced(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}
