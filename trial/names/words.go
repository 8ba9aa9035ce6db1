package names

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// whole are words that are written with capitals inside: they are never taken apart, and case tells some of them.
var whole = map[string]string{
	"kWh": "kwh", "KWh": "kwh", "KWH": "kwh", "Wh": "wh", "WH": "wh", "mWh": "milliwatthours", "uWh": "microwatthours",
	"MWh": "megawatthours", "GWh": "gigawatthours",
	"kJ": "kilojoules", "mJ": "millijoules", "uJ": "microjoules", "MJ": "megajoules", "GJ": "gigajoules",
	"mW": "milliwatts", "kW": "kilowatts", "MW": "megawatts",
	"mAP": "map", "mIoU": "miou", "mIOU": "miou", "IoU": "iou", "mAcc": "acc", "aAcc": "acc", "BTU": "btu",
	"CO2": "co2", "gCO2": "co2", "kgCO2": "co2", "CO2e": "co2", "gCO2e": "co2", "kgCO2e": "co2", "CO2eq": "co2",
	"gCO2eq": "co2", "FLOPs": "flops", "GFLOPs": "flops", "MFLOPs": "flops", "TFLOPs": "flops", "AuC": "auc",
	"mwh": "milliwatthours", "mj": "millijoules", "kj": "kilojoules", "uj": "microjoules", "mw": "milliwatts",
}

// glued are units that stand at the end of a chunk without anything between: energyKWh.
var glued = []string{"kWh", "KWh", "mWh", "MWh", "Wh", "MJ", "kJ", "mJ", "Ms"}

var (
	humps   = regexp.MustCompile(`([a-z0-9])([A-Z])`)
	acronym = regexp.MustCompile(`([A-Z]+)([A-Z][a-z])`)
)

// plain are letters of European alphabets without their marks.
var plain = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "Ä", "Ae", "Ö", "Oe", "Ü", "Ue", "ß", "ss",
	"é", "e", "è", "e", "ê", "e", "á", "a", "à", "a", "ã", "a", "í", "i", "ó", "o", "õ", "o", "ú", "u",
	"ñ", "n", "ç", "c", "µ", "u", "μ", "u", "É", "E", "%", " percent ", "²", "2", "₂", "2")

// Words takes a name apart into lower-case words: total_energy (kWh) is total, energy and kwh. Units whose case counts
// are written out: mJ is millijoules, MJ megajoules.
func Words(name string) []string {
	var out []string
	chunks := strings.FieldsFunc(plain.Replace(per(name)), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
	for _, c := range chunks {
		out = append(out, chunkWords(c)...)
	}
	return out
}

var (
	perTime = regexp.MustCompile(`(?i)/ ?(s|sec|second|h|hr|hour|min|minute|k?wh|j|joule|watt)([^a-zA-Z0-9]|$)`)
	perPart = regexp.MustCompile(`(?i)(^|[^a-zA-Z0-9])([km]?wh|[km]?j|joules?|[mun]?s|secs?|seconds?|min|h|hours?|` +
		`time|energy)/` +
		`(epoch|step|it|iter|iteration|batch|sample|img|image)([^a-zA-Z0-9]|$)`)
)

// per writes the slash of a rate as a word: kWh/epoch is no path.
func per(name string) string {
	if !strings.Contains(name, "/") {
		return name
	}
	return perPart.ReplaceAllString(perTime.ReplaceAllString(name, "_per_${1}${2}"), "${1}${2}_per_${3}${4}")
}

// chunkWords takes a chunk of letters and digits apart.
func chunkWords(c string) []string {
	if w, ok := whole[c]; ok {
		return []string{w}
	}
	for _, u := range glued {
		rest, ok := strings.CutSuffix(c, u)
		if ok && rest != "" && rest[len(rest)-1] >= 'a' && rest[len(rest)-1] <= 'z' {
			unit := whole[u]
			if unit == "" {
				unit = strings.ToLower(u)
			}
			return append(chunkWords(rest), unit)
		}
	}
	if c == strings.ToLower(c) {
		return unglue(c)
	}
	c = acronym.ReplaceAllString(humps.ReplaceAllString(c, "${1}_${2}"), "${1}_${2}")
	var out []string
	for _, w := range strings.Split(c, "_") {
		out = append(out, unglue(strings.ToLower(w))...)
	}
	return out
}

// before are words that often stand before a metric's or a cost's without anything between: valacc, trainloss.
var before = []string{"validation", "valid", "val", "testing", "test", "training", "train", "eval", "dev"}

var behind = regexp.MustCompile(`^(acc|accuracy|loss|err|error|f1|auc|iou|miou|map|bleu|ppl|perplexity|mse|rmse|mae|` +
	`score|time|top1|top5)$`)

// unglue takes valacc apart.
func unglue(w string) []string {
	for _, b := range before {
		if rest, ok := strings.CutPrefix(w, b); ok && behind.MatchString(rest) {
			return []string{b, rest}
		}
	}
	return []string{w}
}

// spelled is the name as its words with "_" between, before and behind, for patterns.
func spelled(name string) string { return "_" + strings.Join(Words(name), "_") + "_" }

// has reports whether one of the words is among those of the name.
func has(name string, words ...string) bool {
	return slices.ContainsFunc(Words(name), func(w string) bool { return slices.Contains(words, w) })
}

// oneOf matches spelled names that hold one of the alternatives as whole words.
func oneOf(alternatives string) *regexp.Regexp {
	return regexp.MustCompile(`_(?:` + alternatives + `)_`)
}

// only matches spelled names that are one of the alternatives.
func only(alternatives string) *regexp.Regexp {
	return regexp.MustCompile(`^_(?:` + alternatives + `)_$`)
}

// Last is the name behind the last dot, slash or colon.
func Last(name string) string {
	name = per(name)
	path, unit := name, ""
	if i := strings.IndexAny(name, "(["); i > 0 {
		path, unit = name[:i], name[i:]
	}
	return path[strings.LastIndexAny(strings.TrimRight(path, "./: "), "./:")+1:] + unit
}
