package energy

import (
	"math"
	"testing"
)

func TestUnits(t *testing.T) {
	for _, k := range [][2]string{
		{KWh(9e6), "2.5 kWh"}, {KWh(3600), "0.001 kWh"}, {KWh(3599), "0.0009997 kWh"}, {KWh(3598), "0.0009994 kWh"},
		{KWh(1), "2.778e-07 kWh"}, {KWh(0), "0 kWh"},
		{KWh(-9e6), "-2.5 kWh"}, {KWh(3.6e12), "1e+06 kWh"}, {KWh(3.5999e12), "1e+06 kWh"},
		{KWh(3.599e12), "999700 kWh"}, {KWh(math.NaN()), "unknown kWh"},
		{Seconds(12.5), "12.5 s"}, {Seconds(59.99), "59.99 s"}, {Seconds(60), "1m0s"}, {Seconds(-60), "-1m0s"},
		{Seconds(60.6), "1m1s"}, {Seconds(3723), "1h2m3s"},
		{Seconds(1e9), "277777h46m40s"}, {Seconds(1.1e9), "1.1e+09 s"}, {Seconds(1e300), "1e+300 s"},
		{Seconds(math.Inf(-1)), "-Inf s"}, {Seconds(math.NaN()), "unknown"},
	} {
		if k[0] != k[1] {
			t.Errorf("%q, want %q", k[0], k[1])
		}
	}
	if ToKWh(3.6e6) != 1 || ToKWh(9e6) != 2.5 {
		t.Error("conversions")
	}
}
