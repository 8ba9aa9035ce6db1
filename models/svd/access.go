package svd

// WarpConstant returns the warp constant of the grid; 0 spaces the points evenly in time.
func (b *Basis) WarpConstant() float64 { return b.grid.WarpConstant() }

// Mean returns the mean curve on the grid (length Points), for writers of other formats. It must not be changed.
func (b *Basis) Mean() []float64 { return b.mean }

// Components returns all components, Points x Width, row-major, for writers of other formats. They must not be changed.
func (b *Basis) Components() []float64 { return b.components }
