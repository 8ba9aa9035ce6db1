"""The axes of a bundle: check, encode and sample configurations (FORMAT.md section 3)."""
from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Union

import numpy as np

from .axes import Axis, Column
from .errors import BundleError, RefusedConfiguration
from .graphs import GraphError
from .known import Known
from .regnet import MOST_STAGES, Network, Networks, RegNet, Sizes
from .values import Array, log10, missing

if TYPE_CHECKING:
    from .sampling import Sampler

Config = Mapping[str, Any]
Configs = Union[Sequence[Config], Mapping[str, Any], Any]  # dicts, a dict of columns, or a DataFrame
FEW = 4  # networks that are generated one by one
QUANTITIES = ("params", "flops", "acts", "stages")


class Table:
    """Many configurations by column. Made by Space.table."""

    def __init__(self, columns: dict[str, Column], n: int, active: dict[str, Array]) -> None:
        self.columns, self.n, self.active = columns, n, active
        self.networks: tuple[Networks, Sizes] | None = None
        self.known: tuple[dict[str, Array], Array] | None = None


class Space:
    """The joint space of architectures and hyperparameters.

    axes         the axes, in order
    constraints  bounds on derived quantities (params, flops, acts, stages): quantity, low, high
    """

    def __init__(self, description: Mapping[str, Any], derived_names: Sequence[str] = ()) -> None:
        self.description: dict[str, Any] = dict(description)
        self.axes = [Axis.of(a) for a in description["params"]]
        self.by_name = {a.name: a for a in self.axes}
        self.constraints: list[dict[str, Any]] = [dict(c) for c in description.get("constraints") or []]
        self._check_description()
        self.order = sorted(self.axes, key=self._depth)
        self.regnet = RegNet(self.description) if description.get("derived") else None
        self.derived = Derived(self, list(derived_names)) if description.get("derived_columns") else None
        self.known = Known(self, description["known"]) if description.get("known") else None
        self._names = frozenset(self.by_name)
        self._graphs = {a.name: a.graph for a in self.axes if a.graph}
        self._sampler: Sampler | None = None
        self._pool: tuple[Array, list[Array]] | None = None

    def _check_description(self) -> None:
        if not self.axes or len(self.axes) > 1000 or len(self.by_name) != len(self.axes):
            raise BundleError("%d axes of %d names" % (len(self.axes), len(self.by_name)))
        for a in self.axes:
            if a.when and (a.when.param not in self.by_name or not a.when.values):
                raise BundleError("axis %r has a condition on %r" % (a.name, a.when.param))
        if self.description.get("derived") not in (None, "", "regnet"):
            raise BundleError("derived quantities of the kind %r" % self.description["derived"])
        if self.constraints and not self.description.get("derived"):
            raise BundleError("constraints without derived quantities")
        for c in self.constraints:
            if c.get("quantity") not in QUANTITIES:
                raise BundleError("a constraint on %r" % c.get("quantity"))
            c["low"], c["high"] = float(c.get("low") or 0), float(c["high"])

    def _depth(self, axis: Axis) -> int:
        n = 0
        while axis.when:
            axis, n = self.by_name[axis.when.param], n + 1
            if n > len(self.axes):
                raise BundleError("axis %r depends on itself" % axis.name)
        return n

    @property
    def names(self) -> list[str]:
        """The axes' names, in order."""
        return [a.name for a in self.axes]

    def __len__(self) -> int:
        return len(self.axes)

    def __iter__(self) -> Iterator[Axis]:
        return iter(self.axes)

    def __getitem__(self, name: str) -> Axis:
        return self.by_name[name]

    def __contains__(self, config: object) -> bool:
        """Whether a configuration lies inside."""
        try:
            self.check(config)  # type: ignore[arg-type]
        except (RefusedConfiguration, TypeError, AttributeError):
            return False
        return True

    def joined(self, config: Config) -> Config:
        """The configuration with each graph in one piece: where an axis of graphs is not given, but its operations and
        edges are, as ConfigSpace has them (cell.op.1, cell.edge.0-1)."""
        out: dict[str, Any] | None = None
        for name, spec in self._graphs.items():
            coordinates = spec.coordinates()
            keys = [name + "." + q.name for q in coordinates]
            if missing(config.get(name)) and all(k in config for k in keys):
                out = {k: v for k, v in (out or config).items() if k not in keys}
                try:
                    out[name] = spec.text(spec.place(coordinates, [str(config[k]) for k in keys]))
                except (GraphError, KeyError) as e:
                    raise RefusedConfiguration(name, "its operations and edges make no graph: %s" % e) from e
        return config if out is None else out

    def split(self, config: Config) -> dict[str, Any]:
        """The configuration with the operations and edges of each graph as values of their own, as ConfigSpace has
        them."""
        out = dict(config)
        for name, spec in self._graphs.items():
            if name in out:
                g, coordinates = spec.graph(out.pop(name)), spec.coordinates()
                out.update({name + "." + q.name: v for q, v in zip(coordinates, spec.locate(coordinates, g))})
        return out

    def active(self, axis: Axis | str, config: Config) -> bool:
        """Whether the axis exists in the configuration."""
        from .values import same

        when = (self.by_name[axis] if isinstance(axis, str) else axis).when
        while when:
            v = config.get(when.param)
            if missing(v) or not any(same(v, c) for c in when.values):
                return False
            when = self.by_name[when.param].when
        return True

    def check(self, config: Config, index: int | None = None) -> None:
        """Raises RefusedConfiguration when the configuration is outside the space. Of a broken constraint the axis is
        the derived quantity (params, flops, acts or stages)."""
        config = self.joined(config)
        for name in sorted(map(str, config)):
            if name not in self.by_name and not missing(config.get(name)):
                raise RefusedConfiguration(name, "unknown axis; the axes are %s" % ", ".join(self.names), index)
        for axis in self.axes:
            v = config.get(axis.name)
            if not self.active(axis, config):
                if not missing(v):
                    assert axis.when is not None
                    needs = "%s in %s" % (axis.when.param, list(axis.when.values))
                    raise RefusedConfiguration(
                        axis.name, "%r is set, but the axis exists only for %s" % (v, needs), index
                    )
            elif missing(v):
                if not axis.optional:
                    raise RefusedConfiguration(axis.name, "missing; allowed is %s" % axis.allowed(), index)
            else:
                why = axis.why_not(v)
                if why:
                    raise RefusedConfiguration(axis.name, why, index)
        broken = self._broken(config) or self._without(config)
        if broken:
            raise RefusedConfiguration(broken[0], broken[1], index)

    def _without(self, config: Config) -> tuple[str, str] | None:
        """The known quantity that has no value though no axis is missing, and why."""
        if self.known is None:
            return None
        for d in self.known.descriptions:
            if not Known(self, self.known.descriptions[: self.known.names.index(d["name"]) + 1]).values(
                self.table([config])
            )[1][0]:
                return d["name"], "its formula %s gives no finite number here" % d["formula"]
        return None

    def _broken(self, config: Config) -> tuple[str, str] | None:
        """The derived quantity whose constraint the configuration breaks, and why."""
        if not self.constraints or self.regnet is None:
            return None
        network = self.regnet.network([config.get(name) for name in self.regnet.axes])
        if network is None:
            return self.constraints[0]["quantity"], "the configuration generates no network"
        have = self._have(network)
        for c in self.constraints:
            name, low, high = c["quantity"], c["low"], c["high"]
            if not low <= have[name] <= high:
                return name, "%r is outside %r..%r, which the space's constraint allows" % (have[name], low, high)
            if name == "stages" and network.possible != len(network.stages):
                return name, "the widths have %d levels, which do not all become a stage" % network.possible
        return None

    def _have(self, network: Network) -> dict[str, float]:
        assert self.regnet is not None
        params, flops, acts = self.regnet.count(network)
        return {"params": params, "flops": flops, "acts": acts, "stages": len(network.stages)}

    def quantities(self, config: Config) -> dict[str, float]:
        """The derived quantities of a configuration (params, flops, acts, stages), and those that formulas give; empty
        where there are none."""
        network = self.regnet.network([config.get(n) for n in self.regnet.axes]) if self.regnet else None
        out = self._have(network) if network else {}
        if self.known is not None:
            values, _ = self.known.values(self.table([config]))
            out.update({name: float(x[0]) for name, x in values.items() if x[0] == x[0]})
        return out

    def table(self, configs: Configs) -> Table:
        """Takes configurations apart by axis. configs: a sequence of dicts, a dict of columns, or a DataFrame."""
        columns, n = self._columns(configs)
        out = {a.name: Column(a, columns[a.name]) for a in self.axes}
        active: dict[str, Array] = {}
        for a in self.order:
            if a.when is None:
                active[a.name] = np.ones(n, bool)
            else:
                parent = out[a.when.param]
                active[a.name] = active[a.when.param] & ~parent.gone & parent.holds(a.when.values)
        return Table(out, n, active)

    def _columns(self, configs: Configs) -> tuple[dict[str, list[Any]], int]:
        if isinstance(configs, Mapping) or hasattr(configs, "columns"):
            table: Any = configs
            given = {str(k): list(table[k]) for k in (table if isinstance(table, Mapping) else table.columns)}
            n = len(next(iter(given.values()))) if given else 0
            if any(len(v) != n for v in given.values()):
                raise ValueError("the columns have different lengths: %r" % {k: len(v) for k, v in given.items()})
            for name in sorted(given.keys() - self._names):
                at = next((i for i, v in enumerate(given[name]) if not missing(v)), None)
                if at is not None:
                    raise RefusedConfiguration(name, "unknown axis; the axes are %s" % ", ".join(self.names), at)
            none = [None] * n
            return {a.name: given.get(a.name, none) for a in self.axes}, n
        if self._graphs:
            configs = [self.joined(c) for c in configs]
        for i, c in enumerate(configs):
            if not c.keys() <= self._names:
                for name in sorted(map(str, c)):
                    if name not in self._names and not missing(c.get(name)):
                        raise RefusedConfiguration(name, "unknown axis; the axes are %s" % ", ".join(self.names), i)
        return {a.name: [c.get(a.name) for c in configs] for a in self.axes}, len(configs)

    def accepts(self, configs: Configs) -> Array:
        """Whether each configuration lies inside: n bools. Unknown axes raise RefusedConfiguration."""
        t = configs if isinstance(configs, Table) else self.table(configs)
        good = np.ones(t.n, bool)
        for a in self.axes:
            c, active = t.columns[a.name], t.active[a.name]
            there = ~c.gone
            good &= np.where(active, c.good & (there | a.optional), ~there)
        if self.constraints and self.regnet is not None:
            good &= self.kept(*self._networks(t))
        if self.known is not None:
            good &= self._known(t)[1]
        return good

    def _known(self, t: Table) -> tuple[dict[str, Array], Array]:
        """The known quantities of a table and where they have values, evaluated once."""
        assert self.known is not None
        if t.known is None:
            t.known = self.known.values(t)
        return t.known

    def _networks(self, t: Table) -> tuple[Networks, Sizes]:
        """The networks of a table, derived once."""
        assert self.regnet is not None
        if t.networks is None:
            numbers = [t.columns[name].number for name in self.regnet.axes]
            if t.n <= FEW:
                t.networks = self.regnet.each(numbers)
            else:
                nets = self.regnet.networks(numbers)
                t.networks = nets, self.regnet.sizes(nets)
        return t.networks

    def kept(self, nets: Networks, sizes: Sizes) -> Array:
        """Which networks keep all constraints."""
        have = {"params": sizes.params, "flops": sizes.flops, "acts": sizes.acts, "stages": nets.stages}
        good = nets.valid.copy()
        for c in self.constraints:
            x = have[c["quantity"]]
            good &= (x >= c["low"]) & (x <= c["high"])
            if c["quantity"] == "stages":
                good &= nets.possible == nets.stages
        return good

    def encode(self, configs: Configs) -> Array:
        """The rows of the configurations (n x p; NaN: missing), without a check."""
        t = configs if isinstance(configs, Table) else self.table(configs)
        blocks = [t.columns[a.name].encoded(t.active[a.name]) for a in self.axes]
        if self.derived:
            blocks.append(self.derived.rows(*self._networks(t)))
        if self.known:
            blocks.append(self.known.rows(self._known(t)[0]))
        return np.concatenate(blocks, axis=1) if blocks else np.zeros((t.n, 0))

    def checked(self, configs: Configs) -> Table:
        """The table of configurations that all lie inside; raises RefusedConfiguration for the first that does not."""
        t = self.table(configs)
        good = self.accepts(t)
        if not good.all():
            i = int(np.argmin(good))
            self.check({a.name: t.columns[a.name].values[i] for a in self.axes}, i if t.n > 1 else None)
            raise RefusedConfiguration(self.axes[0].name, "refused", i)  # the two checks would disagree
        return t

    def sample(self, rng: Any = None, n: int | None = None) -> Any:
        """Draws a configuration, or a list of n: axis by axis by its law, inside the constraints. rng: a numpy
        Generator or a seed."""
        drawn = self._drawer().draw(np.random.default_rng(rng), 1 if n is None else n)
        return drawn[0] if n is None else drawn

    def nearest(self, config: Config, draws: int = 2048) -> dict[str, Any]:
        """The configuration with the network that is nearest to its own (axis by axis, as they are scaled) among some
        drawn ones that keep the constraints; itself where it keeps them. The draws are the same ones for the life of
        the space."""
        if self.regnet is None or not self.constraints or self._broken(config) is None:
            return dict(config)
        sampler = self._drawer()
        if self._pool is None or len(self._pool[0]) < draws:
            numbers = sampler.networks(np.random.default_rng(0), draws)
            self._pool = np.stack([self[n].scaled(x) for n, x in zip(self.regnet.axes, numbers)], axis=1), numbers
        scaled, numbers = self._pool
        own = [float(self[n].scaled(np.array([float(config[n])]))[0]) for n in self.regnet.axes]
        i = int(np.argmin(((scaled - own) ** 2).sum(axis=1)))
        drawn = {n: sampler.laws[n].listed(x[i : i + 1])[0] for n, x in zip(self.regnet.axes, numbers)}
        return {**config, **drawn}

    def _drawer(self) -> Sampler:
        from .sampling import Sampler

        if self._sampler is None:
            self._sampler = Sampler(self)
        return self._sampler

    def fixed(self, values: Mapping[str, Any]) -> Space:
        """The space in which some axes have one value each."""
        params = []
        for p in self.description["params"]:
            if p["name"] in values:
                # known: a fixed axis is not asked for
                keep = {k: p[k] for k in ("name", "when", "optional", "unit", "doc") if k in p}
                p = {**keep, "kind": "choice", "choices": [values[p["name"]]]}
            params.append(p)
        return Space({**self.description, "params": params, "derived_columns": False})

    def to_configspace(self, seed: int | None = None) -> Any:
        """The space for ConfigSpace (SMAC, DEHB, …), see eahas.configspace."""
        from .configspace import to_configspace

        return to_configspace(self, seed)

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_sampler": None, "_pool": None}

    def _repr_html_(self) -> str:
        from .html import table

        rows = [
            [a.name, a.kind + (" (log)" if a.log and a.kind != "log" else ""), a.allowed(), a.unit, a.doc]
            for a in self.axes
        ]
        return table(["axis", "kind", "allowed", "unit", ""], rows)


