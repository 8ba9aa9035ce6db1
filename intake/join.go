package intake

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"math"
	"path"
	"slices"
	"strings"

	"eahas/features"
)

// join brings together what several tools logged of the same runs: their own logs first, then what energy tools
// measured.
func (l *Log) join() error {
	l.joinTools()
	for _, s := range l.samples {
		s.integrate()
		if s.skipped > 0 {
			l.leave(s.from, "%d readings%s are no number", s.skipped, ofDevice(s.device))
		}
		if s.resets > 0 {
			l.Notes = append(l.Notes,
				fmt.Sprintf("%s: the counter%s began anew %d times; what was used between those readings is not "+
					"counted", s.from, ofDevice(s.device), s.resets))
		}
	}
	if err := l.joinMeters(); err != nil {
		return err
	}
	if err := l.joinSamples(); err != nil {
		return err
	}
	l.nameRuns()
	return nil
}

func ofDevice(d string) string {
	if d == "" {
		return ""
	}
	return " of " + d
}

// place is the folder where a run's log lies.
func (r *Run) place() string {
	if path.Ext(r.From) == "" || strings.HasSuffix(r.ID, path.Base(r.From)) && r.Tool == "mlflow" {
		return r.From
	}
	return path.Dir(r.From)
}

// joinTools merges the runs of a later tool into those of an earlier one: where both have the same id or name and no
// other has it, or where the one's folder holds the other's and no other run of that tool.
func (l *Log) joinTools() {
	var order []string
	byTool := map[string][]*Run{}
	for _, r := range l.Runs {
		if byTool[r.Tool] == nil {
			order = append(order, r.Tool)
		}
		byTool[r.Tool] = append(byTool[r.Tool], r)
	}
	if len(order) < 2 {
		return
	}
	gone := map[*Run]bool{}
	for i, first := range order {
		for _, second := range order[i+1:] {
			a, b := remaining(byTool[first], gone), remaining(byTool[second], gone)
			n := 0
			for from, to := range partners(a, b) {
				to.merge(from)
				gone[from] = true
				n++
			}
			if n > 0 {
				l.Notes = append(l.Notes, fmt.Sprintf("%d runs are logged by %s and %s: joined", n, first, second))
			}
		}
	}
	l.Runs = slices.DeleteFunc(l.Runs, func(r *Run) bool { return gone[r] })
}

func remaining(runs []*Run, gone map[*Run]bool) []*Run {
	return slices.DeleteFunc(slices.Clone(runs), func(r *Run) bool { return gone[r] })
}

// partners maps runs of b to the runs of a that are the same.
func partners(a, b []*Run) map[*Run]*Run {
	out := map[*Run]*Run{}
	for _, key := range []func(*Run) string{
		func(r *Run) string { return r.ID }, func(r *Run) string { return path.Base(r.ID) },
		func(r *Run) string { return r.Name },
	} {
		left, right := unique(a, key), unique(b, key)
		for k, x := range left {
			if y := right[k]; k != "" && x != nil && y != nil && out[y] == nil {
				out[y] = x
			}
		}
	}
	// Folder within folder: each run of b belongs to the nearest run of a above it, if it is the only one there.
	places := unique(a, (*Run).place)
	owner, count := map[*Run]*Run{}, map[*Run]int{}
	for _, y := range b {
		for dir := y.place(); dir != "." && dir != "/"; dir = path.Dir(dir) {
			if x := places[dir]; x != nil {
				owner[y] = x
				count[x]++
				break
			}
		}
	}
	for y, x := range owner {
		if count[x] == 1 && out[y] == nil && !slices.Contains(slices.Collect(maps.Values(out)), x) {
			out[y] = x
		}
	}
	return out
}

// unique indexes runs, or documents that become runs, by a key; a key of two of them leads to nil.
func unique[T any](runs []*T, key func(*T) string) map[string]*T {
	out := map[string]*T{}
	for _, r := range runs {
		k := key(r)
		if _, twice := out[k]; twice {
			out[k] = nil
			continue
		}
		out[k] = r
	}
	return out
}

// addMissing adds the entries of from whose keys to has not.
func addMissing[M ~map[string]V, V any](to, from M) {
	for k, v := range from {
		if _, ok := to[k]; !ok {
			to[k] = v
		}
	}
}

