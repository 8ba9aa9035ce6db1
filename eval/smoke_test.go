package eval

import "testing"

func TestSmoke(t *testing.T) {
	d := CurveData{Low: 0, High: 100}
	for i := range 12 {
		d.Trials = append(d.Trials, CurveTrial{Group: "g", Epochs: []float64{0, 1, 2}, Truth: []float64{1, float64(i * i % 7), 3 * float64(i)}, Pred: []float64{1, float64(i % 5), 2 * float64(i)}})
	}
	rows, det := CurveRows("v", d, Options{FromEpoch: 1})
	for _, r := range rows {
		t.Log(r)
	}
	t.Log(det)
}
