package intake

import (
	"maps"
	"math"
	"regexp"
	"slices"
	"strings"

	"eahas/features"
	"eahas/internal/literal"

	"eahas/trial/names"
	"eahas/trial/unchosen"
)

// chosen are words of paths under which only settings stand.
var chosen = regexp.MustCompile(`(?i)(^|[./])(config|configuration|params|parameters|hparams|` +
	`hyper_?parameters|hyperparams|arch|architecture|cfg|settings|args|space)([./]|$)`)

// foundBest is a path below which a search keeps what it chose in the end: best.config.lr, best_params.lr.
var foundBest = regexp.MustCompile(`(?i)(^|[./])best([./]|_(config|params|parameters|hparams|` +
	`hyper_?parameters|trial)([./]|$))`)

// undecided takes a value of a run of which nobody says whether it was chosen or measured: the user's patterns decide,
// then the path, then the name. What is left is taken for a setting; settle looks at it again when all runs are read.
func (l *Log) undecided(r *Run, name string, v features.Value) {
	if v.IsMissing() || name == "" {
		return
	}
	text, isText := v.Str()
	if m, ok := apart(v); ok {
		literal.Leaves(m, func(path string, v any) { l.undecided(r, name+"."+path, setting(v)) })
		return
	}
	switch {
	case l.options.Axes != nil && l.options.Axes.MatchString(name):
		r.set(name, v)
		return
	case l.options.Results != nil && l.options.Results.MatchString(name):
		r.Final[name] = v
		return
	case foundBest.MatchString(name):
		r.Final[name] = v
		return
	case l.isChosen(name):
		r.set(name, v)
		return
	case isText && (len(text) > 1024 || !math.IsNaN(moment(text)) && strings.ContainsAny(text, "-:/")):
		r.tagged(name, text)
		return
	}
	if l.isResult(name) {
		r.Final[name] = v
		return
	}
	if l.loose == nil {
		l.loose = map[string]bool{}
	}
	l.loose[name] = true
	r.set(name, v)
}

// isChosen tells by the path alone whether a value is a setting.
func (l *Log) isChosen(name string) bool {
	yes, ok := l.choices[name]
	if !ok {
		yes = chosen.MatchString(name)
		if l.choices == nil {
			l.choices = map[string]bool{}
		}
		l.choices[name] = yes
	}
	return yes
}

// isResult tells by its name alone whether a value is a result. Many files ask the same names.
func (l *Log) isResult(name string) bool {
	result, ok := l.results[name]
	if !ok {
		_, cost := names.CostOf(name)
		result = !names.IsSeed(name) && (underResults.MatchString(strings.TrimSuffix(name, names.Last(name))) ||
			names.Metric(name) != "" || cost || names.IsMeasured(name) ||
			names.IsMoment(name) || names.IsState(name))
		if l.results == nil {
			l.results = map[string]bool{}
		}
		l.results[name] = result
	}
	return result
}

// runNames are settings of training programs that only name a run and where its files go.
var runNames = regexp.MustCompile(`(?i)^(run_?|exp_?|experiment_?)?name$|` +
	`^(save|output|out|log|run|exp|experiment)_?dir$`)

// untell takes names of runs out of their configurations, as Ultralytics writes them to args.yaml (name: train2), where
// no two runs share one.
func (l *Log) untell() {
	seen := map[string]map[features.Value]int{} // nil for a name of another setting
	for _, r := range l.Runs {
		for name, v := range r.Config {
			if _, text := v.Str(); !text {
				continue
			}
			values, known := seen[name]
			if !known && runNames.MatchString(name) {
				values = map[features.Value]int{}
			}
			if seen[name] = values; values != nil {
				values[v]++
			}
		}
	}
	for name, values := range seen {
		if len(values) < 2 || slices.Max(slices.Collect(maps.Values(values))) > 1 {
			continue
		}
		for _, r := range l.Runs {
			if v, ok := r.Config[name]; ok {
				r.Tags[name] = v
				delete(r.Config, name)
			}
		}
	}
}

// unchoose takes settings of which nobody says that they are some for results where their values, or the plan of the
// runs, say that nobody chose them (package unchosen).
func (l *Log) unchoose() {
	distinct := map[string]bool{}
	for _, r := range l.Runs {
		for name := range r.Config {
			distinct[name] = true
		}
	}
	if len(l.loose) == 0 || len(distinct) > maxUnchosen {
		return
	}
	all := slices.Sorted(maps.Keys(distinct))
	columns := make([]unchosen.Column, len(all))
	for i, name := range all {
		columns[i] = unchosen.Column{Name: name, Chosen: !l.loose[name], Of: make([]features.Value, len(l.Runs))}
		for k, r := range l.Runs {
			columns[i].Of[k] = r.Config[name]
		}
	}
	var again []features.Value
	for _, r := range l.Runs {
		if r.Seed != "" && again == nil {
			again = make([]features.Value, len(l.Runs))
		}
	}
	for i := range again {
		again[i] = textOr(l.Runs[i].Seed)
	}
	beyond := unchosen.Beyond(columns, again)
	for i, is := range unchosen.Among(columns) {
		switch {
		case beyond[i]:
			l.measured(all[i], "its values: the other settings tell all runs apart, as repetitions of configurations "+
				"or as the cells of a grid, and it differs beside them")
		case is:
			l.measured(all[i], "its values: decimals of which most runs have their own, and that follow other columns "+
				"as nothing chosen does")
		}
	}
}

// measured takes a setting for a result.
func (l *Log) measured(name, why string) {
	l.declare(Column{Name: name, Role: RoleResult, Why: why + "; if it is a setting, -axis " + name})
	for _, r := range l.Runs {
		if v, ok := r.Config[name]; ok {
			r.Final[name] = v
			delete(r.Config, name)
		}
	}
}

// underResults is a path below which only what was measured stands, whatever it is called: test_metrics.defect_fn.
var underResults = regexp.MustCompile(`(?i)(^|[./])((train|training|val|valid|validation|test|eval|best|final|` +
	`summary|` +
	`last|mean|overall|avg)_)*(metrics|scores|confusion_?matrix|classification_?report|(feature_)?importances?|` +
	`coefficients|per_class(_[a-z]+)?|results_per_[a-z]+|shap(_values)?)([./]|$)`)

// maxUnchosen is among how many settings is looked for those that nobody chose: the work grows with the square.
const maxUnchosen = 200

// settle looks again at the settings of which nobody says that they are some: what differs in nearly every run and is a
// text, or is named as an id, tells runs apart and is no axis.
func (l *Log) settle() {
	l.untell()
	l.unchoose()
	for name := range l.loose {
		distinct := map[features.Value]bool{}
		n, texts := 0, 0
		for _, r := range l.Runs {
			if v, ok := r.Config[name]; ok {
				n++
				distinct[v] = true
				if _, text := v.Str(); text {
					texts++
				}
			}
		}
		last := names.Last(name)
		unique := n >= 10 && len(distinct)*10 >= n*9
		if !(unique && (texts > 0 || naming.MatchString(last) || strings.HasSuffix(strings.ToLower(last), "_id"))) {
			continue
		}
		for _, r := range l.Runs {
			if v, ok := r.Config[name]; ok {
				r.Tags[name] = v
				delete(r.Config, name)
			}
		}
	}
}
