"""The answerer of `eahas query` as a C library (the package eahas-core), which a Benchmark asks in the place of numpy
where it is installed. Its answers are those of `eahas query`, bit for bit.

What crosses the border is described in the repository in clients/core/flat/doc.go."""
from __future__ import annotations

import ctypes
import os
import struct
import weakref
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .answers import Answer, Answers, Bounds
from .batch import listed
from .errors import EahasError
from .support import COMBINATION
from .values import Array, missing

if TYPE_CHECKING:
    from .benchmark import Benchmark

VERSION = 1
HEAD = 17
MASK = (1 << 64) - 1
COSTS = ("energy_per_epoch", "energy_total", "time_per_epoch", "time_total", "inference_energy")
number_of = struct.Struct("<Bd").pack
head_of = struct.Struct("<dBQ").pack
length_of = struct.Struct("<BI").pack

_forked = False


def _after_fork() -> None:
    global _forked
    _forked = True


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


class Unfit(Exception):
    """A configuration that the core is not asked for: numpy answers, or refuses it with the reason."""


def library() -> ctypes.CDLL | None:
    """The library of the package eahas-core; None where it is not installed, or of another version."""
    try:
        from eahas_core import PATH
    except ImportError:
        return None
    lib = ctypes.CDLL(PATH)
    lib.eahas_version.restype = ctypes.c_int64
    if lib.eahas_version() != VERSION:
        return None
    number, handle, place = ctypes.c_int64, ctypes.c_size_t, ctypes.c_void_p
    lib.eahas_open.argtypes, lib.eahas_open.restype = [ctypes.c_char_p, number, ctypes.c_char_p, number], handle
    lib.eahas_close.argtypes, lib.eahas_close.restype = [handle], None
    lib.eahas_ask.argtypes = [handle, ctypes.c_char_p, number, number, ctypes.c_double, place, number, number]
    lib.eahas_ask.restype = number
    return lib


def rows_of(configs: Any, names: list[str]) -> list[dict[str, Any]] | None:
    """configs, which with_fixed returned, as dicts; None where they are not plain rows or columns of axes."""
    if isinstance(configs, list):
        return listed(configs, names) if all(isinstance(c, Mapping) for c in configs) else None
    columns = list(configs if isinstance(configs, Mapping) else configs.columns)
    if not {str(k) for k in columns} <= set(names) or len({len(configs[k]) for k in columns}) > 1:
        return None
    return listed(configs, names)


