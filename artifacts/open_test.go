package artifacts

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"eahas/models"
	"eahas/models/bezier"
	"eahas/models/gp"
	"eahas/models/grid"
	"eahas/models/linear"
	"eahas/models/parametric"
	"eahas/models/parts"
	"eahas/models/svd"
)

// rewrite changes manifest.json and gives it its new checksum, so that the change itself is what Open meets.
func rewrite(t testing.TB, dir string, change func(m map[string]any)) {
	t.Helper()
	path := filepath.Join(dir, ManifestName)
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var m map[string]any
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	if err := d.Decode(&m); err != nil {
		t.Fatal(err)
	}
	change(m)
	if b, err = json.Marshal(m); err != nil {
		t.Fatal(err)
	}
	write(t, path, b)
	write(t, filepath.Join(dir, manifestSum), []byte(hexSum(b)+"  manifest.json\n"))
}

func write(t testing.TB, path string, b []byte) {
	t.Helper()
	if err := os.WriteFile(path, b, 0o666); err != nil {
		t.Fatal(err)
	}
}

// replaceFile writes other content under a name and enters its size and checksum into the manifest.
func replaceFile(t testing.TB, dir, name string, b []byte) {
	t.Helper()
	write(t, filepath.Join(dir, name), b)
	rewrite(t, dir, func(m map[string]any) {
		for _, f := range m["files"].([]any) {
			if f := f.(map[string]any); f["name"] == name {
				f["size"], f["sha256"] = len(b), hexSum(b)
			}
		}
	})
}

func head(m map[string]any, i int) map[string]any { return m["heads"].([]any)[i].(map[string]any) }
func file(m map[string]any, i int) map[string]any { return m["files"].([]any)[i].(map[string]any) }

