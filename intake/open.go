package intake

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
)

// Match says which tools wrote the given files. Close it when done.
type Match struct {
	Found []Found   // in the order of [Readers]
	Left  []LeftOut // files that no reader knows, and those that cannot be opened

	tree *tree
}

// Options say what the logs cannot.
type Options struct {
	// Name takes a configuration apart that stands in a run's name or path: "lr={lr}_bs={batch}" or a regular
	// expression with named groups, such as `lr=(?P<lr>[^_]+)`. "" leaves names as they are.
	Name string
	// Axes and Results are regular expressions for columns of which nobody says whether they were chosen or measured:
	// those that match are taken for one or the other. nil: by their names.
	Axes, Results *regexp.Regexp
}

// Open looks at files, folders (with all below) and archives (.zip, .tar, .tar.gz) and tells by their content which
// tools' logs they are. It returns nil and no error when no reader knows any of them: plain tables, Parquet and Arrow
// are read without intake.
func Open(ctx context.Context, paths ...string) (*Match, error) {
	t, err := grow(ctx, paths)
	if err != nil {
		return nil, err
	}
	return look(ctx, t)
}

// look asks the readers one after the other. It shuts a tree that none of them knows.
func look(ctx context.Context, t *tree) (*Match, error) {
	m := &Match{tree: t}
	for i := range Readers {
		if err := ctx.Err(); err != nil {
			t.shut()
			return nil, err
		}
		var f *Found
		if err := guarded(&Readers[i], func() error { f = Readers[i].find(t); return nil }); err != nil {
			t.leave(Readers[i].Name, "%v", err)
		}
		if f == nil {
			continue
		}
		f.Tool = Readers[i].Name
		t.take(f.Tool, f.files...)
		m.Found = append(m.Found, *f)
	}
	if len(m.Found) == 0 {
		t.shut()
		return nil, nil
	}
	m.Left = slices.Clone(t.left)
	for _, f := range t.free(func(*file) bool { return true }) {
		if why := strange(f); why != "" {
			m.Left = append(m.Left, LeftOut{f.name, why})
		}
	}
	return m, nil
}

// Close closes the archives that Open opened.
func (m *Match) Close() { m.tree.shut() }

// Read reads everything that was found, joins what several tools logged of the same runs, and gives columns their
// meanings. A file that cannot be read is left out and said; only limits, and a log without any run, are errors.
func (m *Match) Read(ctx context.Context, o Options) (*Log, error) {
	log := &Log{Left: slices.Clone(m.Left), options: o}
	for i := range m.Found {
		f := m.Found[i]
		r := reader(f.Tool)
		if err := guarded(r, func() error { return r.read(ctx, m.tree, &f, log) }); err != nil {
			if errors.Is(err, ErrLimit) || ctx.Err() != nil {
				return nil, err
			}
			log.leave(f.Files[0], "%v", err)
		}
		log.Found = append(log.Found, f)
	}
	if err := log.settingsTables(ctx, m.tree); err != nil {
		return nil, err
	}
	log.above(m.tree)
	if err := log.join(); err != nil {
		return nil, err
	}
	if err := log.takeApart(o); err != nil {
		return nil, err
	}
	log.dropCopies()
	log.finish()
	log.count()
	if len(log.Runs) == 0 {
		why := "no run is in them"
		if len(log.Left) > 0 {
			why = log.Left[0].From + ": " + log.Left[0].Why
		}
		return log, fmt.Errorf("%w: %s", ErrNothing, why)
	}
	return log, nil
}

// count says how many runs each tool gave.
func (l *Log) count() {
	for i := range l.Found {
		for _, r := range l.Runs {
			if r.Tool == l.Found[i].Tool {
				l.Found[i].Runs++
				l.Found[i].Epochs += r.Epochs()
			}
		}
	}
}

func reader(name string) *Reader {
	for i := range Readers {
		if Readers[i].Name == name {
			return &Readers[i]
		}
	}
	panic("intake: no reader " + name)
}

// guarded turns a panic over hostile content into an error: a broken file is never the end of the program.
func guarded(r *Reader, do func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%w: the reader %s met what it does not expect: %v", ErrFormat, r.Name, p)
		}
	}()
	return do()
}

// each reads files one by one; one that cannot be read is left out and said.
func (l *Log) each(ctx context.Context, files []*file, read func(f *file) error) error {
	for _, f := range files {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := read(f); err != nil {
			if errors.Is(err, ErrLimit) || ctx.Err() != nil {
				return err
			}
			l.leave(f.name, "%v", err)
		}
	}
	return nil
}