class Core:
    """A bundle opened in the library. It serves one process: a forked one has numpy, as Go's threads do not survive a
    fork."""

    def __init__(self, lib: ctypes.CDLL, bench: Benchmark) -> None:
        path, message = os.fsencode(bench.path), ctypes.create_string_buffer(1024)
        self.handle = lib.eahas_open(path, len(path), message, len(message))
        if not self.handle:
            raise EahasError("eahas-core: %s" % message.value.decode(errors="replace"))
        self.lib, self.room = lib, 4096
        self._close = weakref.finalize(self, _closed, lib, self.handle)
        self.names = bench._whole.names
        self.known_names = frozenset(self.names)
        self.texts: dict[str, bytes] = {}
        own = bench.own_targets
        self.own = [t for t in own if t not in bench.own_curves]
        self.curves = [t for t in bench.own_curves if t in bench._heads]
        self.answered = frozenset(t for t in own if t in bench._heads)
        self.first = bench.rule.first if bench.rule.length else -np.inf
        self.levels = bench.levels
        self.units = list(bench.known)
        self.says = {"metric": bench.metric["name"], "kind": bench.metric["kind"], "unit": bench.metric["unit"]}

    @property
    def alive(self) -> bool:
        return not _forked

    def packed(self, config: Mapping[str, Any]) -> bytes:
        """The values of a configuration, axis by axis. Unfit where it has something that is no axis, or no plain
        value."""
        if not config.keys() <= self.known_names:
            raise Unfit
        get, texts, out = config.get, self.texts, []
        for name in self.names:
            v = get(name)
            kind = type(v)
            if kind is float or kind is int:
                try:
                    out.append(number_of(1, v))
                except (OverflowError, struct.error):  # an int beyond all floats
                    raise Unfit from None
            elif v is None:
                out.append(b"\0")
            elif kind is str:
                out.append(texts.get(v) or self._text(v))
            else:
                out.append(self._other(v))
        return b"".join(out)

    def _text(self, v: str) -> bytes:
        try:
            raw = v.encode()
        except UnicodeEncodeError:
            raise Unfit from None
        coded = length_of(2, len(raw)) + raw
        if len(self.texts) < 4096:
            self.texts[v] = coded
        return coded

    def _other(self, v: Any) -> bytes:
        if isinstance(v, (bool, np.bool_)):
            return self._text("true" if v else "false")
        if isinstance(v, (float, int, np.floating, np.integer)):
            return number_of(1, float(v))
        if isinstance(v, str):
            return self._text(str(v))
        if missing(v):
            return b"\0"
        raise Unfit  # a graph as an object, or nothing that an axis takes

    def ask(self, configs: Sequence[Mapping[str, Any]], up_to: Sequence[float], level: float | None,
            seeds: Sequence[int] | None) -> Array | None:
        """The numbers that the library answers with; None where it is not asked, or does not answer."""
        try:
            if seeds is None:
                parts = [head_of(e, 0, 0) + self.packed(c) for c, e in zip(configs, up_to)]
            else:
                parts = [head_of(e, 1, s & MASK) + self.packed(c) for c, e, s in zip(configs, up_to, seeds)]
        except Unfit:
            return None
        asked = b"".join(parts)
        n = len(parts)
        room = self.room * n
        while True:
            out = np.empty(room)
            got = self.lib.eahas_ask(
                self.handle, asked, len(asked), n, level or 0.0, out.__array_interface__["data"][0], room, 0)
            if got < 0:
                return None
            if got <= room:
                return out[:got]
            room, self.room = got, max(self.room, -(-got // n))

    def one(
        self, config: Mapping[str, Any], fidelity: float | None, level: float | None, seed: int | None
    ) -> Answer | None:
        """The answer for one configuration; None where numpy has to answer, or to say why there is none."""
        up_to = np.inf if fidelity is None else float(fidelity)
        if not up_to >= self.first or level is not None and level not in self.levels:
            return None
        v = self.ask([config], [up_to], level, None if seed is None else [seed])
        return None if v is None else self._answer(config, v, level)

    def many(
        self, configs: list[dict[str, Any]], up_to: Array, level: float | None, seeds: Sequence[int] | None,
        refused: str,
    ) -> Answers | None:
        """The answers for many; None where numpy has to answer, or to say why not."""
        v = self.ask(configs, up_to.tolist(), level, seeds)
        if v is None:
            return None
        starts, at = [], 0
        for _ in configs:
            starts.append(at)
            at += int(v[at + 1])
        t = Answered(v, np.array(starts), self)
        if (t.status == 2).any() or refused == "raise" and t.status.any():
            return None
        return t.answers(configs, level)

    def _answer(self, config: Mapping[str, Any], v: Array, level: float | None) -> Answer | None:
        head = v[:HEAD].tolist()
        if head[0]:
            return None
        epochs, curve, energy, time, outside, known, own, curves = map(int, head[2:10])
        at = HEAD + outside
        axes = [self.names[int(i)] if i >= 0 else COMBINATION for i in v[HEAD:at].tolist()] if outside else []
        quantities = {k: one(x) for k, x in zip(self.units, v[at : at + known].tolist())} if known else {}
        at += known
        targets = {k: one(x) for k, x in zip(self.own, v[at : at + own].tolist()) if k in self.answered} if own else {}
        at += own
        series = []
        for n in (epochs, curve, energy, time):
            series.append(v[at : at + n])
            at += n
        further = {}
        for k in self.curves[:curves]:
            further[k] = v[at : at + epochs]
            at += epochs
        bounds = self._bounds(v[at:], level, own, curves) if head[10] and level is not None else None
        last, per_epoch, joules, each, seconds, inference = map(one, head[11:])
        a = object.__new__(Answer)
        a.__dict__.update(
            config=config if type(config) is dict else dict(config), epochs=series[0], curve=series[1],
            value=float(series[1][-1]) if curve else None, energy=series[2], time=series[3], energy_per_epoch=per_epoch,
            energy_total=joules, time_per_epoch=each, time_total=seconds, inference_energy=inference, last=last,
            extrapolates=bool(outside), outside_axes=axes, intervals=bounds, targets=targets, known=quantities,
            curves=further,
            **self.says,
        )
        return a

    def _bounds(self, v: Array, level: float, own: int, curves: int) -> Bounds:
        ends = v[: 10 + 2 * own].tolist()
        pairs = [(ends[i], ends[i + 1]) for i in range(0, len(ends), 2)]
        costs = {k: p for k, p in zip(COSTS, pairs) if p[0] == p[0]}
        at, series = len(ends), []
        for _ in range(1 + curves):
            n = int(v[at])
            series.append((v[at + 1 : at + 1 + n], v[at + 1 + n : at + 1 + 2 * n]))
            at += 1 + 2 * n
        return Bounds(
            level, series[0][0], series[0][1], targets={k: p for k, p in zip(self.own, pairs[5:]) if p[0] == p[0]},
            curves={k: s for k, s in zip(self.curves, series[1:]) if len(s[0])}, **costs)


def one(x: float) -> float | None:
    return None if x != x else x


def _closed(lib: ctypes.CDLL, handle: int) -> None:
    if not _forked:
        lib.eahas_close(handle)


class Answered:
    """Many answers in one array of numbers, which are taken from it column by column."""

    def __init__(self, v: Array, starts: Array, core: Core) -> None:
        self.v, self.core = v, core
        head = v[starts[:, None] + np.arange(HEAD)]
        self.status, self.head = head[:, 0], head
        head[self.status != 0, 11:] = np.nan
        self.lengths, self.outside = head[:, 2].astype(int), head[:, 6].astype(int)
        self.at = starts + HEAD

    def _numbers(self, counts: Array, k: int) -> list[Array]:
        """The next k numbers of each answer that has so many."""
        there = counts > 0
        out = []
        for i in range(k):
            column = np.full(len(there), np.nan)
            column[there] = self.v[self.at[there] + i]
            out.append(column)
        self.at = self.at + counts
        return out

    def _series(self, lengths: Array) -> Array | None:
        """The next so many numbers of each answer, NaN beyond the end; None where no answer has any."""
        m = int(lengths.max(initial=0))
        if not m:
            return None
        i = np.arange(m)
        there = i < lengths[:, None]
        out = np.where(there, self.v[np.minimum(self.at[:, None] + i, len(self.v) - 1)], np.nan)
        self.at = self.at + lengths
        return out

    def answers(self, configs: list[dict[str, Any]], level: float | None) -> Answers:
        core, head = self.core, self.head
        n = len(configs)
        axes: list[list[str]] = [[] for _ in range(n)]
        for i in np.flatnonzero(self.outside):
            places = self.v[self.at[i] : self.at[i] + self.outside[i]].tolist()
            axes[i] = [core.names[int(j)] if j >= 0 else COMBINATION for j in places]
        self.at = self.at + self.outside
        counts = head[:, 7:10].astype(int)
        known = dict(zip(core.units, self._numbers(counts[:, 0], len(core.units))))
        own = dict(zip(core.own, self._numbers(counts[:, 1], len(core.own))))
        series: dict[str, Any] = {
            s: self._series(head[:, 2 + j].astype(int)) for j, s in enumerate(("epochs", "curve", "energy", "time"))
        }
        further = {k: self._series(np.where(counts[:, 2] > 0, self.lengths, 0)) for k in core.curves}
        bounded = bool(level is not None and core.levels and n)
        low, high = self._bounds(head[:, 10].astype(int), counts) if bounded else ({}, {})
        curve, last = series["curve"], np.maximum(self.lengths - 1, 0)
        number: dict[str, Any] = {k: None if np.isnan(v).all() else v for k, v in zip(("last", *COSTS), head[:, 11:].T)}
        return Answers(
            configs=configs, lengths=self.lengths, accepted=self.status == 0, extrapolates=self.outside > 0,
            outside_axes=axes, level=level if bounded else None, low=low, high=high, known=known,
            value=None if curve is None else np.take_along_axis(curve, last[:, None], 1)[:, 0],
            targets={k: v for k, v in own.items() if k in core.answered},
            curves={k: v for k, v in further.items() if v is not None}, **series, **number, **core.says,
        )

    def _bounds(self, there: Array, counts: Array) -> tuple[dict[str, Array], dict[str, Array]]:
        low: dict[str, Array] = {}
        high: dict[str, Array] = {}
        names = [*COSTS, *self.core.own]
        ends = self._numbers(there * (10 + 2 * counts[:, 1]), 2 * len(names))
        for k, under, over in zip(names, ends[::2], ends[1::2]):
            if not np.isnan(under).all():
                low[k], high[k] = under, over
        for k in ("curve", *self.core.curves):
            [length] = self._numbers(there, 1)
            m = np.nan_to_num(length).astype(int)
            below, above = self._series(m), self._series(m)
            if below is not None and above is not None:
                low[k], high[k] = below, above
        return low, high
