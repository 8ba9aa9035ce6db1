package recipe

import (
	"fmt"
	"reflect"
	"slices"

	"eahas/models"
	"eahas/models/auto"
	gbdttrain "eahas/models/gbdt/train"
	"eahas/models/gp"
	mlptrain "eahas/models/mlp/train"
	"eahas/models/stack"
)

// AutoParams are the settings of the ensemble of unlike members (package auto).
type AutoParams struct {
	// quick, normal (default) or best: which members, unless they are named
	Effort  string        `yaml:"effort" json:"effort,omitempty"`
	Members []StackMember `yaml:"members" json:"members,omitempty"` // beside the group's mean
	// yes or no: the variant "guided" is one more member of a curve; default by the effort: quick no, best yes, normal
	// where there are 200 training rows
	Guided string `yaml:"guided" json:"guided,omitempty"`
	// axes that make a group; default: the config's evaluate.group_by where it is an axis
	By []string `yaml:"by" json:"by,omitempty"`
	// yes or no: runs of a curve that surely fail are answered apart; default yes
	Failed string `yaml:"failed" json:"failed,omitempty"`
}

// together joins unlike members with weights fitted on inner folds.
var together = kind{
	name:     "auto",
	places:   ofCurve | ofCost | powerPart,
	complete: completeAuto,
	trainer: func(r *Regressor, t Task, rep models.Representation, data models.Data) (models.Trainer, error) {
		return r.Auto.trainer(t, rep, data.X.N, configurations(t, data))
	},
	parts: func(r *Regressor) []part {
		var out []part
		for i := range r.Auto.Members {
			m := &r.Auto.Members[i]
			out = append(out, part{fmt.Sprintf("auto.%d", i), &m.Regressor, &m.Representation})
		}
		return out
	},
}

var (
	efforts = []string{"quick", "normal", "best"}
	yesNo   = []string{"yes", "no"}
)

// members lists the members of an effort: kinds that err in unlike ways. The processes of a curve search their length
// scales on few rows, and extra trees are few, because there is one training for each inner fold and target; with the
// effort quick those processes share them, one search for six (but see AutoParams.seeing), and a network sees few rows
// only (quickNetworkRows). A process of costs, one output, sees more rows than those of a curve, where each of the
// numbers has a process of its own, and goes on with the search on all of them (but see manyRows). Neighbours answer
// costs that were measured nearly twice, and help no curve. Costs may be steps (memory that is taken in blocks): those
// are learnt by trees of which a leaf may be one row. The boosted trees of the effort quick draw their thresholds at
// random: a few large steps on the best thresholds err more.
func members(effort string, curve bool) []StackMember {
	process := GPParams{MaxRows: 2500, TuneRows: 500, Polish: 3}
	small := gbdttrain.Params{Rounds: 500, Rate: 0.05, MinChildCount: 5}
	shallow := gbdttrain.Params{Rounds: 1000, Rate: 0.1, Leaves: 4, MinChildCount: 5}
	random := gbdttrain.Params{Forest: true, ExtraTrees: true, MultiOutput: true, Rounds: 100}
	steps := gbdttrain.Params{Rounds: 300, Rate: 0.08, Leaves: 12, MinChildCount: 1, RowSample: 0.8}
	narrow := mlptrain.Params{Hidden: []int{32, 32}}
	tuned := 300 // rows of the neighbours' search
	if effort == "quick" {
		process = quickProcess
		small = gbdttrain.Params{ExtraTrees: true, Rounds: 200, Rate: 0.1, MinChildCount: 5}
		random.Rounds, tuned = 50, 100
		narrow.Solver = mlptrain.LBFGS
	}
	if curve && effort == "quick" {
		process.Shared = true
	} else if curve {
		process = GPParams{MaxRows: 1000, TuneRows: 200, Polish: -1}
	}
	out := []StackMember{
		{Base: "linear"},
		{Base: "extratrees", Regressor: Regressor{GBDT: &random}},
		{Base: "gbdt", Regressor: Regressor{GBDT: &small}},
		{Base: "gp", Regressor: Regressor{GP: &process}},
		{Base: "mlp", Regressor: Regressor{MLP: &narrow}},
	}
	if effort == "best" {
		out = append(out, StackMember{Base: "gbdt", Regressor: Regressor{GBDT: &shallow}})
	}
	if !curve {
		out = append(out, StackMember{Base: "knn", Regressor: Regressor{KNN: &KNNParams{TuneRows: tuned}}},
			StackMember{Base: "gbdt", Regressor: Regressor{GBDT: &steps}})
	}
	if curve {
		for i := range out {
			out[i].Base = "svd+" + out[i].Base
			out[i].Representation = Representation{Kind: "svd", Components: curveComponents}
		}
		if effort == "best" {
			out = append(out, StackMember{Base: epochKind + "+extratrees"})
		}
	}
	return out
}

