package mapped

import (
	"math"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
)

// Lists keep what was written to them, beside each other, whatever the system does with their pages in between.
func TestArenaKeepsLists(t *testing.T) {
	for _, dir := range []string{t.TempDir(), filepath.Join(t.TempDir(), "nowhere")} { // the second: on the heap
		a := NewArena(dir)
		var lists [][]float64
		var wg sync.WaitGroup
		var mu sync.Mutex
		for w := range 4 {
			wg.Go(func() {
				for k := range 50 {
					n := (k * 7919) % 200_000
					if k == 40 {
						n = chunk + 5
					}
					l := a.Floats(n)
					for i := range l {
						if l[i] != 0 {
							t.Errorf("a new list is not zero: %g", l[i])
						}
						l[i] = float64(w*1000 + k)
					}
					mu.Lock()
					lists = append(lists, l)
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		Release()
		for _, l := range lists {
			if len(l) != cap(l) {
				t.Errorf("a list of %d has room for %d: appending to it would write over the next", len(l), cap(l))
			}
			if len(l) > 0 && slices.ContainsFunc(l, func(x float64) bool { return x != l[0] }) {
				t.Errorf("a list of %d was changed by another", len(l))
			}
		}
		if left, _ := os.ReadDir(dir); len(left) != 0 {
			t.Errorf("files are left: %v", left)
		}
		two := []float64{1, math.Inf(1)}
		if got := a.Keep(two); !slices.Equal(got, two) || a.Keep(nil) != nil {
			t.Errorf("kept %v", got)
		}
	}
}

func TestReadGivesTheNumbersOfAFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "numbers")
	want := []float64{1.5, math.Copysign(0, -1), math.MaxFloat64, math.SmallestNonzeroFloat64}
	if err := os.WriteFile(path, append(AppendFloats(nil, want), 7, 7), 0o644); err != nil {
		t.Fatal(err)
	}
	b, err := Read(path)
	if err != nil {
		t.Fatal(err)
	}
	Release()
	if got := Floats(b); !slices.Equal(got, want) || math.Signbit(got[1]) != true {
		t.Errorf("%v", got)
	}
	odd := append([]byte{9}, b...)[1:] // begins at no multiple of 8, or may
	if got := Floats(odd); !slices.Equal(got, want) {
		t.Errorf("not aligned: %v", got)
	}
	if got := Floats(b[:7]); got != nil {
		t.Errorf("seven bytes: %v", got)
	}
	if _, err := Read(path + "x"); err == nil {
		t.Error("a file that is not there was read")
	}
	if err := os.WriteFile(path+"0", nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if b, err := Read(path + "0"); err != nil || len(b) != 0 {
		t.Errorf("an empty file: %v, %v", b, err)
	}
}
