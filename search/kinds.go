package search

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"eahas/features"
	"eahas/internal/stream"
	"math/rand/v2"
)

// Kind is one row of the table of methods.
type Kind struct {
	Name     string
	Rule     string // what it does, in a line
	Source   string // who described it
	Settings []Setting
	Prefixes []string // the energy-aware variants that it has: "ea", "joule", "mo"
	build    func(*Setup) Method
}

// Setting is one number or word that a method can be given.
type Setting struct {
	Name      string
	Default   features.Value
	Low, High float64          // of a number, ends included
	Whole     bool             // of a number: no fractions
	Words     []features.Value // the words that are allowed; nil for a number
	Doc       string
}

// Prefixes says what each energy-aware variant does.
var Prefixes = []struct{ Name, Rule, Source string }{
	{"ea", "orders by accuracy x (E/T)^w in place of the accuracy; E is the energy of an epoch (or of the run), T " +
		"its median over the first 10 trials",
		"Dou et al., EA-HAS-Bench (ICLR 2023), section 4"},
	{"joule", "weighs what a candidate promises by what it costs: less a ln c(x), a the share of the budget that is " +
		"left, c learnt from the method's own epochs",
		"Lee et al., CArBO (arXiv 2003.10870)"},
	{"mo", "orders by (front, crowding distance) of loss and cost", "Deb et al., NSGA-II (IEEE TEC 2002)"},
}

// Kinds returns the table of methods, in the order in which documents list them.
func Kinds() []Kind {
	return []Kind{rsKind, lsKind, reaKind, bananasKind, mutantKind, eiKind, tpeKind, hbKind, bohbKind, ashaKind,
		nsga2Kind, paregoKind}
}

// Names returns every name that New takes.
func Names() []string {
	var out []string
	for _, k := range Kinds() {
		out = append(out, k.Name)
		for _, p := range k.Prefixes {
			out = append(out, p+"-"+k.Name)
		}
	}
	return out
}

// Setup is what a method is made for.
type Setup struct {
	Task    Task
	Seed    uint64 // of the run; the method's streams are named after it and the method
	Workers int    // trainings at the same time; 0 means 1

	name     string
	prefix   string
	settings features.Config
	metric   Metric
	domain   Domain
}

// New makes a method by name, such as "tpe" or "joule-ei", with settings in place of defaults (nil: none), and returns
// all settings as resolved. ErrMethod: no such method, variant, or setting.
func New(name string, settings features.Config, s Setup) (Method, features.Config, error) {
	k, prefix, err := find(name)
	if err != nil {
		return nil, nil, err
	}
	s.name, s.prefix = k.Name, prefix
	if s.settings, err = k.resolve(prefix, settings); err != nil {
		return nil, nil, err
	}
	s.metric, s.domain, s.Workers = s.Task.Metric(), s.Task.Domain(), max(1, s.Workers)
	switch {
	case len(s.domain.Axes()) == 0:
		return nil, nil, fmt.Errorf("%w: task %q has no free axis to search", ErrTask, s.Task.Name())
	case prefix == "ea" && s.metric.HigherBetter && !s.metric.Percent():
		return nil, nil, fmt.Errorf("%w: %s needs an accuracy, error or loss; the metric of %q is a score of "+
			"unknown sign", ErrMethod, name, s.Task.Name())
	}
	return k.build(&s), s.settings, nil
}

// find splits a name into its kind and prefix.
func find(name string) (Kind, string, error) {
	base, prefix := name, ""
	if p, rest, ok := strings.Cut(name, "-"); ok {
		base, prefix = rest, p
	}
	for _, k := range Kinds() {
		if k.Name != base {
			continue
		}
		if prefix != "" && !slices.Contains(k.Prefixes, prefix) {
			return k, "", fmt.Errorf("%w: %s has no variant %s-%s; known are %s", ErrMethod, base, prefix, base,
				strings.Join(Names(), ", "))
		}
		return k, prefix, nil
	}
	return Kind{}, "", fmt.Errorf("%w: no method %q; known are %s", ErrMethod, name, strings.Join(Names(), ", "))
}