def spread(axis: Axis) -> list[float]:
    """Up to five values of an axis, its ends among them."""
    if axis.choices:
        m = min(5, len(axis.choices))
        return [float(axis.choices[k * (len(axis.choices) - 1) // max(m - 1, 1)]) for k in range(m)]
    if axis.zero:
        return [0.0] + [axis.low + (axis.high - axis.low) * k / 3 for k in range(4)]
    if not axis.step:
        return [axis.low + (axis.high - axis.low) * k / 4 for k in range(5)]
    return [float(v) for v in axis.point(np.array([j * (axis.points - 1) // 4 for j in range(5)]))]


class Derived:
    """The derived columns of a space: names lists them."""

    def __init__(self, space: Space, names: list[str]) -> None:
        assert space.regnet is not None
        for name in space.regnet.axes:
            if name not in space.by_name or not (space.by_name[name].numeric or space.by_name[name].of_numbers):
                raise BundleError("the networks need the axis %r" % name)
        self.net, self.names = space.regnet, names
        self.kinds = [self._kind(name) for name in names]
        grid = np.array(list(itertools.product(*(spread(space.by_name[name]) for name in space.regnet.axes))))
        nets = self.net.networks(list(grid.T))
        raw = self._raw(nets, self.net.sizes(nets))
        self.low, self.high = {}, {}
        for j, name in enumerate(names):
            v = raw[:, j][~np.isnan(raw[:, j])]
            if not len(v):
                raise BundleError("no network of the space has %r" % name)
            self.low[name], self.high[name] = float(v.min()), float(v.max())
        for c in space.constraints:
            name = "log_" + c["quantity"]
            if name in self.low and c["low"] > 0:
                self.low[name] = max(self.low[name], float(log10(c["low"])))
            if name in self.low and c["high"] > 0:
                self.high[name] = min(self.high[name], float(log10(c["high"])))

    def _raw(self, nets: Networks, sizes: Sizes) -> Array:
        out = np.full((len(nets.valid), len(self.names)), np.nan)
        at = nets.valid
        for j, (kind, i) in enumerate(self.kinds):
            if kind in ("params", "flops", "acts"):
                out[at, j] = getattr(sizes, kind)[at]
            else:
                there = at & (nets.stages > i)
                out[there, j] = (nets.width if kind == "width" else nets.depth)[there, i]
        logs = [j for j, (kind, _) in enumerate(self.kinds) if kind != "depth"]
        out[:, logs] = log10(out[:, logs])
        return out

    @staticmethod
    def _kind(name: str) -> tuple[str, int]:
        """What a column holds, and of which stage."""
        if name in ("log_params", "log_flops", "log_acts"):
            return name[4:], 0
        kind, _, number = name.rpartition("_")
        if kind not in ("log_width", "depth") or not number.isdigit() or not 1 <= int(number) <= MOST_STAGES:
            raise BundleError("a derived column %r" % name)
        return kind.replace("log_", ""), int(number) - 1

    def rows(self, nets: Networks, sizes: Sizes) -> Array:
        """The columns of the networks (n x names); NaN where there is no such stage or no network."""
        out = self._raw(nets, sizes)
        for j, name in enumerate(self.names):
            span = self.high[name] - self.low[name]
            span = span if span > 0 else 1.0
            out[:, j] = np.clip((out[:, j] - (self.low[name] - 0.05 * span)) / (1.1 * span), 0, 1)
        return out
