package names

import (
	"regexp"
	"slices"
	"strings"
)

// Kind says what a cost is of.
type Kind int

// The kinds of costs.
const (
	Energy Kind = iota + 1
	Time
	Power
)

// Cost is what a name says of a cost.
type Cost struct {
	Kind    Kind
	Unit    string // as the config writes it (kWh, s, W ...); "" when the name does not tell
	Foreign string // the unit that the name tells, where it is none that can be converted
	Aside   bool   // not of the training: of a test, a prediction
	Part    bool   // of a component or of a phase, not of the whole run: gpu_energy, data_time
	Piece   string // what it is of, where that is less than an epoch: step, iteration, batch, sample; "" else
	Epoch   bool   // of one epoch, by its name
	Loading bool   // of loading data, or of a pause: data_time, wait_time
	// the component of the machine that it is of: cpu, gpu, ram; "" for all, or where the name does not tell
	Of    string
	Other bool // an energy, but no unit, and words that no training's has: action_energy, free energy
}

// units are words that tell a unit.
var units = []struct {
	words *regexp.Regexp
	kind  Kind
	unit  string
	clear bool // the word alone tells a cost; else only beside a word for what is measured
}{
	{oneOf(`kwh|kilowatthours?|kilowatt_hours?|kw_h|kilowattstunden`), Energy, "kWh", true},
	{oneOf(`milliwatthours?|milliwatt_hours?`), Energy, "mWh", true},
	{oneOf(`microwatthours?|uwh`), Energy, "uWh", true},
	{oneOf(`megawatthours?`), Energy, "MWh", true},
	{oneOf(`gigawatthours?|gwh`), Energy, "GWh", true},
	{oneOf(`wh|watthours?|watt_hours?|wattstunden`), Energy, "Wh", true},
	{oneOf(`kilojoules?`), Energy, "kJ", true},
	{oneOf(`millijoules?`), Energy, "mJ", true},
	{oneOf(`microjoules?`), Energy, "uJ", true},
	{oneOf(`megajoules?`), Energy, "MJ", true},
	{oneOf(`gigajoules?|gj`), Energy, "GJ", true},
	{oneOf(`joules?`), Energy, "J", true},
	{last(`j`), Energy, "J", false},
	{oneOf(`nanoseconds?|nanos`), Time, "ns", true},
	{oneOf(`microseconds?|micros|usecs?|microsec`), Time, "us", true},
	{oneOf(`milliseconds?|millis|millisecs?|msecs?|millisekunden`), Time, "ms", true},
	{oneOf(`minutes|minuten`), Time, "min", true},
	{oneOf(`hours|hrs|stunden|gpuh|gpu_?hours?`), Time, "h", true},
	{oneOf(`seconds?|secs?|sekunden|segundos|secondes|secondi`), Time, "s", true},
	{last(`ns`), Time, "ns", false},
	{last(`us`), Time, "us", false},
	{last(`ms`), Time, "ms", false},
	{last(`min|mins|minute|minutes`), Time, "min", false},
	{last(`h|hr|hour`), Time, "h", false},
	{last(`days?|tage`), Time, "d", false},
	{last(`s`), Time, "s", false},
	{oneOf(`milliwatts?`), Power, "mW", true},
	{oneOf(`kilowatts?`), Power, "kW", true},
	{oneOf(`megawatts?`), Power, "MW", true},
	{oneOf(`watts?|watts?_avg`), Power, "W", true},
	{last(`w`), Power, "W", false},
}

// last matches a word that is the last of a name, or stands before words that say how it was taken together.
func last(alternatives string) *regexp.Regexp {
	return regexp.MustCompile(`_(?:` + alternatives + `)_((per_)?epoch_|total_|sum_|mean_|avg_|all_|max_|` +
		`min_|median_|std_|last_)*$`)
}