func TestOpenRefusesBrokenBundles(t *testing.T) {
	for name, c := range map[string]struct {
		want  error
		names string // a word that the error must hold
		spoil func(t *testing.T, dir string)
	}{
		"empty folder": {ErrNotBundle, "manifest.json", func(t *testing.T,
			dir string) {
			must(t, os.RemoveAll(dir), os.Mkdir(dir, 0o777))
		}},
		"no folder": {ErrNotBundle, "", func(t *testing.T, dir string) { must(t, os.RemoveAll(dir)) }},
		"a file": {ErrNotBundle, "", func(t *testing.T,
			dir string) {
			must(t, os.RemoveAll(dir))
			write(t, dir, nil)
		}},
		"other json": {ErrNotBundle, "format", func(t *testing.T,
			dir string) {
			write(t, filepath.Join(dir, ManifestName), []byte("{}"))
		}},
		"newer version": {ErrVersion, "version 5", func(t *testing.T,
			dir string) {
			rewrite(t, dir, func(m map[string]any) { m["version"] = 5 })
		}},
		"version of what is predicted first without any": {ErrMalformed, "version 4 with 0 targets", func(t *testing.T,
			dir string) {
			rewrite(t, dir, func(m map[string]any) { m["version"] = 4 })
		}},
		"version of graphs without any": {ErrMalformed, "version 3 with 0 targets", func(t *testing.T,
			dir string) {
			rewrite(t, dir, func(m map[string]any) { m["version"] = 3 })
		}},
		"version of targets of its own without any": {ErrMalformed, "version 2 with 0 targets", func(t *testing.T,
			dir string) {
			rewrite(t, dir, func(m map[string]any) { m["version"] = 2 })
		}},
		"version 0": {ErrVersion, "version 0", func(t *testing.T,
			dir string) {
			rewrite(t, dir, func(m map[string]any) { m["version"] = 0 })
		}},
		"version unsummed": {ErrVersion, "version 7", func(t *testing.T,
			dir string) {
			edit(t, dir, ManifestName, `"version": 1`, `"version": 7`)
		}},
		"edited manifest": {ErrChecksum, "manifest.json", func(t *testing.T,
			dir string) {
			edit(t, dir, ManifestName, `"name": "test"`, `"name": "best"`)
		}},
		"truncated": {ErrChecksum, "manifest.json", func(t *testing.T,
			dir string) {
			truncate(t, dir, ManifestName)
		}},
		"no sum": {ErrChecksum, "manifest.sha256",
			func(t *testing.T, dir string) { must(t, os.Remove(filepath.Join(dir, manifestSum))) }},
		"edited model": {ErrChecksum, "curve.predictor.bin",
			func(t *testing.T, dir string) { flip(t, dir, "curve.predictor.bin") }},
		"edited report": {ErrChecksum, "report.txt", func(t *testing.T, dir string) { flip(t, dir, "report.txt") }},
		"truncated model": {ErrChecksum, "curve.predictor.bin",
			func(t *testing.T, dir string) { truncate(t, dir, "curve.predictor.bin") }},
		"missing model": {ErrChecksum, "curve.predictor.bin",
			func(t *testing.T, dir string) { must(t, os.Remove(filepath.Join(dir, "curve.predictor.bin"))) }},
		"symbolic link":   {ErrChecksum, "support.json", link},
		"linked manifest": {ErrNotBundle, "manifest.json", linkManifest},
		"path traversal": {ErrMalformed, "../", func(t *testing.T, dir string) {
			rewrite(t, dir, func(m map[string]any) { file(m, 0)["name"] = "../../etc/passwd" })
		}},
		"absolute path": {ErrMalformed, "/etc", func(t *testing.T, dir string) {
			rewrite(t, dir, func(m map[string]any) { file(m, 0)["name"] = "/etc/passwd" })
		}},
		"file listed twice": {ErrMalformed, "unique", func(t *testing.T, dir string) {
			rewrite(t, dir, func(m map[string]any) { file(m, 1)["name"] = file(m, 0)["name"] })
		}},
		"10 GB claimed": {ErrTooLarge, "10000000000", func(t *testing.T, dir string) {
			rewrite(t, dir, func(m map[string]any) { file(m, 0)["size"] = 10_000_000_000 })
		}},
		"many small claims": {ErrTooLarge, "", claimMuch},
		"negative size": {ErrMalformed, "-1", func(t *testing.T,
			dir string) {
			rewrite(t, dir, func(m map[string]any) { file(m, 0)["size"] = -1 })
		}},
		"unlisted model": {ErrMalformed, "else.bin", func(t *testing.T, dir string) {
			rewrite(t, dir, func(m map[string]any) { head(m, 0)["predictor_file"] = "else.bin" })
		}},
		"unknown kind": {ErrKind, "oracle", func(t *testing.T, dir string) {
			rewrite(t, dir, func(m map[string]any) { head(m, 0)["predictor"] = "oracle" })
		}},
		"model of nothing": {ErrMalformed, "curve.predictor.bin",
			func(t *testing.T, dir string) { replaceFile(t, dir, "curve.predictor.bin", nil) }},
		"head twice": {ErrMalformed, "two heads", func(t *testing.T, dir string) {
			rewrite(t, dir, func(m map[string]any) { head(m, 2)["target"] = "energy_per_epoch" })
		}},
		"other columns": {ErrMalformed, "columns", func(t *testing.T,
			dir string) {
			rewrite(t, dir, func(m map[string]any) { m["columns"] = []any{} })
		}},
		"bad space": {ErrMalformed, "axes", func(t *testing.T, dir string) {
			rewrite(t, dir, func(m map[string]any) { m["space"] = map[string]any{} })
		}},
		"wrong unit": {ErrMalformed, "units", func(t *testing.T, dir string) {
			rewrite(t, dir, func(m map[string]any) { m["units"].(map[string]any)["energy"] = "kWh" })
		}},
		"changed config": {ErrMalformed, "config", func(t *testing.T, dir string) {
			rewrite(t, dir, func(m map[string]any) { m["config"].(map[string]any)["text"] = "x" })
		}},
		"bad seed": {ErrMalformed, "seed", func(t *testing.T,
			dir string) {
			rewrite(t, dir, func(m map[string]any) { m["seed"] = "-1" })
		}},
		"bad support": {ErrMalformed, "support.json", func(t *testing.T, dir string) {
			replaceFile(t, dir, "support.json", []byte(`{"columns":3,"axes":[{"column":9}]}`))
		}},
		"not json":      {ErrMalformed, "manifest.json", notJSON},
		"other answers": {ErrGolden, "query 1", otherModel},
		"few golden": {ErrMalformed, "more than", func(t *testing.T, dir string) {
			rewrite(t, dir, func(m map[string]any) { m["golden"].(map[string]any)["queries"] = 1 })
		}},
		"many golden": {ErrMalformed, "query", func(t *testing.T, dir string) {
			rewrite(t, dir, func(m map[string]any) { m["golden"].(map[string]any)["queries"] = 1000 })
		}},
		"no golden": {ErrMalformed, "golden", func(t *testing.T, dir string) {
			rewrite(t, dir, func(m map[string]any) { m["golden"].(map[string]any)["queries"] = 0 })
		}},
		"generous golden": {ErrGolden, "query", generous},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, dir := saved(t)
			c.spoil(t, dir)
			_, err := Open(dir)
			if !errors.Is(err, c.want) || !strings.Contains(fmt.Sprint(err), c.names) {
				t.Errorf("got %v, wanted %v naming %q", err, c.want, c.names)
			}
		})
	}
}

