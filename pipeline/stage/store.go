package stage

import (
	"bytes"
	"context"
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

	"eahas/internal/arithmetic"
	"eahas/internal/atomicfile"
)

// format changes whenever a stage's output would differ for the same inputs and settings.
// It is part of every key, so that results of older code are never taken for new ones.
const format = 11

// Store keeps the outputs of finished stages as files, one a stage, each under a key made of everything it depends on.
// A file appears by rename only, and carries the SHA-256 of its content: a killed run leaves whole files or none.
type Store struct{ Dir string }

// Key is the identity of one stage's output.
type Key [sha256.Size]byte

// KeyOf hashes the JSON of its parts (deterministic: encoding/json sorts map keys) after the format version and the
// arithmetic of this machine, so that what one machine made is never taken for what another would make.
func KeyOf(parts ...any) (Key, error) {
	b, err := json.Marshal(append([]any{format, arithmetic.Fingerprint()}, parts...))
	if err != nil {
		return Key{}, fmt.Errorf("stage: key: %w", err)
	}
	return sha256.Sum256(b), nil
}

func (k Key) String() string { return hex.EncodeToString(k[:8]) }

// MarshalJSON lets a key be part of another stage's key.
func (k Key) MarshalJSON() ([]byte, error) { return json.Marshal(hex.EncodeToString(k[:])) }

const outputSuffix = ".stage"

func (s Store) path(stage string, k Key) string {
	return filepath.Join(s.Dir, fileName(stage)+"-"+k.String()+outputSuffix)
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

// Load reads the output of a finished stage into v, a pointer. It reports false when there is none under this key
// or when the file is damaged: the stage then simply runs again. With a nil v it only looks.
func (s Store) Load(stage string, k Key, v any) (bool, error) {
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

// Save keeps v as the stage's output and drops outputs of the same stage under other keys.
func (s Store) Save(stage string, k Key, v any) error {
	var payload bytes.Buffer
	if err := gob.NewEncoder(&payload).Encode(v); err != nil {
		return fmt.Errorf("stage %s: %w", stage, err)
	}
	if err := os.MkdirAll(s.Dir, 0o755); err != nil {
		return err
	}
	sum := sha256.Sum256(payload.Bytes())
	path := s.path(stage, k)
	err := atomicfile.Write(path, k[:], sum[:], payload.Bytes())
	if err != nil {
		return fmt.Errorf("stage %s: %w", stage, err)
	}
	old, _ := filepath.Glob(filepath.Join(s.Dir, fileName(stage)+"-????????????????"+outputSuffix))
	times, _ := filepath.Glob(filepath.Join(s.Dir, fileName(stage)+"-????????????????"+timeSuffix))
	old = append(old, times...)
	for _, f := range old {
		if f != path {
			_ = os.Remove(f) // only room on the disk; a stale file is never read
		}
	}
	return nil
}

// CopyFrom copies the outputs of stages, and what they took, from the folder of another store.
func (s Store) CopyFrom(ctx context.Context, from string) error {
	entries, err := os.ReadDir(from)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(s.Dir, 0o755); err != nil {
		return err
	}
	for _, e := range entries {
		if err := ctx.Err(); err != nil {
			return err
		}
		if !e.Type().IsRegular() || strings.HasPrefix(e.Name(), ".") ||
			!strings.HasSuffix(e.Name(), outputSuffix) && !strings.HasSuffix(e.Name(), timeSuffix) {
			continue
		}
		b, err := os.ReadFile(filepath.Join(from, e.Name()))
		if err != nil {
			return err
		}
		if err := atomicfile.Write(filepath.Join(s.Dir, e.Name()), b); err != nil {
			return err
		}
	}
	return nil
}
