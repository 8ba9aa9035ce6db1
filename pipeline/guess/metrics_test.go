package guess

import (
	"testing"

	"eahas/trial/arrowio"
)

func TestMetric(t *testing.T) {
	t.Parallel()
	s := &survey{}
	for _, c := range []struct {
		info arrowio.ColumnInfo
		want string // "" for no metric
	}{
		{arrowio.ColumnInfo{Name: "val_acc", Min: 0, Max: 1}, "accuracy, fraction"},
		{arrowio.ColumnInfo{Name: "val_acc", Min: 0, Max: 1.01}, "accuracy, percent"},
		{arrowio.ColumnInfo{Name: "val_acc", Min: 0, Max: 100}, "accuracy, percent"},
		{arrowio.ColumnInfo{Name: "val_acc", Min: 0, Max: 101}, "score"},
		{arrowio.ColumnInfo{Name: "val_acc", Min: -0.1, Max: 0.9}, "score"},
		{arrowio.ColumnInfo{Name: "val_err", Min: 0, Max: 1}, "error, fraction"},
		{arrowio.ColumnInfo{Name: "val_err", Min: 0, Max: 100}, "error, percent"},
		{arrowio.ColumnInfo{Name: "val_err", Min: 0, Max: 101}, "loss"},
		{arrowio.ColumnInfo{Name: "loss", Min: 0, Max: 0.5}, "loss"},
		{arrowio.ColumnInfo{Name: "objective", Min: -3, Max: 0.5}, "score"},
		{arrowio.ColumnInfo{Name: "objective", Min: -3, Max: 0.5, List: true}, "score"},
		{arrowio.ColumnInfo{Name: "lr", Min: 0, Max: 1}, ""},
		{arrowio.ColumnInfo{Name: "config.loss", Min: 0, Max: 1}, ""},
		{arrowio.ColumnInfo{Name: "loss/epoch", Min: 0, Max: 1}, ""},
		{arrowio.ColumnInfo{Name: "loss", Kind: "text"}, ""},
		{arrowio.ColumnInfo{Name: "loss", Kind: "boolean", Max: 1}, ""},
		{arrowio.ColumnInfo{Name: "loss", Instant: true, Max: 1}, ""},
		{arrowio.ColumnInfo{Name: "loss", Unit: "s", Max: 1}, ""},
	} {
		m, ok := s.metric(&column{ColumnInfo: c.info})
		got := ""
		if ok {
			got = m.words()
		}
		if got != c.want {
			t.Errorf("%+v is %q, wanted %q", c.info, got, c.want)
		}
	}
}

// The metric to learn is that of validation, of its kinds accuracy first, by epoch before one a run.
func TestAssignMetric(t *testing.T) {
	t.Parallel()
	for _, order := range [][]string{
		{"val_acc", "val_err", "val_f1", "val_loss", "test_acc", "test_loss", "acc", "f1", "loss", "train_acc",
			"train_loss"},
		{"val_acc", "best_val_acc", "test_acc"},
	} {
		for last := range order {
			s := &survey{}
			for i := len(order) - 1; i >= last; i-- {
				s.columns = append(s.columns, &column{ColumnInfo: arrowio.ColumnInfo{Name: order[i], Max: 1}})
			}
			s.assignMetric()
			for _, c := range s.columns {
				want := RoleResult
				if c.Name == order[last] {
					want = RoleFinal
				}
				if c.role != want {
					t.Errorf("of %v: %s is %q, wanted %q", order[last:], c.Name, c.role, want)
				}
			}
		}
	}
	s := &survey{columns: []*column{{ColumnInfo: arrowio.ColumnInfo{Name: "val_acc", Max: 1}},
		numbers("train_loss", []float64{3, 2, 1})}}
	s.assignMetric()
	if a, b := s.columns[0].role, s.columns[1].role; a != RoleResult || b != RoleCurve {
		t.Errorf("one number a run is %q, a number an epoch %q", a, b)
	}
}