func must(t testing.TB, errs ...error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

func edit(t testing.TB, dir, name, from, to string) {
	t.Helper()
	path := filepath.Join(dir, name)
	b, err := os.ReadFile(path)
	must(t, err)
	if !bytes.Contains(b, []byte(from)) {
		t.Fatalf("%s holds no %s", name, from)
	}
	write(t, path, bytes.Replace(b, []byte(from), []byte(to), 1))
}

func flip(t testing.TB, dir, name string) {
	t.Helper()
	path := filepath.Join(dir, name)
	b, err := os.ReadFile(path)
	must(t, err)
	b[len(b)-1] ^= 0x10
	write(t, path, b)
}

func truncate(t testing.TB, dir, name string) {
	t.Helper()
	path := filepath.Join(dir, name)
	info, err := os.Stat(path)
	must(t, err, os.Truncate(path, info.Size()/2))
}

// link puts a symbolic link to an equal file in the place of one.
func link(t *testing.T, dir string) {
	path := filepath.Join(dir, supportName)
	b, err := os.ReadFile(path)
	must(t, err, os.Remove(path))
	other := filepath.Join(t.TempDir(), "other")
	write(t, other, b)
	must(t, os.Symlink(other, path))
}

func linkManifest(t *testing.T, dir string) {
	path := filepath.Join(dir, ManifestName)
	must(t, os.Rename(path, path+".real"), os.Symlink(ManifestName+".real", path))
}

func claimMuch(t *testing.T, dir string) {
	rewrite(t, dir, func(m map[string]any) {
		for i := range 3 {
			file(m, i)["size"] = MaxFile
		}
	})
}

func notJSON(t *testing.T, dir string) {
	b := []byte("{\"format\":")
	write(t, filepath.Join(dir, ManifestName), b)
	write(t, filepath.Join(dir, manifestSum), []byte(hexSum(b)+"  manifest.json\n"))
}

// otherModel puts a sound model with other weights in the place of the curve's.
func otherModel(t *testing.T, dir string) {
	f := newFake(testColumns, 5, 50, 10, "another")
	b, err := f.AppendBinary(nil)
	must(t, err)
	replaceFile(t, dir, "curve.predictor.bin", b)
}

// generous is otherModel with a manifest that allows any difference.
func generous(t *testing.T, dir string) {
	otherModel(t, dir)
	rewrite(t, dir, func(m map[string]any) { m["golden"].(map[string]any)["relative_tolerance"] = 1e300 })
}

func TestOpenIgnoresUnlistedFiles(t *testing.T) {
	_, dir := saved(t)
	write(t, filepath.Join(dir, ".DS_Store"), []byte("x"))
	must(t, os.Mkdir(filepath.Join(dir, "notes"), 0o777))
	if _, err := Open(dir); err != nil {
		t.Error(err)
	}
}

// FuzzManifest: whatever manifest.json and its checksum say, Open ends with an error or a surrogate, and soon.
func FuzzManifest(f *testing.F) {
	_, dir := saved(f)
	fuzzManifest(f, dir)
}

// fuzzManifest opens a bundle with other manifests.
func fuzzManifest(f *testing.F, dir string) {
	b, err := os.ReadFile(filepath.Join(dir, ManifestName))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add([]byte(`{"format":"eahas-surrogate","version":1}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		write(t, filepath.Join(dir, ManifestName), b)
		write(t, filepath.Join(dir, manifestSum), []byte(hexSum(b)+"  manifest.json\n"))
		s, err := Open(dir)
		if (s == nil) == (err == nil) {
			t.Errorf("surrogate %v, error %v", s, err)
		}
	})
}

// FuzzCodec: no kind panics or asks for absurd memory, and what decodes is written back equal.
func FuzzCodec(f *testing.F) {
	for _, b := range bundleFiles(f) {
		for k := range len(predictorKinds) + len(representationKinds) {
			f.Add(byte(k), b)
		}
	}
	f.Fuzz(func(t *testing.T, k byte, b []byte) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		n := len(predictorKinds)
		i := int(k) % (n + len(representationKinds))
		if i < n {
			roundTrip(t, predictorKinds, predictorKinds[i], b)
		} else {
			roundTrip(t, representationKinds, representationKinds[i-n], b)
		}
		runtime.ReadMemStats(&after)
		if used := after.TotalAlloc - before.TotalAlloc; used > 64<<20+100*uint64(len(b)) {
			t.Errorf("%d bytes were allocated for %d", used, len(b))
		}
	})
}

func roundTrip[T any](t *testing.T, kinds []parts.Kind[T], k parts.Kind[T], b []byte) {
	v, err := parts.Decode(kinds, k.Word(), b)
	if err != nil {
		return
	}
	name, again, err := parts.Encode(kinds, v)
	if err != nil || name != k.Word() {
		t.Fatalf("%s was written as %s: %v", k.Word(), name, err)
	}
	if !bytes.Equal(again, b) {
		t.Errorf("%s: %d bytes were read, and written as %d others", name, len(b), len(again))
	}
	if p, ok := any(v).(models.Predictor); ok && p.Outputs() < 1 {
		t.Errorf("%s has %d outputs", name, p.Outputs())
	}
}

// bundleFiles returns the models of the committed bundles and of bundles of the other kinds.
func bundleFiles(f *testing.F) [][]byte {
	var out [][]byte
	collect := func(dir string) {
		paths, err := filepath.Glob(filepath.Join(dir, "*.bin"))
		must(f, err)
		for _, p := range paths {
			b, err := os.ReadFile(p)
			must(f, err)
			out = append(out, b)
		}
	}
	for name := range bundles {
		collect(filepath.Join("testdata", name))
	}
	for i, r := range []recipe{
		{gp.Trainer{LinearMean: true, MaxRows: 8, TuneRows: 8, Iterations: 1, Polish: -1},
			svd.Fitter{Components: 2, Points: 5}, testSpace()},
		{linear.Trainer{}, grid.Fitter{Points: 4}, testSpace()},
		{trainerFunc(randomNet), bezier.Fitter{Degree: 3, Parameters: bezier.Whitened}, testSpace()},
		{trainerFunc(nearest), parametric.Fitter{}, testSpace()},
	} {
		dir := filepath.Join(f.TempDir(), fmt.Sprint(i))
		makeBundle(f, dir, r)
		collect(dir)
	}
	return out
}
