package features

import (
	"encoding/json"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"eahas/internal/stream"
)

// sampleFrame encodes n sampled configurations of the space.
func sampleFrame(t testing.TB, s Space, n int, rng *rand.Rand) (*Encoder, Frame) {
	t.Helper()
	enc, err := NewEncoder(s)
	if err != nil {
		t.Fatal(err)
	}
	z := s.NewSampler()
	configs := make([]Config, n)
	for i := range configs {
		if configs[i], err = z.Sample(rng); err != nil {
			t.Fatal(err)
		}
	}
	f, err := enc.Frame(configs)
	if err != nil {
		t.Fatal(err)
	}
	return enc, f
}

func TestSupportNamesAxes(t *testing.T) {
	s := demo()
	_, f := sampleFrame(t, s, 300, stream.New(1))
	// Leave out what would fill the space: size above half, optimizer adam, momentum's absence stays.
	var keep []int
	for i := range f.N {
		if r := f.Row(i); r[0] <= 0.5 && r[7] != 1 {
			keep = append(keep, i)
		}
	}
	f = f.Select(keep)
	u := NewSupport(f)
	for i := range f.N {
		if got := u.Beyond(nil, f.Row(i)); len(got) > 1 || len(got) == 1 && got[0] != Combination {
			t.Fatalf("training row %d: %v", i, got)
		}
	}
	x := slices.Clone(f.Row(0))
	x[0], x[5], x[6], x[7] = 0.9, 0, 0, 1
	if got := u.Beyond([]string{"before"}, x); !slices.Equal(got, []string{"before", "size", "optimizer"}) {
		t.Errorf("got %v", got)
	}
	x = slices.Clone(f.Row(0))
	x[1] = math.NaN() // lr was never missing
	if got := u.Beyond(nil, x); !slices.Equal(got, []string{"lr"}) {
		t.Errorf("got %v", got)
	}
}

func TestSupportCombination(t *testing.T) {
	// Points on the diagonal of a square: its corners are within both ranges and far from all.
	cols := []Column{{Name: "a", Param: "a", Group: -1}, {Name: "b", Param: "b", Group: -1},
		{Name: "derived", Group: -1}}
	f := Frame{Columns: cols, N: 101}
	for i := range f.N {
		f.Data = append(f.Data, float64(i)/100, float64(i)/100, math.NaN())
	}
	u := NewSupport(f)
	if got := u.Beyond(nil, []float64{0.5, 0.505, 99}); got != nil {
		t.Errorf("near the diagonal: %v", got)
	}
	if got := u.Beyond(nil, []float64{0.1, 0.9, 0}); !slices.Equal(got, []string{Combination}) {
		t.Errorf("far from the diagonal: %v", got)
	}
	if got := u.Beyond(nil, []float64{0.1, 1.1, 0}); !slices.Equal(got, []string{"b"}) {
		t.Errorf("outside: %v", got)
	}
	if few := NewSupport(f.Select([]int{0, 100})); few.Beyond(nil, []float64{0.1, 0.9, 0}) != nil {
		t.Error("two rows say something about combinations")
	}
	if none := NewSupport(Frame{Columns: cols}); !slices.Equal(none.Beyond(nil, []float64{0, 0, 0}),
		[]string{"a", "b"}) {
		t.Error("no rows: every axis is beyond")
	}
}

// TestSupportThreshold compares with the plain definition.
func TestSupportThreshold(t *testing.T) {
	_, f := sampleFrame(t, demo(), 200, stream.New(5))
	u := NewSupport(f)
	m := len(u.axes)
	n := len(u.rows) / m
	var nearest []float64
	for i := range n {
		best := math.Inf(1)
		for k := range n {
			if k == i {
				continue
			}
			d := 0.0
			for j := range m {
				a, b := float64(u.rows[i*m+j]), float64(u.rows[k*m+j])
				switch {
				case a == b:
				case u.axes[j].cats > 0 || a == codeMissing || b == codeMissing:
					d += levels * levels
				default:
					d += (a - b) * (a - b)
				}
			}
			best = min(best, d)
		}
		nearest = append(nearest, best)
	}
	slices.Sort(nearest)
	want := nearest[int(math.Ceil(0.99*float64(n)))-1]
	if float64(u.threshold) != want {
		t.Errorf("threshold %d, want %g", u.threshold, want)
	}
}

