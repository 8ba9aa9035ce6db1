package guess

import (
	"regexp"
	"strings"
)

// What names promise. The data decide where they can; a name never makes an axis of what changes within a run.
var (
	idWords      = regexp.MustCompile(`(?i)^(trial|run|job|exp|experiment|model|arch|config)?_?(id|name|hash|uuid|key)$|^(trial|run|experiment|job)$`)
	rowWords     = regexp.MustCompile(`(?i)^(|index|number|unnamed: 0|__index_level_0__|row|level_0)$`)
	groupWords   = regexp.MustCompile(`(?i)^(group|config|configuration)_?(id|hash)?$`)
	foldWords    = regexp.MustCompile(`(?i)^(cv_?)?fold$`)
	seedWords    = regexp.MustCompile(`(?i)^(.*[./_])?(seed|random_?state|random_?seed)$|^(repeat|repetition|replicate)s?$`)
	epochWords   = regexp.MustCompile(`(?i)^(.*[./_])?(epoch|epochs|epoch_?(id|ind|num|number))$`)
	stepWords    = regexp.MustCompile(`(?i)^(.*[./_])?(step|steps|iteration|iter|training_iteration|global_step|rung)$`)
	plannedWords = regexp.MustCompile(`(?i)^(.*[./_])?(max_epochs?|num_epochs|n_epochs|num_train_epochs|epochs|total_epochs|planned_epochs)$`)
	stateWords   = regexp.MustCompile(`(?i)^(.*[./_])?(state|status|end|ended|outcome)$`)
	momentWords  = regexp.MustCompile(`(?i)(time_?stamp|date|datetime|_at$|^started$|^ended$|_start$|_end$|start_time|end_time|^_?timestamp$)`)
	limitWords   = regexp.MustCompile(`(?i)(limit|budget|timeout|max_?time|cap|warm_?up|patience|interval)`)

	powerWords = regexp.MustCompile(`(?i)(watt|power)`)
	heldWords  = regexp.MustCompile(`(?i)(^|[^a-z])(val|valid|validation|dev|eval)`)
	testWords  = regexp.MustCompile(`(?i)(^|[^a-z])test`)
	trainWords = regexp.MustCompile(`(?i)(^|[^a-z])train`)

	weightWords = regexp.MustCompile(`(?i)(loss|error|score|accuracy)[^a-z]*(weight|coef|type|fn|function|name|scale|kind|threshold)|(weight|coef)[^a-z]*(loss)`)

	// results are words of what is known only after the start, beyond metrics and costs.
	results = regexp.MustCompile(`(?i)(co2|emission|usage|utili[sz]|throughput|latency|per_?sec|per_?second|runtime|elapsed|duration|wall|` +
		`gpu_?hours|intensity|memory_?(used|peak)|peak_?memory|_std$|predict|best_|final_|finished|converged|grad_?norm|n_?iter_?$|objective)`)
	objective = regexp.MustCompile(`(?i)^(value|values_0|objective|target|result|metric)$`)
)

// settingPrefixes are beginnings of names under which a log keeps its settings. Where there are any, what stands beside
// them is no setting.
var settingPrefixes = regexp.MustCompile(`(?i)^(params?[_./]|hparams?[_./]|hyper_?parameters?[_./]|config(uration)?[./]|cfg[./]|args[./]|settings[./]|search_space[_./])`)

// metricKinds are the words of a name that tell the kind of a metric (docs/log.md); the first row that has one decides.
var metricKinds = []struct {
	words *regexp.Regexp
	kind  string
}{
	{alone("loss|losses|nll|perplexity|ppl|mse|rmse|mae|crossentropy|cross_entropy"), "loss"},
	{alone("err|error|wer|cer|top1_err|top1err"), "error"},
	{alone("acc|accuracy|top1|top5|top_1|top_5"), "accuracy"},
	{alone("auc|auroc|f1|map|iou|miou|dice|bleu|rouge|r2|mcc|score|reward"), "score"},
}

var humps = regexp.MustCompile(`([a-z0-9])([A-Z])`)

// alone matches words that stand alone between other characters, so that latency holds no acc.
func alone(words string) *regexp.Regexp {
	return regexp.MustCompile(`(?i)(^|[^a-zA-Z0-9])(` + words + `)([^a-zA-Z0-9]|$)`)
}

// metricKind tells the kind of a metric by its name; "" when it looks like none.
func metricKind(name string) string {
	name = humps.ReplaceAllString(name, "${1}_${2}") // valAcc are two words
	if weightWords.MatchString(name) {
		return ""
	}
	for _, k := range metricKinds {
		if k.words.MatchString(name) {
			return k.kind
		}
	}
	return ""
}

// isEpochs reports whether a name counts epochs; steps count where nothing else does.
func isEpochs(name string) bool { return epochWords.MatchString(name) || stepWords.MatchString(name) }

// bare is a setting's name without the prefix under which the log keeps it.
func bare(name string) string { return settingPrefixes.ReplaceAllString(name, "") }

// lastPart is the name behind the last dot or slash.
func lastPart(name string) string { return name[strings.LastIndexAny(name, "./")+1:] }
