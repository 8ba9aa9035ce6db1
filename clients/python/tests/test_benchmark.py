"""Against the golden answers of the repository's bundles, and of $EAHAS_BUNDLES (paths, separated by ':')."""
import json
import os
import pathlib
import shutil
import time

import numpy as np
import pytest

from eahas import Benchmark, RefusedConfiguration, Space
from eahas.reading import BadBundle

ROOT = pathlib.Path(__file__).parents[3] / "artifacts" / "testdata"
BUNDLES = sorted(str(p) for p in ROOT.glob("v1-*")) + [p for p in os.environ.get("EAHAS_BUNDLES", "").split(":") if p]
BOOSTED = str(ROOT / "v1-gbdt-bezier")
GOOD = {"lr": 0.01, "momentum": 0.9, "opt": "sgd", "batch": 64, "epochs": 50}


@pytest.mark.parametrize("folder", BUNDLES)
def test_golden_answers(folder):
    assert Benchmark(folder).verify() <= 1e-9


@pytest.mark.parametrize("folder", BUNDLES)
def test_batch_equals_single(folder):
    b = Benchmark(folder)
    configs = [b.sample(i) for i in range(10)]
    for c, whole in zip(configs, b.query_batch(configs)):
        one = b.query(c)
        assert np.allclose(one["curve"], whole["curve"], rtol=1e-12, atol=1e-12)
        assert one["energy_total"] == pytest.approx(whole["energy_total"], rel=1e-12)


def test_fidelity_cuts_the_series_and_not_the_totals():
    b = Benchmark(BOOSTED)
    whole, part = b.query(GOOD), b.query(GOOD, fidelity=7)
    assert len(part["curve"]) == 7 and len(whole["curve"]) == 50
    assert np.array_equal(part["curve"], whole["curve"][:7])
    assert part["energy_total"] == whole["energy_total"] == pytest.approx(whole["energy"][-1])
    assert part["accuracy"] == part["curve"][-1] and part["error"] is None


@pytest.mark.parametrize(
    "change, axis",
    [({"lr": 2}, "lr"), ({"opt": "lion"}, "opt"), ({"beta1": 0.9}, "beta1"), ({"width": 1}, "width"), ({"batch": None}, "batch"),
     ({"lr": "fast"}, "lr"), ({"epochs": 51}, "epochs"), ({"opt": "adam"}, "beta1")],
)
def test_refused(change, axis):
    with pytest.raises(RefusedConfiguration) as e:
        Benchmark(BOOSTED).query({**GOOD, **change})
    assert e.value.axis == axis


def test_samples_are_inside_and_repeat():
    b = Benchmark(BOOSTED)
    for seed in range(500):
        c = b.sample(seed)
        b.space.check(c)
        assert c == b.sample(seed)


def test_broken_bundles(tmp_path):
    for i, change in enumerate([
        lambda p: (p / "manifest.json").unlink(),
        lambda p: (p / "curve.predictor.bin").write_bytes(b"x"),
        lambda p: (p / "golden.jsonl").unlink(),
        lambda p: (p / "manifest.json").write_text(json.dumps({"format": "eahas-surrogate", "version": 2})),
        lambda p: (p / "manifest.json").write_text("[]"),
    ]):
        p = tmp_path / str(i)
        shutil.copytree(BOOSTED, p)
        change(p)
        with pytest.raises(BadBundle):
            Benchmark(str(p))


REGNET = {"derived": "regnet", "params": [
    {"name": "depth", "kind": "integer", "low": 6, "high": 15},
    {"name": "w0", "kind": "integer", "low": 48, "high": 128, "step": 8},
    {"name": "wa", "kind": "linear", "low": 8, "high": 32, "step": 0.1},
    {"name": "wm", "kind": "linear", "low": 2.5, "high": 3, "step": 0.001},
    {"name": "group_w", "kind": "integer", "low": 1, "high": 32},
]}
NETWORK = {"depth": 10, "w0": 64, "wa": 16, "wm": 2.5, "group_w": 8}


@pytest.mark.parametrize("constraint", [
    {"quantity": "params", "high": 1000}, {"quantity": "flops", "low": 1e15, "high": 1e16}, {"quantity": "stages", "low": 3, "high": 4}])
def test_constraints_on_derived_quantities_are_held(constraint):
    Space({**REGNET, "constraints": [{"quantity": "params", "high": 1e9}]}).check(NETWORK)
    with pytest.raises(RefusedConfiguration) as e:
        Space({**REGNET, "constraints": [constraint]}).check(NETWORK)
    assert e.value.axis == constraint["quantity"]


def test_samples_keep_constraints():
    space = Space({**REGNET, "constraints": [{"quantity": "params", "high": 3e5}]})
    free = Space({**REGNET, "constraints": []})
    assert any(not _kept(space, free.sample(i)) for i in range(20))
    assert all(_kept(space, space.sample(i)) for i in range(20))


def _kept(space, config):
    try:
        space.check(config)
    except RefusedConfiguration:
        return False
    return True


def test_batches_are_fast():
    b = Benchmark(BOOSTED)
    configs = [b.sample(i) for i in range(500)]
    began = time.perf_counter()
    b.query_batch(configs)
    print("%.0f queries/s" % (500 / (time.perf_counter() - began)))
