package local

import (
	"bytes"
	"context"
	"errors"
	"math"
	"testing"

	"pgregory.net/rapid"

	"eahas/features"
	"eahas/internal/stream"
	"eahas/models"
	"eahas/models/modeltest"
)

func decodeModel(b []byte) (models.Predictor, error) {
	m, err := Decode(b)
	if err != nil {
		return nil, err
	}
	return m, nil
}

func TestConformance(t *testing.T) {
	modeltest.Trainer(t, "local", Trainer{}, modeltest.Options{
		AppendBinary: func(p models.Predictor, b []byte) ([]byte, error) { return p.(*Model).AppendBinary(b) },
		Decode:       decodeModel,
		Spreads:      true,
		LearnsShare:  0.6, // the planted problem has no lines: three nearest sites answer
	})
}

// lines is a problem of two lines (categories), each with sites at x = 0, 0.1, ... 1 but for those in without.
func lines(f func(x, kind float64) []float64, without ...int) models.Data {
	d := models.Data{K: len(f(0, 0)), X: features.Frame{Columns: []features.Column{
		{Name: "constant", Group: -1}, {Name: "x", Group: -1}, {Name: "k=a", Group: 0}, {Name: "k=b", Group: 0}}}}
	for kind := range 2 {
	next:
		for i := range 11 {
			for _, w := range without {
				if i == w {
					continue next
				}
			}
			d.X.N++
			d.X.Data = append(d.X.Data, 3, float64(i)/10, 1-float64(kind), float64(kind))
			d.Y = append(d.Y, f(float64(i)/10, float64(kind))...)
		}
	}
	return d
}