// merge takes what another tool logged of the same run; what is here already stays.
func (r *Run) merge(o *Run) {
	addMissing(r.Config, o.Config)
	addMissing(r.Series, o.Series)
	addMissing(r.Final, o.Final)
	addMissing(r.Tags, o.Tags)
	if r.Seed == "" {
		r.Seed = o.Seed
	}
	if r.Name == "" {
		r.Name = o.Name
	}
	if math.IsNaN(r.Planned) {
		r.Planned = o.Planned
	}
	if r.Status == Unknown {
		r.Status = o.Status
	}
	if math.IsNaN(r.Started) || o.Started < r.Started {
		r.Started = o.Started
	}
	if math.IsNaN(r.Ended) || o.Ended > r.Ended {
		r.Ended = o.Ended
	}
	if r.Clock == nil {
		r.Clock = o.Clock
	}
	if r.Device == "" {
		r.Device = o.Device
	}
}

// nameRuns makes ids unique across tools and fit for docs/log.md: without the folders that all runs share, with ":"
// between the rest, and not too long.
func (l *Log) nameRuns() {
	shared := sharedFolders(l.Runs)
	seen := map[string]bool{}
	for _, r := range l.Runs {
		id := strings.Trim(strings.Join(strings.Split(r.ID, "/")[shared:], ":"), ":")
		id = strings.Map(func(c rune) rune {
			if c < ' ' || c == '\\' || c == 0x7f {
				return '_'
			}
			return c
		}, strings.ToValidUTF8(id, "_"))
		if id == "" {
			id = "run"
		}
		if len(id) > ownRunLength-8 {
			sum := sha256.Sum256([]byte(id))
			id = strings.ToValidUTF8(id[len(id)-(ownRunLength-24):], "") + hex.EncodeToString(sum[:8])
		}
		r.ID = id
		for n := 2; seen[r.ID]; n++ {
			r.ID = fmt.Sprintf("%s (%d)", id, n)
		}
		seen[r.ID] = true
	}
}

// sharedFolders counts the leading parts that the ids of all runs share, the last part left out.
func sharedFolders(runs []*Run) int {
	if len(runs) == 0 {
		return 0
	}
	first := strings.Split(runs[0].ID, "/")
	n := len(first) - 1
	for _, r := range runs {
		parts := strings.Split(r.ID, "/")
		n = min(n, len(parts)-1)
		for i := range n {
			if parts[i] != first[i] {
				n = i
				break
			}
		}
	}
	return n
}

// joinMeters gives each meter to its run: by name, by folder, by time. Without any runs a meter is one.
func (l *Log) joinMeters() error {
	if len(l.meters) == 0 {
		return nil
	}
	l.declareTotals()
	alone := len(l.Runs) == 0
	how := map[string]int{}
	taken := map[*Run]*meter{}
	for i, m := range l.meters {
		var run *Run
		way := "alone"
		if alone {
			var err error
			if run, err = l.run(m.tool, meterID(m, i), m.from); err != nil {
				return err
			}
			run.span(m.start)
			run.span(m.end)
			if run.Name = run.ID; len(m.names) > 1 {
				run.Name = m.names[1]
			}
		} else if run, way = l.ownerOf(m); run == nil {
			l.leave(m.from, "%s: %s", strings.Join(m.names, ", "), way)
			continue
		}
		if old := taken[run]; old != nil && old.tool == m.tool {
			l.leave(m.from, "%s: the run %s has an energy from %s already", strings.Join(m.names, ", "), run.ID,
				old.from)
			continue
		}
		taken[run] = m
		if !alone {
			how[m.tool+" by "+way]++
		}
		run.meter(m)
	}
	for _, k := range slices.Sorted(maps.Keys(how)) {
		l.Notes = append(l.Notes, fmt.Sprintf("%d runs have their energy from %s", how[k], k))
	}
	return nil
}

func meterID(m *meter, i int) string {
	if len(m.names) > 0 {
		return m.names[0]
	}
	return fmt.Sprintf("%s %d", m.tool, i+1)
}

func (l *Log) declareTotals() {
	l.declare(Column{Name: "seconds", Role: RoleSeconds, Unit: "s", Shape: Cumulative,
		Why: "since the start, as the energy tool measured"})
	l.declare(Column{Name: "joules", Role: RoleJoules, Unit: "J", Shape: Cumulative, Why: "since the start"})
	l.declare(Column{Name: "total_seconds", Role: RoleSeconds, Unit: "s", Shape: Total,
		Why: "of the whole run, as the energy tool measured"})
	l.declare(Column{Name: "total_joules", Role: RoleJoules, Unit: "J", Shape: Total, Why: "of the whole run"})
}

