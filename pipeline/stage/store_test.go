package stage

import (
	"os"
	"path/filepath"
	"testing"
)

func TestStoreGivesBackOnlyWholeOutputsOfTheSameKey(t *testing.T) {
	s := Store{Dir: filepath.Join(t.TempDir(), "stages")}
	k, err := KeyOf("a", 1)
	if err != nil {
		t.Fatal(err)
	}
	other, _ := KeyOf("a", 2)
	var got []float64
	if ok, err := s.Load("a", k, &got); ok || err != nil {
		t.Errorf("an empty store gave %v, %v", ok, err)
	}
	if err := s.Save("a", k, []float64{1, 2}); err != nil {
		t.Fatal(err)
	}
	if ok, err := s.Load("a", k, &got); !ok || err != nil || len(got) != 2 || got[1] != 2 {
		t.Errorf("gave %v, %v, %v", got, ok, err)
	}
	if ok, _ := s.Load("a", other, &got); ok {
		t.Error("gave the output of another key")
	}
	b, err := os.ReadFile(s.path("a", k))
	if err != nil {
		t.Fatal(err)
	}
	for name, damaged := range map[string][]byte{"cut": b[:len(b)-1], "empty": nil,
		"flipped": append(append([]byte{}, b[:len(b)-1]...), b[len(b)-1]^1)} {
		if err := os.WriteFile(s.path("a", k), damaged, 0o644); err != nil {
			t.Fatal(err)
		}
		if ok, err := s.Load("a", k, &got); ok || err != nil {
			t.Errorf("%s file: %v, %v; wanted the stage to run again", name, ok, err)
		}
	}
	foreign := append(append([]byte{}, other[:]...), b[len(other):]...) // names are part of a key only
	if err := os.WriteFile(s.path("a", k), foreign, 0o644); err != nil {
		t.Fatal(err)
	}
	if ok, err := s.Load("a", k, &got); ok || err != nil {
		t.Errorf("the file of another key: %v, %v", ok, err)
	}
	if err := s.Save("a", other, []float64{3}); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(s.path("a", k)); err == nil {
		t.Error("the output under the old key is still there")
	}
}
