package dense

import "eahas/features"

// Axis is a set of output columns that belong together and share one scale in a learned distance.
type Axis struct {
	Columns []int     // output columns
	Factors []float64 // what to multiply each with first
}

// Axes groups the output columns: numeric columns and missing-indicators stand alone, with factor 1; the columns of a
// one-hot group stand together, with factors that put two different categories at squared distance 1 whatever their
// frequencies. With split, one-hot columns stand alone too. columns are those of the frame that s was fitted on.
func (s *Scaler) Axes(columns []features.Column, split bool) []Axis {
	var axes []Axis
	byGroup := map[int]int{}
	for j := range s.Width() {
		c, indicator := s.Source(j)
		g := columns[c].Group
		if g < 0 || indicator {
			axes = append(axes, Axis{[]int{j}, []float64{1}})
			continue
		}
		a, ok := byGroup[g]
		if !ok || split {
			a = len(axes)
			byGroup[g] = a
			axes = append(axes, Axis{})
		}
		axes[a].Columns = append(axes[a].Columns, j)
		axes[a].Factors = append(axes[a].Factors, halfRoot/s.Scale(j))
	}
	return axes
}

const halfRoot = 0.70710678118654752 // sqrt(1/2): two different one-hot rows differ by 1 in two columns
