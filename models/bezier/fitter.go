package bezier

import "eahas/models"

// Fitter chooses a Codec. The zero value chooses the degree of a Chord codec on the curves.
type Fitter struct {
	Degree     int        // 3..6 for Chord, 3..12 for the others; 0 chooses it on held-out points (see ChooseDegree)
	Parameters Parameters // Chord, Warp or Whitened
	Warp       float64    // the constant c of Warp and Whitened; 0 means 100
}

var _ models.Fitter = Fitter{}

// Fit returns a *Codec. With a Degree given the curves are not looked at and may be nil.
func (f Fitter) Fit(curves []models.Curve) (models.Representation, error) {
	c, err := f.Codec(curves)
	if err != nil {
		return nil, err // not a typed nil
	}
	return c, nil
}

// Codec is Fit with the concrete type.
func (f Fitter) Codec(curves []models.Curve) (*Codec, error) {
	if f.Warp == 0 {
		f.Warp = DefaultWarp
	}
	if f.Degree == 0 {
		best, _, err := f.ChooseDegree(curves)
		if err != nil {
			return nil, err
		}
		f.Degree = best
	}
	return New(f.Parameters, f.Degree, f.Warp)
}
