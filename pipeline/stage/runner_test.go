package stage

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"testing"

	"eahas/models"
)

// watched is a runner with a store of its own that writes down what it says.
func watched(t *testing.T) (Runner, *[]string) {
	t.Helper()
	var said []string
	return Runner{Store: Store{Dir: filepath.Join(t.TempDir(), "stages")}, Seed: 7, Workers: 3,
		Observer: func(e Event) {
			said = append(said, fmt.Sprintf("%s %s %d/%d %s", e.Kind, e.Stage, e.Done, e.Total, e.Message))
		}}, &said
}

func TestDoWorksOnceAKey(t *testing.T) {
	r, said := watched(t)
	p := Piece{Name: "train a", Parts: []any{1, "x"}}
	work := func(out *int) func(models.Options) error {
		return func(o models.Options) error {
			if o.Seed != 7 || o.Workers != 3 {
				t.Errorf("options %+v", o)
			}
			o.Progress(2, 5)
			*out = 42
			return nil
		}
	}
	if done, err := r.Done(p); done || err != nil {
		t.Errorf("done before: %v, %v", done, err)
	}
	var got int
	if err := r.Do(context.Background(), p, &got, work(&got)); err != nil || got != 42 {
		t.Fatalf("%d, %v", got, err)
	}
	if done, err := r.Done(p); !done || err != nil {
		t.Errorf("done after: %v, %v", done, err)
	}
	var again int
	idle := func(models.Options) error { return errors.New("it worked again") }
	if err := r.Do(context.Background(), p, &again, idle); err != nil || again != 42 {
		t.Errorf("the second time: %d, %v", again, err)
	}
	r.Say(Note, "train a", "%d of %d", 1, 2)
	want := []string{"started train a 0/0 ", "progress train a 2/5 ", "finished train a 0/0 ", "cached train a 0/0 ",
		"note train a 0/0 1 of 2"}
	if !reflect.DeepEqual(*said, want) {
		t.Errorf("said %q\nwanted %q", *said, want)
	}
	took, err := r.Took(p)
	if err != nil || !(took.Wall > 0) || took.CPU < 0 {
		t.Errorf("took %+v, %v", took, err)
	}
	other := Piece{Name: "train a", Parts: []any{2, "x"}}
	if took, err := r.Took(other); err != nil || took != (Spent{}) {
		t.Errorf("what nobody did took %+v, %v", took, err)
	}
	r.Observer = nil // nobody watches
	if err := r.Do(context.Background(), other, &got, work(&got)); err != nil {
		t.Error(err)
	}
}

func TestDoKeepsNothingOfAFailure(t *testing.T) {
	r, said := watched(t)
	p := Piece{Name: "freeze"}
	broken := errors.New("broken")
	var out int
	err := r.Do(context.Background(), p, &out, func(models.Options) error { return broken })
	if !errors.Is(err, broken) || err.Error() != "freeze: broken" {
		t.Errorf("%v", err)
	}
	for _, ended := range []error{context.Canceled, context.DeadlineExceeded} {
		if err := r.Do(context.Background(), p, &out, func(models.Options) error { return ended }); err != ended {
			t.Errorf("%v, wanted %v as it is", err, ended)
		}
	}
	if done, _ := r.Done(p); done {
		t.Error("a stage that failed is done")
	}
	if len(*said) != 3 || !strings.HasPrefix((*said)[0], "started") {
		t.Errorf("said %q", *said)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	err = r.Do(ctx, p, &out, func(models.Options) error { t.Error("worked"); return nil })
	if err != context.Canceled {
		t.Errorf("a context that has ended: %v", err)
	}
}

// A store that cannot be made is an error before the work.
func TestDoLooksAtTheFolderFirst(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux has /proc, where nobody makes folders, root neither")
	}
	r, _ := watched(t)
	r.Store.Dir = "/proc/self/.x.stages"
	var out int
	err := r.Do(t.Context(), Piece{Name: "ingest"}, &out, func(models.Options) error { t.Error("worked"); return nil })
	if err == nil || !strings.HasPrefix(err.Error(), "stage ingest: mkdir /proc/self/.x.stages: ") {
		t.Errorf("%v", err)
	}
}

