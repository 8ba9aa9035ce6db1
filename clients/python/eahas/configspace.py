"""Spaces for ConfigSpace 1.x, and so for SMAC, DEHB and others that take its spaces.

Kinds, log scales and conditions are kept. A grid becomes a range whose values are put on the grid, so that its scale is
kept, too. Constraints on derived quantities become forbidden relations, which refuse a configuration that breaks them;
and sample_configuration draws by the bundle's own law, only configurations that lie inside. Optional axes are always
set.
"""
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from .axes import ZERO_PLACE, Axis
from .graphs import GraphError
from .values import Array

if TYPE_CHECKING:
    from .space import Space

try:
    import ConfigSpace as CS
    from ConfigSpace.forbidden import ForbiddenRelation
except ImportError as _e:
    raise ImportError("this needs ConfigSpace 1.x: pip install 'eahas[configspace]'") from _e

NETWORK = "RELATION_NETWORK"


class Scaler:
    """ConfigSpace's transformer of a range, for an axis that has not all of its values."""

    def __init__(self, inner: Any, axis: Axis) -> None:
        self.inner, self.axis = inner, axis
        self.lower_vectorized, self.upper_vectorized = inner.lower_vectorized, inner.upper_vectorized

    def to_vector(self, value: Array) -> Array:
        return np.asarray(self.inner.to_vector(value))

    def legal_value(self, value: Array) -> Array:
        return np.asarray([self.axis.why_not(v) is None for v in value], bool)

    def legal_value_single(self, value: Any) -> bool:
        return self.axis.why_not(value) is None

    def legal_vector(self, vector: Array) -> Array:
        return np.asarray(self.inner.legal_vector(vector), bool)

    def legal_vector_single(self, vector: Any) -> bool:
        return bool(self.inner.legal_vector_single(vector))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, type(self)) and self.axis == other.axis

    __hash__ = None  # type: ignore[assignment]


class GridScaler(Scaler):
    """Puts values on the axis' grid."""

    def to_value(self, vector: Array) -> Array:
        x = np.asarray(self.inner.to_value(vector), float)
        k = np.clip(np.floor((x - self.axis.low) / self.axis.step + 0.5), 0, self.axis.points - 1)
        on = self.axis.point(k)
        return on.astype(np.int64) if self.axis.kind == "integer" else on


class ZeroScaler(Scaler):
    """Of a range by the logarithm that begins a quarter of itself below low: what is nearer to its beginning than to
    low is 0."""

    def to_value(self, vector: Array) -> Array:
        x = np.asarray(self.inner.to_value(vector), float)
        return np.where(x < zero_reach(self.axis, 0.5), 0.0, np.maximum(x, self.axis.low))

    def to_vector(self, value: Array) -> Array:
        x = np.asarray(value, float)
        return super().to_vector(np.where(x == 0, zero_reach(self.axis), x))


def zero_reach(axis: Axis, part: float = 1.0) -> float:
    """The number at 0's place below the range, by the logarithm; or only a part of the way there from the low end."""
    return float(axis.low * (axis.low / axis.high) ** (-ZERO_PLACE * part))


