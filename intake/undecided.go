package intake

import (
	"math"
	"regexp"
	"strings"

	"eahas/features"
)

// measured are words of what is known only after the start, beyond metrics and costs.
var measured = regexp.MustCompile(`(?i)(co2|emission|power|watt|energy|usage|utili[sz]|throughput|latency|speed|per_?sec|per_?second|runtime|elapsed|duration|time_?stamp|(^|[^a-z])(date|time|times|status|state|wall)([^a-z]|$)|intensity|memory|_std$|predict|best_|final_|finished|converged)`)

// chosen are words of paths under which only settings stand.
var chosen = regexp.MustCompile(`(?i)(^|[./])(config|configuration|params|parameters|hparams|hyper_?parameters|hyperparams|arch|architecture|cfg|settings|args|space)([./]|$)`)

// undecided takes a value of a run of which nobody says whether it was chosen or measured: the user's patterns decide,
// then the path, then the name. What is left is taken for a setting; settle looks at it again when all runs are read.
func (l *Log) undecided(r *Run, name string, v features.Value) {
	if v.IsMissing() || name == "" {
		return
	}
	text, isText := v.Str()
	switch {
	case l.options.Axes != nil && l.options.Axes.MatchString(name):
		r.set(name, v)
		return
	case l.options.Results != nil && l.options.Results.MatchString(name):
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
		_, _, cost := costOf(name)
		result = !seedWords.MatchString(name) && (metricKind(name) != "" && !lossWeights.MatchString(name) || cost ||
			measured.MatchString(name))
		if l.results == nil {
			l.results = map[string]bool{}
		}
		l.results[name] = result
	}
	return result
}

// lossWeights are settings whose names hold a metric's word.
var lossWeights = regexp.MustCompile(`(?i)(loss|error|score|accuracy)[^a-z]*(weight|coef|type|fn|function|name|scale|kind)|(weight|coef)[^a-z]*(loss)`)

// settle looks again at the settings of which nobody says that they are some: what differs in nearly every run and is a
// text, or is named as an id, tells runs apart and is no axis.
func (l *Log) settle() {
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
		last := lastPart(name)
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
