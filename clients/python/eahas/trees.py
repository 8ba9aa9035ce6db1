"""Boosted trees and forests (FORMAT.md section 4): many trees and many rows at once.

Two ways lead from rows to leaves:

1. In lock step: every row stands at one node of every tree, and all take a step at a time. It needs no memory beside
   the trees and knows category sets.
2. By masks (QuickScorer; Lucchese et al. 2015, SIGIR, "QuickScorer: a fast algorithm to rank documents with additive
   ensembles of regression trees"): a node that sends a row to the right rules out the leaves on its left. What a column
   rules out depends only on the interval between thresholds that its number lies in, so one table a column holds, for
   each interval and tree, the leaves that remain as bits. The leaf is the leftmost that remains under all columns.

Both give the same leaves. The masks are several times faster and are used where the tables fit into MOST_TABLE bytes.
"""
from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Callable

import numpy as np
import numpy.typing as npt

from .errors import BundleError
from .reading import Bytes

Array = npt.NDArray[Any]

MOST_TABLE = 192 << 20  # bytes of one ensemble's tables
MOST_MERGED = 512  # intervals of columns that share a table
BLOCK, ROWS, MANY = 256, 512, 16  # trees and rows that the masks take at a time, and from how many rows on
BIAS = 1023  # of a float64's exponent, which begins at bit 52
STEP = 1 << 20  # places (rows x trees) that walk at a time: bounds the memory
NODE = np.dtype([("flags", "u1"), ("column", "<u4"), ("threshold", "<f8")])


