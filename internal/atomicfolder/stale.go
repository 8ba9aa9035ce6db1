package atomicfolder

import (
	"cmp"
	"errors"
	"os"
	"path/filepath"
	"strings"

	"eahas/internal/atomicfile"
)

// A Write that is killed leaves its temporary folder behind. The next Write of the same name removes it. What is
// removed must be certain to belong to nobody: a Write holds the lock of its temporary folder as long as it runs, the
// system lets the lock go when the process ends, and only a folder whose lock can be had is stale. Where there are no
// locks nothing is removed.

// tempFolder makes a locked temporary folder beside the folder parent/base. held is nil where there are no locks.
func tempFolder(parent, base string) (tmp string, held *os.File, err error) {
	for range 10 {
		if tmp, err = os.MkdirTemp(parent, tempPrefix(base)+"*"); err != nil {
			return "", nil, err
		}
		held = atomicfile.Hold(tmp) // another Write may have it: it takes the folder for stale
		if _, err = os.Lstat(tmp); err == nil {
			return tmp, held, nil
		}
		if held != nil { // and has removed it
			held.Close()
		}
	}
	return "", nil, err
}

func tempPrefix(base string) string { return "." + base + ".tmp" }

// RemoveStale removes what killed Writes of dir left beside it, as the next Write does.
func RemoveStale(dir string) {
	parent, base := filepath.Split(filepath.Clean(dir))
	removeStale(cmp.Or(parent, "."), base)
}

// removeStale removes the temporary folders beside the folder parent/base whose owners are dead. It is a courtesy: what
// it cannot remove stays. A folder that a killed replacement had set aside goes only when there is one in its place.
func removeStale(parent, base string) {
	entries, err := os.ReadDir(parent)
	if err != nil {
		return
	}
	_, missing := os.Lstat(filepath.Join(parent, base))
	for _, e := range entries {
		number, ok := strings.CutPrefix(e.Name(), tempPrefix(base))
		number, aside := strings.CutSuffix(number, asideSuffix)
		if !ok || number == "" || strings.Trim(number, "0123456789") != "" || !e.IsDir() {
			continue
		}
		if aside && errors.Is(missing, os.ErrNotExist) {
			continue
		}
		path := filepath.Join(parent, e.Name())
		if held, ok := atomicfile.Lock(path); ok {
			_ = os.RemoveAll(path)
			held.Close()
		}
	}
}
