package search

import (
	"math"

	"eahas/artifacts"
)

// Metric says what a task's curves are and how they become losses.
type Metric struct {
	artifacts.Metric
}

// Loss turns a value of the metric into a loss, the lower the better: 100 - v for percentages of which more is better,
// -v for other scores, v itself for errors and losses.
func (m Metric) Loss(v float64) float64 {
	switch {
	case !m.HigherBetter:
		return v
	case m.Percent():
		return 100 - v
	}
	return -v
}

// Value is the inverse of Loss.
func (m Metric) Value(loss float64) float64 { return m.Loss(loss) }

// leastError is the smallest error, in percent, whose logarithm a model sees.
const leastError = 0.01

// modelled returns the number that a method's model learns for a loss: its natural logarithm where losses are errors in
// percent, the loss itself elsewhere.
func (m Metric) modelled(loss float64) float64 {
	if m.Percent() {
		return math.Log(max(loss, leastError))
	}
	return loss
}

// LossName returns what the loss is called: "error" for percentages, else the metric's name.
func (m Metric) LossName() string {
	switch {
	case m.Percent() && m.HigherBetter:
		return "100 - " + m.Name
	case m.HigherBetter:
		return "-" + m.Name
	}
	return m.Name
}
