package auto

import (
	"context"
	"math"
	"testing"

	"eahas/features"
	"eahas/internal/stream"
	"eahas/models"
	"eahas/models/stack"
)

// twenty makes 20 held-out rows of one target in two folds: half of the runs end at 10, the others rise with x. The
// joined answer smears both; whether a row surely fails is told right for the first rights of them.
func twenty(rights int) (*heldOut, *models.Data) {
	d := models.Data{K: 1, X: features.Frame{N: 20, Columns: []features.Column{{Name: "x", Group: -1}}}}
	h := &heldOut{members: 2, k: 1, groups: 20}
	r := stream.New(3, "twenty")
	for fold := range 2 {
		for i := range 10 {
			n := fold*10 + i
			y := 10.0
			if i%2 == 0 {
				y = 20 + 3*float64(i)
			}
			d.X.Data, d.Y = append(d.X.Data, float64(n)), append(d.Y, y)
			row := heldRow{row: n, group: n, fold: fold, weight: 1, y: []float64{y},
				answers: []float64{20, y + 2*r.NormFloat64()}}
			if fails := i%2 == 1; fails == (i < rights) {
				row.failed = []float64{10}
			}
			h.rows = append(h.rows, row)
		}
	}
	return h, &d
}

func TestChooseKeepsTiesWhereThatIsSurelyBetter(t *testing.T) {
	for rights, want := range map[int]string{10: finishFailed, 0: finishJoined} {
		h, d := twenty(rights)
		tr := Trainer{}
		got, err := tr.choose(context.Background(), d, h, tr.finishes(h, answers(h, 1), 1))
		if err != nil || got.name != want {
			t.Errorf("%d of 10 told right: %q, %v; want %q", rights, got.name, err, want)
		}
	}
}

// A stack whose answers keep ties stands alone when the joined answer breaks them, and does not when it errs more.
func TestChooseAStackAlone(t *testing.T) {
	for noise, want := range map[float64]string{0: finishAlone + "guided", 30: finishJoined} {
		h, d := twenty(0)
		r := stream.New(4, "alone")
		joined := answers(h, 1)
		for i := range h.rows {
			row := &h.rows[i]
			row.failed, row.answers = nil, []float64{20, row.y[0] + noise*r.NormFloat64()}
		}
		tr := Trainer{Stacks: []Stack{{Name: "guided", Trainer: stack.Trainer{}}}}
		got, err := tr.choose(context.Background(), d, h, tr.finishes(h, joined, 1))
		if err != nil || got.name != want {
			t.Errorf("noise %g: %q, %v; want %q", noise, got.name, err, want)
		}
	}
}

func TestRankInsideGroups(t *testing.T) {
	h, _ := twenty(0)
	p := h.parts(func(r *heldRow) int { return r.row % 2 })
	if len(p) != 2 || len(p[0].groups) != 2 || len(p[1].groups[0]) != 5 {
		t.Fatalf("parts %v", p)
	}
	// Of one group all runs end alike, so that only the other has a rank: right, it counts half.
	truth := make([][]float64, len(h.rows))
	for i := range h.rows {
		truth[i] = h.rows[i].y
	}
	if got := p[0].rank(h, truth); math.Abs(got-0.5) > 1e-15 {
		t.Errorf("the truth has the rank correlation %v, want .5", got)
	}
	few := h.parts(func(r *heldRow) int { return r.row })
	if got := few[0].rank(h, truth); got != 0 {
		t.Errorf("groups of one run have the rank correlation %v", got)
	}
	if mean, se := meanAndError([]float64{1, 3}); mean != 2 || se != 1 {
		t.Errorf("1 and 3: mean %v, standard error %v", mean, se)
	}
}
