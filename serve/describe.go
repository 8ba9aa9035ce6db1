package serve

import (
	"encoding/json"
	"fmt"
	"net/http"

	"eahas/artifacts"
	"eahas/features"
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
	// Example is a configuration inside the space, where the page begins. Null when none was found.
	Example features.Config `json:"example"`
}

type units struct {
	Curve  string `json:"curve"`
	Energy string `json:"energy"`
	Time   string `json:"time"`
}

func newServed(b Named) (*served, error) {
	s := b.Bundle.Surrogate
	spec := s.Spec()
	sum := summary{Name: b.Name, Surrogate: spec.Name, Version: b.Bundle.Version, Synthetic: spec.Synthetic, Notice: spec.Notice}
	for _, h := range s.Heads() {
		sum.Targets = append(sum.Targets, string(h.Target))
	}
	d := description{summary: sum, Units: units{"", "J", "s"}, Epochs: spec.Epochs, Space: spec.Space, Example: example(s)}
	if s.Head(artifacts.Curve) != nil {
		d.Metric, d.Units.Curve = &spec.Metric, spec.Metric.Unit
	}
	v := &served{name: b.Name, surrogate: s, sampler: spec.Space.NewSampler()}
	var err error
	if v.summary, err = json.Marshal(sum); err != nil {
		return nil, err
	}
	if v.description, err = json.Marshal(d); err != nil {
		return nil, err
	}
	return v, nil
}

func (s *Server) list(w http.ResponseWriter, _ *http.Request) {
	b := []byte(`{"bundles":[`)
	for i, v := range s.bundles {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, v.summary...)
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(append(b, "]}\n"...))
}

func (s *Server) describe(w http.ResponseWriter, q *http.Request) {
	b := s.byName[q.PathValue("name")]
	if b == nil {
		s.refuseError(w, fmt.Errorf("%w: %q", ErrUnknownBundle, q.PathValue("name")))
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(append(b.description[:len(b.description):len(b.description)], '\n'))
}