class NetworkRelation(ForbiddenRelation):
    """Forbids configurations whose network breaks a constraint of the space. It names two of the five axes; several of
    them name all."""

    _RELATION_STR = NETWORK

    def __init__(
        self, left: Any, right: Any, space: Space | None = None, parameters: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(left, right)
        self.space, self.parameters = space, dict(parameters or {})
        self.places: dict[str, int] = {}

    def __copy__(self) -> NetworkRelation:
        return NetworkRelation(self.left, self.right, self.space, self.parameters)

    def set_vector_idx(self, hyperparameter_to_idx: Mapping[str, int]) -> None:
        super().set_vector_idx(hyperparameter_to_idx)
        self.places = {name: hyperparameter_to_idx[name] for name in self.parameters if name in hyperparameter_to_idx}

    def __repr__(self) -> str:
        return "Forbidden: a network of %s and %s outside the constraints" % (self.left.name, self.right.name)

    def is_forbidden_value(self, values: Mapping[str, Any]) -> bool:
        return self.space is not None and self.space._broken(values) is not None

    def is_forbidden_vector(self, vector: Array) -> bool:
        return self.is_forbidden_value(
            {name: hp.to_value(vector[self.places[name]]) for name, hp in self.parameters.items()}
        )

    def is_forbidden_vector_array(self, arr: Array) -> Array:
        if self.space is None or self.space.regnet is None:
            return np.zeros(arr.shape[1], bool)
        numbers = [np.asarray(self.parameters[n].to_value(arr[self.places[n]]), float) for n in self.space.regnet.axes]
        nets = self.space.regnet.networks(numbers)
        return ~self.space.kept(nets, self.space.regnet.sizes(nets))


class GraphRelation(ForbiddenRelation):
    """Forbids operations and edges that make no graph. It names two of them."""

    _RELATION_STR = "RELATION_GRAPH"

    def __init__(
        self, left: Any, right: Any, axis: Axis | None = None, parameters: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(left, right)
        self.axis, self.parameters = axis, dict(parameters or {})
        self.places: dict[str, int] = {}
        self.coordinates = axis.graph.coordinates() if axis and axis.graph else []

    def __copy__(self) -> GraphRelation:
        return GraphRelation(self.left, self.right, self.axis, self.parameters)

    def set_vector_idx(self, hyperparameter_to_idx: Mapping[str, int]) -> None:
        super().set_vector_idx(hyperparameter_to_idx)
        self.places = {name: hyperparameter_to_idx[name] for name in self.parameters if name in hyperparameter_to_idx}

    def __repr__(self) -> str:
        return "Forbidden: operations and edges of %s that make no graph" % (self.axis.name if self.axis else "")

    def is_forbidden_value(self, values: Mapping[str, Any]) -> bool:
        if self.axis is None or self.axis.graph is None:
            return False
        try:
            self.axis.graph.place(self.coordinates, [str(values[name]) for name in self.parameters])
        except (GraphError, KeyError):
            return True
        return False

    def is_forbidden_vector(self, vector: Array) -> bool:
        return self.is_forbidden_value(
            {name: hp.to_value(vector[self.places[name]]) for name, hp in self.parameters.items()}
        )

    def is_forbidden_vector_array(self, arr: Array) -> Array:
        return np.array([self.is_forbidden_vector(arr[:, i]) for i in range(arr.shape[1])], bool)


class BundleSpace(CS.ConfigurationSpace):
    """The space of a bundle. eahas_space is the Space that it was made from."""

    eahas_space: Space | None = None
    eahas_skip: frozenset[str] = frozenset()

    def sample_configuration(self, size: int | None = None) -> Any:
        """Draws by the bundle's law, inside the space; None: one, else a list."""
        if self.eahas_space is None:
            return super().sample_configuration(size)
        drawn = self.eahas_space.sample(int(self.random.randint(2**31)), 1 if size is None else size)
        graphs = tuple(a.name + "." for a in self.eahas_space.axes if a.graph)
        extra = [
            hp for hp in self.values() if hp.name not in self.eahas_space.by_name and not hp.name.startswith(graphs)
        ]
        out = []
        for c in drawn:
            values = self.eahas_space.split({k: v for k, v in c.items() if k not in self.eahas_skip})
            for hp in extra:
                values[hp.name] = hp.sample_value(seed=self.random)
            out.append(CS.Configuration(self, values=values))
        return out[0] if size is None else out

    def to_serialized_dict(self, encoders: Mapping[type, Any] | None = None) -> dict[str, Any]:
        own: dict[type, Any] = {
            GraphRelation: ("RELATION_GRAPH", lambda clause, _: {"left": clause.left.name, "right": clause.right.name}),
            NetworkRelation: (NETWORK, lambda clause, _: {"left": clause.left.name, "right": clause.right.name}),
        }
        out: dict[str, Any] = super().to_serialized_dict({**own, **(encoders or {})})
        return out


def parameter(axis: Axis) -> Any:
    """The hyperparameter of an axis."""
    meta: Any = {k: v for k, v in (("unit", axis.unit), ("doc", axis.doc)) if v} or None
    if axis.kind == "choice":
        if len(axis.choices) == 1:
            return CS.Constant(axis.name, axis.choices[0], meta=meta)
        return CS.CategoricalHyperparameter(
            axis.name, list(axis.choices), weights=list(axis.weights) or None, meta=meta
        )
    if axis.kind == "ordinal":
        return CS.OrdinalHyperparameter(axis.name, list(axis.choices), meta=meta)
    middle = np.sqrt(axis.low) * np.sqrt(axis.high) if axis.log else (axis.low + axis.high) / 2
    default = axis.point(np.array(round((float(middle) - axis.low) / axis.step))) if axis.step else middle
    if axis.kind == "integer":
        hp: Any = CS.UniformIntegerHyperparameter(
            axis.name, int(axis.low), int(axis.high), int(default), log=axis.log, meta=meta
        )
    else:
        low = zero_reach(axis) if axis.zero else axis.low
        hp = CS.UniformFloatHyperparameter(axis.name, low, axis.high, float(default), log=axis.log, meta=meta)
        if axis.zero:
            hp._transformer = ZeroScaler(hp._transformer, axis)
    if axis.step and not (axis.kind == "integer" and axis.step == 1):
        hp._transformer = GridScaler(hp._transformer, axis)
    return hp


def to_configspace(
    space: Space, seed: int | None = None, *, skip: set[str] | None = None,
    fidelity: tuple[float, float, float] | None = None,
) -> BundleSpace:
    """The space as a ConfigurationSpace. skip: axes to leave out; fidelity: adds the epoch's range."""
    for a in space.axes:
        if a.asked and a.name not in (skip or ()):
            raise ValueError(
                "axis %r is known before training and follows from no formula: no tool can choose it; fix it" % a.name
            )
    skip = skip or set()
    out = BundleSpace(name=space.description.get("name") or "eahas", seed=seed)
    parameters = {a.name: parameter(a) for a in space.axes if a.name not in skip and not a.graph}
    out.add(list(parameters.values()))
    for a in space.axes:
        if a.graph and a.name not in skip:
            _add_graph(out, space, a, parameters)
    for a in space.order:
        if a.when and a.name in parameters and a.when.param in parameters:
            parent = space[a.when.param]
            values = [parent.choices[parent.index(v)] if parent.choices else v for v in a.when.values]
            out.add(CS.InCondition(parameters[a.name], parameters[a.when.param], values))
    if fidelity:
        out.add(_epoch(fidelity))
    if space.constraints and space.regnet and not skip & set(space.regnet.axes):
        _set_valid_defaults(out, space, parameters)
        used = {name: parameters[name] for name in space.regnet.axes}
        names = list(used)
        for left, right in ((0, 1), (2, 3), (4, 0)):
            out.add(NetworkRelation(used[names[left]], used[names[right]], space, used))
    out.eahas_space, out.eahas_skip = space, frozenset(skip)
    return out


def _add_graph(out: BundleSpace, space: Space, axis: Axis, parameters: Mapping[str, Any]) -> None:
    """Operations and edges as categories, the default of which are those of a graph."""
    spec = axis.graph
    assert spec is not None
    default = space.split({axis.name: spec.sample(np.random.default_rng(0))})
    meta: Any = {"graph": axis.name}
    own: dict[str, Any] = {}
    for q in spec.coordinates():
        name = axis.name + "." + q.name
        if len(q.choices) == 1:
            own[name] = CS.Constant(name, q.choices[0], meta=meta)
        else:
            own[name] = CS.CategoricalHyperparameter(name, list(q.choices), default_value=default[name], meta=meta)
    out.add(list(own.values()))
    if axis.when and axis.when.param in parameters:
        parent = space[axis.when.param]
        values = [parent.choices[parent.index(v)] if parent.choices else v for v in axis.when.values]
        for hp in own.values():
            out.add(CS.InCondition(hp, parameters[axis.when.param], values))
    free = [hp for hp in own.values() if isinstance(hp, CS.CategoricalHyperparameter)]
    if len(free) > 1 and not axis.when:
        out.add(GraphRelation(free[0], free[1], axis, own))


def _set_valid_defaults(out: BundleSpace, space: Space, parameters: Mapping[str, Any]) -> None:
    """The default configuration must keep the constraints: a drawn one does."""
    drawn = space.sample(0)
    assert space.regnet is not None
    for name in space.regnet.axes:
        hp = parameters[name]
        hp.default_value = drawn[name]
        hp._default_vector = np.float64(hp.to_vector(drawn[name]))


def _epoch(fidelity: tuple[float, float, float]) -> Any:
    first, last, step = fidelity
    if last <= first:
        return CS.Constant("epoch", first)
    if step == 1 and first == int(first) and last == int(last):
        return CS.UniformIntegerHyperparameter("epoch", int(first), int(last), int(last))
    return CS.UniformFloatHyperparameter("epoch", first, last, last)


def fidelity_space(fidelity: tuple[float, float, float], seed: int | None = None) -> Any:
    """The epoch's range as a space."""
    out = CS.ConfigurationSpace(seed=seed)
    out.add(_epoch(fidelity))
    return out
