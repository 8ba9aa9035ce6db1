package recipe

import (
	"cmp"
	"fmt"
)

// PowerTimeParams are the settings of costs as power x time: the time of a head and the power of an energy head each
// have a regressor of their own, on logarithms. Energy and time of an answer come from the same model of time, so that
// they never contradict each other. They are trained together (package experiment), each by the Trainer of its part.
type PowerTimeParams struct {
	Power Regressor `yaml:"power" json:"power"` // of mean power, watts; default gp
	Time  Regressor `yaml:"time" json:"time"`   // of times, and of whatever else is no energy; default gp
}

// powerTime is energy as power x time.
var powerTime = kind{
	name:     "powertime",
	places:   ofCost,
	law:      true,
	complete: completePowerTime,
	parts: func(r *Regressor) []part {
		return []part{{"powertime.power", &r.PowerTime.Power, nil}, {"powertime.time", &r.PowerTime.Time, nil}}
	},
	inWords: func(r *Regressor) string {
		return fmt.Sprintf("power by %s x time by %s,", r.PowerTime.Power.Kind, r.PowerTime.Time.Kind)
	},
}

// Together reports whether the costs are trained together, as power x time.
func (r *Regressor) Together() bool { return r.Kind == powerTime.name }

// completePowerTime fills in the parts.
func completePowerTime(r *Regressor, _ seat) error {
	p := or(r.PowerTime, PowerTimeParams{})
	r.PowerTime = &p
	for i, in := range r.parts() {
		in.regressor.Kind = cmp.Or(in.regressor.Kind, process.name)
		if err := in.regressor.complete(seat{place: powerPart, law: []string{"power", "time"}[i]}); err != nil {
			return fmt.Errorf("%s: %w", in.name, err)
		}
	}
	return nil
}
