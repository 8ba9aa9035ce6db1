package archive

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"regexp"
	"strings"

	"eahas/artifacts"
	"eahas/internal/atomicfolder"
)

// plainName is what a bundle's files may be called.
var plainName = regexp.MustCompile(`^[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}$`)

// Unpack writes the bundle that r holds to the folder dir, which must not exist: all of it, checked, or nothing. The
// errors are those of this package, artifacts.ErrTooLarge for claimed sizes beyond the limits, artifacts.ErrExists, and
// those of artifacts.Open.
func Unpack(r io.Reader, dir string) error {
	absent := func(dir string) error {
		if _, err := os.Lstat(dir); err == nil {
			return fmt.Errorf("%w: %s", artifacts.ErrExists, dir)
		}
		return nil
	}
	err := atomicfolder.Fill(context.Background(), dir, absent, func(tmp string) error { return fill(r, tmp) })
	if err != nil {
		return fmt.Errorf("archive: unpack: %w", err)
	}
	return nil
}

// fill writes the bundle that r holds into the folder tmp and opens it.
func fill(r io.Reader, tmp string) error {
	names, err := extract(r, tmp)
	if err != nil {
		return err
	}
	b, err := artifacts.OpenBundle(tmp)
	if err != nil {
		return err
	}
	for _, f := range b.Files {
		delete(names, strings.ToLower(f.Name))
	}
	delete(names, artifacts.ManifestName)
	delete(names, checksums)
	for _, name := range names {
		return fmt.Errorf("%w: %q", ErrUnlisted, name)
	}
	return nil
}

// extract writes the entries into the folder tmp. It returns their names by their lower case.
func extract(r io.Reader, tmp string) (map[string]string, error) {
	root, err := os.OpenRoot(tmp)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	names, total := map[string]string{}, int64(0)
	t := tar.NewReader(r)
	for {
		h, err := t.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, bad(err)
		}
		if err := check(h, names, &total); err != nil {
			return nil, err
		}
		names[strings.ToLower(h.Name)] = h.Name
		if err := write(root, h, t); err != nil {
			return nil, err
		}
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("%w: it is empty", ErrNotArchive)
	}
	return names, nothingMore(r)
}

// check refuses an entry by its head, before anything is read or written.
func check(h *tar.Header, names map[string]string, total *int64) error {
	slashed := strings.ReplaceAll(h.Name, `\`, "/")
	switch {
	case path.IsAbs(slashed) || len(h.Name) > 1 && h.Name[1] == ':':
		return fmt.Errorf("%w: %q", ErrAbsolute, h.Name)
	case strings.HasPrefix(path.Clean(slashed), ".."):
		return fmt.Errorf("%w: %q", ErrTraversal, h.Name)
	case h.Typeflag != tar.TypeReg:
		return fmt.Errorf("%w: %q has the type %q", ErrNotFile, h.Name, h.Typeflag)
	case !plainName.MatchString(h.Name):
		return fmt.Errorf("%w: %q", ErrName, h.Name)
	case names[strings.ToLower(h.Name)] != "":
		return fmt.Errorf("%w: %q", ErrDuplicate, h.Name)
	case h.Size < 0 || h.Size > artifacts.MaxFile:
		return fmt.Errorf("%w: %q claims %d bytes, at most %d", artifacts.ErrTooLarge, h.Name, h.Size,
			int64(artifacts.MaxFile))
	case len(names) >= artifacts.MaxFiles+2:
		return fmt.Errorf("%w: more than %d files", artifacts.ErrTooLarge, artifacts.MaxFiles+2)
	case h.Format != tar.FormatUSTAR:
		return fmt.Errorf("%w: %q is not in the USTAR format", ErrNotArchive, h.Name)
	}
	if *total += h.Size; *total > artifacts.MaxBundle {
		return fmt.Errorf("%w: the files claim more than %d bytes", artifacts.ErrTooLarge, int64(artifacts.MaxBundle))
	}
	return nil
}

func write(root *os.Root, h *tar.Header, t *tar.Reader) error {
	f, err := root.OpenFile(h.Name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	n, err := io.Copy(f, t) // at most h.Size bytes
	if err == nil && n < h.Size {
		err = io.ErrUnexpectedEOF
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = bad(err)
	}
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

func bad(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("%w: %w", ErrTruncated, err)
	}
	return fmt.Errorf("%w: %w", ErrNotArchive, err)
}

// nothingMore reads the rest, which may only be a little of the zeros that some programs pad archives with.
func nothingMore(r io.Reader) error {
	const padding = 1 << 20
	rest, err := io.ReadAll(io.LimitReader(r, padding+1))
	if err != nil {
		return err
	}
	if len(rest) > padding || strings.Trim(string(rest), "\x00") != "" {
		return ErrTrailing
	}
	return nil
}
