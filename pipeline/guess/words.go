package guess

import (
	"regexp"
	"strings"

	"eahas/trial/names"
)

// settingPrefixes are beginnings of names under which a log keeps its settings. Where there are any, what stands beside
// them is no setting.
var settingPrefixes = regexp.MustCompile(`(?i)^(params?[-_./:]|hparams?[-_./:]|hp[-_./:]|` +
	`hyper_?param(eter)?s?[-_./:]|config(uration)?[-_./:]|cfg[-_./:]|args[-./:]|settings?[-./:]|search_space[-_./:])`)

// ofPrefix are what stands behind such a beginning where it is none: param_count, config_id.
var ofPrefix = regexp.MustCompile(`(?i)^(s?_?(json|yaml|dict|str|raw|text|count|counts|size|num|number|total|id|ids|` +
	`hash|name|key|mb|gb|m|bytes|memory|file|path|index|idx|space|hint|copy|dir|folder|source|url|version|` +
	`description|note|notes))$`)

// prefixOf is the beginning under which the log keeps a setting of this name; "" when the name has none.
func prefixOf(name string) string {
	p := settingPrefixes.FindString(name)
	if p == "" || ofPrefix.MatchString(name[len(p):]) {
		return ""
	}
	return p
}

// bare is a setting's name without the prefix under which the log keeps it.
func bare(name string) string { return strings.TrimPrefix(name, prefixOf(name)) }

// isEpochs reports whether a name counts epochs; steps count where nothing else does.
func isEpochs(name string) bool { return names.IsEpoch(name) || names.IsStep(name) }
