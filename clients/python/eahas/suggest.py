"""Configurations from Optuna's trials."""
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .errors import EahasError

if TYPE_CHECKING:
    from .axes import Axis
    from .space import Space


def suggest(trial: Any, space: Space) -> dict[str, Any]:
    """Asks an Optuna trial for a value on every axis that exists, and returns a configuration that lies inside the
    space. 0 beside a range by the logarithm is a choice of its own, the parameter "NAME is 0".

    Where the space has constraints on a network, the network is the nearest of some drawn ones to what the trial
    suggests (Space.nearest): trial.params is then the suggestion, and the configuration is also kept as
    trial.user_attrs["config"]."""
    config: dict[str, Any] = {}
    for axis in space.order:
        if space.active(axis, config):
            config[axis.name] = _value(trial, axis)
    if space.constraints:
        config = space.nearest(config)
        trial.set_user_attr("config", config)
    return config


def _value(trial: Any, axis: Axis) -> Any:
    if axis.graph:
        raise EahasError(
            "axis %r is of graphs, which Optuna has no distribution for; Space.to_configspace has one" % axis.name
        )
    if axis.choices:
        return trial.suggest_categorical(axis.name, list(axis.choices))
    if axis.kind == "integer" and (axis.step == 1 or not axis.log):
        step = 1 if axis.log else int(axis.step)
        return trial.suggest_int(axis.name, int(axis.low), int(axis.high), log=axis.log, step=step)
    if axis.zero and trial.suggest_categorical(axis.name + " is 0", [False, True]):
        return 0.0
    x = trial.suggest_float(axis.name, axis.low, axis.high, log=axis.log)
    return axis.on_grid(x)
