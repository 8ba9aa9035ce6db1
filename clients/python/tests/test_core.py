"""The core (package eahas-core) beside numpy and beside `eahas query` ($EAHAS_EXPORT), where it is installed."""
import json
import os
import pickle
import subprocess

import numpy as np
import pytest

from eahas import Benchmark, EahasError, RefusedConfiguration
from places import BOOSTED, BUNDLES

try:
    import eahas_core  # noqa: F401
except ImportError:
    eahas_core = None
needs_core = pytest.mark.skipif(eahas_core is None, reason="eahas-core is not installed: pip install ./clients/core")
EXPORT = os.environ.get("EAHAS_EXPORT")
NUMBERS = ("energy_per_epoch", "energy_total", "time_per_epoch", "time_total", "inference_energy")
SERIES = ("epochs", "curve", "energy", "time")


def test_without_the_core(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "eahas_core", None)
    assert not Benchmark(BOOSTED).core
    with pytest.raises(EahasError, match="not installed"):
        Benchmark(BOOSTED, core=True)


def close(a, b, what):
    assert (a is None) == (b is None), what
    if a is not None:
        assert np.shape(a) == np.shape(b), what
        assert np.allclose(np.asarray(a, float), np.asarray(b, float), rtol=1e-9, atol=1e-9, equal_nan=True), what


def alike(core, numpy):
    """Answers of the two."""
    for name in (*SERIES, *NUMBERS, "value", "last", "lengths", "accepted", "extrapolates"):
        close(getattr(core, name), getattr(numpy, name), name)
    for name in ("targets", "curves", "known", "low", "high"):
        mine, theirs = getattr(core, name), getattr(numpy, name)
        assert set(mine) == set(theirs), name
        for k in mine:
            close(mine[k], theirs[k], k)
    assert core.outside_axes == numpy.outside_axes and core.level == numpy.level and core.configs == numpy.configs


def same(one, whole):
    """An Answer of a single query, and one of a batch."""
    assert repr(one) == repr(whole) and one.keys() == whole.keys()
    for name in (*NUMBERS, "value", "last", "extrapolates", "outside_axes", "metric", "kind", "unit", "config",
            "targets", "known"):
        assert one[name] == whole[name], name
    for name in SERIES:
        assert np.array_equal(one[name], whole[name]), name
    assert set(one.curves) == set(whole.curves) and all(
        np.array_equal(one.curves[k], whole.curves[k]) for k in one.curves
    )
    a, b = one.intervals, whole.intervals
    assert (a is None) == (b is None)
    if a is not None:
        assert np.array_equal(a.curve_low, b.curve_low) and np.array_equal(a.curve_high, b.curve_high)
        assert a.targets == b.targets and all(getattr(a, n) == getattr(b, n) for n in NUMBERS)
        assert {k: [list(v) for v in e] for k, e in a.curves.items()} == {
            k: [list(v) for v in e] for k, e in b.curves.items()
        }


@needs_core
@pytest.mark.parametrize("folder", BUNDLES)
def test_answers_are_those_of_numpy(folder):
    core, numpy = Benchmark(folder, core=True), Benchmark(folder, core=False)
    assert core.core and not numpy.core
    configs = core.sample(2, 40)
    level = core.levels[0] if core.levels else None
    seeds = list(range(5, 45))
    first, last, step = core.fidelity_range if core.rule.length else (1, 1, 1)
    ways = [{}, {"level": level}, {"level": level, "seed": seeds}, {"seed": 3}]
    ways += (
        [{"fidelity": first + 2 * step, "level": level}, {"fidelity": [first + k * step for k in range(40)]}]
        if core.rule.length
        else []
    )
    if level is not None:
        for b in (core, numpy):
            for unknown in (0.0, 0.123):
                with pytest.raises(ValueError, match="level"):
                    b.query(configs[0], level=unknown)
    for how in ways:
        mine = core.query_batch(configs, **how)
        alike(mine, numpy.query_batch(configs, **how))
        if not isinstance(how.get("fidelity"), list) and not isinstance(how.get("seed"), int):
            for i in (0, 7, 39):
                same(core.query(configs[i], **{k: v[i] if isinstance(v, list) else v for k, v in how.items()}), mine[i])


@needs_core
@pytest.mark.skipif(not EXPORT, reason="EAHAS_EXPORT is not set")
@pytest.mark.parametrize("folder", BUNDLES)
def test_bits_are_those_of_eahas_query(folder):
    b = Benchmark(folder, core=True)
    configs = b.sample(4, 30)
    asked = "".join(json.dumps(c) + "\n" for c in configs)
    level = ["-level", str(b.levels[0])] if b.levels else []
    out = subprocess.run(
        [EXPORT, "query", "-sample", "9", *level, folder], input=asked, capture_output=True, text=True, check=True
    )
    got = b.query_batch(configs, level=b.levels[0] if b.levels else None, seed=9)
    for line, a in zip(out.stdout.splitlines(), got):
        want = json.loads(line)
        assert want.get("curve", []) == list(a.curve) and want.get("epochs", []) == list(a.epochs)
        for name, unit in (("energy_per_epoch", "j"), ("energy_total", "j"), ("time_per_epoch", "s"),
                ("time_total", "s"), ("inference_energy", "j")):
            assert want.get("%s_%s" % (name, unit)) == a[name], name
        if "bounds" in want:
            assert want["bounds"].get("curve_low", []) == list(a.intervals.curve_low)


