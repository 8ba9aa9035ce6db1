package arrowio

import (
	"cmp"
	"fmt"
	"math"
	"strconv"

	"eahas/features"
	"eahas/trial"
)

// gathering is all mappings' trials while they are put together.
type gathering struct {
	drafts []*draft
	plans  map[*draft]*plan
	byID   map[string]*draft
	gone   map[string]string // ids that were filtered or rejected
	bad    rejections
	joined int
	tally  map[*plan]*tally
}

func newGathering() *gathering {
	return &gathering{plans: map[*draft]*plan{}, byID: map[string]*draft{}, gone: map[string]string{},
		tally: map[*plan]*tally{}}
}

// add takes the drafts of one mapping, joins or appends them.
func (g *gathering) add(p *plan, parts []*part) {
	t := &tally{}
	g.tally[p] = t
	var ds []*draft
	first := map[string]*draft{} // ids of this mapping
	for _, part := range parts {
		t.add(part.tally)
		g.bad.join(part.bad)
		for id, why := range part.gone {
			g.gone[id] = why
		}
		for _, d := range part.drafts {
			if twin, twice := first[d.ID]; twice && twin.donor == d.donor {
				g.bad.add(d.reject(&problem{p.ID, d.ID,
					fmt.Sprintf("duplicate trial: the id is in row %d of %s already", twin.Source.Row,
						twin.Source.File)}))
				continue
			} else if !twice {
				first[d.ID] = d
			}
			ds = append(ds, d)
		}
	}
	ds = g.pair(p, ds)
	switch p.Join {
	case trial.JoinID:
		for _, d := range ds {
			if host := g.byID[d.ID]; host != nil {
				g.merge(host, d)
			} else {
				g.alone(p, d)
			}
		}
	case trial.JoinConfig:
		g.byConfig(p, g.drafts, ds)
	default:
		for _, d := range ds {
			g.append(p, d)
		}
	}
}

// pair joins the rows of pycls files without curves to those of the files with curves.
func (g *gathering) pair(p *plan, ds []*draft) []*draft {
	if p.Layout != trial.Pycls {
		return ds
	}
	var hosts, donors []*draft
	for _, d := range ds {
		if d.donor {
			donors = append(donors, d)
		} else {
			hosts = append(hosts, d)
		}
	}
	if len(donors) == 0 || len(hosts) == 0 {
		return ds
	}
	rest := newGathering()
	rest.tally[p] = &tally{}
	if p.ID != "" && p.Join != trial.JoinConfig {
		ids := make(map[string]*draft, len(hosts))
		for _, h := range hosts {
			ids[h.ID] = h
		}
		for _, d := range donors {
			if h := ids[d.ID]; h != nil {
				rest.merge(h, d)
			} else {
				rest.alone(p, d)
			}
		}
	} else {
		rest.byConfig(p, hosts, donors)
	}
	g.joined += rest.joined
	g.bad.join(rest.bad)
	return append(hosts, rest.drafts...)
}

// byConfig joins donors to the hosts of the same configuration. With as many donors as hosts they pair up in order (by
// seed where both have one); else the first donor serves all hosts, for the cost of a configuration is that of its
// repeats.
func (g *gathering) byConfig(p *plan, hosts, donors []*draft) {
	at := map[string][]*draft{}
	for _, h := range hosts {
		k := h.Config.Key()
		at[k] = append(at[k], h)
	}
	mine := map[string][]*draft{}
	for _, d := range donors {
		k := d.Config.Key()
		mine[k] = append(mine[k], d)
	}
	for _, d := range donors {
		k := d.Config.Key()
		hs, ds := at[k], mine[k]
		if len(hs) == 0 {
			g.alone(p, d)
			continue
		}
		if h := bySeed(hs, d.Seed); h != nil {
			g.merge(h, d)
			continue
		}
		i := 0
		for ds[i] != d {
			i++
		}
		switch {
		case len(hs) == len(ds):
			g.merge(hs[i], d)
		case i == 0:
			for _, h := range hs {
				g.merge(h, d)
			}
		default:
			g.bad.add(d.reject(&problem{"", k,
				fmt.Sprintf("record %d of a configuration that has %d trials to join; the first was used", i+1,
					len(hs))}))
		}
	}
}

