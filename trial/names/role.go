package names

import "regexp"

var (
	epochs = only(`((cur|current|train|training|trainer|global|log|num)_)?(epochs?|ep|` + epochsAbroad + `|` +
		`epoch_?(id|ind|idx|index|num|number|no|nr|count)|epochenzahl|epochennr)`)
	steps = only(`((global|train|training|trainer|optimizer|optim|cur|current|env|total|num)_)?(steps?|` +
		`iters?|iterations?|it|itr|updates?|schritte?|timesteps?(_total)?|global_?step)|training_iteration|` +
		`rung|batches_seen|tokens_seen|examples_seen|samples_seen|n_?iter|` + roundWords)
	rounds = only(roundWords)
	ids    = only(`((trial|run|job|exp|experiment|model|arch|architecture|config|configuration|sweep|wandb|` +
		`mlflow|task|train|training|session|record|unique|row|lauf|versuch)_?)?(id|ids|idx|index|name|hash|uuid|` +
		`guid|key|uid|nr|bezeichnung|kennung)|trial|run|experiment|lauf|versuch|arch_str|tag|runid|runname|durchlauf|` +
		`(slurm|pbs|lsf|sge|array|scheduler)_?(job|task|array)?_?ids?|jobid|taskid|procid`)
	strict = only(`((trial|run|job|exp|experiment|sweep|wandb|mlflow|session|lauf|versuch)_?)?(id|hash|uuid|` +
		`guid|uid|kennung)|((trial|run|job|exp|experiment|lauf|versuch)_?)(name|key|nr|bezeichnung)|trial|` +
		`run|experiment|lauf|versuch|durchlauf|name`)
	rows = regexp.MustCompile(`(?i)^(|index|number|unnamed: ?\d+(_level_\d+)?|__index_level_0__|row|` +
		`row_?(id|nr|num|number)|level_0|column 1|sno|s\.?no\.?|nr\.?|lfd\.?_?nr\.?)$`)
	groups = only(`(group|config|configuration|cell|setting)_?(id|hash)?`)
	folds  = only(`(cv_?)?folds?|fold_?(id|nr|no|index)|split_?(id|nr|no|number)|cv`)
	splits = only(`split|splits|subset|partition|part|phase|datasplit|data_split|stage_split|set`)
	seeds  = regexp.MustCompile(`^_(?:(?:[a-z0-9]+_)*(?:seed|seeds|random_?state|randomstate|rng)(?:_(?:id|` +
		`no|nr|value|num))?|repeat|repeats?_?(?:id|no|nr|index|idx)|repetition|repetitions|replicate|` +
		`replica|replication|rep|wiederholung|zufallsstartwert)_$`)
	again = only(`run|runs?_?(no|nr|number|num|index|idx|id)|trial|rep|repeat|wiederholung|lauf|` +
		`iteration_?(no|nr)|try|attempt|versuch`)

	planned = only(`(max|num|n|total|planned|train|training|nb|target)_?((train|training)_)?epochs?|` +
		`num_?train_?epochs|epochs|max_?epochs|n_?epochs|epochenzahl|` + countAbroad + `_(` + epochsAbroad + `)|` +
		`epocas|epoques|epoki|epoker|эпохи|(epochen|epocas|epoques)_?(max|maximum|total|gesamt|totales|totaux)`)
	states = only(`([a-z]+_)?(state|status|end|ended|outcome|exit_?(state|status)|zustand)`)

	moments = oneOf(`time_?stamps?|timestamp|date|dates|datetime|date_?time|started|ended|created|updated|` +
		`reported|finished_?at|(start|end|begin|submit|submission|stop|init|creation|complete|completion|` +
		`launch)_?(time|date|at)|at_?time|time_?(start|end)|datum|zeitstempel|startzeit|endzeit|uhrzeit|` +
		`horodatage|fecha|heartbeat`)
	moment2 = regexp.MustCompile(`_(?:at|start|end)_$`)

	// measures are words of what is known only after the start, beyond metrics and costs.
	measures = oneOf(`co2[a-z]*|emissions?|emissionen|carbon|usage|used|util|utils|utilization|utilisation|` +
		`auslastung|throughput|durchsatz|latency|latenz|` +
		`(samples|images|imgs?|tokens|flops|steps|iterations|batches|examples|frames|sequences|words|` +
		`updates|it)_per_[a-z]+|per_(sec|second|s)|` +
		`runtime|elapsed|durations?|wall|walltime|gpu_?hours|intensity|memory_?(used|peak|usage|alloc|` +
		`allocated|reserved|consumed|max|mb|gb|mib|gib|footprint|bytes|kb|str)|lat_(ms|us|ns)|` +
		`(peak|max|used|avg|average|mean|gpu|cpu|cuda|process|sys|system|vram)_?(memory|mem|vram|ram)|` +
		`peak_([kmg]i?b|bytes|rss|alloc)|` +
		`mem_?(used|peak|alloc|allocated|reserved|max|usage|mb|gb)|` +
		`gpu_mem|vram|rss|vms|predict|predicted|prediction|predictions|best|final|finished|converged|` +
		`convergence|diverged|success|grad_?norm|gradnorm|gradient_?norm|` +
		`temperature_?(c|celsius|avg|mean|max)|(gpu|cpu|avg|average|mean|max|core)_?(temp|temperature)|` +
		`celsius|temperatur|fan_?speed|clock_?(mhz|speed)|` +
		`trained|seen|reached|consumed|achieved|actual|observed|measured|realized|stopped|early_stopped|` +
		`completed|epochs_?(run|done|ran|trained|completed)|` +
		`power|watts?|energy|energie|joules?|kwh|wh|co2e|time_to|speed|fps|qps|ips|mfu|objective|fitness|` +
		`regret|rank_test|rank_?[a-z]*score|overall_rank|rank_overall|hypervolume|pareto(_[a-z]+)?|p_?value|` +
		`(comm|communication|traffic|upload|download)_([kmg]i?b|bytes)|bandwidth_[kmg]i?b_s|achieved_[a-z]+|` +
		`speed_?up|((cpu|gpu|ram|mem|memory|system|disk)_)(load|percent|pct)|` +
		`ergebnis|results?|outcome|bytes_?(read|written|sent|received)|tokens_total|steps_total|` +
		`episodes?_(total|this_iter)|(forward|backward)_passes`)
	nIter = regexp.MustCompile(`(?i)(^|[._/ ])n_iter_?$`)

	objective = only(`value|values_[0-9]+|objective|target|result|metric|y|fitness|reward|ergebnis|zielwert|` +
		`objective_value|target_value|final_value|best_value|measurement|` +
		`messwert`)

	// wheres are words of where a run lies and who started it.
	wheres = only(`([a-z]+_)?(hostname|host|pid|user|username|git_?(commit|hash|sha|branch)|commit|sha|url|` +
		`uri|log_?dir|logdir|save_?dir|out(put)?_?(dir|path|folder)|work_?dir|` +
		`checkpoint_?(path|dir)?|ckpt|ckpt_?path|command|cmd|cmdline|notes?|comments?|remarks?|bemerkung|` +
		`kommentar|description|tags|artifact_?uri|lifecycle_?stage|source_?(file|path)|log_?(file|path)|` +
		`entity|project|node_?ip|ip|mac|metric_(direction|name|kind|unit|mode)|units?|traceback|exception|` +
		`error_?message|message|warnings?|(node|worker)_?(name|list|id)?|` +
		`([a-z]+_)*(exp|run|results?|eval|plot|train|best|last|final)_?(log|dir|directory|folder|path|file))`)
	// places are words of where something lies that a run took in.
	places = only(`([a-z]+_)*(path|dir|directory|root|folder|file|filename|file_?path|hint|copy)`)
)

