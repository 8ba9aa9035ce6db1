"""Optuna: one trial, one run."""

from __future__ import annotations

import os
from types import TracebackType
from typing import Any, Mapping

import optuna

from ..logger import Run, log


class TrialRun:
    """A run that reports to its trial. Made by log_trial."""

    def __init__(self, run: Run, trial: optuna.trial.Trial, metric: str | None) -> None:
        """metric: what is reported to the trial; None: nothing."""
        self.run = run
        self._trial = trial
        self._metric = metric

    def __enter__(self) -> TrialRun:
        """The run itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Ends the run; TrialPruned ends it as pruned."""
        self.run.close(error)

    def epoch(
        self,
        number: float | Mapping[str, Any] | None = None,
        metrics: Mapping[str, Any] | None = None,
        /,
        **more: Any,
    ) -> None:
        """Logs an epoch as Run.epoch, reports the metric, and raises TrialPruned where the trial should be pruned.

        Trials of several objectives cannot be pruned: nothing is reported.
        """
        if isinstance(number, Mapping):
            more = {**number, **(metrics or {}), **more}
            number, metrics = None, None
        values = {**(metrics or {}), **more}
        self.run.epoch(number, values)
        value = values.get(self._metric) if self._metric else None
        if value is None or len(self._trial.study.directions) > 1:
            return
        step = self.run.last_epoch
        self._trial.report(float(value), int(step or 0))
        if self._trial.should_prune():
            raise optuna.TrialPruned(f"pruned after epoch {step:g}")

    def result(self, **metrics: Any) -> None:
        """As Run.result."""
        self.run.result(**metrics)


def log_trial(
    trial: optuna.trial.Trial, folder: str | os.PathLike[str] = "runs", *, metric: str | None = None, **arguments: Any
) -> TrialRun:
    """Starts to log a trial, after its parameters were suggested: they are the configuration, their distributions the
    space.

    metric: reported to the trial after each epoch, which prunes it if its pruner says so. arguments: of eahas.log;
    config is laid over the trial's parameters.
    """
    given = dict(arguments)
    given["config"] = {**trial.params, **(arguments.get("config") or {})}
    given["tags"] = {"study": trial.study.study_name, "trial": trial.number, **(arguments.get("tags") or {})}
    given["space"] = {**space_of(trial.distributions), **(arguments.get("space") or {})}
    if metric is not None:
        given.setdefault("objective", metric)
    return TrialRun(log(folder, **given), trial, metric)


def space_of(distributions: Mapping[str, optuna.distributions.BaseDistribution]) -> dict[str, dict[str, Any]]:
    """Axis to its declaration, as docs/log.md has it."""
    out: dict[str, dict[str, Any]] = {}
    for name, d in distributions.items():
        if isinstance(d, optuna.distributions.FloatDistribution):
            out[name] = {"kind": "log" if d.log else "linear", "low": d.low, "high": d.high}
            if d.step is not None:
                out[name]["step"] = d.step
        elif isinstance(d, optuna.distributions.IntDistribution):
            out[name] = {"kind": "integer", "low": d.low, "high": d.high}
            if d.step != 1:
                out[name]["step"] = d.step
            if d.log:
                out[name]["log"] = True
        elif isinstance(d, optuna.distributions.CategoricalDistribution):
            choices = [c for c in d.choices if c is not None]  # None: the axis does not exist
            if all(isinstance(c, (bool, int, float, str)) for c in choices):
                out[name] = {"kind": "choice", "choices": choices}
    return out
