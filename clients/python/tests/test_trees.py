"""The trees' three ways to a leaf: masks, lock step, and one node after the other as FORMAT.md has it."""
import pathlib
import struct

import numpy as np
import pytest

from eahas.errors import BundleError
from eahas.predictors import Trees
from eahas.trees import Ensemble, joined
from places import BUNDLES


def packed(trees, columns, outputs, groups=()):
    """Bytes of trees. A tree is (output or -1, node); a node (column, threshold or list of categories, nan_left, left,
    right), or a leaf: a list of values."""
    out = b"EAGBDT1\0" + struct.pack("<II", columns, outputs) + struct.pack("<dB", 0.5, 0) * outputs
    out += struct.pack("<I", len(groups)) + b"".join(struct.pack("<I%dI" % len(g), len(g), *g) for g in groups)
    out += struct.pack("<I", len(trees))
    for output, root in trees:
        nodes, leaves = [], []

        def walk(n):
            if isinstance(n, list):
                leaves.extend(n)
                return
            column, at, nan_left, left, right = n
            flags = (1 if isinstance(at, list) else 0) | (2 if nan_left else 0)
            flags |= (4 if isinstance(left, list) else 0) | (8 if isinstance(right, list) else 0)
            body = struct.pack("<I%dd" % len(at), len(at), *at) if flags & 1 else struct.pack("<d", at)
            nodes.append(struct.pack("<BI", flags, column) + body)
            walk(left)
            walk(right)

        walk(root)
        out += struct.pack("<II", len(nodes), output + 1) + b"".join(nodes) + struct.pack("<%dd" % len(leaves), *leaves)
    return out


def answer(trees, outputs, x):
    y = np.full(outputs, 0.5)
    for output, n in trees:
        while not isinstance(n, list):
            column, at, nan_left, left, right = n
            v = x[column]
            go = nan_left if np.isnan(v) else v in at if isinstance(at, list) else v <= at
            n = left if go else right
        if output < 0:
            y += n
        else:
            y[output] += n[0]
    return y


def grown(rng, depth, columns, width, sets):
    if depth == 0 or rng.random() < 0.15:
        return list(rng.normal(size=width))
    at = (
        sorted(set(rng.integers(0, 5, 3).astype(float)))
        if sets and rng.random() < 0.3
        else float(rng.choice([rng.normal(), 0.5, 1]))
    )
    grow = lambda: grown(rng, depth - 1, columns, width, sets)  # noqa: E731
    return int(rng.integers(0, columns)), at, bool(rng.integers(0, 2)), grow(), grow()


@pytest.mark.parametrize(
    "depth, vector, sets", [(4, False, False), (6, False, False), (4, True, False), (4, False, True), (9, True, True)]
)
def test_leaves_are_those_of_a_walk_node_by_node(depth, vector, sets):
    rng = np.random.default_rng(depth)
    outputs, columns = 3, 9
    trees = [
        (-1 if vector else j, grown(rng, depth, columns, outputs if vector else 1, sets))
        for j in range(3)
        for _ in range(12)
    ]
    x = rng.normal(size=(300, columns))
    x[rng.random(x.shape) < 0.15] = np.nan
    x[:100, 5:9] = np.eye(4)[rng.integers(0, 4, 100)]
    x[:20, 5:9] = np.nan
    x[100:150, 4] = rng.integers(0, 5, 50)
    x[150:160, :] = np.inf
    x[160:170, :] = -np.inf
    e = Ensemble(packed(trees, columns, outputs, groups=[[5, 6, 7, 8]]))
    want = np.array([answer(trees, outputs, row) for row in x])
    assert np.allclose(e.predict(x), want, rtol=1e-13, atol=1e-13)
    assert np.array_equal(e.leaves(x), e.leaves_in_steps(x))
    assert np.array_equal(e.predict(x[:1]), e.predict(x)[:1])


def test_threads_change_nothing(monkeypatch):
    rng = np.random.default_rng(0)
    e = Ensemble(packed([(0, grown(rng, 5, 6, 1, False)) for _ in range(40)], 6, 1))
    x = rng.normal(size=(500, 6))
    want = e.predict(x)
    monkeypatch.setattr("eahas.trees.PARALLEL", 1)
    assert np.array_equal(e.predict(x), want)


@pytest.mark.parametrize("rows", [1, 15, 40, 700])
def test_blocks_of_trees_and_rows_change_nothing(rows):
    """More trees and rows than the masks take at a time, also with outputs that end inside of a block of trees."""
    rng = np.random.default_rng(rows)
    counts = [300, 7, 256]
    e = Ensemble(packed([(j, grown(rng, 5, 6, 1, False)) for j, n in enumerate(counts) for _ in range(n)], 6, 3))
    x = rng.normal(size=(rows, 6))
    x[rng.random(x.shape) < 0.05] = np.nan
    v = e.values[e.first_value + e.leaves_in_steps(x)]
    want = 0.5 + np.add.reduceat(v, np.cumsum([0, *counts[:-1]]), axis=1)
    got = e.predict(x)
    assert e.masks.fits and np.allclose(got, want, rtol=1e-13, atol=1e-13)
    assert all(np.array_equal(e.predict(x[i : i + 1]), got[i : i + 1]) for i in range(0, rows, 50))


def test_joined_ensembles_answer_alike():
    rng = np.random.default_rng(1)
    a = Ensemble(packed([(0, grown(rng, 5, 4, 1, False)) for _ in range(9)], 4, 1))
    b = Ensemble(packed([(j, grown(rng, 5, 6, 1, False)) for j in range(2) for _ in range(9)], 6, 2))
    both = joined([(a, np.array([3, 1, 0, 5])), (b, np.arange(6))], 6, [])
    x = rng.normal(size=(50, 6))
    assert np.allclose(
        both.predict(x), np.concatenate([a.predict(x[:, [3, 1, 0, 5]]), b.predict(x)], axis=1), rtol=1e-13
    )


@pytest.mark.parametrize("folder", BUNDLES[:3])
def test_bundles_trees(folder):
    for f in pathlib.Path(folder).glob("*.predictor.bin"):
        if f.read_bytes()[:6] == b"EAGBDT":
            e = Trees(f.read_bytes()).ensemble
            x = np.random.default_rng(0).random((50, e.columns))
            assert np.array_equal(e.leaves(x), e.leaves_in_steps(x))


def test_broken_trees_are_told():
    good = packed([(0, (1, 0.5, True, [1.0], (0, 0.1, False, [2.0], [3.0])))], 2, 1)
    Ensemble(good)
    for i in range(len(good)):
        for bad in (good[:i], good[:i] + bytes([good[i] ^ 0x0F]) + good[i + 1 :], good + b"x"):
            try:
                Ensemble(bad).predict(np.array([[0.3, 0.3], [np.nan, 1]]))
            except BundleError:
                pass