// epochsAbroad are epochs in other languages, countAbroad words for a number of them, as plain and spelled write them.
const (
	epochsAbroad = `epochen?|epoques?|epocas?|epoka|epoki|epok|epoker|эпох[аи]?`
	countAbroad  = `(anzahl|max|maximale|gesamt|nombre(_(d|de|total_de|max_de))?|nb|numero(_(de|di|max_de|` +
		`total_de))?|num|n|cantidad_de|total_de|total|maximo_de|qtd|quantidade_de|liczba|antal|aantal|число|` +
		`количество|макс)`
)

// roundWords are those that count rounds of a training, or repetitions of a measurement.
const roundWords = `((global|comm|communication|server|fl|federated|fed|aggregation|boosting|boost|al|` +
	`active_learning|query|labell?ing|training|train|cur|current)_?)?round(_?(id|idx|index|num|number|nr|no))?|runde|` +
	`(current|comm|communication|boosting)_rounds`

// IsRound reports whether the name counts rounds: of a federated training, of boosting, of active learning, or of
// a measurement that was repeated.
func IsRound(name string) bool { return rounds.MatchString(spelled(Last(name))) }

// IsNumbered reports whether the name is that of a number of a configuration, of a task, of a model: config_idx,
// task_id. The numbers of runs are none.
func IsNumbered(name string) bool { return numberOf.MatchString(spelled(Last(name))) }

