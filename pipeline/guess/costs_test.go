package guess

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"

	"eahas/features"
	"eahas/trial"
	"eahas/trial/arrowio"
	"eahas/trial/names"
)

// numbers is a column of lists, one a run.
func numbers(name string, runs ...[]float64) *column {
	c := &column{ColumnInfo: arrowio.ColumnInfo{Name: name, Kind: "number", List: true, Min: math.Inf(1),
		Max: math.Inf(-1)}}
	s := survey{columns: []*column{c}}
	for i, xs := range runs {
		s.newRun()
		c.series(i, xs)
		for _, x := range xs {
			c.Min, c.Max = min(c.Min, x), max(c.Max, x)
		}
	}
	return c
}

func TestUnitOf(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"energy_kwh": "energy kWh", "gpu kilowatt_hours": "energy kWh", "energy_mWh": "energy mWh",
		"total_energy (Wh)": "energy Wh", "e_kJ": "energy kJ", "energy_MJ": "energy MJ", "energy [MJ]": "energy MJ",
		"energy_mJ": "energy mJ", "energy_uj": "energy uJ", "train_joules": "energy J", "energy_j": "energy J",
		"energy": "energy J", "consumption": "energy J", "energy_consumed": "energy kWh",
		"Energy_Consumed": "energy kWh",
		"time_ms":         "time ms", "elapsed_us": "time us", "train_minutes": "time min", "gpu_hours": "time h",
		"hrs": "time h", "wall_clock_h": "time h", "duration_s": "time s", "epoch_time": "time s", "time": "time s",
		"alpha_j": " ", "h": " ", "x_s": " ", "size_min": " ", "atoms": " ", "lr": " ", "mj": "energy mJ",
	} {
		c := &column{ColumnInfo: arrowio.ColumnInfo{Name: name}}
		_, role, unit, grounds := unitOf(c)
		if got := string(role) + " " + unit; got != want || (role == "") != (grounds == "") {
			t.Errorf("unitOf(%q) = %q (%q), wanted %q", name, got, grounds, want)
		}
		if guessed := name == "energy" || name == "consumption" || name == "epoch_time" || name == "time"; guessed !=
			strings.Contains(grounds, "A GUESS") {
			t.Errorf("unitOf(%q) says %q", name, grounds)
		}
	}
	c := &column{ColumnInfo: arrowio.ColumnInfo{Name: "lr", Unit: "ms", Type: "duration[ms]"}}
	if _, role, unit, _ := unitOf(c); role != RoleTime || unit != "" {
		t.Errorf("a column of durations: %q, %q", role, unit)
	}
}

// Each of these is a cost but for one thing.
func TestCostRefuses(t *testing.T) {
	t.Parallel()
	s := &survey{}
	change := func(name string, f func(*column)) *column {
		c := numbers(name, []float64{5, 9})
		f(c)
		return c
	}
	keep := func(*column) {}
	for what, c := range map[string]*column{
		"a text":                 change("time_s", func(c *column) { c.Kind = "text" }),
		"a boolean":              change("time_s", func(c *column) { c.Kind = "boolean" }),
		"a moment by type":       change("time_s", func(c *column) { c.Instant = true }),
		"nothing above 0":        change("time_s", func(c *column) { c.Max = 0 }),
		"a moment by name":       change("start_time_s", keep),
		"a limit":                change("max_time_s", keep),
		"a rate":                 change("joules_per_sec", keep),
		"a setting":              change("config.time_s", keep),
		"a metric":               change("loss_time_s", keep),
		"no cost":                change("lr", keep),
		"seconds since 1970":     change("time_s", func(c *column) { c.Min, c.Max = 1.7e9, 1.8e9 }),
		"the time of evaluation": change("eval_time_s", keep),
	} {
		if k, ok := s.cost(c); ok {
			t.Errorf("%s (%s) is taken for %s in %s", what, c.Name, k.role, k.unit)
		}
	}
	for what, want := range map[string]struct {
		c    *column
		role Role
	}{
		"a time":                     {change("time_s", keep), RoleTime},
		"a time in two words":        {change("trainTime", keep), RoleTime},
		"a long time":                {change("time_s", func(c *column) { c.Max = 1.8e9 }), RoleTime},
		"a time beyond milliseconds": {change("time_s", func(c *column) { c.Min, c.Max = 2e8, 1e15 }), RoleTime},
		"an energy of 1e9":           {change("energy_j", func(c *column) { c.Min, c.Max = 1.7e9, 1.8e9 }), RoleEnergy},
		"the energy of inference":    {change("inference_energy_j", keep), RoleInference},
	} {
		if k, ok := s.cost(want.c); !ok || k.role != want.role {
			t.Errorf("%s is taken for %q, %v", what, k.role, ok)
		}
	}
}

