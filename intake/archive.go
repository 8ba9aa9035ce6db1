package intake

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// unpack adds the members of an archive in place of it. done is false for a file that is no archive.
func (t *tree) unpack(ctx context.Context, f *file, depth int) (done bool, err error) {
	name := strings.ToLower(f.base())
	zipped := strings.HasSuffix(name, ".zip")
	tarred := strings.HasSuffix(name, ".tar") || strings.HasSuffix(name, ".tar.gz") ||
		strings.HasSuffix(name, ".tgz") || strings.HasSuffix(name, ".tar.zst")
	if !zipped && !tarred {
		return false, nil
	}
	if depth >= maxArchiveDepth {
		t.leave(f.name, "an archive within %d archives; unpack it", depth)
		return true, nil
	}
	if zipped {
		err = t.unzip(ctx, f, depth)
	} else {
		err = t.untar(ctx, f, depth)
	}
	if errors.Is(err, ErrLimit) || ctx.Err() != nil {
		return true, err
	}
	if err != nil {
		t.leave(f.name, "%v", err)
	}
	return true, nil
}

// member names a file within an archive; ok is false for names that lead out of it.
func member(archive, name string) (string, bool) {
	name = path.Clean(strings.ReplaceAll(name, `\`, "/"))
	if !filepath.IsLocal(name) || strings.ContainsRune(name, 0) || len(name) > 4096 {
		return "", false
	}
	return path.Join(archive, name), true
}

func (t *tree) unzip(ctx context.Context, f *file, depth int) error {
	var r io.ReaderAt
	size := f.size
	if f.disk != "" {
		d, err := os.Open(f.disk)
		if err != nil {
			return err
		}
		t.close = append(t.close, d)
		r = d
	} else {
		b, err := f.all()
		if err != nil {
			return err
		}
		r, size = bytes.NewReader(b), int64(len(b))
	}
	z, err := zip.NewReader(r, size)
	if err != nil {
		return fmt.Errorf("%s: %w: %w", f.name, ErrFormat, err)
	}
	var total uint64
	for _, m := range z.File {
		if err := ctx.Err(); err != nil {
			return err
		}
		if m.FileInfo().IsDir() {
			continue
		}
		name, ok := member(f.name, m.Name)
		if !ok {
			t.leave(f.name, "its member %.80q leads out of the archive", m.Name)
			continue
		}
		if !m.Mode().IsRegular() {
			t.leave(name, "not a regular file")
			continue
		}
		if total += m.UncompressedSize64; m.UncompressedSize64 > maxArchive || total > 4*maxArchive {
			return fmt.Errorf("%s: %w: it unpacks to more than %d bytes; unpack it and give the folder", f.name,
				ErrLimit, maxArchive)
		}
		inside := &file{name: name, size: int64(m.UncompressedSize64), raw: func() (io.ReadCloser, error) {
			r, err := m.Open() // reads no more than the claimed size: archive/zip refuses the rest
			if err != nil {
				return nil, fmt.Errorf("%s: %w: %w", name, ErrFormat, err)
			}
			return r, nil
		}}
		if err := t.add(ctx, inside, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// untar holds the members in memory: a packed tar can be read from its beginning alone.
func (t *tree) untar(ctx context.Context, f *file, depth int) error {
	r, err := f.open()
	if err != nil {
		return err
	}
	defer r.Close()
	left := int64(maxArchive)
	in := tar.NewReader(&io.LimitedReader{R: r, N: 2 * maxArchive})
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		h, err := in.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%s: %w: %w", f.name, ErrFormat, err)
		}
		if h.Typeflag == tar.TypeDir {
			continue
		}
		name, ok := member(f.name, h.Name)
		if !ok {
			t.leave(f.name, "its member %.80q leads out of the archive", h.Name)
			continue
		}
		if h.Typeflag != tar.TypeReg {
			t.leave(name, "not a regular file")
			continue
		}
		if h.Size > left {
			return fmt.Errorf("%s: %w: it unpacks to more than %d bytes; unpack it and give the folder", f.name,
				ErrLimit, maxArchive)
		}
		var b bytes.Buffer
		if n, err := io.CopyN(&b, in, h.Size); err != nil {
			return fmt.Errorf("%s: %w: it ends after %d of %d bytes: %w", name, ErrFormat, n, h.Size, err)
		}
		left -= h.Size
		data := b.Bytes()
		inside := &file{name: name, size: h.Size, raw: func() (io.ReadCloser,
			error) {
			return io.NopCloser(bytes.NewReader(data)), nil
		}}
		if err := t.add(ctx, inside, depth+1); err != nil {
			return err
		}
	}
}
