package intake

import (
	"bufio"
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/klauspost/compress/zstd"

	"eahas/trial/names"
)

// tree is what the given paths hold: files of folders and of archives, each named as the user would find it.
type tree struct {
	files []*file // sorted by name
	names map[string]*file
	dirs  map[string][]*file // folder -> its own files
	taken map[*file]string   // who reads it
	again map[string]int     // files of a name beyond the first
	left  []LeftOut
	links int    // that were passed over
	link  string // the first of them
	close []io.Closer
}

// file is one file of a tree.
type file struct {
	name string // slash-separated; within an archive the archive's name comes first
	disk string // where it lies; "" within an archive
	size int64
	raw  func() (io.ReadCloser, error)

	first   []byte // the unpacked beginning, once looked at
	looked  bool
	closed  error    // why it cannot be opened, once looked at
	columns []string // see header, once asked for
	named   bool
	whole   any                 // the decoded JSON document, once a finder needed it
	tables  map[string][]string // of an SQLite file, once looked at
}

func (f *file) dir() string  { return path.Dir(f.name) }
func (f *file) base() string { return path.Base(f.name) }

// stem is the file's name without folders, packing and extension.
func (f *file) stem() string {
	b := f.base()
	for _, packed := range []string{".gz", ".zst"} {
		b = strings.TrimSuffix(b, packed)
	}
	return strings.TrimSuffix(b, path.Ext(b))
}

// ext is the lower-case extension behind which a packing is left out: ".csv" of "a.csv.gz".
func (f *file) ext() string {
	b := strings.ToLower(f.base())
	for _, packed := range []string{".gz", ".zst"} {
		b = strings.TrimSuffix(b, packed)
	}
	return path.Ext(b)
}

// open opens the file for reading; gzip and zstd are unpacked, by the first bytes.
func (f *file) open() (io.ReadCloser, error) {
	r, err := f.raw()
	if err != nil {
		return nil, err
	}
	b := bufio.NewReaderSize(r, 64<<10)
	magic, _ := b.Peek(4)
	switch {
	case bytes.HasPrefix(magic, []byte{0x1f, 0x8b}):
		z, err := gzip.NewReader(b)
		if err != nil {
			r.Close()
			return nil, fmt.Errorf("%s: %w: %w", f.name, ErrFormat, err)
		}
		return &opened{z, r.Close}, nil
	case bytes.Equal(magic, []byte{0x28, 0xb5, 0x2f, 0xfd}):
		z, err := zstd.NewReader(b, zstd.WithDecoderMaxMemory(256<<20), zstd.WithDecoderConcurrency(1))
		if err != nil {
			r.Close()
			return nil, fmt.Errorf("%s: %w: %w", f.name, ErrFormat, err)
		}
		return &opened{z, func() error { z.Close(); return r.Close() }}, nil
	}
	return &opened{b, r.Close}, nil
}

type opened struct {
	io.Reader
	shut func() error
}

func (o *opened) Close() error { return o.shut() }

// head returns the unpacked beginning of the file, at most headBytes; nothing of one that cannot be read.
func (f *file) head() []byte {
	if f.looked {
		return f.first
	}
	f.looked = true
	r, err := f.open()
	if err != nil {
		f.closed = err
		return nil
	}
	defer r.Close()
	f.first, _ = io.ReadAll(io.LimitReader(r, headBytes))
	return f.first
}