func bySeed(hs []*draft, seed string) *draft {
	if seed == "" {
		return nil
	}
	for _, h := range hs {
		if h.Seed == seed {
			return h
		}
	}
	return nil
}

// alone keeps a joining trial without a partner if it says what its configuration is.
func (g *gathering) alone(p *plan, d *draft) {
	switch why := g.gone[d.ID]; {
	case p.Join == trial.JoinID && why == "filtered":
	case p.Join == trial.JoinID && why != "":
		g.bad.add(d.reject(&problem{p.ID, d.ID, "the trial to join was " + why}))
	case len(d.Config) == 0:
		g.bad.add(d.reject(&problem{p.ID, d.ID, "no trial to join, and no configuration of its own"}))
	default:
		d.Notes = append(d.Notes, trial.Note{Kind: NoteNoPartner})
		g.append(p, d)
	}
}

// append adds a trial of its own.
func (g *gathering) append(p *plan, d *draft) {
	if g.byID[d.ID] != nil {
		old := d.ID
		for n := 2; g.byID[d.ID] != nil; n++ {
			d.ID = old + "#" + strconv.Itoa(n)
		}
		d.Notes = append(d.Notes, trial.Note{Kind: NoteRenamed, Detail: old + " is in an earlier mapping too"})
	}
	g.byID[d.ID] = d
	g.plans[d] = p
	g.drafts = append(g.drafts, d)
}

// merge gives host what d knows and host does not. Where both know and differ, d is rejected. Kept whole: what may be
// joined, field by field.
func (g *gathering) merge(host, d *draft) {
	refuse := func(column, value, reason string) {
		g.bad.add(d.reject(&problem{column, value, reason}))
	}
	for name, want := range d.Config.All() {
		if v := host.Config.Get(name); !v.IsMissing() && v != want {
			refuse(name, want.String(), fmt.Sprintf("the trial to join has %s = %s", name, v))
			return
		}
	}
	if len(host.Curve.Epochs) > 0 && len(d.Curve.Epochs) > 0 {
		refuse("", "", "the trial to join has a curve already")
		return
	}
	for _, c := range []struct {
		what string
		a, b trial.Cost
	}{{"energy", host.TrainEnergy, d.TrainEnergy}, {"inference energy", host.TestEnergy, d.TestEnergy}} {
		if known(c.a) && known(c.b) {
			refuse("", "", "the trial to join has this "+c.what+" already")
			return
		}
	}
	host.Config = union(host.Config, d.Config)
	host.Slices = union(host.Slices, d.Slices)
	host.Group = cmp.Or(host.Group, d.Group)
	host.Seed = cmp.Or(host.Seed, d.Seed)
	if host.Fold < 0 {
		host.Fold = d.Fold
	}
	if math.IsNaN(host.Length) {
		host.Length = d.Length
	}
	if len(host.Curve.Epochs) == 0 {
		host.Curve = d.Curve
	}
	for _, c := range []struct{ to, from *trial.Cost }{{&host.TrainEnergy, &d.TrainEnergy},
		{&host.TrainTime, &d.TrainTime}, {&host.TestEnergy, &d.TestEnergy}} {
		if !known(*c.to) {
			*c.to = *c.from
		}
	}
	for _, n := range d.Numbers {
		if _, known := host.Number(n.Target); !known {
			host.Numbers = append(host.Numbers, n)
		}
	}
	for _, c := range d.Curves {
		if len(host.CurveOf(c.Target).Epochs) == 0 {
			host.Curves = append(host.Curves, c)
		}
	}
	if host.ends == nil {
		host.ends, host.endsSkip = d.ends, d.endsSkip
	}
	host.Notes = append(host.Notes, d.Notes...)
	host.bad = append(host.bad, d.bad...)
	g.joined++
}

// union is a, and what b has where a has nothing.
func union(a, b features.Packed) features.Packed {
	for name, v := range b.All() {
		if a.Get(name).IsMissing() {
			a = a.With(name, v)
		}
	}
	return a
}
