// Package atomicfolder writes a folder of files whole or not at all: who looks at its place sees nothing, the old
// folder, or the new one, also when the process is killed or the computer loses its power.
package atomicfolder

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"eahas/internal/atomicfile"
)

// Content is one file to be written.
type Content struct {
	Name string // in the folder, without a path
	Data []byte
}

// Write makes the folder dir with the given files, all of it or nothing: they are written and synced under a temporary
// name beside dir, check (may be nil) looks at that folder, and then it is renamed. may is asked before and after
// whether dir may be written; where it is there and may be replaced, it and the new folder swap their names in one
// step, and then the old one is deleted with all that is in it. Where the system cannot swap (other than Linux, some
// file systems) the old one is renamed away first: between the two renames there is no dir at all, but never half of
// one. A process that is killed leaves at most a folder called .NAME.tmp and a number (and .old, without swapping); the
// next Write of the same name removes it. Kept whole: the order of the steps is the promise.
func Write(ctx context.Context, dir string, may func(dir string) error, files []Content,
	check func(dir string) error) error {
	return Fill(ctx, dir, may, func(tmp string) error {
		for _, f := range files {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := writeSynced(filepath.Join(tmp, f.Name), f.Data); err != nil {
				return err
			}
		}
		if check == nil {
			return nil
		}
		return check(tmp)
	})
}

// Fill is Write of a folder that fill writes and looks at: the files in it, each of which it syncs.
func Fill(ctx context.Context, dir string, may func(dir string) error, fill func(tmp string) error) (err error) {
	dir = filepath.Clean(dir)
	if err := may(dir); err != nil {
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
			err = errors.Join(atomicfile.Named(err, tmp, dir), os.RemoveAll(tmp))
		}
		if held != nil {
			held.Close()
		}
	}()
	if err := fill(tmp); err != nil {
		return err
	}
	if err := os.Chmod(tmp, 0o755); err != nil {
		return err
	}
	if err := atomicfile.SyncFolder(tmp); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := moveIn(tmp, dir, may); err != nil {
		return err
	}
	return atomicfile.SyncFolder(parent)
}

// asideSuffix follows the name of the temporary folder in the name of an old folder that was renamed away.
const asideSuffix = ".old"

// moveIn renames tmp to dir.
func moveIn(tmp, dir string, may func(string) error) error {
	if err := may(dir); err != nil {
		return err
	}
	if _, err := os.Lstat(dir); errors.Is(err, os.ErrNotExist) {
		return os.Rename(tmp, dir)
	}
	if exchange(tmp, dir) == nil {
		if err := may(tmp); err != nil { // somebody put a file into it meanwhile
			return errors.Join(err, exchange(tmp, dir))
		}
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
