package guess

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"eahas/trial/arrowio"
	"eahas/trial/names"
	"eahas/trial/target"
)

// nameTargets gives each proposal the shortest name that no other one, no axis and no built-in target has: the last
// part of its column's path, with the device before it, with more of the path, the whole path, with a number.
func (g *Guess) nameTargets(found []*proposal) {
	options := make([][]string, len(found))
	count := map[string]int{}
	for i, p := range found {
		options[i] = targetNames(p)
		for _, n := range slices.Compact(slices.Clone(options[i])) {
			count[n]++
		}
	}
	used := map[string]bool{}
	for i, p := range found {
		at := slices.IndexFunc(options[i], func(n string) bool { return count[n] == 1 && !used[n] && g.fits(n, p) })
		if at >= 0 {
			p.Name = target.Target(options[i][at])
		} else {
			longest := options[i][len(options[i])-1]
			for k := 2; p.Name == "" || used[string(p.Name)] || !g.fits(string(p.Name), p); k++ {
				p.Name = target.Target(fmt.Sprintf("%.55s_%d", longest, k))
			}
		}
		used[string(p.Name)] = true
	}
}

// fits reports whether a target can be called so.
func (g *Guess) fits(name string, p *proposal) bool {
	c := p.TargetColumn
	c.Name = target.Target(name)
	_, err := arrowio.Targets(nil, append(g.targetColumns(), c))
	return err == nil && c.Name != target.Final && g.Space.Param(name) == nil
}

// targetNames are names for a proposal, the shortest first.
func targetNames(p *proposal) []string {
	parts := pathParts(p.column.Name)
	last := len(parts) - 1
	var out []string
	for from := last; from >= 0; from-- {
		if from == last && from > 0 && names.IsDevice(parts[from-1]) {
			continue
		}
		out = append(out, targetName(parts[from:], p.Unit))
	}
	return append(out, targetName(parts, ""))
}

var unfit = regexp.MustCompile(`[^A-Za-z0-9]+`)

// targetName joins parts of a path: without a mean, without what stands there twice, and without the unit, which an
// answer may have another one of.
func targetName(parts []string, unit string) string {
	var words []string
	for _, w := range strings.Split(strings.Trim(unfit.ReplaceAllString(strings.Join(parts, "_"), "_"), "_"), "_") {
		if l := strings.ToLower(w); l != "mean" && l != "avg" && l != "average" && !slices.Contains(words, w) {
			words = append(words, w)
		}
	}
	if n := len(words); n > 1 && unit != "" && strings.EqualFold(words[n-1], unit) {
		words = words[:n-1]
	}
	name := strings.Join(words, "_")
	if name == "" || !(name[0]|32 >= 'a' && name[0]|32 <= 'z') {
		name = "target_" + name
	}
	return strings.TrimRight(fmt.Sprintf("%.60s", name), "_")
}

// pathParts takes a name apart at dots, slashes and colons, but not within brackets and rates (a unit: images/s).
func pathParts(name string) []string {
	if last := names.Last(name); strings.HasSuffix(name, last) && last != name {
		head := strings.TrimRight(strings.TrimSuffix(name, last), "./: ")
		if head == "" {
			return []string{last}
		}
		return append(pathParts(head), last)
	}
	return []string{name}
}

// writeTargets writes the proposals as the config's list targets, each with its grounds; those beyond the number that
// is proposed are commented.
func (g *Guess) writeTargets(b *bytes.Buffer) error {
	if len(g.proposed) == 0 {
		return nil
	}
	b.WriteString("targets: # numbers of each run that are learnt, too; take out what you do not ask for\n")
	for i, p := range slices.Concat(g.proposed, g.further) {
		y, err := yaml.MarshalWithOptions(p.TargetColumn, yaml.Flow(true))
		if err != nil {
			return fmt.Errorf("target %s: %w", p.Name, err)
		}
		lead := "  - "
		if i >= len(g.proposed) {
			lead = "  # - "
		}
		fmt.Fprintf(b, "%s%s # %s\n", lead, strings.TrimSpace(string(y)), oneLine(p.why))
	}
	return nil
}
