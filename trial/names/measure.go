package names

import (
	"regexp"
	"strings"
)

// Measure is what a name says of a number that is measured of a run beyond metrics, energy and time of the training.
type Measure struct {
	What   string // latency, throughput, memory, power, size
	Unit   string // as a config writes it (ms, images/s, MB, W); "" when the name does not tell
	Higher bool   // more is better
}

var (
	latencies = oneOf(`latency|lat_(ms|us|ns)|latencies|latenz|inferencetime|` +
		`(inference|infer|inferenz|predict|prediction)_(time|times|ns|us|ms|s|sec|seconds?)`)
	throughputs = oneOf(`throughputs?|durchsatz|fps|ips|qps|[a-z]+_per_(sec|secs|seconds?|s)`)
	memories    = oneOf(`memory|mem|vram|rss`)
	sizes       = only(`([a-z0-9]+_)?(model|checkpoint|file|disk|weights|network)_size_(bytes|[kmg]i?b)|` +
		`size_(bytes|[kmg]i?b)`)

	// notTarget are words of what stands beside a measure: shares, moments, estimates, spreads, what the air or a
	// computer's maker gives, what was counted before the training.
	notTarget = oneOf(`util|utils|utilization|utilisation|percent|ratio|share|start|end|begin|diff|delta|free|` +
		`total_?memory|available|predicted|estimated|estimate|expected|co2[a-z]*|carbon|emissions?|intensity|` +
		`flops?|macs?|params?|mfu|temp|temperature|celsius|clock|rank|regret|limit|budget|bandwidth|speedup|` +
		`rel|relative|count|n|num|steps?_done|efficiency|cost|cap|tdp|len|slots|capacity|std|stdev|stddev|sem|` +
		`var|variance|working|working_time|support`)
	things = regexp.MustCompile(`_(images|imgs?|samples|tokens|frames|sequences|words|examples|steps|iterations|it|` +
		`batches|updates|queries|requests|items)_per_(?:secs?|seconds?|s)_`)
	byteUnits = regexp.MustCompile(`_(bytes|kb|mb|gb|kib|mib|gib)_`)
)

// MeasureOf tells latency, throughput, memory, watts and size by a name, all of its path: throughput_a100,
// zcu102.latency, "Peak memory (MB)". ok is false for what is none, and for settings, shares, estimates and spreads.
func MeasureOf(name string) (m Measure, ok bool) {
	s := spelled(name)
	_, spread := IsSpread(name)
	if spread || IsLimit(name) || notTarget.MatchString(s) || inSetting.MatchString(s) || chosen.MatchString(s) {
		return m, false
	}
	switch {
	case throughputs.MatchString(s):
		m = Measure{What: "throughput", Unit: rateUnit(s), Higher: true}
	case latencies.MatchString(s):
		m = Measure{What: "latency", Unit: timeUnit(s)}
	case memories.MatchString(s) && IsMeasured(name):
		m = Measure{What: "memory", Unit: byteUnit(s)}
		if m.Unit == "" && has(name, "usage") {
			return m, false // of a device, as its tools write it: a share of the time or of what there is
		}
	case sizes.MatchString(s):
		m = Measure{What: "size", Unit: byteUnit(s)}
	default:
		c, cost := CostOf(numbered.ReplaceAllString(name, ""))
		if !cost || c.Kind != Power {
			return m, false
		}
		m = Measure{What: "power", Unit: c.Unit}
	}
	return m, true
}

// numbered are the places of a list at the end of a path: avg_power (W).0.1.
var numbered = regexp.MustCompile(`([./:][0-9]+)+$`)

func rateUnit(s string) string {
	if m := things.FindStringSubmatch(s); m != nil {
		switch m[1] {
		case "img", "imgs":
			return "images/s"
		case "it":
			return "iterations/s"
		}
		return m[1] + "/s"
	}
	if has(s, "fps") {
		return "frames/s"
	}
	return ""
}

func timeUnit(s string) string {
	for _, u := range units {
		if u.kind == Time && u.words.MatchString(s) {
			return u.unit
		}
	}
	return ""
}

func byteUnit(s string) string {
	m := byteUnits.FindStringSubmatch(s)
	switch {
	case m == nil:
		return ""
	case m[1] == "bytes":
		return "bytes"
	}
	return strings.Replace(strings.ToUpper(m[1]), "IB", "iB", 1)
}

var device = oneOf(`[a-z]{0,8}[0-9]{2,4}[a-z]{0,3}|t4|p4|l4|tpu(v[0-9][a-z]?)?|cpu|gpu|npu|edge[a-z]*|jetson|` +
	`xavier|orin|nano|pixel[0-9]*|raspi[0-9]*|rpi[0-9]*|fpga|desktop|mobile|phone`)

// IsDevice reports whether a part of a name looks like that of a device: a100, zcu102, tpuv2, edgegpu.
func IsDevice(part string) bool { return device.MatchString(spelled(part)) }

var deviceAxis = only(`([a-z]+_)?(device|devices|gpu|gpu_?(model|name|type)|hardware|accelerator|platform|hw|` +
	`machine)(_?(name|model|type))?`)

// IsDeviceAxis reports whether a column of that name says on which device a row was measured.
func IsDeviceAxis(name string) bool { return deviceAxis.MatchString(spelled(Last(name))) }

// IsBest reports whether the name is that of the best or worst of a series.
func IsBest(name string) bool {
	return has(Last(name), "best", "max", "min", "maximum", "minimum", "peak")
}

// IsEnd reports whether the name is that of the end of a series.
func IsEnd(name string) bool { return has(Last(name), "final", "last", "end") }

var signed = oneOf(`neg|r2|kappa|mcc|spearman|spearmanr|pearson|rewards?|silhouette`)

// MayBeNegative reports whether the name is that of a score that falls below 0: R2, kappa, rewards.
func MayBeNegative(name string) bool { return signed.MatchString(spelled(name)) }