// TestNearEqualsScan compares the packed search with a plain one over all kept configurations.
func TestNearEqualsScan(t *testing.T) {
	for _, space := range []Space{demo(), mustBuiltin(t, "eahas-tinyimagenet")} {
		_, f := sampleFrame(t, space, 150, stream.New(5))
		_, q := sampleFrame(t, space, 400, stream.New(6))
		u := NewSupport(f)
		m := len(u.axes)
		for _, threshold := range []int32{u.threshold, u.threshold / 2, 0, levels*levels - 1, levels * levels,
			3 * levels * levels} {
			u.threshold = threshold
			yes := 0
			row := make([]uint8, m)
			for i := range q.N {
				u.encode(row, q.Row(i))
				want := false
				for k := 0; k < len(u.rows); k += m {
					want = want || u.distance(row, u.rows[k:k+m], threshold) <= threshold
				}
				if got := u.index.near(u, q.Row(i)); got != want {
					t.Fatalf("threshold %d, row %d: near %v, want %v", threshold, i, got, want)
				}
				if want {
					yes++
				}
			}
			t.Logf("%s: threshold %d: %d of %d near", space.Name, threshold, yes, q.N)
		}
	}
}

func TestSupportStored(t *testing.T) {
	s := mustBuiltin(t, "eahas-tinyimagenet")
	enc, f := sampleFrame(t, s, 3000, stream.New(2))
	u := NewSupport(f)
	b, err := json.Marshal(u)
	if err != nil {
		t.Fatal(err)
	}
	if len(b) > 200_000 {
		t.Errorf("%d bytes", len(b))
	}
	var back Support
	if err := json.Unmarshal(b, &back); err != nil {
		t.Fatal(err)
	}
	again, err := json.Marshal(&back)
	if err != nil || string(again) != string(b) {
		t.Errorf("stored twice differs: %v", err)
	}
	flagged, z, rng := 0, s.NewSampler(), stream.New(3)
	row := make([]float64, len(enc.Columns()))
	for range 2000 {
		c, err := z.Sample(rng)
		if err != nil {
			t.Fatal(err)
		}
		if row, err = enc.Encode(row, c); err != nil {
			t.Fatal(err)
		}
		got := u.Beyond(nil, row)
		if !slices.Equal(got, back.Beyond(nil, row)) {
			t.Fatalf("%s: %v, stored %v", c.Key(), got, back.Beyond(nil, row))
		}
		if len(got) > 0 {
			flagged++
		}
	}
	// New draws from the training law: about 1 % by construction, a little more at the ranges' ends.
	if flagged > 60 {
		t.Errorf("%d of 2000 draws from the training law are flagged", flagged)
	}
	x, dst := f.Row(0), make([]string, 0, 4)
	if n := testing.AllocsPerRun(100, func() { u.Beyond(dst, x) }); n != 0 {
		t.Errorf("%g allocations", n)
	}
}

func TestSupportRefusesDamage(t *testing.T) {
	for name, text := range map[string]string{
		"not JSON":        `{`,
		"column beyond":   `{"columns":1,"axes":[{"name":"a","column":1}]}`,
		"overlap":         `{"columns":3,"axes":[{"name":"a","column":0,"categories":2},{"name":"b","column":1}]}`,
		"category beyond": `{"columns":3,"axes":[{"name":"a","column":0,"categories":2,"seen":[2]}]}`,
		"absurd":          `{"columns":9000000000000,"axes":[{"name":"a","column":0,"categories":8000000000000}]}`,
		"ragged rows":     `{"columns":2,"axes":[{"name":"a","column":0},{"name":"b","column":1}],"rows":"AAAA"}`,
		"no rows":         `{"columns":1,"axes":[{"name":"a","column":0}],"threshold":3}`,
		"negative":        `{"columns":1,"axes":[{"name":"a","column":-1}]}`,
	} {
		var u Support
		if err := u.UnmarshalJSON([]byte(text)); !errors.Is(err, ErrSupport) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzSupport(f *testing.F) {
	_, frame := sampleFrame(f, demo(), 30, stream.New(1))
	b, err := json.Marshal(NewSupport(frame))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Fuzz(func(t *testing.T, b []byte) {
		var u Support
		if u.UnmarshalJSON(b) == nil && u.Columns() >= 0 && u.Columns() < 1000 {
			u.Beyond(nil, make([]float64, u.Columns()))
		}
	})
}

func BenchmarkBeyond(b *testing.B) {
	for _, where := range []string{"inside", "far"} {
		b.Run(where, func(b *testing.B) {
			_, f := sampleFrame(b, mustBuiltin(b, "eahas-tinyimagenet"), 5000, stream.New(1))
			u := NewSupport(f)
			if where == "far" { // new configurations that are near none of the kept: all of these are looked at
				_, all := sampleFrame(b, mustBuiltin(b, "eahas-tinyimagenet"), 5000, stream.New(2))
				var far []int
				for i := range all.N {
					if len(u.Beyond(nil, all.Row(i))) > 0 {
						far = append(far, i)
					}
				}
				f = all.Select(far)
			}
			dst := make([]string, 0, 4)
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				u.Beyond(dst, f.Row(i%f.N))
				i += 7
			}
		})
	}
}
