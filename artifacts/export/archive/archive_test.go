package archive

import (
	"archive/tar"
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"eahas/artifacts"
)

var bundle = filepath.Join("..", "..", "testdata", "v1-gbdt-bezier")

func packed(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Pack(&b, bundle); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestThereAndBack packs a copy with other times, unpacks, and packs again: all three archives are equal.
func TestThereAndBack(t *testing.T) {
	first := packed(t)
	moved := filepath.Join(t.TempDir(), "copy")
	if err := os.CopyFS(moved, os.DirFS(bundle)); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(filepath.Join(moved, "golden.jsonl"), time.Unix(1, 0), time.Unix(1, 0)); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(moved, "stray"), []byte("not listed"), 0o600); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "deep", "back")
	if err := Unpack(bytes.NewReader(first), dir); err != nil {
		t.Fatal(err)
	}
	for _, d := range []string{moved, dir} {
		var again bytes.Buffer
		if err := Pack(&again, d); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(again.Bytes(), first) {
			t.Errorf("%s packs to other bytes", d)
		}
	}
	if err := Unpack(bytes.NewReader(first), dir); !errors.Is(err, artifacts.ErrExists) {
		t.Errorf("onto an existing folder: %v", err)
	}
}

// entry is one entry of a hostile archive.
type entry struct {
	h    tar.Header
	data string
}

func hostile(t testing.TB, entries ...entry) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, e := range entries {
		if e.h.Typeflag == 0 {
			e.h.Typeflag = tar.TypeReg
		}
		e.h.Mode = 0o644
		if e.h.Typeflag == tar.TypeReg && e.h.Size == 0 {
			e.h.Size = int64(len(e.data))
		}
		if err := w.WriteHeader(&e.h); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(e.data)); err != nil {
			t.Fatal(err)
		}
	}
	_ = w.Close() // complains where an entry has less data than it claims
	return b.Bytes()
}

// TestEachTrickHasItsError also looks that nothing is left behind.
func TestEachTrickHasItsError(t *testing.T) {
	good := packed(t)
	file := func(name string) entry { return entry{h: tar.Header{Name: name}, data: "x"} }
	tampered := bytes.Replace(good, []byte(`"lr"`), []byte(`"Lr"`), 1)
	newer := bytes.Replace(good, []byte(`"version": 1`), []byte(`"version": 9`), 1)
	if bytes.Equal(newer, good) {
		newer = bytes.Replace(good, []byte(`"version":1`), []byte(`"version":9`), 1)
	}
	extra := append(bytes.Clone(good[:len(good)-1024]), hostile(t,
		entry{h: tar.Header{Name: "extra", Format: tar.FormatUSTAR}, data: "x"})...)
	for name, c := range map[string]struct {
		b    []byte
		want error
	}{
		"traversal":         {hostile(t, file("../evil")), ErrTraversal},
		"hidden traversal":  {hostile(t, file("a/../../evil")), ErrTraversal},
		"windows traversal": {hostile(t, file(`..\evil`)), ErrTraversal},
		"absolute":          {hostile(t, file("/etc/passwd")), ErrAbsolute},
		"drive":             {hostile(t, file(`C:evil`)), ErrAbsolute},
		"folder in name":    {hostile(t, file("a/b")), ErrName},
		"dot file":          {hostile(t, file(".bashrc")), ErrName},
		"symlink": {hostile(t, entry{h: tar.Header{Name: "manifest.json", Typeflag: tar.TypeSymlink,
			Linkname: "/etc/passwd"}}), ErrNotFile},
		"hard link": {hostile(t, entry{h: tar.Header{Name: "manifest.json", Typeflag: tar.TypeLink,
			Linkname: "golden.jsonl"}}), ErrNotFile},
		"folder":            {hostile(t, entry{h: tar.Header{Name: "sub", Typeflag: tar.TypeDir}}), ErrNotFile},
		"device":            {hostile(t, entry{h: tar.Header{Name: "null", Typeflag: tar.TypeChar}}), ErrNotFile},
		"duplicate":         {hostile(t, file("a"), file("a")), ErrDuplicate},
		"duplicate by case": {hostile(t, file("a"), file("A")), ErrDuplicate},
		"10 GB": {hostile(t, entry{h: tar.Header{Name: "big", Size: 10 << 30}, data: "x"}),
			artifacts.ErrTooLarge},
		"less than claimed": {hostile(t, entry{h: tar.Header{Name: "a", Size: 2 << 30}, data: "x"}), ErrTruncated},
		"truncated":         {good[:len(good)/2], ErrTruncated},
		"trailing":          {append(bytes.Clone(good), "more"...), ErrTrailing},
		"unlisted":          {extra, ErrUnlisted},
		"no tar":            {[]byte(strings.Repeat("no tar ", 200)), ErrNotArchive},
		"empty":             {nil, ErrNotArchive},
		"no manifest": {hostile(t, entry{h: tar.Header{Name: "a", Format: tar.FormatUSTAR}, data: "x"}),
			artifacts.ErrNotBundle},
		"tampered":      {tampered, artifacts.ErrChecksum},
		"newer version": {newer, artifacts.ErrVersion},
		"pax": {hostile(t, entry{h: tar.Header{Name: "a", Format: tar.FormatPAX,
			PAXRecords: map[string]string{"EAHAS.x": "y"}}, data: "x"}), ErrNotArchive},
	} {
		t.Run(name, func(t *testing.T) {
			parent := t.TempDir()
			err := Unpack(bytes.NewReader(c.b), filepath.Join(parent, "out"))
			if !errors.Is(err, c.want) {
				t.Errorf("got %v, wanted %v", err, c.want)
			}
			if left, _ := os.ReadDir(parent); len(left) > 0 {
				t.Errorf("%s is left", left[0].Name())
			}
		})
	}
}

func TestPackRefusesABrokenBundle(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "b")
	if err := os.CopyFS(dir, os.DirFS(bundle)); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(filepath.Join(dir, "curve.predictor.bin"), 10); err != nil {
		t.Fatal(err)
	}
	if err := Pack(new(bytes.Buffer), dir); !errors.Is(err, artifacts.ErrChecksum) {
		t.Errorf("got %v", err)
	}
}

// FuzzUnpack: whatever the bytes are, nothing is written outside of the folder and nothing is left after a refusal.
func FuzzUnpack(f *testing.F) {
	f.Add(hostile(f, entry{h: tar.Header{Name: "../evil"}, data: "x"}))
	f.Add(hostile(f, entry{h: tar.Header{Name: "manifest.json"}, data: "{}"}))
	f.Add(packed(f)[:4096])
	f.Fuzz(func(t *testing.T, b []byte) {
		parent := t.TempDir()
		err := Unpack(bytes.NewReader(b), filepath.Join(parent, "out"))
		left, readErr := os.ReadDir(parent)
		if readErr != nil {
			t.Fatal(readErr)
		}
		if err != nil && len(left) > 0 || err == nil && (len(left) != 1 || left[0].Name() != "out") {
			t.Fatalf("%v; left is %v", err, left)
		}
	})
}