// Sums never fall and grow by the number of epochs; one number a run is its total unless its name says otherwise.
func TestShape(t *testing.T) {
	t.Parallel()
	long := make([]float64, 11) // of 11 numbers the last has to be 3 times the first
	for i := range long {
		long[i] = 1 + 0.2*float64(i)
	}
	long[10] = 3
	short := append(append([]float64{}, long[:10]...), 2.99)
	rising, falling := []float64{1, 2, 3, 4}, []float64{4, 5, 4, 5}
	tenRuns := func(rises int) [][]float64 {
		var out [][]float64
		for i := range 10 {
			if i < rises {
				out = append(out, rising)
			} else {
				out = append(out, falling)
			}
		}
		return out
	}
	for what, want := range map[string]struct {
		c     *column
		shape trial.Shape
	}{
		"a sum":                        {numbers("energy", rising), trial.Cumulative},
		"as much as 3 times":           {numbers("energy", long), trial.Cumulative},
		"less than 3 times":            {numbers("energy", short), trial.PerEpoch},
		"rising a little":              {numbers("energy", []float64{10, 10.1, 10.2}), trial.PerEpoch},
		"1.6 times in three":           {numbers("energy", []float64{1, 1.1, 1.6}), trial.Cumulative},
		"less than 1.6 times in three": {numbers("energy", []float64{1, 1.1, 1.59}), trial.PerEpoch},
		"one fall":                     {numbers("energy", []float64{1, 9, 8, 20}), trial.PerEpoch},
		"zeros":                        {numbers("energy", []float64{0, 0, 0}), trial.PerEpoch},
		"two numbers say nothing":      {numbers("energy", []float64{1, 5}), trial.PerEpoch},
		"nine of ten runs":             {numbers("energy", tenRuns(9)...), trial.Cumulative},
		"eight of ten runs":            {numbers("energy", tenRuns(8)...), trial.PerEpoch},
	} {
		if got, how := (&survey{}).shape(cost{column: want.c}); got != want.shape {
			t.Errorf("%s: %s (%s)", what, got, how)
		}
	}
	for name, want := range map[string]trial.Shape{"energy": trial.Total, "energy_per_epoch": trial.Mean,
		"total_energy_of_epochs": trial.Total, "mean_energy": trial.Mean, "avg_energy": trial.Mean} {
		c := &column{ColumnInfo: arrowio.ColumnInfo{Name: name}}
		said, _ := names.CostOf(name)
		for _, s := range []*survey{{}, {long: true}} {
			if got, _ := s.shape(cost{column: c, said: said}); got != want {
				t.Errorf("%s, one a run: %s, wanted %s", name, got, want)
			}
		}
	}
	c := numbers("energy", rising)
	c.List = false
	if got, _ := (&survey{long: true}).shape(cost{column: c}); got != trial.Cumulative {
		t.Errorf("rows of a run that count on: %s", got)
	}
}

