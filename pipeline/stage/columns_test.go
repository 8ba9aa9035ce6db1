package stage

import (
	"math"
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

// table is an output with lists.
type table struct {
	Name  string
	Rows  [][]float64
	Other []float64 // no series: it stays beside the name
}

func (t *table) Series(each func(*[]float64)) {
	for i := range t.Rows {
		each(&t.Rows[i])
	}
}

// someTable has lists of every sort, among them equal ones.
func someTable() *table {
	t := &table{Name: "a", Other: []float64{1, 2}}
	for k := range 40 {
		epochs, values := []float64{}, []float64{}
		for e := range 3 + k%5 {
			epochs = append(epochs, float64(e+1))
			values = append(values, math.Sin(float64(e*k)))
		}
		t.Rows = append(t.Rows, epochs, values, nil, []float64{}, []float64{0, math.Copysign(0, -1)},
			[]float64{math.Inf(-1), math.MaxFloat64})
	}
	return t
}

func TestColumnsComeBackAsTheyWere(t *testing.T) {
	for _, from := range []int{1, 1 << 30} {
		s := Store{Dir: t.TempDir(), ColumnsFrom: from}
		k, _ := KeyOf("a")
		v, want := someTable(), someTable()
		if err := s.Save("a", k, v); err != nil {
			t.Fatal(err)
		}
		var back table
		ok, err := s.Load("a", k, &back)
		if !ok || err != nil {
			t.Fatalf("%v, %v", ok, err)
		}
		if from == 1 { // gob alone makes no difference between nil and no numbers
			if !reflect.DeepEqual(&back, want) {
				t.Errorf("read back %v", back)
			}
			if !math.Signbit(back.Rows[4][1]) || math.Signbit(back.Rows[4][0]) {
				t.Error("the sign of a zero is lost")
			}
		}
		if !reflect.DeepEqual(v, want) {
			t.Errorf("after it was kept it is %v", v)
		}
		if ok, err := s.Load("a", k, nil); !ok || err != nil {
			t.Errorf("only looked: %v, %v", ok, err)
		}
		columns, _ := filepath.Glob(filepath.Join(s.Dir, "*"+columnsSuffix))
		if (len(columns) == 1) != (from == 1) {
			t.Errorf("from %d numbers on: %v", from, columns)
		}
		other, _ := KeyOf("b")
		if err := s.Save("a", other, v); err != nil {
			t.Fatal(err)
		}
		files, _ := os.ReadDir(s.Dir)
		if want := 1 + len(columns); len(files) != want {
			t.Errorf("under another key %d files are there, wanted %d", len(files), want)
		}
	}
}

// Without its columns, or with damaged ones, an output is not there: the stage runs again.
func TestDamagedColumnsAreNoOutput(t *testing.T) {
	s := Store{Dir: t.TempDir(), ColumnsFrom: 1}
	k, _ := KeyOf("a")
	if err := s.Save("a", k, someTable()); err != nil {
		t.Fatal(err)
	}
	path := s.columns("a", k)
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	flipped := append([]byte{}, b...)
	flipped[len(b)-20] ^= 1
	for name, damaged := range map[string][]byte{"none": nil, "cut": b[:len(b)-8], "flipped": flipped,
		"of another key": append([]byte("x"), b[1:]...)} {
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		if damaged != nil {
			if err := os.WriteFile(path, damaged, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		for _, v := range []any{nil, new(table)} {
			if ok, err := s.Load("a", k, v); ok || err != nil {
				t.Errorf("%s: %v, %v", name, ok, err)
			}
		}
		if err := os.WriteFile(path, b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if ok, err := s.Load("a", k, new([]string)); ok || err != nil {
		t.Errorf("into what has no lists: %v, %v", ok, err)
	}
}

// What is copied to another store has its columns with it.
func TestColumnsAreCopied(t *testing.T) {
	s, to := Store{Dir: t.TempDir(), ColumnsFrom: 1}, Store{Dir: t.TempDir()}
	k, _ := KeyOf("a")
	if err := s.Save("a", k, someTable()); err != nil {
		t.Fatal(err)
	}
	if err := to.CopyFrom(t.Context(), s.Dir); err != nil {
		t.Fatal(err)
	}
	var back table
	if ok, err := to.Load("a", k, &back); !ok || err != nil || !reflect.DeepEqual(&back, someTable()) {
		t.Errorf("%v, %v", ok, err)
	}
	parent := t.TempDir()
	of := Store{Dir: filepath.Join(parent, ".x.stages")}
	if err := of.CopyFrom(t.Context(), s.Dir); err != nil {
		t.Fatal(err)
	}
	kept, err := Kept(parent)
	if err != nil || len(kept) != 1 || len(kept[0].Files) != 2 {
		t.Fatalf("%v, %v", kept, err)
	}
	if err := kept[0].Remove(); err != nil {
		t.Fatal(err)
	}
	if left, _ := os.ReadDir(parent); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}
