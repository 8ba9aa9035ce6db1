"""Architectures as graphs: cells of NAS-Bench-101, NAS-Bench-201 and DARTS (FORMAT.md section 3, "Graphs")."""
from __future__ import annotations

import ast
import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import quote, unquote

import numpy as np

from .errors import BundleError
from .values import log10

MOST_VERTICES, MOST_EDGES, MOST_READ, MOST_PATHS, MOST_TEXT = 10, 64, 32, 4096, 1 << 16
SHAPE = ("vertices", "edges", "depth", "least_depth", "width", "from_input", "into_output", "direct")
FLOW = ("mean", "least", "most", "in", "out", "from_input", "last", "channels")
WAYS = ("counts", "shape", "flow", "paths", "edges", "network")
NONE = "none"
TRIES = 10_000

Edge = tuple[int, int, int]  # to, from, number of the operation or -1


class GraphError(ValueError):
    """Why a value is no graph of an axis."""


class Cell(NamedTuple):
    """Vertices by the number of their operation (-1: none), and edges, sorted."""

    labels: tuple[int, ...]
    edges: tuple[Edge, ...]


Graph = tuple[Cell, ...]
Written = tuple[list[str], list[tuple[int, int, str]]]  # operations of vertices, and edges as from, to, operation


class Coordinate(NamedTuple):
    """One of the choices that a graph is made of."""

    name: str
    choices: tuple[str, ...]
    cell: int
    kind: str  # op, edge, edge_op, from, from_op
    a: int
    b: int


@dataclass(frozen=True)
class Network:
    """NAS-Bench-101's network around a cell."""

    stem_width: int = 128
    stacks: int = 3
    modules: int = 3
    image_size: int = 32
    classes: int = 10


def share(k: float) -> float:
    return k / (k + 1)


def escape(op: str) -> str:
    return quote(op, safe="").replace("~", "%7E")