// all reads the whole file, unpacked.
func (f *file) all() ([]byte, error) {
	r, err := f.open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	b, err := io.ReadAll(io.LimitReader(r, maxDocument+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s: %w: %w", f.name, ErrFormat, err)
	case len(b) > maxDocument:
		return nil, fmt.Errorf("%s: %w: it unpacks to more than %d bytes", f.name, ErrLimit, maxDocument)
	}
	return b, nil
}

// grow lists the files of the paths. The caller shuts the tree.
func grow(ctx context.Context, paths []string) (*tree, error) {
	t := seedling()
	for _, p := range paths {
		if err := t.walk(ctx, p); err != nil {
			t.shut()
			return nil, err
		}
	}
	if t.links > 0 {
		t.leave(t.link, "a link, as %d in all: give what it leads to", t.links)
	}
	t.sort()
	return t, nil
}

func seedling() *tree {
	return &tree{names: map[string]*file{}, dirs: map[string][]*file{}, taken: map[*file]string{},
		again: map[string]int{}}
}

// sort brings the files into their order, once all are there.
func (t *tree) sort() {
	slices.SortFunc(t.files, func(a, b *file) int {
		return cmp.Or(compareNames(a.name, b.name),
			cmp.Compare(a.name, b.name))
	})
	for _, f := range t.files {
		t.dirs[f.dir()] = append(t.dirs[f.dir()], f)
	}
}

// inFolder counts files by their folder.
type inFolder map[string]int

func inFolders(files []*file) inFolder {
	n := inFolder{}
	for _, f := range files {
		n[f.dir()]++
	}
	return n
}

// alone reports whether a file is the only one of its folder.
func (n inFolder) alone(f *file) bool { return n[f.dir()] == 1 }

// run names the run of a file: by its folder where each run has one of its own, else by folder and file.
func (n inFolder) run(f *file) string {
	if n.alone(f) && f.dir() != "." && len(n) > 1 {
		return f.dir()
	}
	return path.Join(f.dir(), f.stem())
}

// partsOf tells folders whose files are parts of one run, as train.csv and eval.csv are that lie so in two folders or
// more: their names say that each was measured on another part of the data. It gives the metrics that more than one of
// them has and that do not say it themselves, by folder.
func partsOf(files []*file) map[string]map[string]bool {
	byDir := map[string][]*file{}
	for _, f := range files {
		byDir[f.dir()] = append(byDir[f.dir()], f)
	}
	like := map[string][]string{} // the files' names -> folders
	for dir, in := range byDir {
		var stems []string
		split := map[names.Split]bool{}
		for _, f := range in {
			stems = append(stems, f.base())
			split[names.SplitOf(f.stem())] = true
		}
		if dir == "." || len(in) < 2 || len(split) != len(in) {
			continue
		}
		slices.Sort(stems)
		key := strings.Join(stems, "/")
		like[key] = append(like[key], dir)
	}
	out := map[string]map[string]bool{}
	for _, dirs := range like {
		if len(dirs) < 2 {
			continue
		}
		for _, dir := range dirs {
			seen, twice := map[string]bool{}, map[string]bool{}
			for _, f := range byDir[dir] {
				for _, name := range header(f) {
					if seen[name] && names.Metric(name) != "" && names.SplitOf(name) == names.NoSplit {
						twice[name] = true
					}
					seen[name] = true
				}
			}
			out[dir] = twice
		}
	}
	return out
}

// passedOver are folders in which there are no logs.
var passedOver = []string{".git", ".trash", "__pycache__", ".ipynb_checkpoints"}

// walk adds one path: a file, or all below a folder. Links are left out: they may lead anywhere, and in circles.
func (t *tree) walk(ctx context.Context, root string) error {
	st, err := os.Stat(root)
	if err != nil {
		return err
	}
	if !st.IsDir() {
		if !st.Mode().IsRegular() { // a pipe may never end, and cannot be read twice
			return fmt.Errorf("%s: %w: it is a pipe or a device, no file; write what it gives to a file first", root,
				ErrFormat)
		}
		return t.add(ctx, onDisk(filepath.Base(root), root, st.Size()), 0)
	}
	if real, err := filepath.EvalSymlinks(root); err == nil {
		root = real
	}
	base := filepath.Base(root)
	return filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		rel, err := filepath.Rel(root, p)
		if err != nil {
			return err
		}
		name := path.Join(base, filepath.ToSlash(rel))
		switch {
		case d.IsDir():
			if p != root && slices.Contains(passedOver, d.Name()) {
				return fs.SkipDir
			}
			return nil
		case d.Type()&fs.ModeSymlink != 0:
			if t.links++; t.link == "" {
				t.link = name
			}
			return nil
		case !d.Type().IsRegular():
			t.leave(name, "not a regular file")
			return nil
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		return t.add(ctx, onDisk(name, p, info.Size()), 0)
	})
}

func onDisk(name, disk string, size int64) *file {
	return &file{name: name, disk: disk, size: size, raw: func() (io.ReadCloser, error) { return os.Open(disk) }}
}

// add takes a file up; of an archive its members.
func (t *tree) add(ctx context.Context, f *file, depth int) error {
	if len(t.files) >= maxFiles {
		return fmt.Errorf("%w: more than %d files; give a smaller folder", ErrLimit, maxFiles)
	}
	if done, err := t.unpack(ctx, f, depth); done || err != nil {
		return err
	}
	if old := t.names[f.name]; old != nil {
		if old.disk != "" && old.disk == f.disk {
			return nil // named twice
		}
		name := f.name
		for t.names[f.name] != nil {
			t.again[name]++
			f.name = fmt.Sprintf("%s#%d", name, t.again[name]+1)
		}
	}
	t.names[f.name] = f
	t.files = append(t.files, f)
	return nil
}

func (t *tree) leave(name, format string, args ...any) {
	t.left = append(t.left, LeftOut{name, fmt.Sprintf(format, args...)})
}

func (t *tree) shut() {
	for _, c := range t.close {
		c.Close()
	}
}

// free lists the files that no reader has taken yet, and that a test accepts.
func (t *tree) free(test func(*file) bool) []*file {
	var out []*file
	for _, f := range t.files {
		if _, ok := t.taken[f]; !ok && test(f) {
			out = append(out, f)
		}
	}
	return out
}

// beside returns the file of a name in a folder; nil when there is none.
func (t *tree) beside(dir, base string) *file { return t.names[path.Join(dir, base)] }

// take marks files as read by a tool.
func (t *tree) take(tool string, files ...*file) {
	for _, f := range files {
		if f != nil {
			t.taken[f] = tool
		}
	}
}
