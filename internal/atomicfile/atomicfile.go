// Package atomicfile writes a file whole or not at all: a reader, and a computer that loses its power, sees the old
// content or the new one, never half of it.
package atomicfile

import (
	"crypto/rand"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

// prefix begins the name of a temporary file. A process that is killed may leave one; see stale.go.
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
func WriteWith(path string, write func(w io.WriteSeeker) error) error {
	return writeWith(path, write, os.Rename)
}

// WriteNew is WriteWith of a path at which nothing may be: what is there stays, and the error is fs.ErrExist.
func WriteNew(path string, write func(w io.WriteSeeker) error) error {
	absent := func() error {
		if _, err := os.Lstat(path); err == nil {
			return &fs.PathError{Op: "create", Path: path, Err: fs.ErrExist}
		}
		return nil
	}
	if err := absent(); err != nil {
		return err
	}
	return writeWith(path, write, func(from, to string) error {
		err := os.Link(from, to)
		switch {
		case err == nil:
			return os.Remove(from)
		case errors.Is(err, fs.ErrExist):
			return err
		}
		if err := absent(); err != nil { // a file system without links
			return err
		}
		return os.Rename(from, to)
	})
}

// writeWith is WriteWith; move gives the temporary file its name.
func writeWith(path string, write func(w io.WriteSeeker) error, move func(from, to string) error) (err error) {
	dir := filepath.Dir(path)
	removeStale(dir)
	f, err := create(dir)
	if err != nil {
		if e := (*fs.PathError)(nil); errors.As(err, &e) {
			e.Path = path
		}
		return err
	}
	defer func() {
		if err != nil && f != nil {
			_ = f.Close() // after the first error it may be closed already
			err = errors.Join(Named(err, f.Name(), path), os.Remove(f.Name()))
		}
	}()
	if err := write(target{f, path}); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if !locks {
		if err := f.Close(); err != nil {
			return err
		}
	}
	if err := move(f.Name(), path); err != nil {
		return err
	}
	if locks { // until now, or another process would take the file for stale
		_ = f.Close() // of what is synced
	}
	f = nil // the temporary name is gone
	return SyncFolder(dir)
}

// randomName is what follows the prefix in the name of a temporary file.
func randomName() string { return rand.Text()[:12] }

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
