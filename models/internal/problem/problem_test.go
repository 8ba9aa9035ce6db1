package problem

import (
	"errors"
	"math"
	"reflect"
	"testing"

	"eahas/features"
	"eahas/models"
)

func data() models.Data {
	return models.Data{
		X: features.Frame{Columns: make([]features.Column, 2), N: 3, Data: []float64{0, 1, 2, 3, 4, 5}},
		Y: []float64{10, 11, 12}, K: 1, Weights: []float64{1, 0, 2}, Groups: []int{7, 7, 8},
	}
}

func TestCleanDropsWeightZero(t *testing.T) {
	got, err := Clean(data())
	want := models.Data{
		X: features.Frame{Columns: make([]features.Column, 2), N: 2, Data: []float64{0, 1, 4, 5}},
		Y: []float64{10, 12}, K: 1, Weights: []float64{1, 2}, Groups: []int{7, 8},
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v; want %+v", got, err, want)
	}
	if Weight(&got, 1) != 2 || Group(&got, 1) != 8 {
		t.Errorf("row 1 has weight %v and group %d", Weight(&got, 1), Group(&got, 1))
	}
	got.Weights, got.Groups = nil, nil
	if Weight(&got, 1) != 1 || Group(&got, 1) != 1 {
		t.Errorf("without lists, row 1 has weight %v and group %d", Weight(&got, 1), Group(&got, 1))
	}
}

func TestCleanRefuses(t *testing.T) {
	for name, spoil := range map[string]func(d *models.Data){
		"cells":      func(d *models.Data) { d.X.Data = d.X.Data[:5] },
		"targets":    func(d *models.Data) { d.K = 2 },
		"no outputs": func(d *models.Data) { d.K = 0 },
		"weights":    func(d *models.Data) { d.Weights = d.Weights[:2] },
		"groups":     func(d *models.Data) { d.Groups = d.Groups[:2] },
		"NaN":        func(d *models.Data) { d.Y[1] = math.NaN() },
		"negative":   func(d *models.Data) { d.Weights[1] = -1 },
		"NaN weight": func(d *models.Data) { d.Weights[1] = math.NaN() },
	} {
		d := data()
		spoil(&d)
		if _, err := Clean(d); !errors.Is(err, ErrData) {
			t.Errorf("%s: error %v", name, err)
		}
	}
	d := data()
	clear(d.Weights)
	if _, err := Clean(d); !errors.Is(err, models.ErrNoRows) {
		t.Errorf("all weights 0: error %v", err)
	}
}
