package pipeline

import (
	"bytes"
	"crypto/sha256"
	"encoding/gob"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// stageFormat changes whenever a stage's output would differ for the same inputs and settings.
// It is part of every key, so that results of older code are never taken for new ones.
const stageFormat = 8

// store keeps the outputs of finished stages as files, one a stage, each under a key made of everything it depends on.
// A file appears by rename only, and carries the SHA-256 of its content: a killed run leaves whole files or none.
type store struct{ dir string }

// key is the identity of one stage's output.
type key [sha256.Size]byte

// keyOf hashes the JSON of its parts (deterministic: encoding/json sorts map keys) after the format version.
func keyOf(parts ...any) (key, error) {
	b, err := json.Marshal(append([]any{stageFormat}, parts...))
	if err != nil {
		return key{}, fmt.Errorf("pipeline: stage key: %w", err)
	}
	return sha256.Sum256(b), nil
}

func (k key) String() string { return hex.EncodeToString(k[:8]) }

// MarshalJSON lets a key be part of another stage's key.
func (k key) MarshalJSON() ([]byte, error) { return json.Marshal(hex.EncodeToString(k[:])) }

const stageSuffix = ".stage"

func (s store) path(stage string, k key) string {
	return filepath.Join(s.dir, fileName(stage)+"-"+k.String()+stageSuffix)
}

// fileName makes a stage's name safe as a file's name.
func fileName(stage string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '.', r == '_':
			return r
		}
		return '_'
	}, stage)
}

// load reads the output of a finished stage into v, a pointer. It reports false when there is none under this key
// or when the file is damaged: the stage then simply runs again. With a nil v it only looks.
func (s store) load(stage string, k key, v any) (bool, error) {
	b, err := os.ReadFile(s.path(stage, k))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if len(b) < 2*sha256.Size || !bytes.Equal(b[:sha256.Size], k[:]) {
		return false, nil
	}
	sum, payload := b[sha256.Size:2*sha256.Size], b[2*sha256.Size:]
	if got := sha256.Sum256(payload); !bytes.Equal(got[:], sum) {
		return false, nil
	}
	if v == nil {
		return true, nil
	}
	if err := gob.NewDecoder(bytes.NewReader(payload)).Decode(v); err != nil {
		return false, nil
	}
	return true, nil
}

// save keeps v as the stage's output and drops outputs of the same stage under other keys.
func (s store) save(stage string, k key, v any) error {
	var payload bytes.Buffer
	if err := gob.NewEncoder(&payload).Encode(v); err != nil {
		return fmt.Errorf("pipeline: stage %s: %w", stage, err)
	}
	if err := os.MkdirAll(s.dir, 0o755); err != nil {
		return err
	}
	sum := sha256.Sum256(payload.Bytes())
	path := s.path(stage, k)
	err := writeFile(path, k[:], sum[:], payload.Bytes())
	if err != nil {
		return fmt.Errorf("pipeline: stage %s: %w", stage, err)
	}
	old, _ := filepath.Glob(filepath.Join(s.dir, fileName(stage)+"-????????????????"+stageSuffix))
	times, _ := filepath.Glob(filepath.Join(s.dir, fileName(stage)+"-????????????????"+timeSuffix))
	old = append(old, times...)
	for _, f := range old {
		if f != path {
			_ = os.Remove(f) // only room on the disk; a stale file is never read
		}
	}
	return nil
}

// writeFile writes the parts to a temporary file beside path, syncs it and renames it.
func writeFile(path string, parts ...[]byte) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".tmp-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = f.Close()
			_ = os.Remove(f.Name())
		}
	}()
	for _, p := range parts {
		if _, err = f.Write(p); err != nil {
			return err
		}
	}
	if err = f.Sync(); err != nil {
		return err
	}
	if err = f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
