package bezier_test

import (
	"testing"

	"eahas/models"
	"eahas/models/bezier"
	"eahas/models/modeltest"
)

func TestConformance(t *testing.T) {
	for name, f := range map[string]bezier.Fitter{
		"chord chosen": {}, "chord 3": {Degree: 3}, "chord 6": {Degree: 6},
		"warp chosen": {Parameters: bezier.Warp}, "warp 3": {Parameters: bezier.Warp, Degree: 3},
		"warp 12":     {Parameters: bezier.Warp, Degree: 12, Warp: 10},
		"whitened 6":  {Parameters: bezier.Whitened, Degree: 6},
		"whitened 12": {Parameters: bezier.Whitened, Degree: 12},
	} {
		t.Run(name, func(t *testing.T) {
			modeltest.Representation(t, f, modeltest.RepresentationOptions{
				RMSE:   4, // degree 3 cannot do better
				Decode: func(b []byte) (models.Representation, error) { return bezier.Decode(b) },
			})
		})
	}
}