// ownerOf finds the run that a meter measured, and says how; without one it says why not.
func (l *Log) ownerOf(m *meter) (*Run, string) {
	for _, key := range []func(*Run) string{
		func(r *Run) string { return r.ID }, func(r *Run) string { return r.Name },
		func(r *Run) string { return path.Base(r.ID) },
	} {
		index := unique(l.Runs, key)
		for _, name := range m.names {
			if r := index[name]; r != nil && name != "" {
				return r, "name"
			}
		}
	}
	var here []*Run
	for _, r := range l.Runs {
		if m.dir != "." && r.place() == m.dir {
			here = append(here, r)
		}
	}
	if len(here) == 1 && l.metersIn(m.dir, m.tool) == 1 {
		return here[0], "folder"
	}
	return l.runAt(m)
}

// runAt finds the run that ran while the meter measured, if one alone did.
func (l *Log) runAt(m *meter) (*Run, string) {
	var best *Run
	most, second := 0.0, 0.0
	for _, r := range l.Runs {
		if share := overlap(m.start, m.end, r.Started, r.Ended); share > most {
			best, most, second = r, share, most
		} else if share > second {
			second = share
		}
	}
	switch {
	case best == nil:
		return nil, "no run has its name, lies in its folder, or ran at its time"
	case most < 0.5:
		return nil, fmt.Sprintf("no run ran at its time (the nearest, %s, shares %.0f %% of it)", best.ID, 100*most)
	case second > most/2:
		return nil, "several runs ran at its time"
	}
	return best, "time"
}

func (l *Log) metersIn(dir, tool string) int {
	n := 0
	for _, m := range l.meters {
		if m.dir == dir && m.tool == tool {
			n++
		}
	}
	return n
}

// overlap is the share of the span from a to b that the span from c to d covers; 0 where one is unknown.
func overlap(a, b, c, d float64) float64 {
	if !(b > a) || !(d > c) {
		return 0
	}
	return max(0, min(b, d)-max(a, c)) / (b - a)
}

// meter takes a meter's numbers.
func (r *Run) meter(m *meter) {
	r.EnergyFrom = m.tool
	if r.Device == "" {
		r.Device = m.device
	}
	if m.joulesBy != nil && len(m.joulesBy.Epochs) > 0 && r.Series["joules"] == nil {
		r.Series["joules"] = m.joulesBy
		if r.Series["seconds"] == nil {
			r.Series["seconds"] = m.secondsBy
		}
	}
	if !math.IsNaN(m.joules) {
		r.Final["total_joules"] = features.Number(m.joules)
	}
	if _, ok := r.Final["total_seconds"]; !ok && !math.IsNaN(m.seconds) && r.Series["seconds"] == nil {
		r.Final["total_seconds"] = features.Number(m.seconds)
	}
}

// minCoverage is the least share of a run's time that samples must cover for their energy to be the run's.
const minCoverage = 0.95

// joinSamples integrates the samples over the time of each run; without any runs each file is one.
func (l *Log) joinSamples() error {
	if len(l.samples) == 0 {
		return nil
	}
	l.declareTotals()
	files := map[string][]*samples{}
	owned := map[*Run][]*samples{}
	var order []string
	for _, s := range l.samples {
		if s.owner != nil {
			owned[s.owner] = append(owned[s.owner], s)
			continue
		}
		if files[s.from] == nil {
			order = append(order, s.from)
		}
		files[s.from] = append(files[s.from], s)
	}
	if len(l.Runs) == 0 {
		for _, name := range order {
			if err := l.samplesAlone(name, files[name]); err != nil {
				return err
			}
		}
		return nil
	}
	timed := func(r *Run) bool { return r.Ended > r.Started || r.Clock != nil }
	if len(order) > 0 && !slices.ContainsFunc(l.Runs, timed) {
		l.leave(order[0], "the runs' logs do not say when they were, so nobody knows whose power this is: log times "+
			"(timestamp) with the epochs, or give a table with run, start and end of each")
	}
	l.warnOverlap(order)
	for _, r := range l.Runs {
		mine := owned[r]
		for _, name := range order { // of several files the first that covers the run
			if mine == nil && coverage(files[name], r) > 0 {
				mine = files[name]
			}
		}
		if mine != nil {
			l.spend(r, mine)
		}
	}
	return nil
}