var numberOf = only(`([a-z0-9]+_)*(config|configuration|conf|cfg|setting|settings|setup|combo|combination|cell|case|` +
	`candidate|variant|hp|hparams?|params?|arch|architecture|model|network|net|task|dataset|data|ds|problem|` +
	`benchmark|env|algo|algorithm|method|optimizer|level|condition|group|point|grid)_?(id|idx|index|ind|nr|no|num|` +
	`number|key|code)|(idx|index|id)_(config|setting|arch|model|task|dataset)`)

// IsRunKey reports whether the name is that of an id of runs, and of nothing else: run_id, job_uuid.
func IsRunKey(name string) bool { return runKey.MatchString(spelled(Last(name))) }

var runKey = only(`(trial|run|job|exp|experiment|sweep|wandb|mlflow|session|slurm)_?(id|uuid|hash|uid)`)

// IsSubject reports whether the name is that of what is trained, or on what: it is a setting beside others that stand
// below a prefix of their own.
func IsSubject(name string) bool { return subject.MatchString(spelled(Last(name))) }

var subject = only(`((model|dataset|task|problem|benchmark|env|environment|learner|estimator|classifier|regressor|` +
	`architecture|arch|network|backbone)(_name)?)|ml_model|openml_task|device|hardware|gpu_(model|type|` +
	`name)|accelerator`)

// IsEpoch reports whether the name counts epochs.
func IsEpoch(name string) bool { return epochs.MatchString(spelled(Last(name))) }

// IsStep reports whether the name counts steps, iterations or updates.
func IsStep(name string) bool { return steps.MatchString(spelled(Last(name))) }

// IsID reports whether the name looks like one that tells runs, models or configurations apart.
func IsID(name string) bool { return ids.MatchString(spelled(Last(name))) }

// IsRunID is IsID for runs alone: a model's name is none.
func IsRunID(name string) bool { return strict.MatchString(spelled(Last(name))) }

// IsRow reports whether the name is that of a table's row number: pandas' index.
func IsRow(name string) bool { return rows.MatchString(name) }

// IsGroup reports whether the name tells configurations apart, of which there may be several runs.
func IsGroup(name string) bool { return groups.MatchString(spelled(name)) }

// IsFold reports whether the name is that of a split for cross-validation.
func IsFold(name string) bool { return folds.MatchString(spelled(Last(name))) }

// IsSplit reports whether the name says on which part of the data a row was measured, or which rows are for training.
func IsSplit(name string) bool { return splits.MatchString(spelled(Last(name))) }

// IsSeed reports whether the name is that of a seed, or of the number of a repetition.
func IsSeed(name string) bool { return seeds.MatchString(spelled(Last(name))) && !IsRepeatCount(name) }

// IsRepeatCount reports whether the name says how many repetitions a row was taken of: num_seeds.
func IsRepeatCount(name string) bool { return repeatCount.MatchString(spelled(Last(name))) }

