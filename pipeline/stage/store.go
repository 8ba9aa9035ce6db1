package stage

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"eahas/internal/arithmetic"
	"eahas/internal/atomicfile"
)

// format changes whenever a stage's output would differ for the same inputs and settings.
// It is part of every key, so that results of older code are never taken for new ones.
const format = 12

// Store keeps the outputs of finished stages as files, one a stage, each under a key made of everything it depends on.
// A file appears by rename only, and carries the SHA-256 of its content: a killed run leaves whole files or none.
type Store struct {
	Dir         string
	ColumnsFrom int // numbers from which the lists of a Columnar output get a file of their own; 0: a million
}

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

func (s Store) columns(stage string, k Key) string {
	return strings.TrimSuffix(s.path(stage, k), outputSuffix) + columnsSuffix
}

// ofStore reports whether a file of this name is one that a store writes.
func ofStore(name string) bool {
	return strings.HasSuffix(name, outputSuffix) || strings.HasSuffix(name, timeSuffix) ||
		strings.HasSuffix(name, columnsSuffix)
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
	f, err := os.Open(s.path(stage, k))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer f.Close()
	apart, whole, err := checkOutput(f, k)
	if err != nil || !whole {
		return false, err
	}
	if v != nil && decode(bufio.NewReaderSize(f, 1<<20), v) != nil {
		return false, nil
	}
	if !apart {
		return true, nil
	}
	of, _ := v.(Columnar)
	if v != nil && of == nil {
		return false, nil
	}
	err = loadColumns(s.columns(stage, k), k, of)
	if errors.Is(err, errColumns) {
		return false, nil
	}
	return err == nil, err
}

// checkOutput reports whether the file of an output is whole and under this key, and whether its lists are in a file of
// their own. The file stands at the beginning of the output then.
func checkOutput(f *os.File, k Key) (apart, whole bool, err error) {
	var head [2 * sha256.Size]byte
	if _, err := io.ReadFull(f, head[:]); err != nil {
		return false, false, ignoreShort(err)
	}
	other := apartKey(k)
	apart = bytes.Equal(head[:sha256.Size], other[:])
	if !apart && !bytes.Equal(head[:sha256.Size], k[:]) {
		return false, false, nil
	}
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return false, false, err
	}
	_, err = f.Seek(int64(len(head)), io.SeekStart)
	return apart, bytes.Equal(sum.Sum(nil), head[sha256.Size:]), err
}

// ignoreShort makes the end of a file no error.
func ignoreShort(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil
	}
	return err
}

// make makes the store's folder for a stage.
func (s Store) make(stage string) error {
	if err := os.MkdirAll(s.Dir, 0o755); err != nil {
		return fmt.Errorf("stage %s: %w", stage, err)
	}
	return nil
}

// Save keeps v as the stage's output and drops outputs of the same stage under other keys. Of a Columnar output with
// many numbers the lists are in a file afterwards, and v's are parts of it.
func (s Store) Save(stage string, k Key, v any) error {
	err := s.make(stage)
	if err != nil {
		return err
	}
	if lists := s.columnar(v); lists != nil {
		err = s.saveApart(stage, k, lists)
	} else {
		err = s.saveOutput(stage, k, k, v)
	}
	if err != nil {
		return fmt.Errorf("stage %s: %w", stage, err)
	}
	keep := map[string]bool{s.path(stage, k): true, s.columns(stage, k): true}
	for _, suffix := range []string{outputSuffix, timeSuffix, columnsSuffix} {
		old, _ := filepath.Glob(filepath.Join(s.Dir, fileName(stage)+"-????????????????"+suffix))
		for _, f := range old {
			if !keep[f] {
				_ = os.Remove(f) // only room on the disk; a stale file is never read
			}
		}
	}
	return nil
}

// saveApart writes first the lists and then the rest, without them.
func (s Store) saveApart(stage string, k Key, v Columnar) error {
	if err := saveColumns(s.columns(stage, k), k, v); err != nil {
		return err
	}
	v.Series(func(list *[]float64) { *list = nil })
	err := s.saveOutput(stage, k, apartKey(k), v)
	return errors.Join(err, loadColumns(s.columns(stage, k), k, v))
}

// saveOutput writes an output's file.
func (s Store) saveOutput(stage string, k, marked Key, v any) error {
	return writeSummed(s.path(stage, k), marked, func(w io.Writer) error { return encode(w, v) })
}

// writeSummed writes a file: a key, the SHA-256 of the rest, the rest.
func writeSummed(path string, k Key, rest func(io.Writer) error) error {
	return atomicfile.WriteWith(path, func(out io.WriteSeeker) error {
		var head [2 * sha256.Size]byte
		if _, err := out.Write(head[:]); err != nil {
			return err
		}
		sum := sha256.New()
		if err := rest(io.MultiWriter(out, sum)); err != nil {
			return err
		}
		if _, err := out.Seek(0, io.SeekStart); err != nil {
			return err
		}
		copy(head[:], k[:])
		sum.Sum(head[:sha256.Size])
		_, err := out.Write(head[:])
		return err
	})
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
		if !e.Type().IsRegular() || strings.HasPrefix(e.Name(), ".") || !ofStore(e.Name()) {
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
