package guess

import (
	"fmt"
	"strings"
	"testing"

	"eahas/features"
)

// A number of parameters that follows from the other axes is asked for; one that tells runs apart is a setting; where
// no run is like another one, the table says what to do.
func TestAskedFor(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		row   func(i int) string
		asked bool
		why   string
	}{
		"follows": {func(i int) string {
			return fmt.Sprintf("%d,%d,%d", 1+i%5, 8<<(i/5%3), 100*(1+i%5)*(8<<(i/5%3)))
		}, true, "asked for"},
		"setting": {func(i int) string { return fmt.Sprintf("%d,%d,%d", 1+i%5, 8<<(i/5%3), 100+i*29%97) }, false, ""},
		"all alone": {func(i int) string { return fmt.Sprintf("%d,%d,%d", 1+i, 8+i*29%97, 100*(1+i)) }, false,
			"give its formula (space.known)"},
	} {
		rows := func(i int) string { return c.row(i) + fmt.Sprintf(",0.%d", 20+i*31%71) }
		g, err := guessOf(t, table("depth,width,n_params,val_acc", 60, rows), Options{})
		if err != nil {
			t.Fatal(err)
		}
		p := g.Space.Param("n_params")
		if p == nil || p.Asked() != c.asked {
			t.Errorf("%s: %+v", name, p)
			continue
		}
		if _, why := g.role("n_params"); !strings.Contains(why+roleOf(g), c.why) {
			t.Errorf("%s: %s", name, why)
		}
		b, err := g.YAML("x", []Log{{Paths: []string{"x.csv"}}}, "auto", "")
		if err != nil || strings.Contains(string(b), "known: ask") != c.asked {
			t.Errorf("%s: %v\n%s", name, err, b)
		}
		if c.asked {
			err := g.Space.Check(features.Config{"depth": features.Number(1), "width": features.Number(8)})
			if !strings.Contains(fmt.Sprint(err), "the query must say it") {
				t.Error(err)
			}
		}
	}
}

// A number that follows from the other axes and that some runs lack is predicted first.
func TestPredictedFirst(t *testing.T) {
	t.Parallel()
	row := func(i int) string {
		size := ""
		if i%4 > 0 {
			size = fmt.Sprint(100 * (1 + i%5) * (8 << (i / 5 % 3)))
		}
		return fmt.Sprintf("%d,%d,%s,0.%d", 1+i%5, 8<<(i/5%3), size, 20+i*31%71)
	}
	g, err := guessOf(t, table("depth,width,n_params,val_acc", 60, row), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if p := g.Space.Param("n_params"); p != nil || len(g.Space.Params) != 2 {
		t.Errorf("axes %+v", g.Space.Params)
	}
	b, err := g.YAML("x", []Log{{Paths: []string{"x.csv"}}}, "auto", "")
	if err != nil || !strings.Contains(string(b), "known: predict") || !strings.Contains(string(b), "scale: log") ||
		!strings.Contains(string(b), "some runs lack it") || strings.Contains(string(b), "n_params: n_params") {
		t.Errorf("%v\n%s", err, b)
	}
}

// roleOf is what n_params was taken for.
func roleOf(g *Guess) string {
	for _, c := range g.Columns {
		if c.Name == "n_params" {
			return string(c.Role) + c.As
		}
	}
	return ""
}
