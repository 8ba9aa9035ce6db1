package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var (
	at    = time.Date(2026, 11, 29, 7, 0, 0, 0, time.UTC)
	files = []file{{"eahas", 0o755, []byte("program")}, {"NOTICE", 0o644, []byte("notice")}}
)

func TestPack(t *testing.T) {
	for _, zipped := range []bool{false, true} {
		b, ext, err := pack("eahas-1", files, zipped, at)
		if err != nil {
			t.Fatal(err)
		}
		if again, _, _ := pack("eahas-1", files, zipped, at); !bytes.Equal(b, again) {
			t.Errorf("%s: other bytes the second time", ext)
		}
		got := map[string]string{}
		if zipped {
			r, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range r.File {
				part, err := f.Open()
				if err != nil {
					t.Fatal(err)
				}
				text, err := io.ReadAll(part)
				if err != nil || !f.Modified.Equal(at) {
					t.Errorf("%s: %v, of %v", f.Name, err, f.Modified)
				}
				got[f.Name] = string(text)
			}
		} else {
			z, err := gzip.NewReader(bytes.NewReader(b))
			if err != nil {
				t.Fatal(err)
			}
			got = unpack(t, z)
		}
		if len(got) != 2 || got["eahas-1/eahas"] != "program" || got["eahas-1/NOTICE"] != "notice" {
			t.Errorf("%s holds %v", ext, got)
		}
	}
}

func unpack(t *testing.T, r io.Reader) map[string]string {
	t.Helper()
	got := map[string]string{}
	for tr := tar.NewReader(r); ; {
		h, err := tr.Next()
		if err == io.EOF {
			return got
		}
		if err != nil {
			t.Fatal(err)
		}
		if !h.ModTime.Equal(at) || h.Uid != 0 || h.Gid != 0 {
			t.Errorf("%s is of %v, of %d:%d", h.Name, h.ModTime, h.Uid, h.Gid)
		}
		text, err := io.ReadAll(tr)
		if err != nil {
			t.Fatal(err)
		}
		got[h.Name] = string(text)
	}
}

// TestImage follows the image's parts by their digests, as a container engine does.
func TestImage(t *testing.T) {
	b, err := image(files, "arm64", "1.2.3", at)
	if err != nil {
		t.Fatal(err)
	}
	parts := unpack(t, bytes.NewReader(b))
	get := func(d descriptor) string {
		t.Helper()
		part, ok := parts[blobPath(d.Digest)]
		if !ok || len(part) != d.Size || digest([]byte(part)) != d.Digest {
			t.Fatalf("%+v: %d bytes", d, len(part))
		}
		return part
	}
	read := func(text string, v any) {
		t.Helper()
		if err := json.Unmarshal([]byte(text), v); err != nil {
			t.Fatal(err)
		}
	}
	var top index
	read(parts["index.json"], &top)
	var m manifest
	read(get(top.Manifests[0]), &m)
	var c imageConfig
	read(get(m.Config), &c)
	if c.Architecture != "arm64" || c.OS != "linux" || c.Config.User != "65532:65532" ||
		c.Config.Entrypoint[0] != "/eahas" {
		t.Errorf("config %+v", c)
	}
	z, err := gzip.NewReader(strings.NewReader(get(m.Layers[0])))
	if err != nil {
		t.Fatal(err)
	}
	layer, err := io.ReadAll(z)
	if err != nil || digest(layer) != c.RootFS.DiffIDs[0] {
		t.Errorf("the layer unpacks to %s, want %s (%v)", digest(layer), c.RootFS.DiffIDs[0], err)
	}
	if got := unpack(t, bytes.NewReader(layer)); got["eahas"] != "program" || len(got) != 2 {
		t.Errorf("the layer holds %v", got)
	}
	if again, _ := image(files, "arm64", "1.2.3", at); !bytes.Equal(b, again) {
		t.Error("other bytes the second time")
	}
}

// TestSkopeoReadsTheImage in both formats that its tar has.
func TestSkopeoReadsTheImage(t *testing.T) {
	skopeo, err := exec.LookPath("skopeo")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("CI installs skopeo")
		}
		t.Skip("no skopeo")
	}
	b, err := image(files, "amd64", "1.2.3", at)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "image.tar")
	if err := os.WriteFile(path, b, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, format := range []string{"docker-archive", "oci-archive"} {
		out, err := exec.Command(skopeo, "inspect", "--override-os", "linux", "--override-arch", "amd64", "--config",
			format+":"+path).CombinedOutput()
		if err != nil || !strings.Contains(string(out), `"User": "65532:65532"`) {
			t.Errorf("%s: %v\n%s", format, err, out)
		}
	}
}

func TestLicences(t *testing.T) {
	dir := t.TempDir()
	var out bytes.Buffer
	if err := addLicences(&out, "example.org/m v1", dir); err == nil ||
		!strings.Contains(err.Error(), "example.org/m v1") {
		t.Errorf("a module without a licence: %v", err)
	}
	for name, text := range map[string]string{"LICENSE.txt": "may be used", "Copying": "may be copied",
		"main.go": "code"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := addLicences(&out, "example.org/m v1", dir); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"may be used", "may be copied", "example.org/m v1: LICENSE.txt"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not in\n%s", want, &out)
		}
	}
	if strings.Contains(out.String(), "code") {
		t.Error("code is taken for a licence")
	}
}

func TestDated(t *testing.T) {
	b, err := dated([]byte(`{"metadata": {"timestamp": "2030-01-01T00:00:00Z"}, "components": []}`), at)
	if err != nil || !strings.Contains(string(b), `"timestamp": "2026-11-29T07:00:00Z"`) {
		t.Errorf("%s, %v", b, err)
	}
}
