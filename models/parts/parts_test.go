package parts

import (
	"errors"
	"testing"

	"eahas/models"
	"eahas/models/grid"
	"eahas/models/internal/wire"
)

func TestRoundTrip(t *testing.T) {
	g, err := grid.New(7, 3)
	if err != nil {
		t.Fatal(err)
	}
	b, err := Append[models.Representation](nil, Representations, g)
	if err != nil {
		t.Fatal(err)
	}
	r := wire.NewReader(b, "")
	back := Read(r, Representations)
	if err := r.Close(); err != nil || back.Width() != 7 {
		t.Fatalf("%v, %v", back, err)
	}
	for n := range b { // cut anywhere
		r := wire.NewReader(b[:n], "")
		if got := Read(r, Representations); got != nil || r.Err() == nil {
			t.Errorf("%d of %d bytes gave %v, %v", n, len(b), got, r.Err())
		}
	}
	r = wire.NewReader(b, "")
	if got := Read(r, Representations[:1]); got != nil || !errors.Is(r.Err(), wire.ErrFormat) {
		t.Errorf("an unknown kind gave %v, %v", got, r.Err())
	}
}

type stranger struct{ models.Predictor }

func TestUnknownTypesAreRefused(t *testing.T) {
	if _, err := Append[models.Predictor](nil, Predictors, stranger{}); !errors.Is(err, ErrKind) {
		t.Errorf("got %v", err)
	}
}