var repeatCount = only(`(n|no|nr|num|number|number_of|count|total)_([a-z]+_)?seeds?|seeds?_(count|total|num)`)

// IsCount reports whether the name says of how many something is the mean, in a table that has means: n, count, n_runs.
func IsCount(name string) bool { return counts.MatchString(spelled(Last(name))) }

var counts = only(`n|count|counts|(n|num|number_of|no)_(runs|reps|repeats|repetitions|replicates|trials|samples|obs|` +
	`observations|seeds)|runs|reps|repeats|repetitions|replicates`)

// IsAgain reports whether the name may number the repetitions of one configuration; the data decide.
func IsAgain(name string) bool { return again.MatchString(spelled(Last(name))) }

// IsPlanned reports whether the name states the number of epochs that a run was meant to have.
func IsPlanned(name string) bool { return planned.MatchString(spelled(Last(name))) }

// IsState reports whether the name says how a run ended.
func IsState(name string) bool { return states.MatchString(spelled(Last(name))) }

// IsMoment reports whether the name is that of a point in time.
func IsMoment(name string) bool {
	s := spelled(Last(name))
	return moments.MatchString(s) || moment2.MatchString(s)
}

// IsMeasured reports whether the name is that of something known only after the start.
func IsMeasured(name string) bool {
	s := spelled(name)
	if perTimeWord.MatchString(s) || bareSpread.MatchString(s) || scheduled.MatchString(s) ||
		confusion.MatchString(spelled(Last(name))) || countOf.MatchString(spelled(Last(name))) {
		return true
	}
	return (measures.MatchString(s) || nIter.MatchString(name) || rates.MatchString(s)) && !IsLimit(name) &&
		!inSetting.MatchString(s) && !chosen.MatchString(s)
}

// scheduled is a learning rate that a schedule or a search arrived at, not the one that was chosen.
var scheduled = oneOf(`(achieved|actual|measured|observed)_(request|arrival|injection)_rate|` +
	`(dynamic|current|cur|actual|effective|reduced|last|present|adjusted)_(lr|learning_rate)`)

// bareSpread is a deviation that does not say of what.
var bareSpread = only(`std|stdev|stddev|std_?dev|stderr|sem|variance`)

// IsMean reports whether the name is that of a mean or a quantile of what happened in a run: avg_output_len,
// p99_itl_ms. Means that are settings (avg_pool, mean_teacher, average_weights) are none; whole numbers are more often
// chosen.
func IsMean(name string) bool {
	s := spelled(Last(name))
	return means.MatchString(s) && !chosenMeans.MatchString(s)
}

// IsExample reports whether the name numbers the examples that a row was measured on: sentence_idx, image id.
func IsExample(name string) bool { return examples.MatchString(spelled(Last(name))) }

// IsOutcomeText reports whether a text of that name is what came of a run: selected_features, raw_answer.
func IsOutcomeText(name string) bool {
	s := spelled(Last(name))
	return outcomeTexts.MatchString(s) && !ofKind.MatchString(s)
}

// ofKind are the last words of a name that says of which kind something is to be: response_type, answer_format.
var ofKind = regexp.MustCompile(`_(?:type|kind|format|style|mode|method|strategy|template|schema|` +
	`language|model|tone)_$`)

var (
	examples = only(`(window|chunk|frame|patient|sentence|image|img|sample|example|instance|item|query|question|` +
		`prompt|doc|document|episode|case|` +
		`text|row|point)_?(id|idx|index|nr|no|num|number)|id|idx`)
	outcomeTexts = oneOf(`selected|chosen|predicted|prediction|predictions|answers?|responses?|generated|reply|` +
		`completion|traceback|stacktrace`)
	countOf = regexp.MustCompile(`^_(?:n|num|number_of|count|total|nr)_(?:[a-z0-9]+_)*(?:selected|evaluated|accepted|` +
		`rejected|generated|found|visited|explored|expanded|solved|failed|passed|matched|correct|incorrect|wrong)_`)
)

