package energy

import (
	"errors"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestLogRefusesWhatIsNotPositive(t *testing.T) {
	for _, v := range []float64{0, -1, math.NaN(), math.Inf(1), math.Inf(-1), math.Copysign(0, -1)} {
		_, err := Log{}.Forward(nil, []float64{3, v})
		if !errors.Is(err, ErrNotPositive) || !strings.Contains(err.Error(), "index 1") {
			t.Errorf("%v: %v", v, err)
		}
	}
}

func TestBackIsAlwaysPositive(t *testing.T) {
	for _, v := range []float64{0, 1e300, -1e300, math.Inf(1), math.Inf(-1), 700, -745} {
		for _, l := range []Log{{}, {Smear: 1.3}} {
			if y := l.Back(v); !(y > 0) || math.IsInf(y, 1) {
				t.Errorf("%+v: %v comes back as %v", l, v, y)
			}
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		y := rapid.Float64Range(1e-300, 1e300).Draw(t, "joules")
		v, err := Log{}.Forward(nil, []float64{y})
		if err != nil {
			t.Fatal(err)
		}
		if got := (Log{}).Back(v[0]); math.Abs(got-y) > 1e-12*y {
			t.Fatalf("%v came back as %v", y, got)
		}
	})
}

// For normal residuals of standard deviation s the mean is exp(s^2/2) times the median.
func TestSmearingEqualsLogNormalMean(t *testing.T) {
	const s, n = 0.5, 20001
	residuals := make([]float64, n)
	for i := range residuals {
		residuals[i] = s * math.Sqrt2 * math.Erfinv(2*(float64(i)+0.5)/n-1)
	}
	if got, want := Smearing(residuals), math.Exp(s*s/2); math.Abs(got-want) > 1e-4 {
		t.Errorf("got %v, want %v", got, want)
	}
	if Smearing(nil) != 1 {
		t.Error("no residuals")
	}
}

func TestTotal(t *testing.T) {
	nan := math.NaN()
	for _, k := range []struct{ first, per, epochs, want float64 }{
		{nan, 10, 5, 50}, {30, 10, 5, 70}, {30, 10, 1, 30}, {30, 10, 0, 0}, {30, 10, .5, 15}, {nan, 10, 0, 0},
	} {
		if got := Total(k.first, k.per, k.epochs); got != k.want {
			t.Errorf("Total(%v, %v, %v) = %v, want %v", k.first, k.per, k.epochs, got, k.want)
		}
	}
	if got := Series(nil, 30, 10, []float64{0, 1, 2, 3}); got[3] != 50 || got[1] != 30 {
		t.Errorf("%v", got)
	}
}

func TestCumulativeNeverFalls(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		per := rapid.SliceOfN(rapid.Float64Range(0, 1e18), 0, 200).Draw(t, "per epoch")
		got, err := Cumulative(nil, per)
		if err != nil {
			t.Fatal(err)
		}
		naive := 0.0
		for i, v := range got {
			naive += per[i]
			if i > 0 && v < got[i-1] || math.Abs(v-naive) > 1e-12*naive {
				t.Fatalf("entry %d: %v after %v, plain sum %v", i, v, got[max(i-1, 0)], naive)
			}
		}
	})
	tenth := make([]float64, 1_000_000)
	for i := range tenth {
		tenth[i] = 0.1
	}
	if got, err := Cumulative(tenth, tenth); err != nil || got[len(got)-1] != 100000 { // in place; a plain sum ends at 100000.00000133288
		t.Errorf("%v, %v", got[len(got)-1], err)
	}
	for _, bad := range [][]float64{{1, -1}, {1, math.NaN()}, {1, math.Inf(1)}, {math.MaxFloat64, math.MaxFloat64}} {
		if _, err := Cumulative(nil, bad); !errors.Is(err, ErrNegative) || !strings.Contains(err.Error(), "index 1") {
			t.Errorf("%v: %v", bad, err)
		}
	}
}

func TestUnits(t *testing.T) {
	for _, k := range [][2]string{
		{KWh(9e6), "2.5 kWh"}, {KWh(3600), "0.001 kWh"}, {KWh(1), "2.778e-07 kWh"}, {Wh(9000), "2.5 Wh"},
		{J(1250), "1.25 kJ"}, {J(0), "0 J"}, {J(999.96), "1 kJ"}, {J(-2e6), "-2 MJ"}, {J(5e17), "500000 TJ"}, {J(math.NaN()), "unknown"},
		{KWh(math.NaN()), "unknown kWh"}, {Seconds(12.5), "12.5 s"}, {Seconds(3723), "1h2m3s"}, {Seconds(math.NaN()), "unknown"}, {Seconds(1e300), "1e+300 s"},
	} {
		if k[0] != k[1] {
			t.Errorf("%q, want %q", k[0], k[1])
		}
	}
	if FromKWh(ToKWh(7.2e6)) != 7.2e6 || FromWh(ToWh(7200)) != 7200 || ToKWh(3.6e6) != 1 || FromWh(1) != 3600 {
		t.Error("conversions")
	}
}