// curveComponents is how many singular vectors the members see of a curve.
const curveComponents = 6

// completeAuto fills in the defaults of an effort and refuses what cannot be. Kept whole: its settings one by one.
func completeAuto(r *Regressor, at seat) error {
	p := or(r.Auto, AutoParams{})
	r.Auto = &p
	if p.Effort == "" {
		p.Effort = "normal"
	}
	if k := at.representation; at.curve() && k != "grid" && k != "ranks" {
		return fmt.Errorf("auto joins its members on a grid or on ranks, not on %q", k)
	}
	if !slices.Contains(efforts, p.Effort) {
		return fmt.Errorf("auto.effort: %q is not one of quick, normal, best", p.Effort)
	}
	for name, value := range map[string]string{"guided": p.Guided, "failed": p.Failed} {
		if value != "" && !slices.Contains(yesNo, value) {
			return fmt.Errorf("auto.%s: %q is not one of yes, no", name, value)
		}
	}
	if at.curve() {
		if p.Guided == "" && p.Effort != "normal" { // else see guides
			p.Guided = yesNo[0]
			if p.Effort == "quick" {
				p.Guided = yesNo[1]
			}
		}
		if p.Failed == "" {
			p.Failed = yesNo[0]
		}
	} else if p.Guided != "" || p.Failed != "" {
		return fmt.Errorf("auto.guided and auto.failed are for curves")
	}
	if len(p.Members) == 0 {
		p.Members = members(p.Effort, at.curve())
	}
	for i := range p.Members {
		if err := p.Members[i].complete(at); err != nil {
			return fmt.Errorf("auto.members[%d]: %w", i, err)
		}
	}
	return nil
}

// costMargin is the share of the range of log costs by which a member may leave it: a tenth costs accuracy at the ends
// of the space.
const costMargin = 1

// logPower is what the errors of logarithms are raised to when weights are fitted: a relative error is no worse for
// being huge. The members are joined by their weighted median, for which that is the loss, too; with the effort quick
// and fewer than eitherConfigs by the mean where it errs less, and members that answer far too high count less there.
const logPower = 1

// eitherConfigs is the number of configurations up to which that gains. With other efforts it was not measured.
const eitherConfigs = 25

// quickFolds is the number of inner folds of the effort quick.
const quickFolds = 3

// quickNetworkRows is the number of rows above which the effort quick trains no network of L-BFGS, whose steps see all
// of them.
const quickNetworkRows = 400

// quickProcess is a process of the effort quick; those of a curve share one.
var quickProcess = GPParams{MaxRows: 1000, TuneRows: 100, Polish: -1}

// seeing lists the members that are trained on so many rows. With the effort quick and fewer than fewRows, where the
// searches take hardly any time, the processes of a curve have length scales of their own, unless settings are named.
func (p *AutoParams) seeing(rows int) []StackMember {
	if p.Effort != "quick" {
		return p.Members
	}
	out := slices.DeleteFunc(slices.Clone(p.Members), func(m StackMember) bool {
		n := m.Regressor.MLP
		return rows > quickNetworkRows && n != nil && n.Solver == mlptrain.LBFGS
	})
	shared := quickProcess
	shared.Shared = true
	for i := range out {
		if g := out[i].Regressor.GP; rows < fewRows && g != nil && reflect.DeepEqual(*g, shared) {
			own := quickProcess
			out[i].Regressor.GP = &own
		}
	}
	return out
}

// configurations counts the groups of repeats that inner folds keep together.
func configurations(task Task, data models.Data) int {
	if data.Groups == nil || task.Apart {
		return data.X.N
	}
	seen := map[int]bool{}
	for _, g := range data.Groups {
		seen[g] = true
	}
	return len(seen)
}

