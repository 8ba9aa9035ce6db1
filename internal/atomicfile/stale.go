package atomicfile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"sync"
)

// Lock takes the lock of a file or folder, which lasts until held is closed or the process ends, however it ends. ok is
// false, and held nil, when another has it or the file system has no locks.
func Lock(path string) (held *os.File, ok bool) {
	f, err := os.Open(path)
	if err != nil {
		return nil, false
	}
	if !lock(f) {
		f.Close()
		return nil, false
	}
	return f, true
}

// Hold is Lock once nobody else has the lock; nil where it cannot be had.
func Hold(path string) *os.File {
	f, err := os.Open(path)
	if err != nil {
		return nil
	}
	if !waitForLock(f) {
		f.Close()
		return nil
	}
	return f
}

// A process that is killed leaves its temporary file. The first write of another process into the folder removes it:
// every owner holds the lock of its file, so one whose lock can be had belongs to nobody.

// cleaned are the folders that this process has looked through.
var cleaned sync.Map

// temporary is what create calls its files: the prefix and letters of crypto/rand.Text.
var temporary = regexp.MustCompile(`^\.tmp-[A-Z2-7]{12}$`)

// removeStale removes the temporary files in dir whose owners are dead, once in a process. It is a courtesy: what it
// cannot remove stays.
func removeStale(dir string) {
	if _, done := cleaned.LoadOrStore(dir, true); done {
		return
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		if !temporary.MatchString(e.Name()) || !e.Type().IsRegular() {
			continue
		}
		path := filepath.Join(dir, e.Name())
		if held, ok := Lock(path); ok {
			_ = os.Remove(path)
			held.Close()
		}
	}
}

// create makes a locked temporary file in dir. os.CreateTemp would give it the mode rw-------, whatever the umask.
func create(dir string) (*os.File, error) {
	for range 100 {
		f, err := os.OpenFile(filepath.Join(dir, prefix+randomName()), os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o666)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		waitForLock(f) // another process may have it: it takes the file for stale
		if _, err := os.Lstat(f.Name()); err == nil {
			return f, nil
		}
		f.Close() // and has removed it
	}
	return nil, fmt.Errorf("no free name for a temporary file in %s", dir)
}