class Ensemble:
    """All trees of one model as arrays over their nodes, tree after tree, each in preorder.

    sizes     inner nodes of each tree; its leaves are one more
    output    the output that each tree adds to; -1: its leaves hold all outputs
    column, threshold, nan_left, left_size    of each inner node; left_size: inner nodes of its left subtree
    first_leaf    number of the leftmost leaf below the node, in its tree
    sets      node number to categories, where a node asks for a set
    values    of all leaves, one after the other, k each where output is -1
    """

    def __init__(self, data: bytes) -> None:
        forest = data[:7] == b"EAGBDT2"
        b = Bytes(data, b"EAGBDT2\0" if forest else b"EAGBDT1\0")
        self.columns, self.outputs = b.take("II")
        if not 1 <= self.outputs <= 1 << 20 or self.columns > 1 << 24:
            raise BundleError("trees of %d columns and %d outputs" % (self.columns, self.outputs))
        ends = b.array(np.dtype([("base", "<f8"), ("link", "u1")]), self.outputs)
        self.base, self.sigmoid = ends["base"].astype(float), ends["link"] > 0
        self.groups = [b.array("<u4", b.u32()).astype(np.int64) for _ in range(b.count(4))]
        if any((g >= self.columns).any() for g in self.groups):
            raise BundleError("a one-hot group names a column beyond %d" % self.columns)
        self.sets: dict[int, Array] = {}
        self._read_trees(b, b.count(8))
        b.close()
        self._connect()
        self.forest = forest and self._is_forest()
        self._masks: Masks | None = None
        self._steps: Steps | None = None
        self._starts = self._runs()

    def _read_trees(self, b: Bytes, trees: int) -> None:
        self.sizes, self.output = np.zeros(trees, np.int64), np.zeros(trees, np.int64)
        nodes, values, total = [], [], 0
        for t in range(trees):
            n, out = b.take("II")
            self.sizes[t], self.output[t] = n, out - 1
            if out > self.outputs:
                raise BundleError("tree %d adds to output %d of %d" % (t, out, self.outputs))
            nodes.append(self._read_nodes(b, n, total))
            values.append(b.array("<f8", (n + 1) * (1 if out else self.outputs)))
            total += n
        all_nodes = np.concatenate(nodes) if nodes else np.zeros(0, NODE)
        self.flags = all_nodes["flags"].astype(np.int64)
        self.column = all_nodes["column"].astype(np.int64)
        self.threshold = all_nodes["threshold"].astype(float)
        self.nan_left = self.flags & 2 > 0
        self.values = np.concatenate(values).astype(float) if values else np.zeros(0)
        if (self.column >= self.columns).any():
            raise BundleError("a tree asks for a column beyond %d" % self.columns)
        if np.isnan(self.threshold).any():
            raise BundleError("a threshold is no number")

    def _read_nodes(self, b: Bytes, n: int, before: int) -> Array:
        """The nodes of one tree. Most trees have no sets: then all nodes have one size."""
        if b.left() >= n * NODE.itemsize:
            at = b.at
            nodes = b.array(NODE, n)
            if not (nodes["flags"] & 1).any():
                return nodes
            b.at = at
        nodes = np.zeros(n, NODE)
        for i in range(n):
            flags, column = b.take("BI")
            nodes[i] = flags, column, 0.0
            if flags & 1:
                self.sets[before + i] = b.floats(b.u32())
            else:
                nodes[i]["threshold"] = b.f64()
        return nodes

    def _connect(self) -> None:
        """Finds the subtrees' sizes from the flags, for all trees at once, last nodes first."""
        self.start = np.concatenate([[0], np.cumsum(self.sizes)])[:-1].astype(np.int64)
        total = int(self.sizes.sum())
        size, self.left_size = np.zeros(total + 1, np.int64), np.zeros(total, np.int64)
        order = np.argsort(-self.sizes, kind="stable")
        most = int(self.sizes.max(initial=0))
        # Trees by falling size: those with more than `at` nodes come first.
        more = np.searchsorted(-self.sizes[order], -np.arange(most), side="left")
        for at in reversed(range(most)):
            trees = order[: more[at]]
            node, end = self.start[trees] + at, self.start[trees] + self.sizes[trees]
            left = np.where(self.flags[node] & 4, 0, np.where(node + 1 < end, size[np.minimum(node + 1, total)], -1))
            right = node + 1 + np.maximum(left, 0)
            there = np.where(self.flags[node] & 8, 0, np.where(right < end, size[np.minimum(right, total)], -1))
            if (left < 0).any() or (there < 0).any():
                raise BundleError("the nodes are no tree")
            self.left_size[node], size[node] = left, 1 + left + there
        whole = self.sizes > 0
        if (size[self.start[whole]] != self.sizes[whole]).any():
            raise BundleError("the nodes are no tree")
        self.first_leaf = np.zeros(total, np.int64)
        for at in range(most):
            node = self.start[order[: more[at]]] + at
            inner = node[self.flags[node] & 4 == 0]
            self.first_leaf[inner + 1] = self.first_leaf[inner]
            inner = node[self.flags[node] & 8 == 0]
            self.first_leaf[inner + 1 + self.left_size[inner]] = self.first_leaf[inner] + self.left_size[inner] + 1
        width = np.where(self.output < 0, self.outputs, 1)
        count = (self.sizes + 1) * width
        self.first_value = np.concatenate([[0], np.cumsum(count)])[:-1].astype(np.int64)

    def _is_forest(self) -> bool:
        trees = len(self.sizes)
        if trees == 0:
            return False
        each = trees // self.outputs
        if self.output[0] < 0:
            return bool((self.output < 0).all())
        return each * self.outputs == trees and bool((self.output == np.arange(trees) // max(each, 1)).all())

    def leaves(self, x: Array) -> Array:
        """The number of the leaf of each row (n x p) in each tree: n x trees."""
        return self.masks.leaves(x) if self.masks.fits else self.leaves_in_steps(x)

    def leaves_in_steps(self, x: Array) -> Array:
        """As leaves, always in lock step."""
        if self._steps is None:
            self._steps = Steps(self)
        return self._steps.leaves(x)

    def sums(self, x: Array) -> Array:
        """base plus the leaves' values, n x k, before the links."""
        y = np.tile(self.base, (len(x), 1))
        if not len(self.sizes):
            return y
        starts = self._starts
        if starts is not None and self.masks.fits:
            y += self.masks.sums(x, starts)
            return y
        block = max(1, STEP // len(self.sizes))
        for i in range(0, len(x), block):
            if starts is None:
                self._add_any(y[i : i + block], self.leaves(x[i : i + block]))
            else:
                v = self.values[self.first_value + self.leaves(x[i : i + block])]
                y[i : i + block] += np.add.reduceat(v, starts, axis=1)
        return y

    def _runs(self) -> Array | None:
        """Where the trees of each output begin, when every output has a run of its own, in order; else None."""
        starts = np.flatnonzero(np.diff(self.output, prepend=-2))
        return starts if np.array_equal(self.output[starts], np.arange(self.outputs)) else None

    def _add_any(self, y: Array, leaf: Array) -> None:
        k = self.outputs
        for t, out in enumerate(self.output):
            if out < 0:
                y += self.values[(self.first_value[t] + leaf[:, t] * k)[:, None] + np.arange(k)]
            else:
                y[:, out] += self.values[self.first_value[t] + leaf[:, t]]

    @property
    def masks(self) -> Masks:
        if self._masks is None:
            self._masks = Masks(self)
        return self._masks

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_masks": None, "_steps": None}

    def predict(self, x: Array) -> Array:
        y = self.sums(x)
        if self.sigmoid.any():
            with np.errstate(over="ignore"):
                y[:, self.sigmoid] = 1 / (1 + np.exp(-y[:, self.sigmoid]))
        return y


def joined(parts: list[tuple[Ensemble, Array]], columns: int, groups: list[Array]) -> Ensemble:
    """One ensemble of those whose columns are some of the given number; outputs follow each other. Every tree must add
    to one output."""
    e = Ensemble.__new__(Ensemble)
    e.columns, e.outputs, e.groups, e.sets, e.forest = columns, sum(p.outputs for p, _ in parts), groups, {}, False
    for name in ("sizes", "flags", "threshold", "nan_left", "left_size", "first_leaf", "values", "base", "sigmoid"):
        setattr(e, name, np.concatenate([getattr(p, name) for p, _ in parts]))
    e.column = np.concatenate([at[p.column] for p, at in parts])
    before = np.cumsum([0] + [p.outputs for p, _ in parts])
    e.output = np.concatenate([p.output + b for (p, _), b in zip(parts, before)])
    e.start = np.concatenate([[0], np.cumsum(e.sizes)])[:-1].astype(np.int64)
    e.first_value = np.concatenate([[0], np.cumsum(e.sizes + 1)])[:-1].astype(np.int64)
    e._masks = e._steps = None
    e._starts = e._runs()
    return e


class Steps:
    """The trees for walking in lock step: children as one array, leaves as nodes that lead to themselves."""

    def __init__(self, e: Ensemble) -> None:
        trees, total = len(e.sizes), len(e.column)
        node_tree = np.repeat(np.arange(trees), e.sizes)
        leaf_start = e.start + np.arange(trees) + total  # leaves are numbered after all inner nodes
        node = np.arange(total)
        left = np.where(e.flags & 4, leaf_start[node_tree] + e.first_leaf, node + 1)
        right = np.where(e.flags & 8, leaf_start[node_tree] + e.first_leaf + e.left_size + 1, node + 1 + e.left_size)
        leaves = total + np.arange(total + trees)
        self.children = np.empty(2 * (2 * total + trees), np.int64)
        self.children[0::2] = np.concatenate([right, leaves])
        self.children[1::2] = np.concatenate([left, leaves])
        # A missing number is -inf in a second copy of the columns, which goes left; NaN itself goes right.
        # Sets look at the first copy, as -inf may be a number of theirs.
        numeric = np.ones(total, bool)
        numeric[list(e.sets)] = False
        self.column = np.concatenate([e.column + e.columns * (e.nan_left & numeric), np.zeros(len(leaves), np.int64)])
        self.threshold = np.concatenate([e.threshold, np.zeros(len(leaves))])
        self.roots = np.where(e.sizes > 0, e.start, leaf_start)
        self.leaf_start, self.sets, self.nan_left, self.total = leaf_start, e.sets, e.nan_left, total

    def leaves(self, x: Array) -> Array:
        out = np.empty((len(x), len(self.roots)), np.int64)
        block = max(1, STEP // max(1, len(self.roots)))
        for i in range(0, len(x), block):
            out[i : i + block] = self._walk(x[i : i + block])
        return out

    def _walk(self, x: Array) -> Array:
        both = np.concatenate([x, np.where(np.isnan(x), -np.inf, x)], axis=1)
        width = both.shape[1]
        flat = both.ravel()
        rows = np.repeat(np.arange(len(x)) * width, len(self.roots))
        at = np.tile(self.roots, len(x))
        walking = np.flatnonzero(at < self.total)
        while len(walking):
            node = at[walking]
            v = flat[rows[walking] + self.column[node]]
            left = v <= self.threshold[node]
            if self.sets:
                self._ask_sets(node, v, left)
            at[walking] = node = self.children[2 * node + left]
            walking = walking[node < self.total]
        out: Array = at.reshape(len(x), -1) - self.leaf_start
        return out

    def _ask_sets(self, node: Array, v: Array, left: Array) -> None:
        for i, members in self.sets.items():
            here = node == i
            if here.any():
                left[here] = np.isin(v[here], members) | (bool(self.nan_left[i]) & np.isnan(v[here]))


class Slot:
    """One or more columns that share a table. codes says which of its rows each row of x needs, -1 where it has
    none."""

    def __init__(self, codes: Callable[[Array], Array], table: Array) -> None:
        self.codes, self.table = codes, table


class Masks:
    """The tables of the remaining leaves: bit (bits-1-leaf) stands for a leaf, so that the leftmost is the highest bit.

    fits    whether there are tables: no sets, at most 63 leaves a tree, at most MOST_TABLE bytes
    """

    def __init__(self, e: Ensemble) -> None:
        self.e = e
        self.pieces: tuple[Array, Array, Array] | None = None
        most, trees = int(e.sizes.max(initial=0)) + 1, len(e.sizes)
        self.word: Any = np.int32 if most <= 31 else np.int64
        self.bits = 31 if most <= 31 else 63
        used = np.unique(e.column)
        rows = sum(len(np.unique(e.threshold[e.column == c])) + 2 for c in used)
        self.fits = (
            most <= 63 and not e.sets and trees > 0 and rows * trees * np.dtype(self.word).itemsize <= MOST_TABLE
        )
        self.blocks = -(-trees // BLOCK)
        if self.fits:
            slots = self._merged(self._slots(used)) if len(used) else []
            self.codes = [s.codes for s in slots]
            self.tables = [self._in_blocks(s.table) for s in slots]
            # A leaf's value stands at top less the exponent of its mask as a float.
            self.top = np.zeros(self.blocks * BLOCK, np.int64)
            self.top[:trees] = e.first_value + (self.bits - 1 + BIAS)

    def _in_blocks(self, table: Array) -> Array:
        """A slot's table as blocks x rows x BLOCK; trees that are not there leave all over."""
        wide = np.full((len(table), self.blocks * BLOCK), self.full, self.word)
        wide[:, : table.shape[1]] = table
        return np.ascontiguousarray(wide.reshape(len(wide), self.blocks, BLOCK).transpose(1, 0, 2))

    def _node_masks(self) -> Array:
        """What a node leaves over when it sends a row to the right."""
        e = self.e
        count = (e.left_size + 1).astype(np.uint64)
        ones = (np.uint64(1) << count) - np.uint64(1)
        shift = np.uint64(self.bits) - e.first_leaf.astype(np.uint64) - count
        out: Array = (self.full & ~(ones << shift)).astype(self.word)
        return out

    @property
    def full(self) -> Any:
        return np.uint64((1 << self.bits) - 1)

    def _column(self, c: int, node: Array, masks: Array, tree: Array) -> tuple[Array, Array]:
        """The thresholds of column c, and its table: a row an interval, and one for a missing number at the end."""
        e = self.e
        thresholds, rank = np.unique(e.threshold[node], return_inverse=True)
        table = np.full((len(thresholds) + 2, len(e.sizes)), self.full, self.word)
        np.bitwise_and.at(table, (rank + 1, tree[node]), masks[node])
        np.bitwise_and.accumulate(table[:-1], axis=0, out=table[:-1])
        gone = node[~e.nan_left[node]]
        np.bitwise_and.at(table, (np.full(len(gone), len(table) - 1), tree[gone]), masks[gone])
        return thresholds, table

    def _slots(self, used: Array) -> list[Slot]:
        e = self.e
        masks, tree = self._node_masks(), np.repeat(np.arange(len(e.sizes)), e.sizes)
        order = np.argsort(e.column, kind="stable")
        ends = np.searchsorted(e.column[order], used, side="right")
        begins = np.searchsorted(e.column[order], used, side="left")
        columns = {int(c): self._column(int(c), order[i:j], masks, tree) for c, i, j in zip(used, begins, ends)}
        slots = []
        for group in e.groups:
            own = [int(c) for c in group if int(c) in columns]
            if own and len(group) == len(set(group.tolist())):
                slots.append(self._group(group, {c: columns.pop(c) for c in own}))
        for c, (thresholds, table) in columns.items():
            slots.append(Slot(_interval(c, thresholds), table))
        return slots

    def _group(self, group: Array, columns: dict[int, tuple[Array, Array]]) -> Slot:
        """The table of a one-hot group: a row for each chosen column, and one for missing."""
        table = np.full((len(group) + 1, len(self.e.sizes)), self.full, self.word)
        for c, (thresholds, own) in columns.items():
            zero, one = own[np.searchsorted(thresholds, 0.0)], own[np.searchsorted(thresholds, 1.0)]
            for row, chosen in enumerate(group):
                table[row] &= one if chosen == c else zero
            table[-1] &= own[-1]

        def codes(x: Array) -> Array:
            v = x[:, group]
            ones, zeros, gone = v == 1, v == 0, np.isnan(v)
            plain = (ones | zeros).all(axis=1) & (ones.sum(axis=1) == 1)
            return np.where(plain, ones.argmax(axis=1), np.where(gone.all(axis=1), len(group), -1))

        return Slot(codes, table)

    def _merged(self, slots: list[Slot]) -> list[Slot]:
        """Joins small tables while the joint one has at most MOST_MERGED rows."""
        slots = sorted(slots, key=lambda s: len(s.table))
        out: list[Slot] = []
        for s in slots:
            if out and len(out[-1].table) * len(s.table) <= MOST_MERGED:
                out[-1] = _joined(out[-1], s)
            else:
                out.append(s)
        return out

    def leaves(self, x: Array) -> Array:
        """As Ensemble.leaves."""
        codes, odd = self._codes(x)
        trees = len(self.e.sizes)
        out = np.empty((len(x), trees), np.int64)
        w = Scratch(self, 1)
        for i in range(len(x)):
            np.subtract(self.bits - 1 + BIAS, w.row(codes[:, i])[:trees], out=out[i])
        if odd.any():
            out[odd] = self.e.leaves_in_steps(x[odd])
        return out

    def sums(self, x: Array, starts: Array) -> Array:
        """The sums of the values of the trees from each of starts to the next, n x k. Each is a sum of sums over the
        trees of one block, so that one row has the bits that it has among many."""
        codes, odd = self._codes(x)
        out = np.empty((len(x), len(starts)))
        pieces, first = self._pieces(starts)

        def part(begin: int, end: int) -> None:
            if end - begin < MANY:
                w = Scratch(self, 1)
                for i in range(begin, end):
                    out[i] = np.add.reduceat(np.add.reduceat(w.values(codes[:, i]), pieces), first)
                return
            w = Scratch(self, min(ROWS, end - begin))
            for i in range(begin, end, ROWS):
                sums = w.sums(codes[:, i : min(i + ROWS, end)], pieces)
                np.add.reduceat(sums, first, axis=1, out=out[i : min(i + ROWS, end)])

        in_parts(part, len(x), len(x) * len(self.e.sizes))
        if odd.any():
            v = self.e.values[self.e.first_value + self.e.leaves_in_steps(x[odd])]
            out[odd] = np.add.reduceat(v, starts, axis=1)
        return out

    def _pieces(self, starts: Array) -> tuple[Array, Array]:
        """Where starts or blocks begin, and which of these places are the starts. A model asks with the same starts
        again and again."""
        if self.pieces is None or not np.array_equal(self.pieces[0], starts):
            pieces = np.union1d(starts, np.arange(0, len(self.e.sizes), BLOCK))
            self.pieces = starts, pieces, np.searchsorted(pieces, starts)
        return self.pieces[1:]

    def _codes(self, x: Array) -> tuple[Array, Array]:
        """The row of each slot's table that each row of x needs (slots x n), and the rows that have none."""
        if not self.codes:
            return np.zeros((0, len(x)), np.int64), np.zeros(len(x), bool)
        codes = np.stack([of(x) for of in self.codes])
        return codes, codes.min(axis=0) < 0


class Scratch:
    """The memory of one thread, for up to so many rows at a time."""

    def __init__(self, m: Masks, rows: int) -> None:
        self.m, blocks = m, m.blocks
        shape = (blocks, BLOCK) if rows == 1 else (rows, BLOCK)
        self.left, self.half = np.empty(shape, m.word), np.empty(shape, m.word)
        self.index, self.value = np.empty(shape, np.int64), np.empty(shape)
        self.float = self.index.view(np.float64)

    def row(self, code: Array) -> Array:
        """The bit of the leaf, plus BIAS, in each tree (and those that fill the last block), under the tables' rows of
        one code a slot."""
        tables = self.m.tables
        if len(tables) == 1:
            self.left[:] = tables[0][:, code[0]]
        elif tables:
            np.bitwise_and(tables[0][:, code[0]], tables[1][:, code[1]], out=self.left)
        else:
            self.left[:] = self.m.full
        for t, c in zip(tables[2:], code[2:]):
            np.bitwise_and(self.left, t[:, c], out=self.left)
        return self._highest(len(self.left)).ravel()

    def values(self, code: Array) -> Array:
        """The values of one row's leaves, by tree."""
        trees = len(self.m.e.sizes)
        bit = self.row(code)[:trees]
        at = np.subtract(self.m.top[:trees], bit, out=bit)
        return self.m.e.values.take(at, out=self.value.ravel()[:trees], mode="clip")

    def sums(self, codes: Array, pieces: Array) -> Array:
        """The sums over the trees from each of pieces to the next, for many rows (codes slots x n): block by block,
        whose tables stay in the processor's cache."""
        m, n, trees = self.m, codes.shape[1], len(self.m.e.sizes)
        left, half, out = self.left[:n], self.half[:n], np.empty((n, len(pieces)))
        own = [np.ascontiguousarray(c) for c in codes]
        for k in range(m.blocks):
            if not own:
                left[:] = m.full
            for i, (t, c) in enumerate(zip(m.tables, own)):
                t[k].take(c, axis=0, out=half if i else left, mode="clip")
                if i:
                    np.bitwise_and(left, half, out=left)
            begin = k * BLOCK
            end = min(begin + BLOCK, trees)
            bit = self._highest(n)
            at = np.subtract(m.top[begin : begin + BLOCK], bit, out=bit)
            value = m.e.values.take(at, out=self.value[:n], mode="clip")[:, : end - begin]
            i, j = np.searchsorted(pieces, (begin, end))
            np.add.reduceat(value, pieces[i:j] - begin, axis=1, out=out[:, i:j])
        return out

    def _highest(self, n: int) -> Array:
        """The highest bit of the first n rows of left, plus BIAS: the exponent of the word as a float. Where a float
        has fewer digits than the word, the bit below the highest goes first, so that it cannot be rounded up to the
        next power of two."""
        left, bit = self.left[:n], self.index[:n]
        if self.m.word is np.int64:
            half = np.right_shift(left, 1, out=self.half[:n])
            np.invert(half, out=half)
            left = np.bitwise_and(left, half, out=half)
        self.float[:n] = left
        return np.right_shift(bit, 52, out=bit)


PARALLEL = 1 << 19  # places (rows x trees) from which on threads are worth it


def in_parts(part: Callable[[int, int], None], n: int, places: int) -> None:
    """Calls part for pieces of 0..n, in threads where there is much to do: numpy works outside of the interpreter's
    lock. The result does not depend on them."""
    workers = min(cores(), 8, n) if places >= PARALLEL else 1
    if workers <= 1:
        part(0, n)
        return
    ends = [n * k // workers for k in range(workers + 1)]
    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(part, ends[:-1], ends[1:]))


def cores() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on every system
        return os.cpu_count() or 1


def _interval(c: int, thresholds: Array) -> Callable[[Array], Array]:
    def codes(x: Array) -> Array:
        v = x[:, c]
        return np.asarray(np.where(np.isnan(v), len(thresholds) + 1, np.searchsorted(thresholds, v, side="left")))

    return codes


def _joined(a: Slot, b: Slot) -> Slot:
    m, of_a, of_b = len(b.table), a.codes, b.codes  # and no more of a and b: their tables go
    table = (a.table[:, None, :] & b.table[None, :, :]).reshape(len(a.table) * m, -1)

    def codes(x: Array) -> Array:
        i, j = of_a(x), of_b(x)
        return np.where((i < 0) | (j < 0), -1, i * m + j)

    return Slot(codes, table)
