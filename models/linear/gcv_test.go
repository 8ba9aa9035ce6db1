package linear

import (
	"context"
	"math"
	"testing"

	"eahas/models"

	"gonum.org/v1/gonum/mat"
)

// TestChooseAgainstHatMatrix scores every penalty by the hat matrix itself: GCV = RSS / (1 - trace(H)/n)^2, where H
// includes the intercept.
func TestChooseAgainstHatMatrix(t *testing.T) {
	d := planted(25, 2)
	m, err := Trainer{}.Fit(context.Background(), d, models.Options{})
	if err != nil {
		t.Fatal(err)
	}
	c := center(&d, m.scaler)
	basis, err := c.decompose()
	if err != nil {
		t.Fatal(err)
	}
	best, least := 0.0, math.Inf(1)
	for e := 12; e >= -36; e-- {
		lambda := math.Pow(10, float64(e)/4)
		var gram, inverse, hat, fit mat.Dense
		gram.Mul(c.x.T(), c.x)
		for j := range c.p {
			gram.Set(j, j, gram.At(j, j)+lambda)
		}
		if err := inverse.Inverse(&gram); err != nil {
			t.Fatal(err)
		}
		hat.Product(c.x, &inverse, c.x.T())
		fit.Mul(&hat, c.y)
		rss := 0.0
		for i := range c.n {
			rss += math.Pow(c.y.At(i, 0)-fit.At(i, 0), 2)
		}
		free := 1 - (1+mat.Trace(&hat))/float64(c.n)
		if score := rss / (free * free); score < least {
			best, least = lambda, score
		}
	}
	if got := basis.choose(c, 0); got != best || best <= 1e-9 || best >= 1e3 {
		t.Errorf("chose penalty %v, by the hat matrix %v (want one inside the range)", got, best)
	}
}
