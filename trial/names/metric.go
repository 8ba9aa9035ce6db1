package names

import "regexp"

// kinds are the words that tell the kind of a metric (docs/log.md); the first row that has one of them decides.
var kinds = []struct {
	words *regexp.Regexp
	kind  string
}{
	{oneOf(`loss(es)?[0-9]*|regrets?|(bce|ce|l1|mse|box|cls|dfl|kl)loss|nll|nlls|perplexity|ppl|[rn]?r?mses?|maes?|` +
		`s?mape|rmsle|` +
		`cross_?entropy|xent|log_?loss|mlogloss|bpc|bpb|elbo|fid|deviance|verlust|perte|perdida|squared_error|` +
		`absolute_error|false_(positives?|negatives?)(_(rate|count))?|fpr|fnr|ece|mce|brier|bbrier|mbrier|lpips`),
		"loss"},
	{oneOf(`err|error|errors|merror|error_?rate|wer|cer|eer|mmce|misclassification|fehler|fehlerrate|(top[0-9]+|val|` +
		`test|train)err`),
		"error"},
	{oneOf(`acc|accs|acc[0-9]+|accuracy|accuracies|top_?[0-9]+|prec_?[0-9]+|genauigkeit|korrektklassifikationsrate|` +
		`exactitude|exactitud|acuracia|accuratezza|trefferquote|correct_?rate`), "accuracy"},
	{oneOf(`auc|aucs|auroc|roc|auprc|aupr|aucpr|f1|f1score|f1_?(macro|micro|weighted)|fbeta|map|` +
		`m?ap[0-9]+(_[0-9]+)?|iou|miou|` +
		`jaccard|dice|bleu[0-9]*|sacrebleu|rouge[0-9l]*|meteor|chrf|cider|r2|rsq|r_?squared|adj_?r2|mcc|kappa|` +
		`scores?|rewards?|` +
		`rew|ep_?rew|returns?|ep_?ret|` +
		`ndcg|mrr|hits?_[0-9]+|` +
		`ssim|psnr|spearman|pearson|spearmanr|exact_match|win_?rate|silhouette|precision|recall|sensitivity|` +
		`specificity|` +
		`[rp]_[0-9]+|ap|metric|metrics|matthews|corrcoef|correlations?|concordance|c_?index|nmi|` +
		tasks), "score"},
}

// tasks are benchmarks of language models: a column of numbers that is called as one holds the score on it.
const tasks = `mmlu|mmlu_pro|hellaswag|winogrande|arc_?(e|c|easy|challenge)|gsm8k|math500|truthfulqa|piqa|boolq|` +
	`openbookqa|obqa|humaneval|mbpp|lambada|siqa|sciq|bbh|triviaqa|mathqa|ifeval|gpqa|pass_[0-9]+`

// inSetting are settings and rates whose names hold a metric's word.
var inSetting = oneOf(`att(entio)?n_scores?|(loss|error|score|accuracy|metric|reward)(es|s)?_([a-z]+_)?(weights?|w|` +
	`wts?|lambda|coefs?|coeffs?|coefficients?|multiplier|mult|type|fn|func|` +
	`function|name|scale|scaling|kind|threshold|reduction|alpha|beta|gamma|delta|eps|epsilon|tolerance|tol|` +
	`margin|clip|norm)|` +
	`(weight|coef|lambda|alpha|beta|gamma)s?_(of_|for_)?([a-z]+_)?loss|loss_?weights?|feature_map|map_size|` +
	`(eval|objective|target|early_stopping|primary|monitor(ed)?)_metrics?|` +
	`metric_(for|to|mode|direction|goal)|ap_?(name|id|mac)|top_?k|label_?smoothing`)

// notMeasured are words behind which a metric's word names another thing.
var notMeasured = only(`metrics?|scores?_?(id|key)|ap|maps?`)

// averagePrecision is the metric as its capitals tell it from a map and an access point.
var averagePrecision = regexp.MustCompile(`^(mAP|MAP|AP)$`)

// besideMetric are what stands beside a metric with its word in the name: the time that scoring took, a rank by a score
// (scikit-learn's mean_score_time, rank_test_score).
var besideMetric = oneOf(`(score|scoring)_times?|` +
	`metrics?_([a-z0-9]+_)*(times?|seconds|secs|duration|latency)|rank_(test|train|val|valid|mean)_[a-z0-9_]+`)

// Metric tells the kind of a metric by its name: accuracy, error, loss, score; "" when it looks like none.
func Metric(name string) string {
	s := spelled(name)
	if inSetting.MatchString(s) || besideMetric.MatchString(s) {
		return ""
	}
	if negated.MatchString(s) || faultless.MatchString(s) {
		return "score"
	}
	if m := measureOfR.FindStringSubmatch(name); m != nil {
		return kindInR[m[1]]
	}
	if notMeasured.MatchString(s) && !averagePrecision.MatchString(Last(name)) {
		return ""
	}
	if kind := kindIn(spelled(Last(name))); kind != "" {
		return kind // test_error/Accuracy: the error is the file's
	}
	return kindIn(s)
}

