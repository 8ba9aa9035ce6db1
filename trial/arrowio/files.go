package arrowio

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"eahas/internal/par"
	"eahas/trial"
)

// logFile is one file of a mapping.
type logFile struct {
	path string // to open
	show string // to name: relative to the data folder where it lies inside
	size int64
}

// list finds the files of the paths: a file itself, the Parquet and Arrow files of a folder (by extension, not deeper),
// or what a glob matches. Each path's files come sorted by name; a file named twice is read once.
func list(paths []string, dataDir string) ([]logFile, error) {
	var out []logFile
	seen := map[string]bool{}
	for _, p := range paths {
		full := p
		if !filepath.IsAbs(p) {
			full = filepath.Join(dataDir, p)
		}
		found, err := expand(full)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", p, err)
		}
		for _, f := range found {
			if seen[f] {
				continue
			}
			seen[f] = true
			st, err := os.Stat(f)
			if err != nil {
				return nil, err
			}
			out = append(out, logFile{path: f, show: shown(f, dataDir), size: st.Size()})
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%w: the mapping has no path", ErrMapping)
	}
	return out, nil
}

func expand(p string) ([]string, error) {
	st, err := os.Stat(p)
	switch {
	case err == nil && !st.IsDir():
		return []string{p}, nil
	case err == nil:
		entries, err := os.ReadDir(p) // sorted by name
		if err != nil {
			return nil, err
		}
		var out []string
		for _, e := range entries {
			switch strings.ToLower(filepath.Ext(e.Name())) {
			case ".parquet", ".pq", ".feather", ".arrow", ".ipc", ".arrows":
				if !e.IsDir() {
					out = append(out, filepath.Join(p, e.Name()))
				}
			}
		}
		if len(out) == 0 {
			return nil, fmt.Errorf("%w in this folder that ends in .parquet, .feather, .arrow or .ipc", ErrNoFiles)
		}
		return out, nil
	case strings.ContainsAny(p, "*?["):
		out, err := filepath.Glob(p)
		if err != nil {
			return nil, err
		}
		if len(out) == 0 {
			return nil, fmt.Errorf("%w matches", ErrNoFiles)
		}
		slices.Sort(out)
		return out, nil
	case os.IsNotExist(err):
		return nil, fmt.Errorf("%w: %w", ErrNoFiles, err)
	}
	return nil, err
}

// shown returns the path relative to the data folder where the file lies inside, else its last element: outputs hold no
// path of the machine that they were made on.
func shown(path, dataDir string) string {
	if rel, err := filepath.Rel(dataDir, path); err == nil && filepath.IsLocal(rel) {
		return filepath.ToSlash(rel)
	}
	return filepath.Base(path)
}

// Inputs lists the files that the mappings name, each once, in the order of reading, and hashes them.
func Inputs(ctx context.Context, mappings []trial.Mapping, dataDir string, workers int) ([]Input, error) {
	var files []logFile
	for i, m := range mappings {
		fs, err := list(m.Path, dataDir)
		if err != nil {
			return nil, fmt.Errorf("logs[%d]: %w", i, err)
		}
		for _, f := range fs {
			if !slices.ContainsFunc(files, func(g logFile) bool { return g.path == f.path }) {
				files = append(files, f)
			}
		}
	}
	out := make([]Input, len(files))
	err := par.Each(ctx, len(files), workers, func(ctx context.Context, i int) (err error) {
		out[i], err = hash(ctx, files[i])
		return err
	})
	return out, err
}

func hash(ctx context.Context, f logFile) (Input, error) {
	r, err := os.Open(f.path)
	if err != nil {
		return Input{}, err
	}
	defer r.Close()
	h := sha256.New()
	n, err := io.CopyBuffer(h, ctxReader{ctx, r}, make([]byte, 1<<20))
	if err != nil {
		return Input{}, fmt.Errorf("%s: %w", f.show, err)
	}
	return Input{Path: f.show, Bytes: n, SHA256: hex.EncodeToString(h.Sum(nil))}, nil
}

// ctxReader ends a copy when the context is cancelled.
type ctxReader struct {
	ctx context.Context
	r   io.Reader
}

func (c ctxReader) Read(b []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(b)
}