// trainer makes the ensemble's Trainer for so many rows of so many configurations. rep is the variant's grid, nil for
// costs.
func (p *AutoParams) trainer(task Task, rep models.Representation, rows, configs int) (models.Trainer, error) {
	members := p.seeing(rows)
	inner, err := (&StackParams{Members: members}).trainer(task, rep)
	if err != nil {
		return nil, err
	}
	simple := inner.(stack.Trainer)
	for i := range simple.Members {
		if m := members[i].Regressor.MLP; m != nil && m.Seeds == 0 {
			simple.Members[i].Trainer = oneOfFew(simple.Members[i].Trainer, wholeOfFew(m))
		}
		if members[i].Regressor.Kind == process.name {
			simple.Members[i].Trainer = plainOfMany(simple.Members[i].Trainer)
		}
	}
	t := auto.Trainer{Members: unlike(simple.Members), Times: simple.Times, By: p.By, ByRow: task.Apart}
	if task.Whole != "" {
		t.Whole = []string{task.Whole}
	}
	if rep == nil {
		t.Margin = costMargin
	}
	if task.Log {
		t.Power, t.Median, t.Unshrunk = logPower, true, true
		if p.Effort == "quick" && configs < eitherConfigs {
			t.Median, t.Either, t.Relative = false, true, true
		}
	}
	if p.Effort == "quick" {
		t.Folds = quickFolds
	}
	if rep != nil && p.guides(rows) {
		lines, err := guidedMember(task, rep)
		if err != nil {
			return nil, err
		}
		t.Stacks = append(t.Stacks, lines)
	}
	if p.Failed == "yes" {
		t.Failed = gbdttrain.Trainer{Params: gbdttrain.Params{Forest: true, ExtraTrees: true, Rounds: 100}}
	}
	return t, nil
}

// fewRows is the number of rows below which a member of networks is one network, guided's too: a training takes as many
// steps on few rows as on many, and there are more inner folds. That of a simple member, of whose settings only the
// widths are named, is trained by L-BFGS there.
const fewRows = 200

// guides reports whether "guided" is a member where there are so many training rows. With few it takes most of the time
// of the effort normal and gains nothing (docs/decisions.md).
func (p *AutoParams) guides(rows int) bool {
	if p.Guided == "" {
		return rows >= fewRows
	}
	return p.Guided == yesNo[0]
}

// oneOfFew is a member's trainer that trains one network where there are few rows, with the settings few where they are
// given.
func oneOfFew(trainer func(models.Representation, *models.Data) (models.Trainer, error),
	few *mlptrain.Params) func(models.Representation, *models.Data) (models.Trainer, error) {
	return func(rep models.Representation, d *models.Data) (models.Trainer, error) {
		t, err := trainer(rep, d)
		m, ok := t.(mlptrain.Trainer)
		switch {
		case err != nil || !ok || d.X.N >= fewRows:
			return t, err
		case few != nil:
			m.Params = *few
		default:
			m.Params.Seeds = 1
		}
		return m, nil
	}
}

// wholeOfFew gives the settings of a network of L-BFGS in place of one of which only the widths are named, else nil.
func wholeOfFew(p *mlptrain.Params) *mlptrain.Params {
	if !reflect.DeepEqual(*p, mlptrain.Params{Hidden: p.Hidden}) {
		return nil
	}
	return &mlptrain.Params{Solver: mlptrain.LBFGS, Hidden: p.Hidden}
}

// manyRows is the number of rows above which the search of a process for length scales does not go on with all rows: a
// step takes the cube of their number.
const manyRows = 1500

// plainOfMany is a member's trainer whose process does not go on with its search where there are many rows.
func plainOfMany(trainer func(models.Representation, *models.Data) (models.Trainer, error)) func(models.Representation,
	*models.Data) (models.Trainer, error) {
	return func(rep models.Representation, d *models.Data) (models.Trainer, error) {
		t, err := trainer(rep, d)
		if m, ok := t.(gp.Trainer); ok && err == nil && d.X.N > manyRows {
			m.Polish = -1
			return m, nil
		}
		return t, err
	}
}

// guidedMember is the curve side of the variant "guided" as a member.
func guidedMember(task Task, rep models.Representation) (auto.Stack, error) {
	p := guidedStack()
	if err := p.complete(seat{place: ofCurve, representation: "grid"}); err != nil {
		return auto.Stack{}, err
	}
	t, err := p.trainer(task, rep)
	if err != nil {
		return auto.Stack{}, err
	}
	own := t.(stack.Trainer)
	for i := range own.Members {
		own.Members[i].Trainer = oneOfFew(own.Members[i].Trainer, nil)
	}
	return auto.Stack{Name: guided, Trainer: own}, nil
}

// unlike gives members that share a name numbers.
func unlike(members []stack.Member) []stack.Member {
	seen := map[string]int{}
	for i := range members {
		name := members[i].Name
		if seen[name]++; seen[name] > 1 {
			members[i].Name = fmt.Sprintf("%s %d", name, seen[name])
		}
	}
	return members
}