var (
	energyWords = oneOf(`energy|energies|energie|energia|energieverbrauch|stromverbrauch|stromverbr|` +
		`verbrauch|consumption|` +
		`consommation|consumo|energy_?used|energyused|energyusage|energyconsumed|energyconsumption`)
	timeWords = oneOf(`time|times|dur|durs|duration|durations|elapsed|runtime|runtimes|wall|walltime|` +
		`wallclock|clock|timing|` +
		`traintime|trainingtime|runningtime|tempo|zeit|zeiten|dauer|laufzeit|trainingszeit|trainingsdauer|` +
		`epochenzeit|temps|` +
		`duree|tiempo|duracion|durata|took`)
	powerWords = oneOf(`power|pwr|draw|leistung|puissance|potencia|potenza|watt`)

	// notEnergy are settings and measures whose names hold a cost's word.
	notEnergy = oneOf(`memory|mem|energy_?(model|based|loss|weight|coef|function|source|mode|tool|from)|` +
		`power_t|lr_power|` +
		`poly_?power|power_?(iterations?|law|transform|mode|scheduler?)|decay_power|co2[a-z]*|emissions?|` +
		`emissionen|carbon|price|cost_?(eur|usd)|` +
		`time_?(step|steps|zone|series|distributed|embedding|emb|dim|warp|mask|stretch|shift|window|budget|` +
		`varying|signal|bins?)|` +
		`timesteps?|timestamp|time_?stamp|real_?time|one_?time|run_?time_?(env|version)|` +
		`[a-z]+time_?encoding|efficiency|` +
		`ratio|share|percent|fraction|factor|rel|relative|quality|rank|index|id|coverage|[kmg]hz|hertz|` +
		`clock_?(speed|freq|frequency)|times_?[0-9]*x`)
	rates = oneOf(`per_(sec|secs|second|seconds|s|ms|min|minute|hour|h|kwh|wh|j|joules?|watts?|w)|` +
		`sec_rate|rate|intensity|throughput|speed|fps|ips|qps|pro_sekunde`)
	aside = oneOf(`test|testing|pred|preds|infer|inference|predict|prediction|predicted|latency|eval|evaluation|val|` +
		`valid|validation|inferenz|forward_only|scoring|score_times?|` +
		`probabilities|search|searching`)
	partial = oneOf(`cpu|gpu|ram|dram|gpus|forward|fwd|backward|bwd|data|dataload|dataloader|dataloading|` +
		`load|loading|loader|` +
		`io|comm|communication|idle|checkpoint|save|compile|startup|setup|init|memory|net|cooling|overhead|` +
		`optimizer|opt|std|stddev|sem|val|valid|validation|` +
		`working|core|package|dataset|preprocess|preprocessing|wait|queue|sleep|this_iter|since_restore|` +
		`restore|min|max|last|first`)
	component = regexp.MustCompile(`_(cpus?|gpus?|ram|dram|memory|mem|npu|tpu|disk|network)_`)
	// loading are parts that say nothing of what a training costs.
	loading = oneOf(`data|dataload|dataloader|dataloading|load|loading|loader|io|comm|communication|idle|startup|` +
		`setup|wait|queue|queued|sleep|eta|remaining`)
	// foretold are words of a path under which no cost of the training stands.
	foretold = oneOf(`predict|predicted|prediction|predictions|probabilities|scoring|inference|` +
		`estimated|estimate|expected`)
	piece = regexp.MustCompile(`_(step|steps|iter|iters|iteration|iterations|batch|batches|sample|samples|` +
		`image|img|token|it|mb)_`)
	epochal = oneOf(`epoch|epochs|ep|epoche|epoque`)
	// timed is a path below which durations stand: time.epoch_s
	timed   = regexp.MustCompile(`(?i)(^|[./:_])(times?|timings?|durations?|elapsed|wall_?time)[./:]+$`)
	foreign = regexp.MustCompile(`_(btus?|kcal|cal|calories?|ev|therms?|toe|hph|weeks?|years?|wochen)_`)
	limits  = oneOf(`limits?|budgets?|timeouts?|max_?time|max_?duration|caps?|warm_?up|patience|intervals?|` +
		`cooldown|threshold|tdp|rated|deadline|` +
		`time_?out|time_?limit|walltime_?limit|every|max_?(hours|minutes|seconds|secs)|target|goal|tgt`)
)

// CostOf tells an energy, a time or a power, and its unit, by a name: "total_energy (kWh)", "time_total_s". ok is false
// for what is none, for rates, limits and budgets. Kept whole: a list of signs, the surest first.
func CostOf(name string) (c Cost, ok bool) {
	whole := spelled(name)
	s := spelled(Last(name))
	if notEnergy.MatchString(s) && !energyUnit(s) || rates.MatchString(s) || limits.MatchString(s) ||
		Metric(Last(name)) != "" || moments.MatchString(s) {
		return c, false
	}
	energy, time, power := energyWords.MatchString(s), timeWords.MatchString(s), powerWords.MatchString(s)
	energy = energy || bareJoules.MatchString(s)
	took := time || epochal.MatchString(s) || timed.MatchString(strings.TrimSuffix(name, Last(name))) ||
		shortTime.MatchString(s)
	if s == "_energy_consumed_" { // as CodeCarbon writes it
		c.Kind, c.Unit = Energy, "kWh"
	}
	for _, u := range units {
		if u.unit == "min" && minimum.MatchString(s) {
			continue
		}
		if c.Kind == 0 && u.words.MatchString(s) && (u.clear || u.kind == Energy && energy || u.kind == Time && took ||
			u.kind == Power && power) && !(u.kind == Time && energy) && !(u.kind == Power && (energy || time)) {
			c.Kind, c.Unit = u.kind, u.unit
		}
	}
	switch {
	case c.Kind != 0:
	case power && !energyWords.MatchString(whole) || power && has(name, "consumption"):
		c.Kind = Power
	case energy:
		c.Kind = Energy
	case time:
		c.Kind = Time
	default:
		return c, false
	}
	if m := foreign.FindStringSubmatch(s); m != nil && c.Unit == "" {
		c.Foreign = m[1]
	}
	c.Aside = aside.MatchString(s) && !train.MatchString(s) || foretold.MatchString(whole)
	c.Part = partial.MatchString(whole) || aside.MatchString(s)
	c.Loading = c.Kind == Time && loading.MatchString(s)
	c.Other = c.Kind == Energy && c.Unit == "" && !ofTraining(s)
	if m := component.FindStringSubmatch(whole); m != nil {
		c.Of = m[1]
	}
	if m := piece.FindStringSubmatch(s); m != nil {
		c.Piece = m[1]
	}
	c.Epoch = epochal.MatchString(s) && !has(name, "total")
	return c, true
}

