package parametric

import "math"

// family is one formula y = a + b g(x; p, q), or y = b g(x; p, q) when it has no offset; x lies in 1..101, and l is log
// x. g may be scaled by any factor that does not depend on x, since b takes it up. Powers are written as exp(p*l): five
// times faster than math.Pow, and l is computed once a point.
type family struct {
	name   string
	offset bool    // has a
	bounds []bound // of p, then of q; none, one or two
	g      func(x, l, p, q float64) float64
}

// bound holds the range of a shape parameter and the value used where the curve does not determine it.
type bound struct{ lo, hi, usual float64 }

var (
	logRate = bound{-9.2, 3, -2.3} // natural logarithm of a rate per x
	stretch = bound{0.05, 5, 1}
)

// families lists the formulas in the order of Families. A family's name is part of the frozen format.
var families = []family{
	// Domhan et al.: c - a x^-alpha.
	{"pow3", true, []bound{{0.001, 10, 1}}, func(_, l, p, _ float64) float64 { return math.Exp(-p * l) }},
	// Viering and Loog: a x^-alpha.
	{"pow2", false, []bound{{-2, 5, 0}}, func(_, l, p, _ float64) float64 { return math.Exp(-p * l) }},
	// Domhan et al.: c - (a x + b)^-alpha = c - a^-alpha (x + b/a)^-alpha; q = log(1 + b/a).
	{"pow4", true, []bound{{0.001, 10, 1}, {-3, 7, 0}}, func(x, _, p,
		q float64) float64 {
		return math.Exp(-p * math.Log1p((x-1)*math.Exp(-q)))
	}},
	// Domhan et al.: c - a / log x; here log(x+1), which is finite at x = 1.
	{"ilog2", true, nil, func(x, _, _, _ float64) float64 { return 1 / math.Log1p(x) }},
	// Viering and Loog: a log x + b.
	{"logx_linear", true, nil, func(_, l, _, _ float64) float64 { return l }},
	// Viering and Loog: a exp(-k x) + c; p = log k.
	{"exp3", true, []bound{logRate}, func(x, _, p, _ float64) float64 { return math.Exp(-math.Exp(p) * (x - 1)) }},
	// Domhan et al.: c - exp(-k x^d + b); p = log k, q = d.
	{"exp4", true, []bound{logRate, stretch}, janoschek},
	// Domhan et al.: alpha - (alpha-beta) exp(-k x^d). The same curves as exp4, which Domhan et al. only let rise.
	{"janoschek", true, []bound{logRate, stretch}, janoschek},
	// Domhan et al.: alpha - (alpha-beta) exp(-(k x)^d); p = log k, q = d. The same curves as Janoschek's, other
	// parameters.
	{"weibull", true, []bound{logRate, stretch}, func(x, l, p, q float64) float64 { return janoschek(x, l, p*q, q) }},
	// Domhan et al., Morgan-Mercer-Flodin: alpha - (alpha-beta) / (1 + (k x)^d); p = log k, q = d.
	{"mmf", true, []bound{{-9.2, 7, -2.3}, {0.05, 8, 1}}, func(_, l, p, q float64) float64 {
		return (1 + math.Exp(q*p)) / (1 + math.Exp(q*(p+l)))
	}},
	// Domhan et al., Hill without background: ymax x^h / (k^h + x^h); p = log k, q = h.
	{"dr_hill", false, []bound{{-7, 9.2, -7}, {0.05, 8, 8}},
		func(_, l, p, q float64) float64 { return 1 / (1 + math.Exp(q*(p-l))) }},
	// Domhan et al., vapour pressure: exp(a + b/x + c log x); p = b, q = c.
	{"vap", false, []bound{{-10, 5, 0}, {-2, 2, 0}}, func(x, l, p, q float64) float64 { return math.Exp(p/x + q*l) }},
}

func janoschek(_, l, p, q float64) float64 { return math.Exp(math.Exp(p) * (1 - math.Exp(q*l))) }

// Families returns the names of the families, in a fixed order.
func Families() []string {
	out := make([]string, len(families))
	for i, f := range families {
		out[i] = f.name
	}
	return out
}

func named(name string) *family {
	for i := range families {
		if families[i].name == name {
			return &families[i]
		}
	}
	return nil
}

// shape is one setting of a family's p and q.
type shape [2]float64

// usual returns the parameters for curves that do not determine them. For families without offset they give a flat
// curve.
func (f *family) usual() shape {
	var s shape
	for i, b := range f.bounds {
		s[i] = b.usual
	}
	return s
}

// clip puts the parameters into their bounds; NaN becomes the usual value.
func (f *family) clip(s shape) shape {
	for i, b := range f.bounds {
		if s[i] != s[i] {
			s[i] = b.usual
		}
		s[i] = min(max(s[i], b.lo), b.hi)
	}
	return s
}
