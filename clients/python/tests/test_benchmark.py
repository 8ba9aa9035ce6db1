"""Against the golden answers of the repository's bundles, and of $EAHAS_BUNDLES (paths, separated by ':')."""
import pickle

import numpy as np
import pytest

from eahas import Answers, Benchmark, RefusedConfiguration
from places import BOOSTED, BUNDLES

GOOD = {"lr": 0.01, "momentum": 0.9, "opt": "sgd", "batch": 64, "epochs": 50}


@pytest.mark.parametrize("folder", BUNDLES)
def test_golden_answers(folder):
    assert Benchmark(folder, verify=False).verify() <= 1e-9


@pytest.mark.parametrize("folder", BUNDLES)
def test_batch_equals_single(folder):
    b = Benchmark(folder)
    configs = b.sample(1, 12)
    for c, whole in zip(configs, b.query_batch(configs)):
        one = b.query(c)
        assert np.allclose(one["curve"], whole["curve"], rtol=1e-12, atol=1e-12)
        assert one["energy_total"] == pytest.approx(whole["energy_total"], rel=1e-12)


def test_fidelity_cuts_the_series_and_not_the_totals():
    b = Benchmark(BOOSTED)
    whole, part = b.query(GOOD), b.query(GOOD, fidelity=7)
    assert len(part.curve) == 7 and len(whole.curve) == 50
    assert np.array_equal(part.curve, whole.curve[:7])
    assert part.energy_total == whole.energy_total == pytest.approx(whole.energy[-1])
    assert part.accuracy == part.curve[-1] and part.error == 100 - part.accuracy
    assert part.at(3.5)["epoch"] == 3
    with pytest.raises(ValueError):
        b.query(GOOD, fidelity=0)


def test_forms_of_a_batch_agree():
    pandas = pytest.importorskip("pandas")
    b = Benchmark(BOOSTED)
    configs = b.sample(4, 30)
    want = b.query_batch(configs)
    assert isinstance(want, Answers) and len(want) == 30 and want.curve.shape == (30, 200)
    columns = {n: [c.get(n) for c in configs] for n in b.space.names}
    for form in (pandas.DataFrame(configs), columns, tuple(configs), iter(configs)):
        got = b.query_batch(form)
        assert np.array_equal(got.curve, want.curve, equal_nan=True) and got.configs == configs
    frame = want.to_frame()
    assert list(frame["energy_total_j"]) == list(want.energy_total) and len(frame) == 30
    assert len(want[0].to_frame()) == len(want[0].epochs)
    each = b.query_batch(configs, fidelity=range(1, 31))
    assert list(each.lengths) == [min(k, int(n)) for k, n in zip(range(1, 31), want.last)]


def test_refused_ones_of_a_batch_are_nan():
    b = Benchmark(BOOSTED)
    configs = [GOOD, {**GOOD, "lr": 2}, GOOD]
    with pytest.raises(RefusedConfiguration) as e:
        b.query_batch(configs)
    assert e.value.index == 1 and e.value.axis == "lr"
    a = b.query_batch(configs, refused="nan")
    assert list(a.accepted) == [True, False, True] and np.isnan(a.energy_total[1])
    assert a[1].energy_total is None and len(a[1].curve) == 0
    assert np.array_equal(a.curve[0], b.query(GOOD).curve) and np.array_equal(a.curve[0], a.curve[2])
    assert not b.query_batch([configs[1]], refused="nan").accepted.any()
    assert len(b.query_batch([])) == 0


REFUSED = [
    ({"lr": 2}, "lr"), ({"opt": "lion"}, "opt"), ({"beta1": 0.9}, "beta1"), ({"width": 1}, "width"),
    ({"batch": None}, "batch"), ({"lr": "fast"}, "lr"), ({"epochs": 51}, "epochs"), ({"opt": "adam"}, "beta1"),
    ({"lr": True}, "lr"), ({"lr": "1_0e-3"}, "lr"), ({"lr": " 0.01"}, "lr"), ({"lr": ""}, "lr"), ({"lr": [0.01]}, "lr"),
    ({"opt": {}}, "opt"), ({"lr": float("inf")}, "lr"), ({"lr": 10**400}, "lr"), ({"lr": b"0.01"}, "lr"),
    ({"momentum": 0.99 + 1e-5}, "momentum"),
]


