package main

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"time"
)

// A container image: one compressed layer, its config, and a manifest, each stored by its SHA-256, as the OCI image
// format 1.1 has it (github.com/opencontainers/image-spec), in one tar. manifest.json beside index.json is what older
// versions of `docker load` read.

// user runs the program in the container: nobody's number, as distroless images have it.
const user = "65532:65532"

type descriptor struct {
	MediaType   string            `json:"mediaType"`
	Digest      string            `json:"digest"`
	Size        int               `json:"size"`
	Annotations map[string]string `json:"annotations,omitempty"`
}

type imageConfig struct {
	Created      string    `json:"created"`
	Architecture string    `json:"architecture"`
	OS           string    `json:"os"`
	Config       execution `json:"config"`
	RootFS       struct {
		Type    string   `json:"type"`
		DiffIDs []string `json:"diff_ids"`
	} `json:"rootfs"`
}

type execution struct {
	User         string
	Entrypoint   []string
	Env          []string
	WorkingDir   string
	ExposedPorts map[string]struct{}
	Labels       map[string]string
}

type manifest struct {
	SchemaVersion int          `json:"schemaVersion"`
	MediaType     string       `json:"mediaType"`
	Config        descriptor   `json:"config"`
	Layers        []descriptor `json:"layers"`
}

type index struct {
	SchemaVersion int          `json:"schemaVersion"`
	MediaType     string       `json:"mediaType"`
	Manifests     []descriptor `json:"manifests"`
}

const media = "application/vnd.oci.image."

// image returns the tar of an image that holds these files at its root and starts the first one.
func image(files []file, arch, version string, at time.Time) ([]byte, error) {
	layer, err := packTar("", files, at)
	if err != nil {
		return nil, err
	}
	compressed, err := compress(layer)
	if err != nil {
		return nil, err
	}
	c := imageConfig{Created: at.Format(time.RFC3339), Architecture: arch, OS: "linux", Config: execution{User: user,
		Entrypoint: []string{"/" + files[0].name}, Env: []string{"PATH=/"}, WorkingDir: "/",
		ExposedPorts: map[string]struct{}{"8080/tcp": {}},
		Labels: map[string]string{"org.opencontainers.image.title": "eahas",
			"org.opencontainers.image.version":  version,
			"org.opencontainers.image.licenses": "Apache-2.0"}}}
	c.RootFS.Type, c.RootFS.DiffIDs = "layers", []string{digest(layer)}
	var t store
	layers := []descriptor{t.blob(media+"layer.v1.tar+gzip", compressed)}
	m := manifest{SchemaVersion: 2, MediaType: media + "manifest.v1+json", Config: t.json(media+"config.v1+json", c),
		Layers: layers}
	whole := t.json(media+"manifest.v1+json", m)
	name := "localhost/eahas:" + version
	whole.Annotations = map[string]string{"org.opencontainers.image.ref.name": version,
		"io.containerd.image.name": name}
	t.file("index.json", index{SchemaVersion: 2, MediaType: media + "index.v1+json", Manifests: []descriptor{whole}})
	t.file("oci-layout", map[string]string{"imageLayoutVersion": "1.0.0"})
	t.file("manifest.json", []map[string]any{{"Config": blobPath(m.Config.Digest), "RepoTags": []string{name},
		"Layers": []string{blobPath(layers[0].Digest)}}})
	if t.err != nil {
		return nil, t.err
	}
	return packTar("", t.files, at)
}

// store gathers the files of an image's tar.
type store struct {
	files []file
	err   error
}

func (s *store) blob(mediaType string, b []byte) descriptor {
	d := digest(b)
	s.files = append(s.files, file{blobPath(d), 0o644, b})
	return descriptor{MediaType: mediaType, Digest: d, Size: len(b)}
}

func (s *store) json(mediaType string, v any) descriptor { return s.blob(mediaType, s.encode(v)) }

func (s *store) file(name string, v any) { s.files = append(s.files, file{name, 0o644, s.encode(v)}) }

func (s *store) encode(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil && s.err == nil {
		s.err = err
	}
	return b
}

func digest(b []byte) string { return fmt.Sprintf("sha256:%x", sha256.Sum256(b)) }

// blobPath is where a blob lies in the tar.
func blobPath(digest string) string { return "blobs/sha256/" + digest[len("sha256:"):] }