// The run's cost is the total, else what is no part of it; a power counts where there is a time and no energy.
func TestAssignCosts(t *testing.T) {
	t.Parallel()
	for what, c := range map[string]struct {
		columns []string
		want    map[string]string
	}{
		"total before the others": {[]string{"gpu_energy_j", "energy_j", "total_energy_j"},
			map[string]string{"gpu_energy_j": "result", "energy_j": "result", "total_energy_j": "energy: total, J"}},
		"consumed as total": {[]string{"energy", "energy_consumed"},
			map[string]string{"energy": "result", "energy_consumed": "energy: total, kWh"}},
		"the whole before a part": {[]string{"ram_energy_j", "energy_j"},
			map[string]string{"ram_energy_j": "result", "energy_j": "energy: total, J"}},
		"training before validation": {[]string{"val_time_s", "time_s"},
			map[string]string{"val_time_s": "result", "time_s": "time: total, s"}},
		"the first of equals": {[]string{"time_a_s", "time_b_s"},
			map[string]string{"time_a_s": "time: total, s", "time_b_s": "result"}},
		"power beside a time": {[]string{"power_w", "time_s"},
			map[string]string{"power_w": "power: mean, W", "time_s": "time: total, s"}},
		"power beside an energy": {[]string{"power_w", "time_s", "energy_j"},
			map[string]string{"power_w": "result", "time_s": "time: total, s", "energy_j": "energy: total, J"}},
		"power without a time": {[]string{"power_w"}, map[string]string{"power_w": "result"}},
		"a power limit is no cost": {[]string{"power_limit_w", "time_s"},
			map[string]string{"power_limit_w": "", "time_s": "time: total, s"}},
		"only one power": {[]string{"power_w", "watts", "time_s"},
			map[string]string{"power_w": "power: mean, W", "watts": "result", "time_s": "time: total, s"}},
	} {
		s := &survey{}
		for _, name := range c.columns {
			s.columns = append(s.columns, &column{ColumnInfo: arrowio.ColumnInfo{Name: name, Kind: "number", Min: 1,
				Max: 5}})
		}
		s.assignCosts()
		for name, want := range c.want {
			col := s.column(name)
			if got := strings.TrimSuffix(string(col.role)+": "+col.as, ": "); got != want {
				t.Errorf("%s: %s is %q (%s), wanted %q", what, name, got, col.why, want)
			}
		}
	}
}

// A power an epoch does not go with a time of the run, nor with times that count on.
func TestAssignPowerNeedsATimeOfItsKind(t *testing.T) {
	t.Parallel()
	for what, c := range map[string]struct {
		time *column
		want Role
	}{
		"a time an epoch":    {numbers("time_s", []float64{2, 1, 2}), RolePower},
		"a time that counts": {numbers("time_s", []float64{2, 4, 6}), RoleResult},
		"one time for the run": {&column{ColumnInfo: arrowio.ColumnInfo{Name: "time_s", Kind: "number", Min: 1,
			Max: 5}}, RoleResult},
	} {
		s := &survey{columns: []*column{numbers("power_w", []float64{100, 90, 110}), c.time}}
		s.assignCosts()
		if got := s.column("power_w").role; got != c.want {
			t.Errorf("%s: power is %q, wanted %q", what, got, c.want)
		}
	}
}

// TestTimesThatAreNotOfAnEpoch: a time of an iteration, of loading data, or in a form that has two readings is never
// the run's, even alone.
func TestTimesThatAreNotOfAnEpoch(t *testing.T) {
	t.Parallel()
	long := func(name, cell string) *Guess {
		return lookAt(t, "log.csv", table("run,lr,epoch,val_acc,"+name, 60, func(i int) string {
			return fmt.Sprintf("r%d,%g,%d,%g,%s", i/3, 0.01*float64(1+i/3), i%3,
				.5+.1*float64(i%3)+.003*float64(i*7%11), strings.Replace(cell, "1", strconv.Itoa(1+i%5), 1))
		}))
	}
	for name, cell := range map[string]string{"data_time": "0.12", "time_per_iteration": "0.31", "eta_seconds": "41",
		"time": "00:41"} {
		for _, c := range long(name, cell).Columns {
			if c.Name == name && (c.Role == RoleTime || c.Role == RoleAxis) {
				t.Errorf("%s: %s, %s", name, c.Role, c.Why)
			}
		}
	}
	for _, c := range long("epoch_time_s", "41").Columns {
		if c.Name == "epoch_time_s" && c.Role != RoleTime {
			t.Errorf("the time of an epoch is %s, %s", c.Role, c.Why)
		}
	}
}

