package linear

import "eahas/models/dense"

// Scaler returns the input scaling, for writers of other formats.
func (m *Model) Scaler() *dense.Scaler { return m.scaler }

// Intercept returns the k intercepts, for writers of other formats. They must not be changed.
func (m *Model) Intercept() []float64 { return m.intercept }

// Slope returns the slopes on the scaled columns, k x width, row-major, for writers of other formats. They must not be
// changed.
func (m *Model) Slope() []float64 { return m.slope }
