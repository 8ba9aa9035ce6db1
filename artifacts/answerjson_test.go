package artifacts

import (
	"bytes"
	"encoding/json"
	"math"
	"testing"

	"pgregory.net/rapid"

	"eahas/internal/nullable"
	"eahas/models/energy"
)

// answerTwin is the naive form of Answer.AppendJSON.
type answerTwin struct {
	Unit            string      `json:"unit,omitempty"`
	LastEpoch       *float64    `json:"last_epoch,omitempty"`
	Epochs          []*float64  `json:"epochs,omitempty"`
	Curve           []*float64  `json:"curve,omitempty"`
	Clips           int         `json:"clips,omitempty"`
	EnergyPerEpoch  *float64    `json:"energy_per_epoch_j,omitempty"`
	Energy          []*float64  `json:"energy_j,omitempty"`
	EnergyTotal     *float64    `json:"energy_total_j,omitempty"`
	EnergyTotalKWh  *float64    `json:"energy_total_kwh,omitempty"`
	TimePerEpoch    *float64    `json:"time_per_epoch_s,omitempty"`
	Time            []*float64  `json:"time_s,omitempty"`
	TimeTotal       *float64    `json:"time_total_s,omitempty"`
	InferenceEnergy *float64    `json:"inference_energy_j,omitempty"`
	Extrapolates    bool        `json:"extrapolates"`
	OutsideAxes     []string    `json:"outside_axes,omitempty"`
	Synthetic       bool        `json:"synthetic,omitempty"`
	Bounds          *boundsTwin `json:"bounds,omitempty"`
}

type boundsTwin struct {
	Level           float64    `json:"level"`
	Unseen          string     `json:"unseen,omitempty"`
	CurveLow        []*float64 `json:"curve_low,omitempty"`
	CurveHigh       []*float64 `json:"curve_high,omitempty"`
	EnergyPerEpoch  []*float64 `json:"energy_per_epoch_j,omitempty"`
	EnergyTotal     []*float64 `json:"energy_total_j,omitempty"`
	TimePerEpoch    []*float64 `json:"time_per_epoch_s,omitempty"`
	TimeTotal       []*float64 `json:"time_total_s,omitempty"`
	InferenceEnergy []*float64 `json:"inference_energy_j,omitempty"`
}

func twinOf(a *Answer) answerTwin {
	number, series := nullable.Pointer, nullable.Pointers
	w := answerTwin{
		a.Unit, number(a.Last), series(a.Epochs), series(a.Curve), a.Clips, number(a.EnergyPerEpoch), series(a.Energy),
		number(a.EnergyTotal), number(energy.ToKWh(a.EnergyTotal)), number(a.TimePerEpoch), series(a.Time),
		number(a.TimeTotal),
		number(a.InferenceEnergy), a.Extrapolates, a.OutsideAxes, a.Synthetic, nil,
	}
	pair := func(low, high float64) []*float64 {
		if math.IsNaN(low) || math.IsNaN(high) {
			return nil
		}
		return series([]float64{low, high})
	}
	if v := a.Intervals; v != nil {
		w.Bounds = &boundsTwin{v.Level, v.Unseen, series(v.CurveLow), series(v.CurveHigh),
			pair(v.EnergyLow, v.EnergyHigh), pair(v.EnergyTotalLow, v.EnergyTotalHigh), pair(v.TimeLow, v.TimeHigh),
			pair(v.TimeTotalLow, v.TimeTotalHigh),
			pair(v.InferenceLow, v.InferenceHigh)}
	}
	return w
}

// encode is encoding/json without the escapes for HTML.
func encode(t interface{ Fatal(...any) }, v any) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		t.Fatal(err)
	}
	return string(bytes.TrimSuffix(b.Bytes(), []byte("\n")))
}

