package tune

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"sync"
)

// maxJournal is the largest journal that is read, in bytes.
const maxJournal = 256 << 20

// entry is one line of a journal. What says which of the fields count.
type entry struct {
	What   string    `json:"what"` // search, claim, score or done
	Format int       `json:"format,omitempty"`
	Search string    `json:"search,omitempty"`
	Study  string    `json:"study,omitempty"`
	Trial  int       `json:"trial"`
	Worker int       `json:"worker,omitempty"`
	Point  []float64 `json:"point,omitempty"`
	Score  float64   `json:"score,omitempty"`
}

// journalFormat is the version that the first line states. Before 2 there was none, and scores of the cheap rungs were
// unknown.
const journalFormat = 2

const (
	whatSearch = "search" // the first line: what is searched
	whatClaim  = "claim"  // a worker works on a trial from now on
	whatScore  = "score"  // the trial's value on its next rung
	whatDone   = "done"   // no more rungs
)

// Journal is an open journal file. Its lines are
//
//	8 hexadecimal digits: CRC-32 (IEEE) of the rest, a blank, a JSON object, a newline
//
// The first states the format and names the search; a journal of another format or search is refused. Every line is
// synced before the next step. A last line that is not whole is what a killed process left: it is overlooked, and cut
// off before the next line is written. Methods may be called from several goroutines, and several processes may have
// the same file open.
type Journal struct {
	mu     sync.Mutex
	file   *os.File
	worker int
	alive  *os.File // locked as long as this worker lives
	path   string
}

// OpenJournal opens the journal at path, or begins it, for a search named by a digest of everything that its scores
// depend on. ErrJournal: it is damaged, has another format or belongs to another search.
func OpenJournal(path, search string) (j *Journal, err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, err
	}
	j = &Journal{file: f, path: path}
	defer func() {
		if err != nil {
			err = errors.Join(err, j.Close())
		}
	}()
	if err := j.register(); err != nil {
		return nil, err
	}
	return j, j.locked(func(entries []entry, write func(entry) error) error {
		if len(entries) == 0 {
			return write(entry{What: whatSearch, Format: journalFormat, Search: search})
		}
		if f := max(entries[0].Format, 1); entries[0].What == whatSearch && f != journalFormat {
			return fmt.Errorf("%w: %s has format %d, this program writes %d; choose another folder, or remove it to "+
				"begin again", ErrJournal, path, f, journalFormat)
		}
		if entries[0].What != whatSearch || entries[0].Search != search {
			return fmt.Errorf("%w: %s was written by another search (%s, this is %s)", ErrJournal, path,
				entries[0].Search, search)
		}
		return nil
	})
}

// Close ends this worker; others take its unfinished trials over.
func (j *Journal) Close() error {
	err := lock(j.file) // so that nobody registers meanwhile
	if j.alive != nil {
		err = errors.Join(err, os.Remove(j.alive.Name()), j.alive.Close())
	}
	return errors.Join(err, j.file.Close())
}

// workerFile is held locked by a living worker.
func (j *Journal) workerFile(worker int) string { return j.path + ".worker-" + strconv.Itoa(worker) }

// register gives this worker the lowest number that no living worker has.
func (j *Journal) register() error {
	if err := lock(j.file); err != nil {
		return err
	}
	defer unlock(j.file)
	for n := 1; ; n++ {
		f, err := os.OpenFile(j.workerFile(n), os.O_RDWR|os.O_CREATE, 0o644)
		if err != nil {
			return err
		}
		if tryLock(f) {
			j.worker, j.alive = n, f
			return nil
		}
		if err := f.Close(); err != nil {
			return err
		}
	}
}

// living reports whether a worker still works. This worker's own claims from an earlier life are not living: it
// remembers which trials it began itself.
func (j *Journal) living(worker int) bool {
	f, err := os.OpenFile(j.workerFile(worker), os.O_RDWR, 0o644)
	if err != nil {
		return false
	}
	defer f.Close()
	if tryLock(f) {
		unlock(f)
		return false
	}
	return true
}

// locked calls do with all entries while no other process can write.
func (j *Journal) locked(do func(entries []entry, write func(entry) error) error) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if err := lock(j.file); err != nil {
		return err
	}
	defer unlock(j.file)
	info, err := j.file.Stat()
	if err != nil {
		return err
	}
	if info.Size() > maxJournal {
		return fmt.Errorf("%w: %s has %d bytes, at most %d", ErrJournal, j.path, info.Size(), maxJournal)
	}
	b := make([]byte, info.Size())
	if _, err := j.file.ReadAt(b, 0); err != nil && err != io.EOF {
		return err
	}
	entries, whole, err := parse(b)
	if err != nil {
		return fmt.Errorf("%s: %w", j.path, err)
	}
	if whole < len(b) {
		if err := j.file.Truncate(int64(whole)); err != nil {
			return err
		}
	}
	at := int64(whole)
	return do(entries, func(e entry) error {
		line, err := e.line()
		if err != nil {
			return err
		}
		if _, err := j.file.WriteAt(line, at); err != nil {
			return err
		}
		at += int64(len(line))
		return j.file.Sync()
	})
}

func (e entry) line() ([]byte, error) {
	b, err := json.Marshal(e)
	if err != nil {
		return nil, err
	}
	return fmt.Appendf(nil, "%08x %s\n", crc32.ChecksumIEEE(b), b), nil
}

// parse reads the lines of a journal. whole is how many bytes of b are sound lines; a last line that is torn lies
// behind.
func parse(b []byte) (entries []entry, whole int, err error) {
	for number := 1; whole < len(b); number++ {
		end := bytes.IndexByte(b[whole:], '\n')
		if end < 0 {
			return entries, whole, nil
		}
		e, ok := parseLine(b[whole : whole+end])
		if !ok {
			if whole+end+1 == len(b) {
				return entries, whole, nil
			}
			return nil, 0, fmt.Errorf("%w: line %d is damaged", ErrJournal, number)
		}
		entries = append(entries, e)
		whole += end + 1
	}
	return entries, whole, nil
}

func parseLine(line []byte) (entry, bool) {
	var e entry
	sum, text, ok := bytes.Cut(line, []byte(" "))
	if !ok || string(sum) != fmt.Sprintf("%08x", crc32.ChecksumIEEE(text)) {
		return e, false
	}
	return e, json.Unmarshal(text, &e) == nil
}
