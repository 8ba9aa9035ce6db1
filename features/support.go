package features

// Support knows where the training configurations lay, so that a query beside them can be told.
type Support struct {
	axes []supportAxis
}

type supportAxis struct{ name string }

// NewSupport builds the support of the training rows of an encoded frame.
func NewSupport(f Frame) *Support { return &Support{} }

// Beyond appends to dst the names of the axes on which the encoded row x (length as the frame's columns) lies outside
// what was seen, and "combination" when every axis lies inside but no seen configuration is near; dst is returned
// unchanged when nothing extrapolates. It does not allocate then.
func (s *Support) Beyond(dst []string, x []float64) []string { return dst }
