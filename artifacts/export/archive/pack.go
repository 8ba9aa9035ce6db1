package archive

import (
	"archive/tar"
	"bufio"
	"fmt"
	"io"
	"os"
	"time"

	"eahas/artifacts"
)

// checksums is the second file that a manifest does not list.
const checksums = "manifest.sha256"

// Pack writes the bundle in the folder dir to w. Equal bundles give equal bytes. It returns the errors of
// artifacts.Open when the bundle is not sound.
func Pack(w io.Writer, dir string) error {
	b, err := artifacts.OpenBundle(dir)
	if err != nil {
		return err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	names := []string{artifacts.ManifestName, checksums}
	for _, f := range b.Files { // sorted by name
		names = append(names, f.Name)
	}
	out := bufio.NewWriterSize(w, 1<<16)
	t := tar.NewWriter(out)
	for _, name := range names {
		if err := add(t, root, name); err != nil {
			return fmt.Errorf("archive: pack %s: %w", name, err)
		}
	}
	if err := t.Close(); err != nil {
		return err
	}
	return out.Flush()
}

func add(t *tar.Writer, root *os.Root, name string) error {
	f, err := root.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	h := tar.Header{Typeflag: tar.TypeReg, Name: name, Size: info.Size(), Mode: 0o644, ModTime: time.Unix(0, 0),
		Format: tar.FormatUSTAR}
	if err := t.WriteHeader(&h); err != nil {
		return err
	}
	_, err = io.Copy(t, f)
	return err
}