func coverage(s []*samples, r *Run) float64 {
	if len(s) == 0 || !(r.Ended > r.Started) {
		return 0
	}
	least := 1.0
	for _, x := range s {
		least = min(least, x.covered(r.Started, r.Ended))
	}
	return least
}

// warnOverlap says when runs shared the devices.
func (l *Log) warnOverlap(files []string) {
	if len(files) == 0 {
		return
	}
	runs := slices.DeleteFunc(slices.Clone(l.Runs), func(r *Run) bool { return !(r.Ended > r.Started) })
	slices.SortStableFunc(runs, func(a, b *Run) int { return compareFloat(a.Started, b.Started) })
	shared, until := 0, math.Inf(-1)
	for _, r := range runs {
		if r.Started < until-0.01*(r.Ended-r.Started) {
			shared++
		}
		until = max(until, r.Ended)
	}
	if shared > 0 {
		l.Notes = append(l.Notes,
			fmt.Sprintf("%d runs began before another had ended: samples of all devices are in the joules of each, "+
				"so their energy is too high", shared))
	}
}

func compareFloat(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// spend gives a run the energy that samples show for its time, by epoch where its clock is known.
func (l *Log) spend(r *Run, all []*samples) {
	if c := coverage(all, r); c < minCoverage {
		l.leave(all[0].from, "%s: the samples cover %.0f %% of its time, fewer than %.0f %%: no energy", r.ID, 100*c,
			100*minCoverage)
		return
	}
	sum := func(t float64) (joules float64) {
		for _, s := range all {
			joules += s.until(t)
		}
		return joules
	}
	began := sum(r.Started)
	r.Final["total_joules"] = features.Number(sum(r.Ended) - began)
	r.Final["total_seconds"] = features.Number(r.Ended - r.Started)
	r.EnergyFrom = "samples " + all[0].tool
	if all[0].counter {
		r.EnergyFrom = "counter " + all[0].tool
	}
	if r.Device == "" && len(all) > 1 {
		r.Device = fmt.Sprintf("%d devices", len(all))
	}
	if r.Clock == nil || r.Series["joules"] != nil {
		return
	}
	r.Clock.sort()
	if r.Clock.Values[0] <= r.Started { // nothing says when the first epoch began
		return
	}
	joules, seconds := &Series{}, &Series{}
	for i, at := range r.Clock.Values {
		if i > 0 && at < r.Clock.Values[i-1] {
			return
		}
		joules.set(r.Clock.Epochs[i], sum(at)-began)
		seconds.set(r.Clock.Epochs[i], at-r.Started)
	}
	r.Series["joules"] = joules
	if r.Series["seconds"] == nil {
		r.Series["seconds"] = seconds
	}
}

// samplesAlone makes a run of the samples of a file.
func (l *Log) samplesAlone(name string, all []*samples) error {
	run, err := l.run(all[0].tool, strings.TrimSuffix(name, path.Ext(name)), name)
	if err != nil {
		return err
	}
	from, to, joules := math.Inf(1), math.Inf(-1), 0.0
	for _, s := range all {
		if n := len(s.at); n > 1 {
			from, to, joules = min(from, s.at[0]), max(to, s.at[n-1]), joules+s.joules[n-1]
		}
	}
	if !(to > from) {
		return nil
	}
	run.Started, run.Ended = from, to
	run.Final["total_joules"] = features.Number(joules)
	run.Final["total_seconds"] = features.Number(to - from)
	run.EnergyFrom = "samples " + all[0].tool
	if len(all) > 1 {
		run.Device = fmt.Sprintf("%d devices", len(all))
	}
	return nil
}

// joinDevices names devices: "4 x NVIDIA A100", different ones joined with " + ".
func joinDevices(names []string, count map[string]int) string {
	slices.Sort(names)
	out := make([]string, len(names))
	for i, n := range names {
		if out[i] = n; count[n] > 1 {
			out[i] = fmt.Sprintf("%d x %s", count[n], n)
		}
	}
	return strings.Join(out, " + ")
}