// ofTraining reports whether a name of an energy has no other words than those by which people call what a machine
// took: other energies are those of actions, molecules and sounds.
func ofTraining(s string) bool {
	rest := strings.Trim(energyWords.ReplaceAllString(strings.ReplaceAll(s, "_", "__"), ""), "_")
	return !slices.ContainsFunc(strings.FieldsFunc(rest, func(r rune) bool { return r == '_' }), func(w string) bool {
		return !machineWords.MatchString("_" + strings.TrimRight(w, "0123456789") + "_")
	})
}

var machineWords = oneOf(`total|totals|train|training|trainings|run|runs|[cgtn]pus?|ram|dram|mem|memory|node|nodes|` +
	`system|sys|device|` +
	`devices|board|soc|chip|pkg|package|core|cores|net|gross|cum|cumulative|accumulated|avg|average|mean|max|min|` +
	`median|std|sum|` +
	`epoch|epochs|per|step|iteration|batch|sample|image|token|inference|infer|test|val|valid|validation|eval|` +
	`evaluation|predict|` +
	`prediction|consumed|used|usage|electric|electrical|electricity|power|hardware|hw|compute|computation|computing|` +
	`estimated|` +
	`estimate|est|measured|idle|static|dynamic|final|overall|all|full|raw|server|host|client|clients|machine|` +
	`facility|codecarbon|` +
	`carbontracker|eco2ai|zeus|rapl|nvml|pynvml|nvidia|smi|tracker|model|process|phase|disk|network|gesamt|gesamter|` +
	`pro|epoche|` +
	`totale|entrainement|entrenamiento|treinamento|j|`)

// shortTime are units of a time without a word for it: total_ms, us_per_step, lat_ms_median, fwd_us. Numbers of so many
// milliseconds are measured; what is chosen in them says of what (window_ms, hop_ms, interval_ms).
var shortTime = regexp.MustCompile(`^_(?:(?:[a-z0-9]+_)*(?:total|lat|fwd|bwd|forward|backward|step|iter|cpu|gpu|` +
	`train)_(?:ms|us|ns)|(?:ms|us|ns)_per_[a-z]+|(?:[a-z0-9]+_)*(?:tune|tuning|fit|fitting|cold|compile|build|` +
	`search|predict|infer)_s)_(?:(?:total|sum|mean|avg|median|min|max|std|var|p[0-9]+)_)*$`)

// bareJoules are joules without a word for an energy: inference_j, total_j.
var bareJoules = regexp.MustCompile(`^_(?:[a-z0-9]+_)*(?:inference|infer|train|training|test|total|gpu|cpu|` +
	`run|epoch)_j_$`)

// minimum is the word min where it does not mean minutes: min_epoch.
var minimum = regexp.MustCompile(`^_min_(?:epochs?|ep|step|iter)`)

// energyUnit reports whether a unit of energy stands in the name: then ratio words are not the point.
func energyUnit(s string) bool {
	for _, u := range units {
		if u.kind == Energy && u.clear && u.words.MatchString(s) {
			return !notCost.MatchString(s)
		}
	}
	return false
}

var notCost = oneOf(`co2[a-z]*|carbon|emissions?|intensity|efficiency|per_?(kwh|joule)|ratio`)

// IsExtreme reports whether a name is that of the largest or the smallest of what was measured, or of a machine at
// rest: no mean, and so no power by which a time is an energy.
func IsExtreme(name string) bool { return extreme.MatchString(spelled(Last(name))) }

var extreme = oneOf(`peak|max|min|maximum|minimum|idle|p[0-9]{2}`)

// IsTemperature reports whether a name says a temperature and not of what; a network's, too.
func IsTemperature(name string) bool { return bareTemperature.MatchString(spelled(Last(name))) }

var bareTemperature = only(`(gpu|cpu|core|chip|soc)?_?(temp|temps|temperature|temperatur)`)

// IsLimit reports whether a name is a limit, a budget or a pace that was set: power_limit_w, max_time, warmup.
func IsLimit(name string) bool { return limits.MatchString(spelled(Last(name))) }