// TestWattsOfNumbersWithUnits: 142.6 kJ in 658 s are 217 W; the unit behind the numbers counts once.
func TestWattsOfNumbersWithUnits(t *testing.T) {
	t.Parallel()
	g := lookAt(t, "log.csv", table("run,lr,acc,took,energy", 12, func(i int) string {
		return fmt.Sprintf("r%d,%g,%g,%ds,%g kJ", i, .01*float64(i+1), .5+.01*float64(i*5%7), 600+i*7%13,
			140+float64(i*3%5))
	}))
	for _, c := range g.Columns {
		if c.Name == "energy" && (c.Role != RoleEnergy || strings.Contains(c.Why, "POWER")) {
			t.Errorf("%s, %s", c.Role, c.Why)
		}
	}
}

// TestTablesOfMetricsNames are refused with what to do: as they stand, the metrics' names would be a setting.
func TestTablesOfMetricsNames(t *testing.T) {
	t.Parallel()
	_, err := surveyOf(t, table("run,lr,epoch,metric,value", 40, func(i int) string {
		return fmt.Sprintf("r%d,%g,%d,%s,%g", i/4, .01*float64(1+i/4), i/2%2,
			[]string{"loss", "val_acc"}[i%2], float64(i))
	}))
	if !errors.Is(err, ErrUnclear) || !strings.Contains(err.Error(), "pivot_table") {
		t.Errorf("%v", err)
	}
}

// TestAlike: one learning rate in two numbers of digits is one setting.
func TestAlike(t *testing.T) {
	t.Parallel()
	num := features.Number
	if alike(num(1), features.Text("1")) ||
		!alike(num(.0123456), num(.01235)) || alike(num(32), num(33)) {
		t.Error("alike")
	}
}

// Energies of components alone, as CodeCarbon's are without their sum, are added; in joules they would be no power of a
// machine, so they are kWh.
func TestEnergyOfComponents(t *testing.T) {
	t.Parallel()
	const header = "model,lr,val_acc,cpu_energy,gpu_energy,ram_energy,duration_s"
	row := func(i int) string {
		return fmt.Sprintf("%s,0.%d,0.%04d,0.000%d,0.00%d,0.0000%d,%d", []string{"a", "b"}[i%2], i/2%5+1, i*7907%9941,
			i%7+1,
			i%5+1, i%3+1, 50+i%9)
	}
	g, err := guessOf(t, table(header, 40, row), Options{})
	if err != nil {
		t.Fatal(err)
	}
	e := g.Mappings[0].Energy
	if e == nil || e.Column != "cpu_energy" || e.Unit != "kWh" || fmt.Sprint(e.Plus) != "[gpu_energy ram_energy]" {
		t.Fatalf("%+v", e)
	}
	if as, why := g.role("ram_energy"); as != "energy: total, kWh" || !strings.Contains(why, "added to cpu_energy") {
		t.Errorf("ram_energy: %s: %s", as, why)
	}
	// with their sum they are parts of it; two of one component have no sum
	for _, other := range []string{"total_energy", "gpu_energy_node2"} {
		g, err := guessOf(t, table(header+","+other, 40, func(i int) string {
			return row(i) + ",0.01" +
				fmt.Sprint(i%9)
		}),
			Options{})
		if err != nil {
			t.Fatal(err)
		}
		if e := g.Mappings[0].Energy; e == nil || e.Plus != nil {
			t.Errorf("beside %s: %+v", other, e)
		}
	}
}
