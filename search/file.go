package search

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// RunFile plays into the file at path. A whole trace of the same play is left as it is (skipped); what a stopped run
// has left is repeated, compared and continued. ErrTrace: the file belongs to another play, or is damaged.
func (p Play) RunFile(ctx context.Context, path string) (o Overhead, skipped bool, err error) {
	l, err := NewLedger(p.Task, p.Header.Accounts)
	if err != nil {
		return o, false, err
	}
	h := p.Header
	h.Format, h.Task, h.SHA256, h.Unit, h.Accounts = TraceFormat, p.Task.Name(), p.Task.Digest(), p.Task.Cost(), l.o
	old, err := readTraceBytes(path)
	if errors.Is(err, fs.ErrNotExist) {
		old, err = nil, os.MkdirAll(filepath.Dir(path), 0o755)
	}
	if err != nil {
		return o, false, err
	}
	done, whole, err := finished(old, h)
	if err != nil || done {
		return o, done, wrapPath(path, err)
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE, 0o644)
	if err != nil {
		return o, false, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := f.Truncate(int64(whole)); err != nil {
		return o, false, err
	}
	if _, err := f.Seek(int64(whole), 0); err != nil {
		return o, false, err
	}
	w := bufio.NewWriterSize(f, 1<<15)
	o, err = p.Run(ctx, &resumed{old: old[:whole], w: w})
	return o, false, wrapPath(path, errors.Join(err, w.Flush()))
}

func wrapPath(path string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", path, err)
}