// kindIn tells the kind of a metric by words that a spelled name has; "" when it has none.
func kindIn(s string) string {
	for _, k := range kinds {
		if k.words.MatchString(s) {
			return k.kind
		}
	}
	return ""
}

// measureOfR is a measure as R's mlr3 calls it, by the task before it: classif.ce, regr.rsq. Settings have the learner
// between (classif.ranger.mtry).
var measureOfR = regexp.MustCompile(`^(?:classif|regr|surv|clust|dens)\.([a-z_0-9]+)(?:_(?:mean|test|train))?$`)

// kindInR are kinds of mlr3's measures; the others by their usual names.
var kindInR = map[string]string{"ce": "error", "acc": "accuracy", "bacc": "accuracy", "auc": "score", "prauc": "score",
	"bbrier": "loss", "mbrier": "loss", "logloss": "loss", "fbeta": "score", "mcc": "score", "precision": "score",
	"recall": "score", "sensitivity": "score", "specificity": "score", "tpr": "score", "tnr": "score", "fpr": "loss",
	"fnr": "loss", "rmse": "loss", "mse": "loss", "mae": "loss", "mape": "loss", "medae": "loss", "medse": "loss",
	"msle": "loss", "rmsle": "loss", "rsq": "score", "srho": "score", "ktau": "score", "bias": "loss", "sse": "loss",
	"rae": "loss", "rrse": "loss", "rse": "loss", "sae": "loss", "smape": "loss", "pinball": "loss", "cindex": "score",
	"graf": "loss", "rcll": "loss", "intlogloss": "loss", "dunn": "score", "silhouette": "score", "ch": "score",
	"wss": "loss"}

// ofFold are words of one fold's part of a metric: scikit-learn's split0_test_score.
var ofFold = oneOf(`(split|fold|cv)_?[0-9]+`)

// IsOfFold reports whether a name is that of what one fold or split gave: split0_test_score, acc_fold_3.
func IsOfFold(name string) bool { return ofFold.MatchString(spelled(Last(name))) }

// negated are losses with a minus before them, as scikit-learn's scorers are, of which more is better; a negative
// log-likelihood is none of them.
var negated = oneOf(`neg_(root_|mean_|median_|max_|log_loss|brier_|mse|rmse|mae|mape|loss|error)[a-z_]*`)

// faultless are shares of what went well, called by what did not happen.
var faultless = oneOf(`no_errors?|error_free|without_errors?`)

// Split is the part of the data that something was measured on.
type Split int

// The splits, in the order in which a metric is chosen to be learnt.
const (
	Validation Split = iota
	Test
	NoSplit
	Train
)

var (
	validation = oneOf(`val|vals|valid|validation|validate|dev|eval|evaluation|held|heldout|holdout|valset|` +
		`validierung|cv`)
	test  = oneOf(`test|testing|tst|mean_test|testset`)
	train = oneOf(`train|training|trn|tr|trainset`)
)

// SplitOf tells the split by the words behind the last dot or slash, else by all.
func SplitOf(name string) Split {
	for _, n := range []string{Last(name), name} {
		s := spelled(n)
		switch {
		case validation.MatchString(s) && !test.MatchString(s):
			return Validation
		case test.MatchString(s):
			return Test
		case train.MatchString(s):
			return Train
		}
	}
	return NoSplit
}

// SplitAmong tells the split of one of several metrics of a log. One that does not say it, and is no loss, was measured
// in validation where the losses are of training and of validation and nothing else says its split: fastai's accuracy
// beside train_loss and valid_loss, Ultralytics' metrics/mAP50 beside train/box_loss and val/box_loss.
func SplitAmong(name string, all []string) Split {
	own := SplitOf(name)
	if own != NoSplit {
		return own
	}
	train, held := false, false
	for _, n := range all {
		s := SplitOf(n)
		if s != NoSplit && Metric(n) != "loss" {
			return own
		}
		train, held = train || s == Train, held || s == Validation
	}
	if train && held && Metric(name) != "loss" {
		return Validation
	}
	return own
}

// Rank orders metrics, the one to learn first: validation before test before no split before training, accuracy before
// error before score before loss, and a metric before what is told beside it.
func Rank(kind string, split Split, name string) int {
	r := map[string]int{"accuracy": 0, "error": 1, "score": 2, "loss": 3}[kind]
	switch {
	case split == Validation:
	case split == Test:
		r += 10
	case split == Train:
		r += 40
	case kind == "loss":
		r += 30
	default:
		r += 20
	}
	words := Words(Last(name))
	if ofFold.MatchString(spelled(Last(name))) {
		return r + 5
	}
	for i, w := range words {
		switch w {
		case "precision", "recall", "sensitivity", "specificity", "top5", "top10", "min", "max", "box", "cls", "dfl",
			"best":
			return r + 5
		case "5", "10":
			if i > 0 {
				return r + 5
			}
		}
	}
	return r
}
