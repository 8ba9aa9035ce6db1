package artifacts

import (
	"path/filepath"
	"testing"
)

func TestDescribeNamesWhatAnswers(t *testing.T) {
	all := everyKind(t)
	for name, want := range map[string]string{
		"ranks":                "ranks + linear",
		"stack, mean":          "grid + stack of 0.25 linear, 0.25 knn, 0.25 local, 0.25 svd + linear",
		"stack, median, ranks": "ranks + stack, the median of linear, knn, local, svd + linear",
		"two parts":            "grid + twopart",
		"stack, weighted median": "grid + stack, the weighted median of 0.4 linear, 0.3 knn, 0.2 local, " +
			"0.1 svd + linear",
		"auto": "grid + auto of 1 stack of 1 linear",
		"auto, shrunk, failed runs": "grid + auto of 0.63 stack of 0.41 mean, 0.59 knn and 0.37 stack of 1 knn, gone " +
			"0.87 of the way from the group's mean, failed runs apart",
	} {
		dir := filepath.Join(t.TempDir(), "bundle")
		makeBundle(t, dir, all[name])
		s, err := Open(dir)
		must(t, err)
		if got := s.Head(Curve).Describe(); got != want {
			t.Errorf("%s: %q, wanted %q", name, got, want)
		}
	}
	dir := filepath.Join(t.TempDir(), "bundle")
	makeBundle(t, dir, all["power x time"])
	s, err := Open(dir)
	must(t, err)
	if got, want := s.Head(EnergyPerEpoch).Describe(), "powertime (power: physical; time: linear)"; got != want {
		t.Errorf("%q, wanted %q", got, want)
	}
}
