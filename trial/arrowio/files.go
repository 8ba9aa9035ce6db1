package arrowio

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"eahas/internal/par"
	"eahas/internal/plaintext"
	"eahas/trial"
)

// logFile is one file of a mapping.
type logFile struct {
	path string // to open
	show string // to name: relative to the data folder where it lies inside
	size int64

	parts  []hivePart           // columns that the folders' names say
	graphs []trial.GraphColumns // columns that are put together

	firstLine int64 // line of row 0 of a text file, once it is open; 0 where rows are not lines
}

// list finds the files of the paths: a file itself, the logs of a folder (see tables), or what a glob matches. Each
// path's files come sorted by name; a file named twice is read once.
func list(paths []string, dataDir string) ([]logFile, error) {
	var out []logFile
	seen := map[string]bool{}
	for _, p := range paths {
		full := p
		if !filepath.IsAbs(p) {
			full = filepath.Join(dataDir, p)
		}
		found, parts, err := expand(full)
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
			if !st.Mode().IsRegular() { // a pipe may never end, and cannot be read twice
				return nil, fmt.Errorf("%s: %w: it is a pipe or a device, no file; write what it gives to a file first",
					p, ErrFormat)
			}
			out = append(out, logFile{path: f, show: shown(f, dataDir), size: st.Size(), parts: parts[f]})
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%w: the mapping has no path", ErrMapping)
	}
	return out, nil
}

func expand(p string) ([]string, map[string][]hivePart, error) {
	st, err := os.Stat(p)
	switch {
	case err == nil && !st.IsDir():
		return []string{p}, nil, nil
	case err == nil:
		out, parts, err := tables(innermost(p))
		if err == nil && len(out) == 0 {
			err = fmt.Errorf("%w in this folder that ends in .parquet, .feather, .arrow or .ipc, nor in .csv, .tsv, "+
				".jsonl or .json "+
				"(also with .gz, .zst, .bz2 or .zip)%s; name the files, or use a glob", ErrNoFiles, deeper(p))
		}
		return out, parts, err
	case strings.ContainsAny(p, "*?["):
		out, err := filepath.Glob(p)
		if err != nil {
			return nil, nil, err
		}
		if len(out) == 0 {
			return nil, nil, fmt.Errorf("%w matches", ErrNoFiles)
		}
		slices.Sort(out)
		return out, nil, nil
	case os.IsNotExist(err):
		return nil, nil, fmt.Errorf("%w: %w", ErrNoFiles, err)
	}
	return nil, nil, err
}

// innermost goes into a folder as long as another one, not called name=value, is all that it holds: archives are often
// packed so. Hidden entries do not count.
func innermost(dir string) string {
	for range maxParts {
		entries, err := os.ReadDir(dir)
		entries = slices.DeleteFunc(entries, func(e fs.DirEntry) bool { return strings.HasPrefix(e.Name(), ".") })
		if err != nil || len(entries) != 1 || !entries[0].IsDir() {
			break
		}
		if _, isColumn := hivePartOf(entries[0].Name()); isColumn {
			break
		}
		dir = filepath.Join(dir, entries[0].Name())
	}
	return dir
}

// deeper says that tables lie in the folders below one, which are not read unless they are called name=value; "" where
// none is among the first thousand entries.
func deeper(dir string) string {
	found, seen := "", 0
	_ = filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if seen++; err != nil || seen > 1000 {
			return filepath.SkipAll
		}
		if k := kindOfName(path); !e.IsDir() && (k == binaryName || k == textName) {
			found = path
			return filepath.SkipAll
		}
		return nil
	})
	if found == "" {
		return ""
	}
	return fmt.Sprintf("; some lie below it, such as %s, and nothing says what tells them apart: folders called "+
		"name=value are columns", filepath.Base(filepath.Dir(found))+"/"+filepath.Base(found))
}

// tables lists the logs of a folder by their extension: the Parquet and Arrow files, or, where there are none, the text
// tables. It goes deeper only into folders that are called name=value, as hive, Spark, pyarrow and DuckDB partition
// tables; those are columns.
func tables(dir string) (files []string, parts map[string][]hivePart, err error) {
	parts = map[string][]hivePart{}
	var texts, plain []string
	var walk func(dir string, above []hivePart) error
	walk = func(dir string, above []hivePart) error {
		entries, err := os.ReadDir(dir) // sorted by name
		if err != nil {
			return err
		}
		for _, e := range entries {
			path := filepath.Join(dir, e.Name())
			if e.IsDir() {
				if part, ok := hivePartOf(e.Name()); ok && len(above) < maxParts {
					if err := walk(path, append(above[:len(above):len(above)], part)); err != nil {
						return err
					}
				}
				continue
			}
			switch kindOfName(e.Name()) {
			case binaryName:
				files = append(files, path)
			case textName:
				texts = append(texts, path)
			case plainName:
				plain = append(plain, path)
			default:
				continue
			}
			if len(above) > 0 {
				parts[path] = above
			}
		}
		return nil
	}
	if err := walk(dir, nil); err != nil {
		return nil, nil, err
	}
	if len(files) == 0 {
		files = texts
	}
	if len(files) == 0 {
		files = slices.DeleteFunc(plain, func(p string) bool { return !isTableText(p) })
	}
	return files, parts, nil
}

// isTableText reports whether a text file of no telling name, as spreadsheets write .txt, is a table: its first lines
// have as many cells as its names, or are JSON objects, as searches log to .log.
func isTableText(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	head := make([]byte, headBytes)
	n, err := io.ReadFull(f, head)
	if err != nil && err != io.ErrUnexpectedEOF {
		return false
	}
	if head, err = io.ReadAll(plaintext.Reader(bytes.NewReader(head[:n]))); err != nil {
		return false
	}
	if linesAreObjects(head) {
		return true
	}
	form, err := csvHeader(head[:min(len(head), headBytes-1)])
	if err != nil || len(form.names) < 3 {
		return false
	}
	lines := bytes.Split(head, []byte("\n"))[form.lead:]
	rows := lines[1:max(1, min(len(lines)-1, 20))] // the last one may be cut off
	for _, line := range rows {
		if cells, ok := form.split(strings.TrimSuffix(string(line), "\r"), nil); !ok || len(cells) != len(form.names) {
			return false
		}
	}
	return len(rows) > 0
}

const (
	otherName = iota
	binaryName
	textName
	plainName // .txt or .log, which may hold anything
)

// linesAreObjects reports whether a text begins with two lines or more that are each a JSON object.
func linesAreObjects(head []byte) bool {
	lines := bytes.Split(head, []byte("\n"))
	whole := lines[:len(lines)-1] // the last one may be cut off
	for _, line := range whole[:min(len(whole), 20)] {
		if line = bytes.TrimSpace(line); len(line) > 0 && (line[0] != '{' || line[len(line)-1] != '}') {
			return false
		}
	}
	return len(whole) > 1 && json.Valid(bytes.ReplaceAll(whole[0], []byte("NaN"), []byte("0")))
}

// kindOfName says what a file's name promises.
func kindOfName(name string) int {
	name = strings.ToLower(name)
	switch filepath.Ext(name) {
	case ".parquet", ".pq", ".feather", ".arrow", ".ipc", ".arrows":
		return binaryName
	case ".gz", ".zst", ".bz2", ".zip":
		name = strings.TrimSuffix(name, filepath.Ext(name))
	}
	switch filepath.Ext(name) {
	case ".csv", ".tsv", ".jsonl", ".ndjson", ".json":
		return textName
	case ".txt", ".tab", ".dat", ".log", ".out":
		return plainName
	}
	return otherName
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
