"""Axes of graphs: what is read, what is refused, and as parameters of ConfigSpace. Go's reader holds the columns
(artifacts)."""
from collections import namedtuple

import numpy as np
import pytest

from eahas.errors import RefusedConfiguration
from eahas.graphs import GraphError, GraphSpec
from eahas.space import Space

NODES = {"form": "nodes", "operations": ["conv3x3", "conv1x1", "maxpool3x3"], "vertices": 7, "edges": 9,
    "network": "nasbench101"}
EDGES = {"form": "edges", "operations": ["none", "skip", "conv"], "vertices": 4, "disconnected": True}
DARTS = {"form": "genotype", "operations": ["sep", "skip"], "vertices": 5, "cells": ["normal", "reduce"]}
MATRIX = [[0, 1, 1, 0], [0, 0, 1, 0], [0, 0, 0, 1], [0, 0, 0, 0]]


def test_reads_what_others_write():
    s = GraphSpec(NODES)
    want = "conv3x3~0/maxpool3x3~0+1/output~2"
    ops = ["input", "conv3x3", "maxpool3x3", "output"]
    for value in (want, {"matrix": MATRIX, "operations": ops}, (np.array(MATRIX), ops[1:-1]),
                  '{"adj": %s, "ops": %s}' % (MATRIX, str(ops).replace("'", '"')), "maxpool3x3~0+2/conv3x3~0/output~1",
                  "conv3x3~0/maxpool3x3~0+1/conv1x1~0/output~2"):
        assert s.text(s.graph(value)) == want
    e = GraphSpec(EDGES)
    assert e.text(e.graph("|skip~0|+|none~0|conv~1|+|none~0|none~1|skip~2|")) == "skip~0/conv~1/skip~2"
    g = GraphSpec(DARTS)
    Genotype = namedtuple("Genotype", "normal normal_concat reduce reduce_concat")
    darts = Genotype([("sep", 0), ("skip", 1), ("skip", 0), ("sep", 2)], range(2, 4),
        [("sep", 1), ("sep", 0), ("sep", 1), ("sep", 0)], [2, 3])
    assert g.text(g.graph(darts)) == "sep~0+skip~1/skip~0+sep~2/output~2+3@sep~0+sep~1/sep~0+sep~1/output~2+3"
    assert g.graph(str(darts)) == g.graph(darts)
    assert s.count(s.graph(want)[0])[0] == 11_051_402  # of EC-NAS-Bench's own logs


@pytest.mark.parametrize("spec, value, why", [
    (NODES, "conv7x7~0/output~1", "conv7x7"), (NODES, "conv3x3~2/conv3x3~1/output~2+0", "cycle"),
    (NODES, "conv3x3~0/output", "no path"), (NODES, {"matrix": [[0, 1], [0]], "operations": []}, "square"),
    (NODES, "|skip~0|", "form"), (NODES, "conv3x3~0+0/output~1", "two edges"), (NODES, 3, "no graph"),
    (EDGES, "skip~0/skip~0", "vertices"), (DARTS, "sep~0+sep~1/sep~0+sep~1/output~2+3", "1 cells"),
])
def test_refusals(spec, value, why):
    with pytest.raises(GraphError, match=why):
        GraphSpec(spec).graph(value)


@pytest.mark.parametrize("spec", [NODES, EDGES, DARTS])
def test_places(spec):
    s = GraphSpec(spec)
    rng = np.random.default_rng(1)
    coordinates = s.coordinates()
    for _ in range(50):
        g = s.graph(s.sample(rng))
        assert s.graph(s.text(g)) == g and s.place(coordinates, s.locate(coordinates, g)) == g
        assert len(s.row(g)) == len(s.columns()) and all(0 <= x <= 1 for x in s.row(g))


def test_configspace():
    pytest.importorskip("ConfigSpace")
    space = Space({"name": "x", "params": [{"name": "cell", "kind": "graph", "graph": NODES},
        {"name": "lr", "kind": "log", "low": 0.1, "high": 1}]})
    cs = space.to_configspace(seed=1)
    assert len(cs) == 5 + 21 + 1
    for c in [cs.get_default_configuration(), *cs.sample_configuration(20)]:
        space.check(dict(c))
        assert dict(space.joined(dict(c)))["cell"] in space["cell"].graph.text(
            space["cell"].graph.graph(space.joined(dict(c))["cell"])
        )
    with pytest.raises(RefusedConfiguration, match="make no graph"):
        space.check({**dict(c), **{k: "0" for k in dict(c) if ".edge." in k}})
    with pytest.raises(Exception):
        cs.check_configuration_vector_representation(np.zeros(len(cs)))
