package commands

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"eahas/cmd/internal/program"
	"eahas/internal/fixture"
)

// fakeSbatch runs a job at once, all tasks of an array beside each other, as sbatch --parsable would queue them.
const fakeSbatch = `#!/bin/sh
set -eu
last=
for a in "$@"; do case "$a" in --array=0-*) last=${a#--array=0-} ;; esac; done
job=$(mktemp)
cat > "$job"
export SLURM_CPUS_PER_TASK=1
if [ -n "$last" ]; then
  pids=
  for i in $(seq 0 "$last"); do SLURM_ARRAY_TASK_ID=$i sh "$job" >&2 & pids="$pids $!"; done
  for p in $pids; do wait "$p"; done
else
  sh "$job" >&2
fi
rm "$job"
echo 7
`

// The Slurm script, with a queue that runs every job on this machine, gives the report of one process.
func TestSlurmScript(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a shell script")
	}
	dir := t.TempDir()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"sbatch": fakeSbatch,
		"eahas":  fmt.Sprintf("#!/bin/sh\n%s=1 exec '%s' \"$@\"\n", asTrain, self),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	config := smallConfig(t, twoVariants)
	out := filepath.Join(dir, "joined")
	c := exec.CommandContext(t.Context(), "sh", filepath.Join(root, "deploy", "slurm-compare.sh"))
	c.Env = append(os.Environ(), "PATH="+dir+string(os.PathListSeparator)+os.Getenv("PATH"),
		"CONFIG="+config, "LOGS="+dir, "OUT="+out, "SHARDS=2")
	if b, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, b)
	}
	checkComparison(t, out)
}

// The Kubernetes files hold what the API of Kubernetes 1.37 takes, and nothing else (kubernetes-validate 1.37.0).
func TestKubernetesFilesAreValid(t *testing.T) {
	python := fixture.Tool(t, "EAHAS_PYTHON")
	files, err := filepath.Glob(filepath.Join(root, "deploy", "kubernetes-*.yaml"))
	if err != nil || len(files) < 2 {
		t.Fatal(files, err)
	}
	wrong := filepath.Join(t.TempDir(), "wrong.yaml")
	b, err := os.ReadFile(files[0])
	if err == nil {
		err = os.WriteFile(wrong, []byte(strings.Replace(string(b), "completionMode:", "completionMod:", 1)), 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range append(files, wrong) {
		c := exec.CommandContext(t.Context(), python, "-m", "kubernetes_validate", "--strict", "-k", "1.37.0", file)
		if out, err := c.CombinedOutput(); (err == nil) != (file != wrong) {
			t.Errorf("%s: %v\n%s", file, err, out)
		}
	}
}

// The Kubernetes file asks for as many completions as its shards, and merges each of them.
func TestKubernetesFileCountsItsShards(t *testing.T) {
	b, err := os.ReadFile(filepath.Join(root, "deploy", "kubernetes-compare.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	text := string(b)
	n := regexp.MustCompile(`completions: (\d+)`).FindStringSubmatch(text)
	sh := regexp.MustCompile(`-shard=\$\(JOB_COMPLETION_INDEX\)/(\d+)`).FindStringSubmatch(text)
	if n == nil || sh == nil || n[1] != sh[1] {
		t.Fatalf("completions %v, shards %v", n, sh)
	}
	if _, _, err := program.ParseShard("0/" + sh[1]); err != nil {
		t.Error(err)
	}
	if got := strings.Count(text, "- /eahas/parts/"); fmt.Sprint(got) != n[1] {
		t.Errorf("%d parts are merged, there are %s", got, n[1])
	}
}
