package atomicfile

import (
	"io/fs"
	"os"
	"strings"
)

// Named makes an error of the system name what its reader knows: where its path begins with the temporary name, that
// becomes path, also inside of joined errors. A failed renaming, which would name the path twice, becomes an error of
// the path alone. Errors that were put into a text before stay as they are.
func Named(err error, temporary, path string) error {
	switch e := err.(type) {
	case *fs.PathError:
		if rest, ok := strings.CutPrefix(e.Path, temporary); ok {
			e.Path = path + rest
		}
	case *os.LinkError:
		if e.Old == temporary {
			return &fs.PathError{Op: e.Op, Path: path, Err: e.Err}
		}
	case interface{ Unwrap() []error }:
		for _, one := range e.Unwrap() {
			_ = Named(one, temporary, path)
		}
	}
	return err
}

// target is a temporary file whose errors name the path that it will have: whoever writes may put them into a text.
type target struct {
	file *os.File
	path string
}

func (t target) Write(b []byte) (int, error) {
	n, err := t.file.Write(b)
	return n, Named(err, t.file.Name(), t.path)
}

func (t target) Seek(offset int64, whence int) (int64, error) {
	at, err := t.file.Seek(offset, whence)
	return at, Named(err, t.file.Name(), t.path)
}