// IsBareMean reports whether the name says mean and not of what, as the column beside one called std does.
func IsBareMean(name string) bool { return bareMean.MatchString(spelled(Last(name))) }

// IsBareSpread reports whether the name is that of a deviation and says not of what.
func IsBareSpread(name string) bool { return bareSpread.MatchString(spelled(Last(name))) }

var (
	means       = regexp.MustCompile(`^_(avg|average|mean|median|p(?:50|75|90|95|99))_`)
	chosenMeans = oneOf(`pool|pooling|teacher|subtraction|subtract|norm|normali[sz]ation|weights?|ckpts?|` +
		`checkpoints?|models?|filter|aggregation|embedding|features?|window|degree|field|function|type|mode`)
	bareMean = only(`mean|average|avg|mittelwert|mean_?value`)
)

var confusion = only(`(n_)?(tn|fp|fn|tp)(_(count|rate))?|true_positives?|true_negatives?`)

var perTimeWord = oneOf(`per_(sec|secs|second|s)`)

// chosen are settings whose names hold a word of what is measured.
var chosen = oneOf(`flops|macs|final_(proj|projection|fc|conv|dim|hidden|width|size|channels)|` +
	`(replay|buffer|episodic|experience|memory)_?(size|len|length|capacity|dim|slots|bank)|` +
	`learning_?rate|dropout|drop_?rate|` +
	`(request|arrival|injection|offered|poisson|missing|corruption|contamination|poison|attack|pruning|compression|` +
	`dropout|learning|decay|drop|mask|momentum|sampling|sample|growth|noise|masking|warmup|weight_decay|lr|` +
	`mutation|crossover|exploration|update|clip|survival|stochastic_depth|drop_path|keep|l2|reg|` +
	`regularization|mixup)_rate|rate_decay|use_[a-z0-9_]+|` +
	`rank_?(loss|dim|r)|lora_?r(ank)?|power_t|lr_?power|speed_?(aug|perturb|perturbation)|save_best|` +
	`load_best|best_of|(energy|power|carbon|memory|latency|cost|speed)_(aware(ness)?|saving|save|efficient|budget|` +
	`limit|mode|policy|constraints?|constrained|weight|lambda|coef|cap|profile)|` +
	`final_?(lr|learning_?rate|activation|div_factor|layer|layers|act|dropout|pool|` +
	`pooling|eps|epsilon|temperature|tau|beta|momentum|sparsity|noise|sigma|weight|coef|ratio)|max_?memory`)

// IsKnownBefore reports whether the name is that of a size of a network that is known before it is trained: parameters,
// multiply-adds, FLOPs.
func IsKnownBefore(name string) bool {
	return knownBefore.MatchString(spelled(Last(name)))
}

var knownBefore = only(`((n|num|number_of|total|trainable|model|network|net|log)_)*(params?|parameters|flops|macs|` +
	`madds|mult_?adds|multiply_adds)(_(count|counts|number|total|m|k|g|millions?|billions?|trainable))*`)

// IsUsualSetting reports whether the name is one that many logs give to a setting. What is none may be one, too.
func IsUsualSetting(name string) bool {
	s := spelled(Last(name))
	return (usualSetting.MatchString(s) || wholeSetting.MatchString(s) || IsKnownBefore(name) ||
		chosen.MatchString(s)) &&
		!IsRepeatCount(name)
}

var (
	usualSetting = oneOf(hyperparameters + `|dropout|weight_?decay|wd|` +
		`momentum|beta_?[12]|layers?|hidden|units|neurons|filters|channels|kernel|stride|dims?|heads|activation|` +
		`scheduler|warm_?up|` +
		`backbone|loss_?(fn|function|type|weight)|criterion|augment|augmentation|mixup|lora|bits|` +
		`quantization|seq_?len|image_?size|img_?size|input_?size|resolution|estimators|penalty|regularization|` +
		`n_[a-z]+s|num_[a-z]+s|use_[a-z]+|sparsity|prun(e|ing)|compression`)
	wholeSetting = only(`(` + subjects + `|opt|solver|decay|alpha|beta|gamma|lambda|epsilon|eps|eta|tau|temperature|` +
		`depth|width|embed|embedding|norm|schedule|patience|init|rank|precision|context|window|lag|max_[a-z_]+|` +
		`min_[a-z_]+|c|degree|l1|l2|reg|clip|threads|workers|device|gpu|gpus|nodes|hardware|frequency|freq|block|` +
		`pool|pooling|stages?|ratio|cells?|ops?|config|bn|batch)(_(name|type|size|id|version|kind))?`)
)