@needs_core
def test_what_is_refused_says_why():
    core, numpy = Benchmark(BOOSTED, core=True), Benchmark(BOOSTED, core=False)
    good = core.sample(0)
    for bad in ({**good, "lr": 2}, {**good, "width": 1}, {**good, "lr": [1]}, {**good, "lr": 10**400},
            {**good, "lr": "\ud800"}):
        said = []
        for b in (core, numpy):
            with pytest.raises(RefusedConfiguration) as e:
                b.query(bad)
            with pytest.raises(RefusedConfiguration) as e2:
                b.query_batch([good, bad])
            said.append((str(e.value), str(e2.value), e2.value.index))
        assert said[0] == said[1]
        if "width" not in bad:
            alike(
                core.query_batch([good, bad, good], refused="nan"), numpy.query_batch([good, bad, good], refused="nan")
            )
    for b in (core, numpy):
        for how in ({"fidelity": 0}, {"fidelity": float("nan")}):
            with pytest.raises(ValueError):
                b.query(good, **how)
            with pytest.raises(ValueError):
                b.query_batch([good], **how)
        with pytest.raises(ValueError):
            b.query_batch([good], seed=[1, 2])


@needs_core
@pytest.mark.parametrize("folder", BUNDLES)
def test_what_go_refuses_python_refuses(folder):
    """Draws that do not know the constraints, those on the README's bundle among them: roundings of RegNet's widths
    decide some."""
    from eahas.space import Space

    b = Benchmark(folder, core=True)
    free = Space({**b.space.description, "constraints": [], "derived_columns": False})
    configs = free.sample(11, 4000)
    first = b.rule.first if b.rule.length else 0.0
    v, at, refused = b._core.ask(configs, [first] * len(configs), None, None), 0, []
    for _ in configs:
        refused.append(bool(v[at]))
        at += int(v[at + 1])
    assert np.array_equal(b.space.accepts(configs), ~np.array(refused))


@needs_core
def test_forms_of_values_and_batches():
    core, numpy = Benchmark(BOOSTED, core=True), Benchmark(BOOSTED, core=False)
    good = {"lr": 0.01, "momentum": 0.9, "opt": "sgd", "batch": 64, "epochs": 50}
    for change in ({"lr": "0.01"}, {"lr": np.float32(0.01)}, {"batch": np.int64(64)}, {"beta1": float("nan")},
            {"beta1": None}, {"opt": np.str_("sgd")}):
        c = {**good, **change}
        assert core.query(c).energy_total == pytest.approx(numpy.query(c).energy_total, rel=1e-9)
    configs = core.sample(4, 30)
    want = core.query_batch(configs)
    columns = {n: [c.get(n) for c in configs] for n in core.space.names}
    for form in (columns, tuple(configs), iter(configs)):
        got = core.query_batch(form)
        assert np.array_equal(got.curve, want.curve, equal_nan=True) and got.configs == configs
    with pytest.raises(RefusedConfiguration):
        core.query_batch({**columns, "width": [1] * 30})
    assert len(core.query_batch([])) == 0
    sgd = core.fix(opt="sgd")
    assert sgd.core and np.array_equal(
        sgd.query({k: v for k, v in good.items() if k != "opt"}).curve, core.query(good).curve
    )


def _forked(b, config, out):
    out.put((b.core, b.query(config).energy_total))


@needs_core
def test_pickled_spawned_and_forked():
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    b = Benchmark(BOOSTED, core=True)
    config = b.sample(3)
    want = b.query(config)
    again = pickle.loads(pickle.dumps(b))
    assert again.core and np.array_equal(again.query(config).curve, want.curve)
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        assert np.array_equal(pool.submit(Benchmark.query, b, config).result(timeout=60).curve, want.curve)
    if hasattr(os, "fork"):
        fork = get_context("fork")
        out = fork.Queue()
        p = fork.Process(target=_forked, args=(b, config, out))
        p.start()
        core, joules = out.get(timeout=60)
        p.join(60)
        assert not core and joules == pytest.approx(want.energy_total, rel=1e-9) and p.exitcode == 0
    assert b.core


@needs_core
def test_threads_and_packed(tmp_path):
    import tarfile
    from concurrent.futures import ThreadPoolExecutor

    path = tmp_path / "b.tar"
    with tarfile.open(path, "w", format=tarfile.USTAR_FORMAT) as t:
        for name in sorted(os.listdir(BOOSTED)):
            t.add(os.path.join(BOOSTED, name), name)
    b = Benchmark(str(path), core=True)
    configs = b.sample(0, 64)
    want = Benchmark(BOOSTED, core=True).query_batch(configs).energy_total
    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(lambda c: b.query(c).energy_total, configs))
    assert got == list(want)
