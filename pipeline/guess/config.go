package guess

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"

	"eahas/features"
	"eahas/trial"
)

// Size is how much there is to learn.
type Size struct {
	Runs    int
	Axes    int // of the mapping that has most
	Curve   bool
	Numbers int // costs, further targets and final metrics
}

// Size counts what the config asks for.
func (g *Guess) Size() Size {
	out := Size{Numbers: len(g.proposed)}
	for i := range g.Mappings {
		m := &g.Mappings[i]
		out.Axes = max(out.Axes, len(m.Params))
		if g.surveys[i].power == nil {
			out.Runs += g.surveys[i].runs
		}
		out.Curve = out.Curve || m.Curve != nil
		for _, there := range []bool{m.Final != nil, m.Energy != nil, m.Time != nil, m.InferenceEnergy != nil} {
			if there {
				out.Numbers++
			}
		}
	}
	return out
}

// YAML writes the config, with the grounds of each line in a comment. The logs are those that were looked at; variant
// is what it trains, and why stands behind it.
func (g *Guess) YAML(name string, logs []Log, variant, why string) ([]byte, error) {
	var b bytes.Buffer
	fmt.Fprintf(&b, "# Written by 'eahas init' or 'eahas run' from what the columns look like: every line is a guess "+
		"that you can change, kinds and\n"+
		"# units above all. Then: eahas run -config THIS_FILE\n")
	fmt.Fprintf(&b, "name: %s\nseed: 1\nlogs:\n", name)
	for i, m := range g.Mappings {
		if o := logs[i].Origin; len(o) > 0 {
			m.Path, m.Import, m.Name = o, true, logs[i].Name
		}
		if err := g.surveys[i].write(&b, m); err != nil {
			return nil, err
		}
	}
	b.WriteString("space:\n")
	if err := features.WriteYAML(&b, g.Space, g.inference.Observed, "  "); err != nil {
		return nil, err
	}
	if err := g.writeTargets(&b); err != nil {
		return nil, err
	}
	b.WriteString("# settings: [NAME] # axes that foretell a result almost exactly, and are settings all the same\n")
	g.writeEpochs(&b)
	b.WriteString("evaluate:\n  folds: 5\n  # group_by: NAME # the axis by which curves are grouped in the scores, " +
		"such as the task; default: equal length\n")
	fmt.Fprintf(&b, "variants:\n  - %s # %s\n"+
		"  # - bezier+gbdt # the paper's recipe; its trees can be written in every format\n  # - golearn-baseline\n",
		variant, why)
	return b.Bytes(), nil
}

// writeEpochs says how long runs are, where runs were cut that do not say it.
func (g *Guess) writeEpochs(b *bytes.Buffer) {
	if g.cut == nil {
		b.WriteString("# epochs: {axis: NAME} # the axis that states the number of epochs, if there is one; else it " +
			"is found out\n")
		return
	}
	fmt.Fprintf(b, "epochs: {fixed: %s} # %s; answers go on to this epoch. If the length is an outcome of its own: "+
		"{predict: true}\n", strconv.FormatFloat(g.cut.planned, 'g', -1, 64), g.cut.why)
}

// remark is what stands behind a key of a mapping: the grounds of the column of this role.
func (s *survey) remark(r Role) string {
	c := s.of(r)
	if c == nil {
		return ""
	}
	return c.Name + ": " + c.saysStrays()
}

// write writes the mapping as one item of the list logs, with the grounds as comments, and below it what is left out.
func (s *survey) write(b *bytes.Buffer, m trial.Mapping) error {
	y, err := yaml.Marshal(m)
	if err != nil {
		return fmt.Errorf("%s: %w", filepath.Base(m.Path[0]), err)
	}
	remarks := map[string]string{"id": s.remark(RoleID), "curve": s.remark(RoleCurve), "final": s.remark(RoleFinal),
		"energy": s.remark(RoleEnergy),
		"time":   s.remark(RoleTime), "seed": s.remark(RoleSeed), "planned": s.remark(RolePlanned),
		"ended": s.remark(RoleEnded), "group": s.remark(RoleGroup),
		"inference_energy": s.remark(RoleInference), "layout": s.layoutWhy(m.Layout)}
	for i, line := range strings.Split(strings.TrimRight(string(y), "\n"), "\n") {
		lead := "    "
		if i == 0 {
			lead = "  - "
		}
		if key, _, _ := strings.Cut(line, ":"); remarks[key] != "" {
			line += " # " + oneLine(remarks[key])
		}
		fmt.Fprintf(b, "%s%s\n", lead, line)
	}
	for _, c := range s.columns {
		if c.role == RoleLeft || c.role == RoleResult {
			fmt.Fprintf(b, "    # %s: %s: %s\n", c.role, oneLine(c.Name), oneLine(c.saysStrays()))
		}
	}
	return nil
}

func (s *survey) layoutWhy(l trial.Layout) string {
	switch l {
	case trial.Long:
		return "a row an epoch: " + s.epoch + " counts up in each " + s.id
	case trial.Power:
		return "samples of power of runs that another log holds"
	}
	return "a row a run"
}

// oneLine keeps a comment on one line.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == 0x85 || r == 0x2028 || r == 0x2029 {
			return ' '
		}
		return r
	}, s)
}
