package search

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"testing"

	"eahas/artifacts"
	"eahas/features"
	"eahas/internal/stream"
)

// world is a task of formulas: the error falls along the run to a bowl with a ripple, and an epoch costs more in one
// corner.
type world struct {
	domain   Domain
	constant bool // every epoch of every configuration costs the same
	cost     string
	epochs   int
	noSecs   bool
}

func newWorld(t testing.TB) *world {
	t.Helper()
	space := features.Space{Name: "world", Params: []features.Param{
		{Name: "lr", Kind: features.Log, Low: 1e-4, High: 1},
		{Name: "width", Kind: features.Integer, Low: 1, High: 64},
		{Name: "opt", Kind: features.Choice, Choices: []features.Value{features.Text("sgd"), features.Text("adam"),
			features.Text("adamw")}},
		{Name: "momentum", Kind: features.Linear, Low: 0, High: 1,
			When: &features.Condition{Param: "opt", In: []features.Value{features.Text("sgd")}}},
		{Name: "epochs", Kind: features.Choice, Choices: []features.Value{features.Number(9), features.Number(27),
			features.Number(54)}},
	}}
	d, err := NewDomain(space, nil)
	if err != nil {
		t.Fatal(err)
	}
	return &world{domain: d, cost: Joules}
}

func (w *world) Name() string { return "world" }
func (w *world) Digest() string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%v %v", w.constant, w.cost))
	return hex.EncodeToString(sum[:])
}
func (w *world) Domain() Domain    { return w.domain }
func (w *world) Cost() string      { return w.cost }
func (w *world) Worst() float64    { return 100 }
func (w *world) Synthetic() string { return "" }
func (w *world) Asker() Asker      { return w }
func (w *world) Metric() Metric {
	return Metric{artifacts.Metric{Name: "acc", Kind: artifacts.Accuracy, Unit: "percent", HigherBetter: true}}
}

// Ask implements Asker.
func (w *world) Ask(c features.Config, seed uint64, noise bool) (*Run, error) {
	u := w.domain.Unit(nil, c)
	n := int(float(c["epochs"]))
	if w.epochs > 0 {
		n = w.epochs
	}
	err := 4 + 60*math.Pow(u[0]-0.6, 2) + 30*math.Pow(u[1]-0.8, 2) + 2*math.Abs(math.Sin(9*u[0])) + 3*u[2] + 4*(1-u[4])
	if u[3] == u[3] {
		err += 2 * math.Abs(u[3]-0.9)
	}
	rng := stream.New(seed, "world")
	r := &Run{Second: math.NaN(), Eval: 1}
	each := 100 * (1 + 5*u[1])
	if w.constant {
		each = 100
	}
	factor := 1.0
	if noise && !w.constant {
		factor = math.Exp(0.02 * rng.NormFloat64())
	}
	for e := 1; e <= n; e++ {
		x := float64(e) / float64(n)
		truth := 100 - min(90, err+(90-err)*math.Pow(1-x, 3))
		v := truth
		if noise {
			v = min(100, max(0, v+0.4*rng.NormFloat64()))
		}
		r.Trained = append(r.Trained, float64(e))
		r.Truth, r.Values = append(r.Truth, truth), append(r.Values, v)
		r.Joules = append(r.Joules, each*float64(e)*factor)
		if !w.noSecs {
			r.Seconds = append(r.Seconds, 0.7*float64(e)*(1+u[0]))
		}
	}
	r.TrueCost = each * float64(n)
	switch w.cost {
	case Joules:
		r.Cost = r.Joules
	case Epochs:
		r.Cost, r.TrueCost = r.Trained, float64(n)
	case Seconds:
		r.Cost, r.TrueCost = r.Seconds, r.Seconds[n-1]
	}
	return r, nil
}

// played plays a method and returns the trace and its bytes.
func played(t testing.TB, task Task, name string, settings features.Config, a Accounts) (*Trace, []byte) {
	t.Helper()
	m, resolved, err := New(name, settings, Setup{Task: task, Seed: a.Seed, Workers: a.Workers})
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if _, err := (Play{Task: task, Method: m, Header: Header{Method: name, Kind: name, Settings: resolved,
		Accounts: a}}).Run(context.Background(), &b); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	tr, err := ParseTrace(b.Bytes())
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return tr, b.Bytes()
}