// anyAnswer draws an answer, with unknown numbers and odd texts.
func anyAnswer(t *rapid.T) *Answer {
	x := rapid.OneOf(rapid.Float64(), rapid.Map(rapid.Uint64(), math.Float64frombits),
		rapid.SampledFrom([]float64{0, math.Copysign(0, -1), 100, math.NaN(), math.Inf(1)}))
	number := func(name string) float64 { return x.Draw(t, name) }
	series := func(name string) []float64 { return rapid.SliceOfN(x, 0, 4).Draw(t, name) }
	a := &Answer{
		Unit: rapid.String().Draw(t, "unit"), Last: number("last"), Epochs: series("epochs"), Curve: series("curve"),
		Clips: rapid.IntRange(0, 3).Draw(t, "clips"), EnergyPerEpoch: number("energy"), Energy: series("energies"),
		EnergyTotal:  number("total"),
		TimePerEpoch: number("time"), Time: series("times"), TimeTotal: number("time total"),
		InferenceEnergy: number("inference"),
		Extrapolates:    rapid.Bool().Draw(t, "extrapolates"), OutsideAxes: rapid.SliceOfN(rapid.String(), 0, 3).Draw(t,
			"axes"),
		Synthetic: rapid.Bool().Draw(t, "synthetic"),
	}
	if rapid.Bool().Draw(t, "bounds") {
		a.Intervals = &Intervals{0.95, series("low"), series("high"), number("e"), number("E"), number("t"),
			number("T"),
			number("u"), number("U"), number("v"), number("V"), number("i"), number("I"), nil, nil,
			rapid.SampledFrom([]string{"", "gpu"}).Draw(t, "unseen")}
	}
	return a
}

// TestAppendJSONIsEncodingJSON compares the two for any answer.
func TestAppendJSONIsEncodingJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := anyAnswer(t)
		want := encode(t, twinOf(a))
		if got := string(a.AppendJSON([]byte("before "))); got != "before "+want {
			t.Fatalf("%s\nwanted %s", got, want)
		}
		if got := encode(t, a); got != want {
			t.Fatalf("encoding a pointer gives %s\nwanted %s", got, want)
		}
		if got := encode(t, *a); got != want {
			t.Fatalf("encoding a value gives %s\nwanted %s", got, want)
		}
		if got := string(a.AppendMembers([]byte(`{"line":7`))); got != `{"line":7,`+want[1:len(want)-1] {
			t.Fatalf("members after a member: %s", got)
		}
	})
}

// TestAppendGoldenIsEncodingJSON: what is unknown is null or an empty list, and the numbers come back as they were.
func TestAppendGoldenIsEncodingJSON(t *testing.T) {
	list := func(xs []float64) []*float64 { return nullable.Pointers(xs) }
	rapid.Check(t, func(t *rapid.T) {
		a := anyAnswer(t)
		axes := append([]string{}, a.OutsideAxes...)
		want := encode(t, struct {
			Last            *float64   `json:"last"`
			Epochs          []*float64 `json:"epochs"`
			Curve           []*float64 `json:"curve"`
			EnergyPerEpoch  *float64   `json:"energy_per_epoch"`
			EnergyTotal     *float64   `json:"energy_total"`
			TimePerEpoch    *float64   `json:"time_per_epoch"`
			TimeTotal       *float64   `json:"time_total"`
			InferenceEnergy *float64   `json:"inference_energy"`
			Extrapolates    bool       `json:"extrapolates"`
			OutsideAxes     []string   `json:"outside_axes"`
		}{nullable.Pointer(a.Last), list(a.Epochs), list(a.Curve), nullable.Pointer(a.EnergyPerEpoch),
			nullable.Pointer(a.EnergyTotal),
			nullable.Pointer(a.TimePerEpoch), nullable.Pointer(a.TimeTotal), nullable.Pointer(a.InferenceEnergy),
			a.Extrapolates, axes})
		if got := string(a.appendGolden([]byte{'{'})) + "}"; got != want {
			t.Fatalf("%s\nwanted %s", got, want)
		}
	})
}

func TestAppendJSONDoesNotAllocate(t *testing.T) {
	s, configs := boosted(t, 5)
	var a Answer
	if err := s.QueryInto(&a, configs[0], Whole); err != nil {
		t.Fatal(err)
	}
	b := a.AppendJSON(nil)
	if n := testing.AllocsPerRun(10, func() { b = a.AppendJSON(b[:0]) }); n != 0 {
		t.Errorf("%g allocations, wanted none", n)
	}
}

// BenchmarkAnswerJSON writes an answer of 200 epochs; the peer is encoding/json on a struct.
func BenchmarkAnswerJSON(b *testing.B) {
	s, configs := boosted(b, 20)
	var a Answer
	if err := s.QueryInto(&a, configs[0], Whole); err != nil {
		b.Fatal(err)
	}
	b.Run("append", func(b *testing.B) {
		var out []byte
		b.ReportAllocs()
		for b.Loop() {
			out = a.AppendJSON(out[:0])
		}
		b.SetBytes(int64(len(out)))
	})
	b.Run("encoding", func(b *testing.B) {
		var out bytes.Buffer
		e := json.NewEncoder(&out)
		b.ReportAllocs()
		for b.Loop() {
			out.Reset()
			if err := e.Encode(twinOf(&a)); err != nil {
				b.Fatal(err)
			}
		}
		b.SetBytes(int64(out.Len()))
	})
}