// of returns the settings of a kind with a prefix.
func (k Kind) of(prefix string) []Setting {
	out := slices.Clone(k.Settings)
	switch prefix {
	case "ea":
		out = append(out, Setting{Name: "w", Default: features.Number(-0.07), Low: -10, High: 0,
			Doc: "exponent of the energy"},
			Setting{Name: "energy", Default: features.Text("epoch"), Words: words("epoch", "run"),
				Doc: "of what: an epoch or the whole run"})
	case "joule":
		out = append(out, Setting{Name: "cost", Default: features.Text("learned"), Words: words("learned", "known"),
			Doc: "learned from the method's own epochs, or known: the task's own, which no real search has"})
		if k.Name == "ei" {
			out = append(out, Setting{Name: "design", Default: features.Text("cheap"), Words: words("cheap", "random"),
				Doc: "the first configurations: cheap ones that lie apart (CArBO, algorithm 2), or random ones"})
		}
	}
	return out
}

func words(ws ...string) []features.Value {
	var out []features.Value
	for _, w := range ws {
		out = append(out, features.Text(w))
	}
	return out
}

// resolve checks the settings and fills in the defaults.
func (k Kind) resolve(prefix string, given features.Config) (features.Config, error) {
	out := features.Config{}
	known := k.of(prefix)
	for _, s := range known {
		v, ok := given[s.Name]
		if !ok {
			v = s.Default
		}
		if why := s.refuses(v); why != "" {
			return nil, fmt.Errorf("%w: %s: %s = %s: %s", ErrMethod, k.Name, s.Name, v, why)
		}
		out[s.Name] = v
	}
	for name, v := range given {
		if _, ok := out[name]; !ok {
			var names []string
			for _, s := range known {
				names = append(names, s.Name)
			}
			return nil, fmt.Errorf("%w: %s has no setting %q (= %s); it has: %s", ErrMethod, k.Name, name, v,
				strings.Join(names, ", "))
		}
	}
	return out, nil
}

func (s Setting) refuses(v features.Value) string {
	if s.Words != nil {
		if !slices.Contains(s.Words, v) {
			return fmt.Sprintf("not one of %v", s.Words)
		}
		return ""
	}
	x, ok := v.Float()
	switch {
	case !ok || math.IsNaN(x) || x < s.Low || x > s.High:
		return fmt.Sprintf("not a number in %g..%g", s.Low, s.High)
	case s.Whole && x != math.Trunc(x):
		return "not a whole number"
	}
	return ""
}

// number returns a numeric setting, word one of words.
func (s *Setup) number(name string) float64 {
	x, ok := s.settings[name].Float()
	if !ok {
		panic("search: no such setting")
	}
	return x
}

func (s *Setup) count(name string) int { return int(s.number(name)) }

func (s *Setup) word(name string) string {
	w, _ := s.settings[name].Str()
	return w
}

// stream returns the generator of one purpose of this method. A variant draws what its base method draws.
func (s *Setup) stream(purpose string) *rand.Rand {
	return stream.New(s.Seed, "method", s.name, purpose)
}

// whole is a setting that counts things.
func whole(name string, def, low, high float64, doc string) Setting {
	return Setting{Name: name, Default: features.Number(def), Low: low, High: high, Whole: true, Doc: doc}
}

// fraction is a setting that may have any value of a range.
func fraction(name string, def, low, high float64, doc string) Setting {
	return Setting{Name: name, Default: features.Number(def), Low: low, High: high, Doc: doc}
}

// CheckMethod reports what is wrong with a method's name or settings, without making it.
func CheckMethod(name string, settings features.Config) error {
	k, prefix, err := find(name)
	if err != nil {
		return err
	}
	_, err = k.resolve(prefix, settings)
	return err
}

// Describe returns the row of a method's name, with its prefix's rule and source in it.
func Describe(name string) (Kind, error) {
	if name == External {
		return Kind{Name: External, Rule: "a library elsewhere, charged by eahas search serve"}, nil
	}
	k, prefix, err := find(name)
	for _, p := range Prefixes {
		if p.Name == prefix {
			k.Rule += "; " + p.Name + ": " + p.Rule
			k.Source += "; " + p.Source
		}
	}
	k.Name, k.Settings = name, k.of(prefix)
	return k, err
}