@pytest.mark.parametrize("change, axis", REFUSED)
def test_refused(change, axis):
    b = Benchmark(BOOSTED)
    with pytest.raises(RefusedConfiguration) as e:
        b.query({**GOOD, **change})
    assert e.value.axis == axis and str(axis) in str(e.value)
    again = pickle.loads(pickle.dumps(e.value))
    assert (again.axis, again.reason, str(again)) == (e.value.axis, e.value.reason, str(e.value))
    if axis != "width":
        assert not b.space.accepts([{**GOOD, **change}])[0]


@pytest.mark.parametrize("change", [
    {"lr": "0.01"}, {"lr": "1e-2"}, {"lr": np.float32(0.01)}, {"batch": "64"}, {"batch": 64.00001},
    {"epochs": np.int64(50)}, {"beta1": float("nan")}, {"width": None}, {"lr": "0x1.47ae147ae147bp-7"},
    {"momentum": 0.99 + 1e-8}])
def test_accepted(change):
    a = Benchmark(BOOSTED).query({**GOOD, **change})
    assert a.value == pytest.approx(Benchmark(BOOSTED).query(GOOD).value, abs=0.5)


def test_samples_are_inside_and_repeat():
    b = Benchmark(BOOSTED)
    configs = b.sample(0, 2000)
    assert b.space.accepts(configs).all() and configs == b.sample(0, 2000) and configs != b.sample(1, 2000)
    assert b.sample(5) == b.sample(5) and b.sample(np.random.default_rng(5)) == b.sample(5)


@pytest.mark.parametrize("folder", BUNDLES[:2])
def test_pickled_and_spawned_ones_answer_alike(folder):
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    b = Benchmark(folder)
    config = b.sample(3)
    want = b.query(config).curve
    assert np.array_equal(pickle.loads(pickle.dumps(b)).query(config).curve, want)
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        assert np.array_equal(pool.submit(Benchmark.query, b, config).result(timeout=60).curve, want)


def test_fixed_axes_and_instances():
    b = Benchmark(BOOSTED)
    sgd = b.fix(opt="sgd")
    assert all(c["opt"] == "sgd" and "beta1" not in c for c in sgd.sample(0, 50))
    free = {k: v for k, v in GOOD.items() if k != "opt"}
    assert np.array_equal(sgd.query(free).curve, b.query(GOOD).curve)
    assert "opt" not in sgd.get_opt_space() and "opt" in b.get_opt_space()
    with pytest.raises(RefusedConfiguration):
        b.fix(opt="lion")
    b.set_instance(64, axis="batch")
    assert b.instances == [32, 64, 128] and b.fixed == {"batch": 64}
    b.set_instance(None)
    assert b.fixed == {} and b.space is sgd._whole


def test_objective_function_as_yahpo():
    b = Benchmark(BOOSTED)
    a = b.query(GOOD, fidelity=5)
    [got] = b.objective_function({**GOOD, "epoch": 5})
    assert (
        got["top-1 accuracy"] == a.value and got["energy_j"] == a.energy[-1] and got["energy_total_j"] == a.energy_total
    )
    assert list(got) == b.target_names
    assert len(b.objective_function([GOOD, GOOD])) == 2
    assert b.fidelity_range == (1, 200, 1)


def test_trajectory_as_mf_prior_bench():
    b = Benchmark(BOOSTED)
    a, points = b.query(GOOD), b.trajectory(GOOD, frm=10, to=20)
    assert (
        [p.fidelity for p in points] == list(range(10, 21))
        and points[0].value == a.curve[9]
        and points[0].cost == a.time[9]
    )
    assert [p.fidelity for p in b.trajectory(GOOD, at=[1, 7, 50])] == [1, 7, 50]


def test_texts_for_notebooks_are_escaped():
    b = Benchmark(BOOSTED)
    b.name = "<script>"
    assert "<script>" not in b._repr_html_() and "&lt;script&gt;" in b._repr_html_()
    for thing in (b.query(GOOD), b.query_batch([GOOD]), b.space):
        assert "<table>" in thing._repr_html_() and repr(thing)


def test_pictures():
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    b = Benchmark(BOOSTED)
    assert b.query(GOOD).plot().get_ylabel() == "top-1 accuracy (percent)"
    assert len(b.plot(7).lines) == 7 and b.plot([GOOD], over="energy").get_xlabel() == "energy (J)"
