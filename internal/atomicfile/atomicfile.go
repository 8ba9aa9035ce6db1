// Package atomicfile writes a file whole or not at all: a reader, and a computer that loses its power, sees the old
// content or the new one, never half of it.
package atomicfile

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

// prefix begins the name of a temporary file. A process that is killed may leave one.
const prefix = ".tmp-"

// Write writes the parts, one after the other, to path, in place of what is there.
func Write(path string, parts ...[]byte) error {
	return WriteWith(path, func(w io.WriteSeeker) error {
		for _, p := range parts {
			if _, err := w.Write(p); err != nil {
				return err
			}
		}
		return nil
	})
}

// WriteWith writes what write writes to path, in place of what is there: into a temporary file in the same folder,
// which is synced and renamed, and then the folder is synced. The file's mode is what the user's umask leaves of
// rw-rw-rw-. After an error, write's own included, path is as it was and no temporary file is left; only when the
// folder cannot be synced the new content is in place and may not outlast a loss of power.
func WriteWith(path string, write func(w io.WriteSeeker) error) (err error) {
	dir := filepath.Dir(path)
	f, err := create(dir)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil && f != nil {
			_ = f.Close() // after the first error it may be closed already
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	if err := write(f); err != nil {
		return err
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	f = nil // the temporary name is gone
	return SyncFolder(dir)
}

// create makes a temporary file in dir. os.CreateTemp would give it the mode rw-------, whatever the umask.
func create(dir string) (*os.File, error) {
	for range 100 {
		f, err := os.OpenFile(filepath.Join(dir, prefix+rand.Text()[:12]), os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o666)
		if !errors.Is(err, fs.ErrExist) {
			return f, err
		}
	}
	return nil, fmt.Errorf("no free name for a temporary file in %s", dir)
}

// SyncFolder makes the names in the folder dir last through a loss of power.
func SyncFolder(dir string) error {
	if runtime.GOOS == "windows" { // there a folder cannot be opened for that
		return nil
	}
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
