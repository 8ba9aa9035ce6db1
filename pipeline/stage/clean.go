package stage

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// KeptFolder is a folder of kept stages.
type KeptFolder struct {
	Dir   string
	Files []string // paths of what the store wrote there
	Bytes int64
}

// Kept finds the folders of kept stages (.NAME.stages) in a folder, in the order of their names; none where the folder
// is absent.
func Kept(dir string) ([]KeptFolder, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var out []KeptFolder
	for _, e := range entries {
		if !e.IsDir() || !strings.HasPrefix(e.Name(), ".") || !strings.HasSuffix(e.Name(), ".stages") {
			continue
		}
		k := KeptFolder{Dir: filepath.Join(dir, e.Name())}
		files, err := os.ReadDir(k.Dir)
		if err != nil {
			return nil, err
		}
		for _, f := range files {
			if info, err := f.Info(); err == nil && ofStore(f.Name()) && info.Mode().IsRegular() {
				k.Files, k.Bytes = append(k.Files, filepath.Join(k.Dir, f.Name())), k.Bytes+info.Size()
			}
		}
		out = append(out, k)
	}
	return out, nil
}

// Remove deletes the store's files, and the folder if nothing else is in it.
func (k KeptFolder) Remove() error {
	for _, f := range k.Files {
		if err := os.Remove(f); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	left, err := os.ReadDir(k.Dir)
	if err != nil || len(left) > 0 {
		return err
	}
	return os.Remove(k.Dir)
}