// A stage that fails does not take the folder from those under way beside it, though nothing lies in it yet.
func TestStagesBesideAFailingOneKeepTheirFolder(t *testing.T) {
	for range 200 {
		r := Runner{Store: Store{Dir: filepath.Join(t.TempDir(), ".x.stages")}}
		var all sync.WaitGroup
		for i := range 4 {
			all.Go(func() {
				out, bad := 0, errors.New("bad")
				err := r.Do(t.Context(), Piece{Name: fmt.Sprint("fold ", i)}, &out, func(models.Options) error {
					if i > 0 {
						return bad
					}
					return nil
				})
				if i == 0 && err != nil || i > 0 && !errors.Is(err, bad) {
					t.Errorf("fold %d: %v", i, err)
				}
			})
		}
		all.Wait()
	}
}

func TestErrorsOfKeysAndFoldersAreTold(t *testing.T) {
	r, _ := watched(t)
	keyless := Piece{Name: "a", Parts: []any{func() {}}}
	var out int
	idle := func(models.Options) error { return nil }
	if err := r.Do(context.Background(), keyless, &out, idle); err == nil {
		t.Error("a piece without a key was done")
	}
	if _, err := r.Done(keyless); err == nil {
		t.Error("a piece without a key is done or not")
	}
	if _, err := r.Took(keyless); err == nil {
		t.Error("a piece without a key took its time")
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	r.Store.Dir = file
	if err := r.Do(context.Background(), Piece{Name: "a"}, &out, idle); err == nil {
		t.Error("an output was kept in a file that is no folder")
	}
	if err := r.Store.Save("a", Key{}, func() {}); err == nil || !strings.HasPrefix(err.Error(), "stage a: ") {
		t.Errorf("what has no form was kept: %v", err)
	}
}

func TestGoroutines(t *testing.T) {
	if got := (Runner{Workers: 5}).Goroutines(); got != 5 {
		t.Errorf("%d", got)
	}
	if got := (Runner{Workers: -1}).Goroutines(); got != runtime.GOMAXPROCS(0) {
		t.Errorf("%d", got)
	}
}

// The outputs and what they took come along; nothing else does.
func TestCopyFrom(t *testing.T) {
	r, _ := watched(t)
	p := Piece{Name: "ingest"}
	var out, back int
	if err := r.Do(context.Background(), p, &out, func(models.Options) error { out = 9; return nil }); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{".hidden.stage", "note.txt"} {
		if err := os.WriteFile(filepath.Join(r.Store.Dir, name), []byte("x"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(r.Store.Dir, "folder.stage"), 0o755); err != nil {
		t.Fatal(err)
	}
	copied := Runner{Store: Store{Dir: filepath.Join(t.TempDir(), "a", "b")}}
	if err := copied.Store.CopyFrom(context.Background(), r.Store.Dir); err != nil {
		t.Fatal(err)
	}
	if err := copied.Do(context.Background(), p, &back,
		func(models.Options) error { return errors.New("again") }); err !=
		nil || back != 9 {
		t.Errorf("%d, %v", back, err)
	}
	a, _ := r.Took(p)
	if b, _ := copied.Took(p); a != b || b.Wall == 0 {
		t.Errorf("it took %v, the copy says %v", a, b)
	}
	if entries, _ := os.ReadDir(copied.Store.Dir); len(entries) != 2 {
		t.Errorf("%v", entries)
	}
	if err := copied.Store.CopyFrom(context.Background(), filepath.Join(r.Store.Dir, "nowhere")); err == nil {
		t.Error("a folder that is not there was copied")
	}
	file := filepath.Join(r.Store.Dir, "note.txt")
	if err := (Store{Dir: file}).CopyFrom(context.Background(), r.Store.Dir); err == nil {
		t.Error("copied into a file")
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := copied.Store.CopyFrom(ctx, r.Store.Dir); err != context.Canceled {
		t.Errorf("%v", err)
	}
}

// A new output takes the place of the old one and of what that took.
func TestSaveDropsTheOldTime(t *testing.T) {
	r, _ := watched(t)
	var out int
	for i := range 2 {
		p := Piece{Name: "a stage", Parts: []any{i}}
		if err := r.Do(context.Background(), p, &out, func(models.Options) error { return nil }); err != nil {
			t.Fatal(err)
		}
	}
	entries, err := os.ReadDir(r.Store.Dir)
	if err != nil || len(entries) != 2 {
		t.Errorf("%v, %v: wanted one output and one time", entries, err)
	}
}
