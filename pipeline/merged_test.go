package pipeline

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"eahas/pipeline/guess"
)

// What an energy tool wrote, put beside settings and results in one table, is read as any table: the tool's reader
// knows its own columns only, and would leave the settings out.
func TestEnergyToolsColumnsInATableOfRuns(t *testing.T) {
	var slurm, carbon strings.Builder
	slurm.WriteString("JobID|JobName|Elapsed|ConsumedEnergy|AllocTRES|State|lr|width|final_test_loss\n")
	carbon.WriteString("timestamp,project_name,run_id,duration,emissions,cpu_power,cpu_energy,gpu_energy,ram_energy," +
		"energy_consumed,gpu_model,tracking_mode,on_cloud,pue,lr,width,test_loss\n")
	for i := range 60 {
		lr, width := []float64{.1, .01, .001}[i%3], 64<<(i/3%4)
		seconds := 500 + i*7%50 + width
		loss := 2.5 - .001*float64(width) + lr + .01*float64(i*5%7)
		fmt.Fprintf(&slurm, "%d|train_%d|00:%02d:%02d|%.2fK|billing=8,cpu=8|COMPLETED|%g|%d|%.4f\n",
			1000+i, i, seconds/60, seconds%60, .25*float64(seconds), lr, width, loss)
		kwh := 250 * float64(seconds) / 3.6e6
		fmt.Fprintf(&carbon,
			"2024-05-01T10:00:%02d,p,%x,%d.5,%.6f,42.5,%.6f,%.6f,%.6f,%.6f,A100,machine,N,1.0,%g,%d,%.4f\n", i,
			7000+i*31, seconds, .4*kwh, .1*kwh, .85*kwh, .05*kwh, kwh, lr, width, loss)
	}
	for file, text := range map[string]string{"sacct.txt": slurm.String(), "emissions.csv": carbon.String()} {
		path := filepath.Join(t.TempDir(), file)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := Look(t.Context(), "x", []string{path}, LookOptions{DataDir: ".", Work: t.TempDir()})
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		roles := map[guess.Role][]string{}
		for _, c := range got.Guess.Columns {
			roles[c.Role] = append(roles[c.Role], c.Name)
		}
		slices.Sort(roles[guess.RoleAxis])
		if !slices.Equal(roles[guess.RoleAxis], []string{"lr", "width"}) || len(roles[guess.RoleEnergy]) != 1 ||
			!strings.Contains(strings.ToLower(roles[guess.RoleEnergy][0]), "consumed") ||
			len(roles[guess.RoleTime]) != 1 {
			t.Errorf("%s: %v", file, roles)
		}
	}
}
