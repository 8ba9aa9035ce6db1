package serve

import (
	"encoding/json"
	"net/http"

	"eahas/artifacts"
	"eahas/features"
	"eahas/trial/target"
)

// summary is one entry of /v1/bundles.
type summary struct {
	Name      string   `json:"name"`           // as addressed here
	Surrogate string   `json:"surrogate"`      // as the bundle calls itself
	Version   int      `json:"format_version"` // of the bundle
	Targets   []string `json:"targets"`
	Synthetic bool     `json:"synthetic"`
	Notice    string   `json:"notice,omitempty"`
}

// description is /v1/bundles/{name}.
type description struct {
	summary
	Metric *artifacts.Metric   `json:"metric"` // null without a curve
	Units  units               `json:"units"`
	Epochs artifacts.EpochRule `json:"epochs"`
	Space  features.Space      `json:"space"`
	// Example is a configuration inside the space, where the page begins: the median one of some that were logged. Null
	// when none was found.
	Example features.Config `json:"example"`
	// Own are the bundle's own targets, those that answers have under "targets" and "curves"; empty when it has none.
	Own target.Own `json:"own_targets"`
	// Levels are the probabilities of the bounds that can be asked for; empty when the bundle knows none.
	Levels []float64 `json:"levels"`
}

type units struct {
	Curve  string `json:"curve"`
	Energy string `json:"energy"`
	Time   string `json:"time"`
}

func newServed(b Named) (*served, error) {
	s := b.Bundle.Surrogate
	spec := s.Spec()
	sum := summary{Name: b.Name, Surrogate: spec.Name, Version: b.Bundle.Version, Synthetic: spec.Synthetic,
		Notice: spec.Notice}
	for _, h := range s.Heads() {
		sum.Targets = append(sum.Targets, string(h.Target))
	}
	d := description{summary: sum, Units: units{"", "J", "s"}, Epochs: spec.Epochs, Space: spec.Space,
		Example: begin(b.Bundle), Own: append(target.Own{}, spec.Own...),
		Levels: append([]float64{}, s.Levels()...)}
	if s.Head(artifacts.Curve) != nil {
		d.Metric, d.Units.Curve = &spec.Metric, spec.Metric.Unit
	}
	v := &served{name: b.Name, surrogate: s, sampler: spec.Space.NewSampler(), words: words(&spec.Space),
		counts: new(queryCounts)}
	var err error
	if v.summary, err = json.Marshal(sum); err != nil {
		return nil, err
	}
	if v.description, err = json.Marshal(d); err != nil {
		return nil, err
	}
	return v, nil
}

func (s *Server) list(w *reply, q *http.Request) {
	if s.loading.Load() {
		s.refuseError(w, ErrLoading)
		return
	}
	b := []byte(`{"bundles":[`)
	for i, v := range s.bundles.Load().list {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, v.summary...)
	}
	w.Header()["Content-Type"] = jsonKind
	s.send(w, q, append(b, "]}\n"...), nil)
}

func (s *Server) describe(w *reply, q *http.Request) {
	b, err := s.bundle(w, q)
	if err != nil {
		s.refuseError(w, err)
		return
	}
	w.Header()["Content-Type"] = jsonKind
	s.send(w, q, append(b.description[:len(b.description):len(b.description)], '\n'), nil)
}
