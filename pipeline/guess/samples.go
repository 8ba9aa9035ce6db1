package guess

import (
	"fmt"
	"regexp"
	"strings"

	"eahas/internal/paste"
	"eahas/trial"
	"eahas/trial/names"
)

// RoleSample is the role of the columns of power samples.
const RoleSample Role = "sample"

var (
	sampleTime = regexp.MustCompile(`(?i)^(.*[./_ ])?(timestamp|time|t|elapsed|seconds|datetime)(_?(s|ms|us|sec))?$`)
	sampleOf   = regexp.MustCompile(`(?i)(power|watt|draw)`)
	deviceOf   = regexp.MustCompile(`(?i)^(index|device|gpu|gpu_?(id|index)|uuid|node|device_?(id|index))$`)
)

// joinSamples takes a log of power samples for what it is, where another log holds the runs: a column of time, one of
// power, and the ids of the other log.
func (g *Guess) joinSamples(logs []Log) error {
	for i, s := range g.surveys {
		if logs[i].Declared != nil || s.epoch != "" && s.long {
			continue
		}
		at, watts, device := s.sampleColumns()
		if at == nil || watts == nil {
			continue
		}
		runs := g.runsOf(i)
		if runs != nil {
			s.takeSamples(at, watts, device, runs)
		} else if s.sampled(at) {
			return fmt.Errorf("%w: %s holds samples of power (%s by %s) and no run that is known: name the log "+
				"that holds "+
				"the runs, too, with one column of the same name in both that says which run it is: eahas init RUNS %s",
				ErrUnclear, s.paths[0], watts.Name, at.Name, paste.Word(s.paths[0]))
		}
	}
	return nil
}

// sampled reports whether the rows are samples in time: no row is a run, none has a metric, and either runs are named
// on many rows each or the time is a point in time.
func (s *survey) sampled(at *column) bool {
	if s.long || s.id != "" && !names.IsRow(s.id) || s.has(RoleCurve) || s.has(RoleFinal) {
		return false
	}
	if at.Instant || names.IsMoment(at.Name) {
		return true
	}
	for _, c := range s.columns {
		if names.IsRunID(c.Name) && !c.List {
			if values, runs := c.distinct(); values > 0 && 10*values <= runs {
				return true
			}
		}
	}
	return false
}

// sampleColumns finds the columns of time, power and device; nil for one that there is not.
func (s *survey) sampleColumns() (at, watts, device *column) {
	for _, c := range s.columns {
		switch {
		case c.NotRead != "" || c.List:
		case at == nil && (c.Instant || sampleTime.MatchString(c.Name)):
			at = c
		case watts == nil && sampleOf.MatchString(c.Name) && !names.IsLimit(c.Name):
			watts = c
		case device == nil && deviceOf.MatchString(c.Name):
			device = c
		}
	}
	return at, watts, device
}

// takeSamples makes the log one of power samples of the runs of another log. device may be nil.
func (s *survey) takeSamples(at, watts, device *column, runs *survey) {
	p := &trial.PowerColumns{Time: at.Name, Watts: watts.Name, Start: trial.StartFirst}
	for _, c := range s.columns {
		c.take(RoleLeft, "", "a log of power samples has no such column")
	}
	s.column(runs.id).take(RoleID, "", "the runs of %s", runs.paths[0])
	at.take(RoleSample, "time",
		"the first sample is taken for the run's start; samples.start and a column start say it better")
	if !at.Instant && at.Kind != "text" {
		p.TimeUnit = "s"
		if strings.HasSuffix(strings.ToLower(at.Name), "ms") {
			p.TimeUnit = "ms"
		}
	}
	watts.take(RoleSample, "power, W", "its name; integrated over the run's time")
	if strings.Contains(strings.ToLower(watts.Name), "mw") {
		p.Unit, watts.as = "mW", "power, mW"
	}
	if device != nil {
		p.Device = device.Name
		device.take(RoleSample, "device", "devices of a run are summed")
	}
	s.power = &trial.Mapping{Path: s.paths, Layout: trial.Power, ID: runs.id, Join: trial.JoinID, Samples: p}
}

// runsOf finds the log whose id the samples carry, each on many rows.
func (g *Guess) runsOf(i int) *survey {
	for k, other := range g.surveys {
		if k == i || other.id == "" || other.power != nil {
			continue
		}
		if c := g.surveys[i].column(other.id); c != nil && !c.List && !c.Many && len(c.Values)*2 <= int(c.Rows) {
			return other
		}
	}
	return nil
}