// IsUsuallyDrawn reports whether the name is that of a hyperparameter of which a random search draws each run's own
// value.
func IsUsuallyDrawn(name string) bool { return usuallyDrawn.MatchString(spelled(Last(name))) }

var usuallyDrawn = oneOf(`lr|lrs|lr0|lrf|learning_?rate|dropout|drop|weight_?decay|wd|l1|l2|momentum|` +
	`beta_?[0-9]*|betas?|alpha|gamma|lambda|reg_?[a-z]*|eps|epsilon|eta|tau|temperature|c|decay|decay_?rate|warm_?up|` +
	`label_?smoothing|mixup|clip|clipping|max_?grad_?norm|subsample|colsample_?[a-z_]*|noise|sigma|` +
	`entropy_?coef[a-z]*|(ent|vf)_?coef[a-z]*|margin`)

// IsRunSetting reports whether the name is one of those settings that stand in a table of runs alone, and not beside
// samples of power, as a device or a frequency may.
func IsRunSetting(name string) bool { return runSetting.MatchString(spelled(Last(name))) }

// hyperparameters are those that nearly every training has, subjects what is trained, and on what.
const (
	hyperparameters = `lr|learning_?rate|batch_?size|bs|optimi[sz]er|optim`
	subjects        = `epochs|model|arch|architecture|network|dataset|data|task|problem|method|algorithm|algo|variant`
)

var runSetting = only(`(` + hyperparameters + `|` + subjects + `)(_name)?`)

// IsMetricColumn reports whether a column of that name holds the names of metrics in a table of a metric's name and its
// value in each row, IsValueColumn whether it holds the values.
func IsMetricColumn(name string) bool { return metricColumn.MatchString(spelled(name)) }

// IsValueColumn: see IsMetricColumn.
func IsValueColumn(name string) bool { return valueColumn.MatchString(spelled(name)) }

var (
	metricColumn = only(`metric|metric_?(name|key)|variable|measure|key|tag|kennzahl`)
	valueColumn  = only(`((metric|scalar)_)?(value|values|val)|wert`)
)

// IsObjective reports whether the name is one under which search tools keep what they optimize.
func IsObjective(name string) bool { return objective.MatchString(spelled(Last(name))) }

// IsWhere reports whether the name says where a run lies, who started it or what was remarked.
func IsWhere(name string) bool { return wheres.MatchString(spelled(Last(name))) }

// IsPlace reports whether the name says where something lies: data_dir, yaml_path, model_file. It is a setting where
// nothing else says what lies there.
func IsPlace(name string) bool { return places.MatchString(spelled(Last(name))) }

// IsSpread reports whether the name is that of a deviation, and of what: accuracy_std, std_accuracy are of accuracy.
func IsSpread(name string) (of string, ok bool) {
	if m := spread.FindStringSubmatch(name); m != nil {
		return m[1], true
	}
	if m := spreadBefore.FindStringSubmatch(name); m != nil {
		return m[1], true
	}
	return "", false
}

// spreadBefore is a spread as scikit-learn writes it: std_test_score.
var spreadBefore = regexp.MustCompile(`(?i)^(?:std|stdev|stddev|stderr|sem)[ _./-](.+)$`)

var spread = regexp.MustCompile(`(?i)^(.+?)(?:[ _./-]?(?:std|stdev|stddev|std_?dev|sem|stderr|std_?err|variance|` +
	`sd|ci95|iqr)|[ _./-]var)$`)
