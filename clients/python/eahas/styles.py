"""The benchmark as users of YAHPO Gym, mf-prior-bench and ConfigSpace know theirs."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Union

import numpy as np

from .errors import EahasError
from .space import Config

if TYPE_CHECKING:
    from .benchmark import Benchmark

EPOCH = "epoch"  # the fidelity's name, as `eahas yahpo` writes it


@dataclass(frozen=True)
class Point:
    """One point of a trajectory.

    fidelity    number of the epoch
    value       the metric there; error and accuracy: in percent where the metric is one of them
    cost        seconds spent up to it; None where the surrogate does not know
    energy      joules spent up to it; None where the surrogate does not know
    """

    fidelity: float
    value: float
    error: float | None
    accuracy: float | None
    cost: float | None
    energy: float | None


class Styles:
    """Methods of Benchmark that follow other benchmarks."""

    @property
    def _self(self) -> Benchmark:
        return self  # type: ignore[return-value]

    # YAHPO Gym

    @property
    def target_names(self) -> list[str]:
        """The names of objective_function's targets: the metric's, energy_j and time_s up to the epoch, and totals;
        those that the surrogate knows."""
        b = self._self
        out = [b.metric["name"]] if "curve" in b._heads and b.rule.length else []
        trained = bool(b.rule.length)
        for what, unit in (("energy", "_j"), ("time", "_s")):
            each, total = what + "_per_epoch" in b._heads, what + "_total" in b._heads
            if trained and (each or total):
                out.append(what + unit)
            if total or trained and each:
                out.append(what + "_total" + unit)
        return out + (["inference_energy_j"] if "inference_energy" in b._heads else [])

    def objective_function(
        self,
        configuration: Config | Sequence[Config],
        seed: int | Sequence[int] | None = None,
        fidelity: float | None = None,
        **ignored: Any,
    ) -> list[dict[str, float]]:
        """The targets of one or many configurations at an epoch, as YAHPO Gym has it: a list of dicts, one a
        configuration.

        configuration    dicts or ConfigSpace configurations; the key "epoch" is the fidelity (missing: the whole run),
                         and the instance's axis may be among them
        seed             adds noise (see Benchmark.query_batch); None: the expected values
        ignored          YAHPO's logging and multithread
        """
        b = self._self
        one = isinstance(configuration, Mapping) or not isinstance(configuration, (list, tuple))
        configs = [dict(c) for c in ([configuration] if one else configuration)]  # type: ignore[arg-type]
        own = EPOCH in b._whole.by_name
        up_to = [None if own else c.pop(EPOCH, None) for c in configs]
        epochs = [float(np.inf) if e is None else float(e) for e in up_to]
        if fidelity is not None:
            epochs = [float(fidelity)] * len(configs)
        a = b.query_batch(
            configs, epochs if b.rule.length else None, seed=[seed] if one and isinstance(seed, int) else seed
        )
        series: dict[str, Any] = {b.metric["name"]: a.value, "energy_total_j": a.energy_total,
                                  "time_total_s": a.time_total, "inference_energy_j": a.inference_energy}
        at = np.maximum(a.lengths - 1, 0)[:, None]
        for name, v in (("energy_j", a.energy), ("time_s", a.time)):
            series[name] = None if v is None or not v.shape[1] else np.take_along_axis(v, at, 1)[:, 0]
        return [
            {t: float(series[t][i]) for t in self.target_names if series[t] is not None} for i in range(len(configs))
        ]

    def get_opt_space(self, drop_fidelity_params: bool = True, seed: int | None = None) -> Any:
        """The space to search, for ConfigSpace: without fixed axes; with the epoch unless drop_fidelity_params."""
        b = self._self
        from .configspace import to_configspace

        fidelity = None if drop_fidelity_params else self.fidelity_range
        return to_configspace(b.space, seed, skip=set(b.fixed), fidelity=fidelity)

    def get_fidelity_space(self, seed: int | None = None) -> Any:
        """The fidelity (epoch) as a space for ConfigSpace."""
        from .configspace import fidelity_space

        return fidelity_space(self.fidelity_range, seed)

    @property
    def fidelity_range(self) -> tuple[float, float, float]:
        """First and greatest epoch that a run can have, and their distance. Where the length is predicted, the greatest
        of the golden queries counts."""
        b = self._self
        rule = b.rule
        if not rule.length:
            raise EahasError("the surrogate does not know the epochs of a run: there is no fidelity")
        if rule.length == "fixed":
            last = rule.last
        elif rule.length == "axis":
            axis = b.space.by_name.get(rule.axis) or b._whole[rule.axis]
            values = [v for v in (_number(c) for c in axis.choices) if v is not None] if axis.choices else [axis.high]
            last = max(values) - rule.offset
        else:
            import json

            last = max(float(json.loads(line)["last"]) for line in b._golden.splitlines())
        return rule.first, last, rule.step

    def set_instance(self, value: Any, axis: str | None = None) -> None:
        """Fixes the instance's axis, such as the problem, in place; None frees it. axis: its name, once, unless
        instance_axis is set."""
        b = self._self
        if axis is not None:
            b._instance_axis = axis
        name = self.instance_axis
        free = {k: v for k, v in b.fixed.items() if k != name}
        b.fixed, b.space = free, b._whole
        new = b.fix(**free) if value is None else b.fix(**{**free, name: value})
        b.fixed, b.space = new.fixed, new.space if new.fixed else b._whole

    @property
    def instance_axis(self) -> str:
        """The axis that names the instance: the one given to set_instance, or one called instance, problem, task,
        dataset, model or OpenML_task_id."""
        b = self._self
        for name in (b._instance_axis, "instance", "problem", "task", "dataset", "OpenML_task_id", "model"):
            if name is not None and name in b._whole.by_name:
                return name
        raise EahasError(
            "no axis is known as the instance; name one: set_instance(value, axis=...), of %s"
            % ", ".join(b._whole.names)
        )

    @property
    def instances(self) -> list[Any]:
        """The values of the instance's axis."""
        return self._self._whole[self.instance_axis].values()

    # mf-prior-bench

    def trajectory(
        self, config: Config, *, frm: float | None = None, to: float | None = None, at: Sequence[float] | None = None,
        seed: int | None = None,
    ) -> list[Point]:
        """The points of one configuration's run: those from epoch frm to epoch to (None: the ends), or those nearest
        below the epochs at. seed: adds noise."""
        a = self._self.query(config, to if at is None else max(at), seed=seed)
        if not len(a.curve):
            raise EahasError("the surrogate knows no learning curve")
        if at is None:
            places = np.flatnonzero(a.epochs >= (a.epochs[0] if frm is None else frm))
        else:
            places = np.searchsorted(a.epochs, np.asarray(at, float), side="right") - 1
            if (places < 0).any():
                raise ValueError("an epoch of %r lies before the first, %r" % (list(at), a.epochs[0]))
        percent = a.kind in ("error", "accuracy")
        out = []
        for i in places:
            v = float(a.curve[i])
            error = (v if a.kind == "error" else 100 - v) if percent else None
            time, energy = (float(s[i]) if len(s) else None for s in (a.time, a.energy))
            out.append(Point(float(a.epochs[i]), v, error, None if error is None else 100 - error, time, energy))
        return out

    # syne-tune

    def to_syne_tune(self, seed: int | None = None) -> Any:
        """The benchmark as a syne-tune Blackbox, see eahas.synetune."""
        from .synetune import blackbox

        return blackbox(self._self)

    def plot(self, configs: Any, ax: Any = None, **style: Any) -> Any:
        """Draws the learning curves of configurations (or of their number, drawn); needs matplotlib. Returns the
        axes."""
        from .plotting import plot_curves

        b = self._self
        return plot_curves(b.query_batch(b.sample(0, configs) if isinstance(configs, int) else configs), ax, **style)


Number = Union[int, float]


def _number(v: Any) -> float | None:
    from .values import number

    return number(v)
