package guess

import (
	"strings"
	"testing"
)

// TestStrangeEnergies: a counter that went on from run to run is named like a total, and is none. With the run's time
// it is a power of megawatts.
func TestStrangeEnergies(t *testing.T) {
	t.Parallel()
	survey := func(columns ...*column) *survey {
		for _, c := range columns {
			c.List = false
		}
		return &survey{columns: columns, runs: 3}
	}
	seconds := func() *column { return numbers("duration_s", []float64{2}, []float64{4}, []float64{1}) }
	counter := func() *column { return numbers("total_energy_kWh", []float64{1}, []float64{1.1}, []float64{1.2}) }
	joules := func() *column { return numbers("energy_joules", []float64{200}, []float64{390}, []float64{110}) }

	s := survey(counter(), joules(), seconds())
	s.assignCosts()
	if got := s.of(RoleEnergy); got == nil || got.Name != "energy_joules" || strings.Contains(got.why, "POWER") {
		t.Errorf("of a counter and joules: %+v", got)
	}
	if c := s.column("total_energy_kWh"); c.role != RoleResult ||
		!strings.Contains(c.why, "with which this is a power of 1.8 MW") {
		t.Errorf("the counter: %s, %s", c.role, c.why)
	}

	s = survey(counter(), seconds())
	s.assignCosts()
	if got := s.of(RoleEnergy); got == nil || !strings.Contains(got.why, "WITH duration_s IT IS A POWER OF 1.8 MW") {
		t.Errorf("a counter alone: %+v", got)
	}

	s = survey(numbers("total_energy_kWh", []float64{.1}, []float64{.2}, []float64{.3}), joules(),
		numbers("train_hours", []float64{1}, []float64{2}, []float64{3}))
	s.assignCosts() // 100 W, and 0.06 W
	if got := s.of(RoleEnergy); got == nil || got.Name != "total_energy_kWh" || strings.Contains(got.why, "POWER") {
		t.Errorf("of a total and a part: %+v", got)
	}

	s = survey(counter(), joules())
	s.assignCosts() // without a time nothing is strange, and the total comes first
	if got := s.of(RoleEnergy); got == nil || got.Name != "total_energy_kWh" {
		t.Errorf("without a time: %+v", got)
	}
}

func TestInWatts(t *testing.T) {
	t.Parallel()
	for w, want := range map[float64]string{2.3e6: "2.3 MW", 1.234e9: "1.23 GW", 789000: "789 kW", 98.4: "98.4 W",
		.18: "180 mW", 1e-5: "1e-05 W"} {
		if got := inWatts(w); got != want {
			t.Errorf("%g W: %s, want %s", w, got, want)
		}
	}
}
