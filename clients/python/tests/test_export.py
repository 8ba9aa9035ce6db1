"""The answers, intervals and noise of `eahas query` (the binary $EAHAS_EXPORT), configuration by configuration."""
import json
import os
import subprocess

import numpy as np
import pytest

from eahas import Benchmark
from places import BUNDLES

EXPORT = os.environ.get("EAHAS_EXPORT")
pytestmark = pytest.mark.skipif(not EXPORT, reason="EAHAS_EXPORT is not set: the Go tests set it")
COSTS = {"energy_per_epoch_j": "energy_per_epoch", "energy_total_j": "energy_total",
         "time_per_epoch_s": "time_per_epoch", "time_total_s": "time_total", "inference_energy_j": "inference_energy"}


def theirs(folder, configs, *flags):
    lines = "".join(json.dumps(c) + "\n" for c in configs)
    out = subprocess.run([EXPORT, "query", *flags, folder], input=lines, capture_output=True, text=True)
    assert out.returncode in (0, 1), out.stderr
    return [json.loads(line) for line in out.stdout.splitlines()]


def close(a, b):
    return a == pytest.approx(b, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("folder", BUNDLES)
@pytest.mark.parametrize("seed", [None, 7])
def test_answers_intervals_and_noise(folder, seed):
    b = Benchmark(folder)
    configs = b.sample(3, 25)
    for level in b.levels or [None]:
        flags = ([] if level is None else ["-level", str(level)]) + ([] if seed is None else ["-sample", str(seed)])
        for want, got in zip(theirs(folder, configs, *flags), b.query_batch(configs, level=level, seed=seed)):
            assert want.get("curve") is None or close(want["curve"], list(got.curve))
            for name, mine in COSTS.items():
                assert name not in want or want[name] is None or close(want[name], got[mine])
            assert want["extrapolates"] == got.extrapolates
            bounds = want.get("bounds")
            if bounds:
                assert got.intervals.level == bounds["level"]
                assert close(bounds.get("curve_low", []), list(got.intervals.curve_low))
                assert close(bounds.get("curve_high", []), list(got.intervals.curve_high))
                for name, mine in COSTS.items():
                    have = getattr(got.intervals, mine)
                    assert (name in bounds) == (have is not None), name
                    assert name not in bounds or close(bounds[name], list(have))


def on_ties(space, n):
    """Configurations of a RegNet space whose levels and widths are often exactly between two."""
    rng = np.random.default_rng(0)
    configs = space.sample(5, n)
    for c in configs:
        for name in ("depth", "w0", "wa"):
            values = space[name].values()
            c[name] = values[rng.integers(len(values))]
        c["wm"] = [2.5, 2.56, 2.6, 2.75, 2.89, 3][rng.integers(6)]
    return configs


def networks(folder):
    return bool(Benchmark(folder, verify=False).space.constraints)


@pytest.mark.parametrize("folder", [f for f in BUNDLES if networks(f)])
def test_what_go_refuses_everybody_refuses(folder, tmp_path):
    b = Benchmark(folder)
    configs = on_ties(b.space, 6000) + b.sample(6, 500)
    want = ["error" not in a for a in theirs(folder, configs)]
    assert 500 < sum(want) < 6000
    assert list(b.space.accepts(configs)) == want
    assert [c in b.space for c in configs[:500]] == want[:500]
    onnxruntime = pytest.importorskip("onnxruntime")
    subprocess.run([EXPORT, "model", "-format", "onnx-query", "-out", str(tmp_path / "out"), folder], check=True,
        capture_output=True)
    session = onnxruntime.InferenceSession(str(tmp_path / "out" / "query.onnx"))
    feed = {}
    for i in session.get_inputs():
        kind = object if "string" in i.type else np.float32
        feed[i.name] = np.array([[c[i.name]] for c in configs], dtype=kind)
    assert list(session.run(["accepted"], feed)[0][:, 0]) == want