class GraphSpec:
    """Which graphs an axis takes, and how they become columns."""

    def __init__(self, d: Mapping[str, Any]) -> None:
        self.form: str = d["form"]
        self.operations: list[str] = list(d["operations"])
        self.names: dict[str, str] = dict(d.get("names") or {})
        self.vertices, self.most_edges = int(d["vertices"]), int(d.get("edges") or 0)
        self.degree, self.partial = int(d.get("degree") or 0) or 2, bool(d.get("partial"))
        self.cell_names: list[str] = list(d.get("cells") or [])
        self.prunes = (d.get("unused") or ("prune" if self.form == "nodes" else "keep")) == "prune"
        self.disconnected = bool(d.get("disconnected"))
        self.inputs = 2 if self.form == "genotype" else 1
        self.cells = max(1, len(self.cell_names))
        self.ops = [op for op in self.operations if op != NONE]
        self.number = {op: i for i, op in enumerate(self.ops)}
        self.network = (
            Network(**{k: v for k, v in (d.get("skeleton") or {}).items() if v}) if d.get("network") else None
        )
        default = [
            w
            for w in WAYS
            if w != "flow"
            and not (w == "edges" and self.form == "genotype")
            and not (w == "network" and not self.network)
        ]
        self.encode = list(d.get("encode") or default)
        bad = (
            self.form not in ("nodes", "edges", "genotype") or not self.ops
            or not self.inputs < self.vertices <= MOST_VERTICES
            or self.cells > 4 or d.get("network") not in (None, "", "nasbench101") or set(self.encode) - set(WAYS)
            or self.network and any(_kernel(op) is None for op in self.ops)
            or "network" in self.encode and not self.network
        )
        if bad:
            raise BundleError("graphs that are described so: %r" % dict(d))
        self.flow = self._groups(bool(d.get("network")))
        self.paths = {self._path(p): i for i, p in enumerate(d.get("paths") or [])}
        self.read = lru_cache(1 << 14)(self._read)  # of texts; the same cells are asked for again and again

    # -- columns

    def columns(self) -> list[str]:
        """The names of the columns, without the axis'."""
        return [name for i in range(self.cells) for name in self._cell_columns(i)] + (
            ["log_params", "log_macs", "log_acts", "pooled"] if "network" in self.encode else [])

    def _cell_columns(self, i: int) -> Iterator[str]:
        prefix = escape(self.cell_names[i]) + "." if self.cell_names else ""
        ops = [escape(op) for op in self.ops]
        if "counts" in self.encode:
            yield from (prefix + "count." + op for op in ops)
        if "shape" in self.encode:
            yield from (prefix + name for name in SHAPE)
        if "flow" in self.encode:
            yield from ("%sflow.%s.%s" % (prefix, name, group) for group, _ in self.flow for name in self._flow_names())
        if "paths" in self.encode:
            yield from (prefix + "path." + self._path_text(p) for p in self.paths)
            yield prefix + "path.others"
        if "edges" in self.encode:
            for x, y in self._pairs():
                yield from (
                    ["%sedge.%d-%d" % (prefix, x, y)]
                    if self._bare(y)
                    else ["%sedge.%d-%d.%s" % (prefix, x, y, op) for op in ops]
                )
            if self.form == "nodes":
                yield from ("%sop.%d.%s" % (prefix, v, op) for v in range(1, self.vertices - 1) for op in ops)

    def _pairs(self) -> list[tuple[int, int]]:
        return [(x, y) for x in range(self.vertices) for y in range(max(x + 1, self.inputs), self.vertices)]

    def _bare(self, to: int) -> bool:
        return self.form == "nodes" or self.form == "genotype" and to == self.vertices - 1

    def row(self, g: Graph) -> list[float]:
        """The columns of a graph."""
        out: list[float] = []
        for c in g:
            out += self._cell_row(c)
        if "network" in self.encode:
            params, macs, acts, pooled = self.count(g[0])
            out += [min(1.0, float(log10(x)) / 12) for x in (params, macs, acts)] + [pooled / acts]
        return out

    def _cell_row(self, c: Cell) -> list[float]:
        out: list[float] = []
        if "counts" in self.encode:
            used = [k for k in c.labels if k >= 0] + [k for _, _, k in c.edges if k >= 0]
            out += [share(used.count(k)) for k in range(len(self.ops))]
        if "shape" in self.encode:
            out += self._shape(c)
        if "flow" in self.encode:
            for _, ops in self.flow:
                out += self._flow(c, ops)
        if "paths" in self.encode:
            found = [0] * (len(self.paths) + 1)
            for p in self._walk(c):
                found[self.paths.get(p, len(self.paths))] += 1
            out += [share(k) for k in found]
        if "edges" in self.encode:
            out += self._edge_columns(c)
        return out

    def _shape(self, c: Cell) -> list[float]:
        n, most = len(c.labels), self.vertices
        longest = [0 if v < self.inputs else -1 for v in range(n)]
        least = [0 if v < self.inputs else 1 << 30 for v in range(n)]
        for to, v, _ in c.edges:
            if longest[v] >= 0:
                longest[to] = max(longest[to], longest[v] + 1)
            least[to] = min(least[to], least[v] + 1)
        levels = [k for k in longest if k >= 0]
        reached = longest[-1] > 0
        return [
            n / most, share(len(c.edges)), longest[-1] / most if reached else 0.0, least[-1] / most if reached else 0.0,
            max(levels.count(k) for k in levels) / most, share(sum(v < self.inputs for _, v, _ in c.edges)),
            share(sum(to == n - 1 for to, _, _ in c.edges)),
            float(any(to == n - 1 and v < self.inputs for to, v, _ in c.edges)),
        ]

    def _groups(self, network: bool) -> list[tuple[str, frozenset[int]]]:
        """The sets of operations that flow has columns for."""
        every = range(len(self.ops))
        out = [(escape(op), frozenset([k])) for k, op in enumerate(self.ops)] + [("(all)", frozenset(every))]
        return out + ([("(conv)", frozenset(k for k in every if _kernel(self.ops[k])))] if network else [])

    def _flow_names(self) -> tuple[str, ...]:
        return FLOW if self.form == "nodes" else FLOW[:-1]

    def _flow(self, c: Cell, ops: frozenset[int]) -> list[float]:
        """The columns of flow for a set of operations."""
        n, last = len(c.labels), len(c.labels) - 1
        into = [sum(to == v for to, _, _ in c.edges) for v in range(n)]
        away = [sum(x == v for _, x, _ in c.edges) for v in range(n)]
        inside = [v for v in range(n) if c.labels[v] in ops]
        on = [(to, x) for to, x, op in c.edges if op in ops]
        first = sum(x < self.inputs and (op in ops or c.labels[to] in ops) for to, x, op in c.edges)
        end = [k for to, x, op in c.edges if to == last for k in (
            [op] if op >= 0 else [c.labels[x]] if c.labels[x] >= 0
            else [q for w, _, q in c.edges if w == x and q >= 0])]
        out = self._between(c, ops) + [
            share(sum(into[v] for v in inside) + sum(into[x] for _, x in on)),
            share(sum(away[v] for v in inside) + sum(away[to] for to, _ in on)),
            share(first), sum(k in ops for k in end) / len(end) if end else 0.0]
        return out + [share(self._channel_shares(c, ops))] if self.form == "nodes" else out

    def _between(self, c: Cell, ops: frozenset[int]) -> list[float]:
        last = len(c.labels) - 1
        at: list[tuple[float, float, float]] = []
        for v in range(last + 1):
            fed = [
                (at[x], float(op in ops))
                for to, x, op in c.edges
                if to == v and (v < last or x >= self.inputs or op >= 0)
            ]
            mean, least, most = 0.0, 0.0, 0.0
            for before, own in fed:
                mean += before[0] + own
            if fed and v < last:
                least, most = min(b[1] + own for b, own in fed), max(b[2] + own for b, own in fed)
            elif fed:
                for before, own in fed:
                    least, most = least + (before[1] + own), most + (before[2] + own)
                return [x / len(fed) / self.vertices for x in (mean, least, most)]
            own = float(c.labels[v] in ops)
            at.append((mean / max(1, len(fed)) + own, least + own, most + own))
        return [0.0, 0.0, 0.0]

    def _channel_shares(self, c: Cell, ops: frozenset[int]) -> float:
        last = len(c.labels) - 1
        ends = [x for to, x, _ in c.edges if to == last and x >= self.inputs]
        width, total = [0.0] * (last + 1), 0.0
        for v in range(last - 1, self.inputs - 1, -1):
            width[v] = (
                1 / len(ends)
                if v in ends
                else max((width[to] for to, x, _ in c.edges if x == v and to < last), default=0.0)
            )
            if c.labels[v] in ops:
                total += width[v]
        return total

    def _walk(self, c: Cell) -> Iterator[tuple[int, ...]]:
        """The paths from an input to the output: the input's number, then the operations'."""
        last = len(c.labels) - 1

        def on(v: int, path: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
            if v == last:
                yield path
            for to, x, op in c.edges:
                if x == v:
                    label = op if op >= 0 else c.labels[to]
                    yield from on(to, path + (label,) if label >= 0 else path)

        for v in range(self.inputs):
            yield from on(v, (v,))

    def _edge_columns(self, c: Cell) -> list[float]:
        last = len(c.labels) - 1
        there = {
            (x if x != last else self.vertices - 1, to if to != last else self.vertices - 1, op)
            for to, x, op in c.edges
        }
        out: list[float] = []
        for x, y in self._pairs():
            out += [float((x, y, op) in there) for op in ([-1] if self._bare(y) else range(len(self.ops)))]
        if self.form == "nodes":
            for v in range(1, self.vertices - 1):
                out += [float(v < last and c.labels[v] == k) for k in range(len(self.ops))]
        return out

    def _path(self, text: str) -> tuple[int, ...]:
        first, rest = 0, text
        if self.form == "genotype":
            digit, _, rest = text.partition(":")
            first = int(digit)
        ops = [] if rest == "direct" else [unquote(op) for op in rest.split(">")]
        if any(op not in self.number for op in ops):
            raise BundleError("a path of unknown operations: %r" % text)
        return (first, *(self.number[op] for op in ops))

    def _path_text(self, path: tuple[int, ...]) -> str:
        text = ">".join(escape(self.ops[k]) for k in path[1:]) or "direct"
        return "%d:%s" % (path[0], text) if self.form == "genotype" else text

    def count(self, c: Cell) -> tuple[float, float, float, float]:
        """Parameters, multiply-adds, activations and pooled activations of NAS-Bench-101's network of a cell."""
        net = self.network
        assert net is not None
        total = [0.0, 0.0, 0.0, 0.0]

        def conv(k: int, n_in: int, out: int, side: int) -> None:
            weights = k * k * n_in * out
            total[0] += weights + 2 * out
            total[1] += weights * side * side
            total[2] += out * side * side

        conv(3, 3, net.stem_width, net.image_size)
        n_in = width = net.stem_width
        side, last = net.image_size, len(c.labels) - 1
        joined = {(x, to) for to, x, _ in c.edges}
        for stack in range(net.stacks):
            if stack:
                side, width = side // 2, 2 * width
            channels = self._channels(joined, last, width)
            for _ in range(net.modules):
                for v in range(1, last):
                    if (0, v) in joined:
                        conv(1, n_in, channels[v], side)
                    k = _kernel(self.ops[c.labels[v]])
                    if k:
                        conv(k, channels[v], channels[v], side)
                    else:
                        total[2] += channels[v] * side * side
                        total[3] += channels[v] * side * side
                if (0, last) in joined:
                    conv(1, n_in, width, side)
                n_in = width
        total[0] += width * net.classes + net.classes
        total[1] += width * net.classes
        return total[0], total[1], total[2], total[3]

    @staticmethod
    def _channels(joined: set[tuple[int, int]], last: int, width: int) -> list[int]:
        out = [0] * (last + 1)
        feeds = [v for v in range(1, last) if (v, last) in joined]
        for i, v in enumerate(feeds):
            out[v] = width // len(feeds) + (i < width % len(feeds))
        for v in range(last - 1, 0, -1):
            if v not in feeds:
                out[v] = max((out[w] for w in range(v + 1, last) if (v, w) in joined), default=0)
        return out

    # -- reading

    def graph(self, value: Any) -> Graph:
        """The canonical graph of a value: a text, a dict or pair of matrix and operations, a genotype. Raises
        GraphError."""
        if not isinstance(value, str):
            value = _as_text(value)
        out: Graph = self.read(value)
        return out

    def _read(self, text: str) -> Graph:
        cells = self._written(text.strip())
        if len(cells) != self.cells:
            raise GraphError("%d cells; the axis has %d" % (len(cells), self.cells))
        return tuple(self._make(*c) for c in cells)

    def _written(self, text: str) -> list[Written]:
        if not text or len(text) > MOST_TEXT:
            raise GraphError("a text of %d bytes" % len(text))
        if text[0] == "|":
            forms, cells = "edges", [_nasbench201(text)]
        elif text[0] in "{[":
            forms, cells = "nodes", [_matrix(_literal(text))]
        elif "normal" in text and "(" in text:
            forms, cells = "genotype", _genotype(text, self.cell_names)
        else:
            return [self._cell_text(part) for part in text.split("@")]
        if forms != self.form:
            raise GraphError("it is written as one of form %s; the axis is of form %s" % (forms, self.form))
        return cells

    def _cell_text(self, text: str) -> Written:
        parts = text.split("/")
        ops, edges = [""] * self.inputs, []
        last = self.inputs + len(parts) - 1
        for v, part in enumerate(parts, self.inputs):
            ops.append("")
            if part == "-":
                continue
            named = self.form == "nodes" or self.form == "genotype" and v == last
            terms = part.split("+")
            if named:
                op, _, rest = part.partition("~")
                if (op == "output") != (v == last):
                    raise GraphError("vertex %d is %r; the last one and no other is output" % (v, op))
                ops[v] = "" if v == last else unquote(op)
                terms = ["~" + t for t in rest.split("+")] if rest else []
            for t in terms:
                op, tilde, at = t.partition("~")
                if not tilde or not re.fullmatch("[0-9]{1,2}", at):
                    raise GraphError("%r at vertex %d: want OPERATION~VERTEX" % (t, v))
                edges.append((int(at), v, unquote(op)))
        return ops, edges

    def _make(self, ops: list[str], written: list[tuple[int, int, str]]) -> Cell:
        """The canonical cell of what was written."""
        n = len(ops)
        if not self.inputs < n <= MOST_READ or len(written) > MOST_EDGES:
            raise GraphError("%d vertices and %d edges" % (n, len(written)))
        inner = range(self.inputs, n - 1)
        labels = [
            self._operation(ops[v], "vertex %d" % v) if self.form == "nodes" and v in inner else -1 for v in range(n)
        ]
        edges: list[Edge] = []
        for x, to, op in written:
            if not (0 <= x < n - 1 and self.inputs <= to < n):
                raise GraphError("an edge from vertex %d to vertex %d, of %d with %d inputs" % (x, to, n, self.inputs))
            k = -1
            if self.form == "edges" or self.form == "genotype" and to < n - 1:
                if self.form == "edges" and NONE in self.operations and self.names.get(op, op) == NONE:
                    continue
                k = self._operation(op, "edge %d to %d" % (x, to))
            edges.append((to, x, k))
        return self._finish(labels, edges)

    def _operation(self, word: str, where: str) -> int:
        k = self.number.get(self.names.get(word, word))
        if k is None:
            raise GraphError(
                "%s: operation %r is unknown; the operations are %s" % (where, word, ", ".join(self.operations))
            )
        return k

    def _finish(self, labels: Sequence[int], edges: list[Edge]) -> Cell:
        c = _renumbered(labels, edges, _topological(len(labels), edges))
        used = _used(c, self.inputs)
        n = len(c.labels)
        if not self.disconnected and not used[n - 1]:
            raise GraphError("no path leads from the input to the output")
        if self.prunes:
            keep = [v for v in range(n) if used[v] or v < self.inputs or v == n - 1]
            c = _renumbered(c.labels, c.edges, [keep.index(v) if v in keep else -1 for v in range(n)])
        self._limits(c)
        return _canonical(c, self.inputs)

    def _limits(self, c: Cell) -> None:
        n, m = len(c.labels), len(c.edges)
        exact = self.form != "nodes" and not self.prunes
        if n > self.vertices or exact and n < self.vertices:
            raise GraphError("%d vertices; %d are allowed" % (n, self.vertices))
        if self.most_edges and m > self.most_edges:
            raise GraphError("%d edges; at most %d are allowed" % (m, self.most_edges))
        if self.form == "edges" and NONE not in self.operations and not self.prunes and m < n * (n - 1) // 2:
            raise GraphError("%d edges; all pairs of vertices need one" % m)
        pairs = [(x, to) for to, x, op in c.edges if self.form != "genotype" or op < 0]
        if len(set(pairs)) < len(pairs):
            raise GraphError("two edges between the same vertices")
        into = [sum(to == v for to, _, _ in c.edges) for v in range(n)]
        if self.form == "genotype":
            if any(into[v] != self.degree for v in range(self.inputs, n - 1)):
                raise GraphError("each vertex has %d edges into it" % self.degree)
            if (
                not self.partial and into[n - 1] != n - 1 - self.inputs
                or any(to == n - 1 and x < self.inputs for to, x, _ in c.edges)
            ):
                raise GraphError("the output concatenates all vertices but the inputs")
        paths = [int(v < self.inputs) for v in range(n)]
        for to, x, _ in c.edges:
            paths[to] += paths[x]
        if paths[n - 1] > MOST_PATHS:
            raise GraphError("%d paths; at most %d are allowed" % (paths[n - 1], MOST_PATHS))

    def text(self, g: Graph) -> str:
        """The canonical text."""
        return "@".join(self._text(c) for c in g)

    def _text(self, c: Cell) -> str:
        out = []
        for v in range(self.inputs, len(c.labels)):
            into = [(x, op) for to, x, op in c.edges if to == v]
            bare = [str(x) for x, op in into if op < 0]
            head = escape(self.ops[c.labels[v]]) if c.labels[v] >= 0 else "output" if bare else ""
            if head:
                out.append(head + ("~" + "+".join(bare) if bare else ""))
            else:
                out.append("+".join("%s~%d" % (escape(self.ops[op]), x) for x, op in into) or "-")
        return "/".join(out)

    # -- as parameters of their own

    def coordinates(self) -> list[Coordinate]:
        """The choices that a graph is made of: operations, and edges."""
        out: list[Coordinate] = []
        ops, bit, last = tuple(self.ops), ("0", "1"), self.vertices - 1
        pairs = [(x, y) for x in range(last) for y in range(x + 1, last + 1)]
        for i in range(self.cells):
            p = self.cell_names[i] + "." if self.cell_names else ""
            if self.form == "nodes":
                out += [Coordinate("%sop.%d" % (p, v), ops, i, "op", v, 0) for v in range(1, last)]
                out += [Coordinate("%sedge.%d-%d" % (p, x, y), bit, i, "edge", x, y) for x, y in pairs]
            elif self.form == "edges":
                out += [
                    Coordinate("%sedge.%d-%d" % (p, x, y), tuple(self.operations), i, "edge_op", x, y) for x, y in pairs
                ]
            else:
                for v in range(2, last):
                    for k in range(self.degree):
                        out.append(Coordinate("%s%d.%d.from" % (p, v, k), tuple(map(str, range(v))), i, "from", v, k))
                        out.append(Coordinate("%s%d.%d.op" % (p, v, k), ops, i, "from_op", v, k))
                    if self.partial:
                        out.append(Coordinate("%s%d.out" % (p, v), bit, i, "edge", v, last))
        return out

    def locate(self, coordinates: Sequence[Coordinate], g: Graph) -> list[str]:
        """The values of the coordinates of a graph; the first choice for the operation of a vertex that it lacks."""
        return [self._locate(q, g[q.cell]) for q in coordinates]

    def _locate(self, q: Coordinate, c: Cell) -> str:
        last = len(c.labels) - 1
        a, b = (last if v == self.vertices - 1 else v if v < last else -1 for v in (q.a, q.b))
        if q.kind == "op":
            return self.ops[c.labels[a]] if a >= 0 else q.choices[0]
        if q.kind == "edge":
            return "1" if a >= 0 and b >= 0 and any((x, y) == (a, b) for y, x, _ in c.edges) else "0"
        if q.kind == "edge_op":
            return next((self.ops[op] for y, x, op in c.edges if (x, y) == (a, b)), NONE)
        x, op = [(x, op) for y, x, op in c.edges if y == q.a][q.b]
        return str(x) if q.kind == "from" else self.ops[op]

    def place(self, coordinates: Sequence[Coordinate], values: Sequence[str]) -> Graph:
        """The graph of one value for each coordinate. Raises GraphError where there is none."""
        last = self.vertices - 1
        labels = [[-1] * self.vertices for _ in range(self.cells)]
        edges: list[list[Edge]] = [[] for _ in range(self.cells)]
        if self.form == "genotype" and not self.partial:
            edges = [[(last, v, -1) for v in range(2, last)] for _ in range(self.cells)]
        for i, (q, value) in enumerate(zip(coordinates, values)):
            if q.kind == "op":
                labels[q.cell][q.a] = self.number[value]
            elif q.kind == "edge" and str(value) == "1":
                edges[q.cell].append((q.b, q.a, -1))
            elif q.kind == "edge_op" and value != NONE:
                edges[q.cell].append((q.b, q.a, self.number[value]))
            elif q.kind == "from_op":
                edges[q.cell].append((q.a, int(values[i - 1]), self.number[value]))
        return tuple(self._finish(labels[i], edges[i]) for i in range(self.cells))

    def sample(self, rng: np.random.Generator) -> str:
        """The text of a drawn graph."""
        coordinates = self.coordinates()
        pairs = self.vertices * (self.vertices - 1) // 2
        chance = self.most_edges / pairs if self.most_edges and 2 * self.most_edges < pairs else 0.5
        for _ in range(TRIES):
            values = [
                q.choices[int(rng.random() < chance) if q.kind == "edge" else int(rng.integers(len(q.choices)))]
                for q in coordinates
            ]
            try:
                return self.text(self.place(coordinates, values))
            except GraphError:
                continue
        raise GraphError("no graph was found in %d draws" % TRIES)

    def allowed(self) -> str:
        """What is allowed, in words."""
        edges = ", up to %d edges" % self.most_edges if self.most_edges else ""
        return "a graph of form %s, up to %d vertices, operations %s%s" % (self.form, self.vertices,
            ", ".join(self.operations), edges)

    def __getstate__(self) -> dict[str, Any]:
        return {k: v for k, v in self.__dict__.items() if k != "read"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self.read = lru_cache(1 << 14)(self._read)


def _kernel(op: str) -> int | None:
    name = op[: -len("-bn-relu")] if op.endswith("-bn-relu") else op
    return {"conv1x1": 1, "conv3x3": 3, "maxpool3x3": 0}.get(name)


def _renumbered(labels: Sequence[int], edges: Sequence[Edge], to: Sequence[int]) -> Cell:
    """The cell whose vertex v is called to[v]; those with to[v] < 0 are left out."""
    out = [-1] * (max(to) + 1)
    for v, w in enumerate(to):
        if w >= 0:
            out[w] = labels[v]
    return Cell(tuple(out), tuple(sorted((to[y], to[x], op) for y, x, op in edges if to[x] >= 0 and to[y] >= 0)))


def _topological(n: int, edges: Sequence[Edge]) -> list[int]:
    """New numbers, in which edges lead upwards; raises GraphError at a cycle."""
    if all(x < y for y, x, _ in edges):
        return list(range(n))
    to, waits = [-1] * n, [0] * n
    for y, _, _ in edges:
        waits[y] += 1
    for following in range(n):
        v = next((v for v in range(n) if to[v] < 0 and not waits[v] and (v < n - 1 or following == n - 1)), None)
        if v is None:
            raise GraphError("a cycle among the vertices %s" % ", ".join(str(v) for v in range(n) if to[v] < 0))
        to[v] = following
        for y, x, _ in edges:
            waits[y] -= x == v
    return to


def _used(c: Cell, inputs: int) -> list[bool]:
    """Which vertices lie on a path from an input to the output."""
    n = len(c.labels)
    down, up = [v < inputs for v in range(n)], [v == n - 1 for v in range(n)]
    for y, x, _ in c.edges:
        down[y] |= down[x]
    for y, x, _ in reversed(c.edges):
        up[x] |= up[y]
    return [a and b for a, b in zip(down, up)]


def _canonical(c: Cell, inputs: int) -> Cell:
    """The cell in the numbering of the least code."""
    n = len(c.labels)
    if n - inputs <= 2:
        return c
    joined = {(x, y): sum((a, b) == (x, y) for b, a, _ in c.edges) for y, x, _ in c.edges}
    alike = {v: sorted((y, op) for y, x, op in c.edges if x == v) + [(-1, -1)] + sorted((x,
        op) for y, x, op in c.edges if y == v)
             for v in range(inputs, n - 1)}
    place, best, code = [-1] * n, None, None
    for v in range(inputs):
        place[v] = v
    place[n - 1] = n - 1

    def whole() -> list[int]:
        counts = [0] * (n * (n - 1) // 2)
        ops = []
        for y, x, op in c.edges:
            a, b = place[x], place[y]
            counts[-1 - (a + b * (b - 1) // 2)] += 1
            ops.append((b, a, op))
        if any(op >= 0 for _, _, op in c.edges):
            counts += [op for _, _, op in sorted(ops)]
        return counts + [c.labels[v] for v in sorted(range(n), key=place.__getitem__)]

    def search(at: int, prefix: list[int]) -> None:
        nonlocal best, code
        if code is not None and prefix > code[: len(prefix)]:
            return
        if at < inputs:
            found = whole()
            if code is None or found < code:
                best, code = list(place), found
            return
        free = [v for v in alike if place[v] < 0]
        for v in free:
            if any(x == v and place[y] < 0 for y, x, _ in c.edges):
                continue
            if any(w != v and alike[w] == alike[v] and (c.labels[w], -w) > (c.labels[v], -v) for w in free):
                continue
            place[v] = at
            search(at - 1, prefix + [joined.get((v, n - 1), 0)])
            place[v] = -1

    search(n - 2, [])
    assert best is not None
    return _renumbered(c.labels, c.edges, best)


# -- what others write


def _as_text(value: Any) -> str:
    """A text of what Python programs hold: a genotype, a dict or pair of matrix and operations."""
    if hasattr(value, "_asdict") and hasattr(value, "normal"):
        fields = value._asdict()
        return "Genotype(%s)" % ", ".join("%s=%r" % (k,
            [tuple(p) if isinstance(p, (tuple, list)) else int(p) for p in v])
                                          for k, v in fields.items())
    plain: Any = value
    if isinstance(value, Mapping):
        plain = {str(k): _listed(v) for k, v in value.items()}
    elif isinstance(value, (list, tuple)) and len(value) == 2:
        plain = [_listed(v) for v in value]
    else:
        raise GraphError("%r is no graph" % type(value).__name__)
    return json.dumps(plain)


def _listed(v: Any) -> Any:
    if hasattr(v, "tolist"):
        return v.tolist()
    return [_listed(e) for e in v] if isinstance(v, (list, tuple)) else v


def _literal(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        pass
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError) as e:
        raise GraphError("neither JSON nor a Python list: %s" % e) from e


def _matrix(value: Any) -> Written:
    named: list[Any]
    if isinstance(value, Mapping):
        lower = {str(k).lower(): v for k, v in value.items()}
        named = [next((lower[k] for k in keys if k in lower), None) for keys in (
            ("matrix", "module_adjacency", "adjacency", "adjacency_matrix", "adj", "edges"),
            ("operations", "module_operations", "ops", "labels", "nodes"))]
    else:
        named = list(value)
    if len(named) != 2 or any(v is None for v in named):
        raise GraphError('want {"matrix": [[0, 1], [0, 0]], "operations": ["input", "output"]}, or a list of the two')
    matrix, ops = (_literal(v) if isinstance(v, str) else v for v in named)
    words = [str(int(op)) if isinstance(op, float) and op == int(op) else str(op) for op in ops]
    n = len(matrix)
    if not 2 <= n <= MOST_READ or any(not isinstance(r, (list, tuple)) or len(r) != n for r in matrix):
        raise GraphError("the matrix is not square")
    if len(words) == n and words[0].lower() in ("input", "in", "-1") and words[-1].lower() in ("output", "out", "-2"):
        words = words[1:-1]
    if len(words) != n - 2:
        raise GraphError("%d operations for a matrix of %d rows" % (len(words), n))
    if any(e not in (0, 1, True, False) for r in matrix for e in r):
        raise GraphError("entries of the matrix are 0 and 1")
    edges = [(i, j, "") for i in range(n) for j in range(n) if matrix[i][j]]
    hole = [
        v
        for v in range(1, n - 1)
        if words[v - 1].lower() in ("", "none", "null", "nan", "na") and not any(v in e[:2] for e in edges)
    ]
    keep = [v for v in range(n) if v not in hole]
    return [words[v - 1] if 0 < v < n - 1 else "" for v in keep], [
        (keep.index(i), keep.index(j), "") for i, j, _ in edges
    ]


def _nasbench201(text: str) -> Written:
    ops, edges = [""], []
    for v, group in enumerate(text.split("+"), 1):
        group = group.strip()
        if len(group) < 2 or group[0] != "|" or group[-1] != "|":
            raise GraphError("%r: want |operation~vertex|operation~vertex|, groups joined by +" % group)
        ops.append("")
        for term in group[1:-1].split("|"):
            op, _, at = term.partition("~")
            if not op or not re.fullmatch("[0-9]{1,2}", at.strip()):
                raise GraphError("%r: want operation~vertex" % term)
            edges.append((int(at), v, op))
    return ops, edges


def _genotype(text: str, names: Sequence[str]) -> list[Written]:
    try:
        call = ast.parse(text if text.startswith("Genotype") else "Genotype(%s)" % text, mode="eval").body
        assert isinstance(call, ast.Call)
        fields = {k.arg or "": _value(k.value) for k in call.keywords}
        cells = [k for k in fields if not k.endswith("_concat")]
        if len(names) == len(cells) and set(names) == set(cells):
            cells = list(names)
        return [_genotype_cell(fields[k], fields.get(k + "_concat")) for k in cells]
    except (AssertionError, SyntaxError, ValueError, TypeError, IndexError, MemoryError, RecursionError) as e:
        raise GraphError("no genotype: want Genotype(normal=[('operation', vertex), ...], normal_concat=[...])") from e


def _value(node: ast.expr) -> Any:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "range":
        ends = [int(ast.literal_eval(a)) for a in node.args]
        if max(ends) > MOST_READ:
            raise ValueError("a long range")
        return list(range(*ends))
    return ast.literal_eval(node)


def _genotype_cell(pairs: Any, concat: Any) -> Written:
    groups = (
        pairs
        if pairs and isinstance(pairs[0][0], (list, tuple))
        else [pairs[i : i + 2] for i in range(0, len(pairs), 2)]
    )
    edges = [(int(at), v, str(op)) for v, group in enumerate(groups, 2) for op, at in group]
    last = 2 + len(groups)
    edges += [(int(v), last, "") for v in (range(2, last) if concat is None else concat)]
    return [""] * (last + 1), edges
