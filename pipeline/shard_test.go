package pipeline

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"eahas/internal/arithmetic"
)

// Parts that were made with another arithmetic are refused with the reason; parts of a program that did not write it
// down are judged by the rest.
func TestPartsOfAnotherArithmeticAreRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	put := func(arithmetic string) string {
		t.Helper()
		b, err := json.Marshal(partInfo{ForEvaluate, 0, 1, "run", arithmetic})
		if err != nil {
			t.Fatal(err)
		}
		part := filepath.Join(dir, "part-"+arithmetic)
		if err := errors.Join(os.MkdirAll(part, 0o755), os.WriteFile(filepath.Join(part, shardFile), b,
			0o644)); err != nil {
			t.Fatal(err)
		}
		return part
	}
	if _, err := checkParts([]string{put("")}, "run"); err != nil {
		t.Error(err)
	}
	if _, err := checkParts([]string{put(arithmetic.Fingerprint())}, "run"); err != nil {
		t.Error(err)
	}
	_, err := checkParts([]string{put("abacus-00000000")}, "run")
	if !errors.Is(err, ErrShard) || !strings.Contains(err.Error(), "arithmetic abacus-00000000") {
		t.Errorf("%v", err)
	}
}
