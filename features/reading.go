package features

import (
	"slices"

	"eahas/features/graph"
)

// Reading is what it takes time to find out of a configuration: Space.Read fills it, Encoder.EncodeRead goes on with
// it. One can be used for one configuration after the other; its memory is then reused.
type Reading struct {
	Known  []float64     // the known quantities, as of Space.KnownOf
	graphs []graph.Graph // by axis; nil: not of graphs, or missing
}

// Read is Check, and keeps in r what it has read. The errors are those of Check.
func (s *Space) Read(r *Reading, c Config) (err error) {
	r.graphs = slices.Grow(r.graphs[:0], len(s.Params))[:len(s.Params)]
	clear(r.graphs)
	r.Known, err = s.check(c, r.graphs, r.Known[:0])
	return err
}

// EncodeRead is Encode of the configuration that r was read of, in the encoder's own space.
func (e *Encoder) EncodeRead(dst []float64, r *Reading, c Config) ([]float64, error) {
	return e.encode(dst, c, r)
}