func fit(t *testing.T, d models.Data) *Model {
	t.Helper()
	m, err := Trainer{Strict: true}.Fit(context.Background(), d, models.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestInterpolatesAlongTheLine(t *testing.T) {
	m := fit(t, lines(func(x, kind float64) []float64 { return []float64{2*x + 10*kind, 7} }, 4))
	if m.axis != 1 || m.n != 20 {
		t.Fatalf("axis %d, %d sites", m.axis, m.n)
	}
	for _, x := range []float64{0, 0.3, 0.4, 0.45, 0.98, 1} {
		for kind := range 2 {
			got := m.Predict(nil, []float64{3, x, 1 - float64(kind), float64(kind)})
			if want := 2*x + 10*float64(kind); math.Abs(got[0]-want) > 1e-12 || got[1] != 7 {
				t.Errorf("x %v kind %d: %v, want %v", x, kind, got, want)
			}
		}
	}
	if got := m.Predict(nil, []float64{3, 1.5, 1, 0})[0]; got != 2 {
		t.Errorf("beyond the end: %v, want the end's 2", got)
	}
}

func TestGuideStaysOnTheSegment(t *testing.T) {
	// a cliff between 0.4 and 0.6
	m := fit(t, lines(func(x, _ float64) []float64 { return []float64{10 * math.Round(x), 20 * math.Round(x)} }, 5))
	x := []float64{3, 0.52, 1, 0}
	for _, k := range []struct{ v, want []float64 }{
		{[]float64{4, 8}, []float64{4, 8}},
		{[]float64{6, 7}, []float64{4, 8}}, // the nearest point of the segment from (0,0) to (10,20): (6+14)/5 = 4
		{[]float64{-5, 1}, []float64{0, 0}},
		{[]float64{90, 90}, []float64{10, 20}},
	} {
		v := append([]float64(nil), k.v...)
		if !m.Guide(v, x) || math.Abs(v[0]-k.want[0]) > 1e-12 || math.Abs(v[1]-k.want[1]) > 1e-12 {
			t.Errorf("%v is guided to %v, want %v", k.v, v, k.want)
		}
	}
	v := []float64{33, 44}
	if !m.Guide(v, []float64{3, 0.75, 1, 0}) || v[0] != 10 || v[1] != 20 {
		t.Errorf("between equal neighbours: %v, want exactly theirs", v)
	}
	v = []float64{33, 44}
	if m.Guide(v, []float64{8, 0.75, 1, 0}) || v[0] != 33 {
		t.Errorf("off every line: %v", v)
	}
}

func TestRepeatsCountOnce(t *testing.T) {
	d := lines(func(x, _ float64) []float64 { return []float64{x} })
	d.X.Data = append(d.X.Data, 3, 0.5, 1, 0)
	d.Y = append(d.Y, 1.5)
	d.X.N++
	if got := fit(t, d).Predict(nil, []float64{3, 0.5, 1, 0})[0]; got != 1 {
		t.Errorf("mean of the repeats 0.5 and 1.5 is %v", got)
	}
}

func TestStrictWantsALine(t *testing.T) {
	d := lines(func(x, _ float64) []float64 { return []float64{x} })
	d.X.Columns = append([]features.Column(nil), d.X.Columns...)
	for j := range d.X.Columns {
		d.X.Columns[j].Group = 0
	}
	if _, err := (Trainer{Strict: true}).Train(context.Background(), d, models.Options{}); !errors.Is(err, ErrNoLine) {
		t.Errorf("got %v", err)
	}
}

// naiveBracket looks at every site.
func naiveBracket(m *Model, x []float64) (below, above int, ok bool) {
	below, above = -1, -1
	for i := range m.n {
		s := m.input(i)
		if compareBut(s, x, m.axis) != 0 {
			continue
		}
		if s[m.axis] <= x[m.axis] {
			below = i
		}
		if s[m.axis] >= x[m.axis] && above < 0 {
			above = i
		}
	}
	switch {
	case below < 0 && above < 0:
		return 0, 0, false
	case below < 0:
		below = above
	case above < 0:
		above = below
	}
	return below, above, true
}

func TestBracketEqualsSearch(t *testing.T) {
	r := stream.New(4, "bracket")
	rapid.Check(t, func(t *rapid.T) {
		d := models.Data{K: 1, X: features.Frame{Columns: []features.Column{{Name: "a", Group: -1},
			{Name: "b", Group: -1}}}}
		for range rapid.IntRange(2, 30).Draw(t, "rows") {
			d.X.N++
			d.X.Data = append(d.X.Data, float64(rapid.IntRange(0, 3).Draw(t, "a")),
				float64(rapid.IntRange(0, 9).Draw(t, "b")))
			d.Y = append(d.Y, r.Float64())
		}
		m, err := Trainer{}.Fit(context.Background(), d, models.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if m.axis < 0 {
			return
		}
		x := []float64{float64(rapid.IntRange(-1, 4).Draw(t, "qa")), float64(rapid.IntRange(-2, 20).Draw(t, "qb")) / 2}
		a, b, share, ok := m.bracket(x)
		c, e, want := naiveBracket(m, x)
		if ok != want || ok && (a != c || b != e || !(share >= 0 && share <= 1)) {
			t.Fatalf("%v: sites %d %d %v, want %d %d %v", x, a, b, ok, c, e, want)
		}
	})
}

func FuzzDecode(f *testing.F) {
	m, err := Trainer{}.Fit(context.Background(), lines(func(x, k float64) []float64 { return []float64{x, k} }, 3),
		models.Options{})
	if err != nil {
		f.Fatal(err)
	}
	b, err := m.AppendBinary(nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := Decode(b)
		if err != nil {
			if !errors.Is(err, ErrFormat) && !errors.Is(err, ErrData) {
				t.Logf("%v", err)
			}
			return
		}
		for _, v := range m.Predict(nil, make([]float64, m.p)) {
			if math.IsNaN(v) {
				t.Errorf("predicts NaN")
			}
		}
		if again, err := m.AppendBinary(nil); err != nil || !bytes.Equal(again, b) {
			t.Errorf("%x came back as %x, %v", b, again, err)
		}
	})
}
