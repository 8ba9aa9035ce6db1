package stage

import (
	"os"
	"path/filepath"
	"testing"
)

// Only what the store wrote is deleted: a user's file keeps its folder, and other folders are not looked at.
func TestKeptFoldersAreCleaned(t *testing.T) {
	dir := t.TempDir()
	key, err := KeyOf("x")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{".a.stages", ".b.stages", "c.stages"} {
		if err := (Store{Dir: filepath.Join(dir, name)}).Save("train", key, 1); err != nil {
			t.Fatal(err)
		}
	}
	mine := filepath.Join(dir, ".b.stages", "notes.txt")
	if err := os.WriteFile(mine, []byte("mine"), 0o666); err != nil {
		t.Fatal(err)
	}
	found, err := Kept(dir)
	if err != nil || len(found) != 2 || len(found[0].Files) != 1 || found[0].Bytes == 0 {
		t.Fatalf("%+v, %v", found, err)
	}
	for _, k := range found {
		if err := k.Remove(); err != nil {
			t.Fatal(err)
		}
	}
	for path, there := range map[string]bool{".a.stages": false, ".b.stages/notes.txt": true, "c.stages": true} {
		if _, err := os.Stat(filepath.Join(dir, path)); (err == nil) != there {
			t.Errorf("%s: %v", path, err)
		}
	}
	if left, _ := os.ReadDir(filepath.Join(dir, ".b.stages")); len(left) != 1 {
		t.Errorf("%v are left", left)
	}
	if none, err := Kept(filepath.Join(dir, "nothing")); err != nil || none != nil {
		t.Errorf("%v, %v", none, err)
	}
}
