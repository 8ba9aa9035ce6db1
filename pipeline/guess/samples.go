package guess

import (
	"regexp"
	"strings"

	"eahas/trial"
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
func (g *Guess) joinSamples(logs []Log) {
	if len(logs) < 2 {
		return
	}
	for i, s := range g.surveys {
		if logs[i].Declared != nil || s.epoch != "" && s.long {
			continue
		}
		at, watts, device := -1, -1, -1
		for k, c := range s.columns {
			switch {
			case c.NotRead != "" || c.List:
			case at < 0 && (c.Instant || sampleTime.MatchString(c.Name)):
				at = k
			case watts < 0 && sampleOf.MatchString(c.Name) && !limitWords.MatchString(c.Name):
				watts = k
			case device < 0 && deviceOf.MatchString(c.Name):
				device = k
			}
		}
		runs := g.runsOf(i)
		if at < 0 || watts < 0 || runs == nil {
			continue
		}
		p := &trial.PowerColumns{Time: s.columns[at].Name, Watts: s.columns[watts].Name, Start: trial.StartFirst}
		for _, c := range s.columns {
			c.take(RoleLeft, "", "a log of power samples has no such column")
		}
		s.column(runs.id).take(RoleID, "", "the runs of %s", runs.paths[0])
		t := s.columns[at]
		t.take(RoleSample, "time",
			"the first sample is taken for the run's start; samples.start and a column start say it better")
		if !t.Instant && t.Kind != "text" {
			p.TimeUnit = "s"
			if strings.HasSuffix(strings.ToLower(t.Name), "ms") {
				p.TimeUnit = "ms"
			}
		}
		s.columns[watts].take(RoleSample, "power, W", "its name; integrated over the run's time")
		if strings.Contains(strings.ToLower(s.columns[watts].Name), "mw") {
			p.Unit, s.columns[watts].as = "mW", "power, mW"
		}
		if device >= 0 {
			p.Device = s.columns[device].Name
			s.columns[device].take(RoleSample, "device", "devices of a run are summed")
		}
		s.power = &trial.Mapping{Path: s.paths, Layout: trial.Power, ID: runs.id, Join: trial.JoinID, Samples: p}
	}
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
