"""The configurations of examples/digits: the same everywhere, valid, and what the README of the sweep says."""

import hashlib
import json
import pathlib
import subprocess
import sys

import pytest

import eahas

GOLDEN = "283cf0fa3cebf9729f9981356d1c1baad22fabb10bfa0bfb6357d100b4e276f2"
SWEEP = pathlib.Path(__file__).parent.parent.parent.parent / "examples" / "digits"


@pytest.fixture
def sweep(monkeypatch):
    monkeypatch.syspath_prepend(str(SWEEP))
    import configurations

    return configurations


def test_configurations(sweep):
    runs = sweep.runs()
    assert len(runs) == 700 and len({r.id for r in runs}) == 700
    text = json.dumps([[r.id, r.config, r.seed] for r in runs], sort_keys=True)
    # SHA-256 of what this code drew on Linux, Python 3.11: it may never change once the sweep was measured.
    assert hashlib.sha256(text.encode()).hexdigest() == GOLDEN
    configs = {json.dumps(r.config, sort_keys=True) for r in runs}
    assert len(configs) == 500
    for axis, declared in sweep.SPACE.items():
        values = [r.config[axis] for r in runs if axis in r.config]
        if "choices" in declared:
            assert set(values) == set(declared["choices"])
        else:
            assert declared["low"] <= min(values) and max(values) <= declared["high"]
            assert min(values) < declared["low"] + 0.1 * (declared["high"] - declared["low"])
    assert all(("momentum" in r.config) == (r.config["optimizer"] == "sgd") for r in runs)


def test_beginning_is_a_fair_sample(sweep):
    first = sweep.runs()[:100]
    for axis in ("optimizer", "schedule", "epochs"):
        for choice in sweep.SPACE[axis]["choices"]:
            assert sum(r.config[axis] == choice for r in first) > 10


def test_stages(sweep):
    """Widths, depths, group widths of RegNetParams.Generate, and parameters of RegNetSpec.Complexity, of package
    features.
    """
    import network

    axes = ("depth", "w0", "wa", "wm", "group_w")
    for values, stages, parameters in [
        ((6, 8, 12.0, 2.0, 8), [(8, 1, 8), (16, 1, 8), (32, 2, 8), (64, 2, 8)], 39154),
        ((5, 24, 16.0, 1.5, 4), [(24, 1, 4), (32, 1, 4), (56, 1, 4), (80, 2, 4)], 51250),
        ((1, 16, 2.0, 3.0, 1), [(16, 1, 1)], 1186),
    ]:
        assert network.stages(*values) == stages
        try:
            import torch  # noqa: F401
        except ImportError:
            continue
        assert sum(p.numel() for p in network.build(dict(zip(axes, values))).parameters()) == parameters


def test_a_small_sweep(tmp_path):
    """Trains two runs, is stopped, goes on, and is collected into a table that says what its columns are."""
    pytest.importorskip("torch", reason="needs PyTorch")
    pytest.importorskip("sklearn", reason="needs scikit-learn")

    def run(script, *arguments):
        subprocess.run([sys.executable, SWEEP / script, *arguments], check=True, cwd=tmp_path)

    run("sweep.py", "runs", "-runs", "2", "-energy", "none")
    first = {r.id: r for r in eahas.read_logs(tmp_path / "runs")}
    assert len(first) == 2 and all(r.ended for r in first.values())
    cut = sorted(first)[0]
    path = tmp_path / "runs" / f"{cut}.jsonl"
    path.write_bytes(path.read_bytes()[:-300])  # killed before its end
    run("sweep.py", "runs", "-runs", "3", "-energy", "none")
    again = {r.id: r for r in eahas.read_logs(tmp_path / "runs")}
    assert len(again) == 3
    for id, r in first.items():  # trained again or not, the curve is the same
        assert [e.metrics for e in again[id].epochs] == [e.metrics for e in r.epochs]
        assert (again[id].last == r.last) == (id != cut)
    pq = pytest.importorskip("pyarrow.parquet")
    run("collect.py", "runs", "digits.parquet")
    schema = pq.read_schema(tmp_path / "digits.parquet")
    assert schema.metadata[b"eahas.log"] == b"1"
    roles = {f.name: f.metadata[b"eahas.role"].decode() for f in schema}
    assert roles["lr"] == "axis" and roles["val_accuracy"] == "metric" and roles["test_accuracy"] == "result"
    assert schema.field("val_accuracy").metadata[b"eahas.objective"] == b"true"


def test_collected(tmp_path, monkeypatch):
    """Costs are those of the training since its preparation ended; roles and units stand in the fields."""
    pq = pytest.importorskip("pyarrow.parquet")
    monkeypatch.syspath_prepend(str(SWEEP))
    import collect

    from eahas.logger import Device, Reading

    class Meter:
        devices = [Device("x", "cpu", "x", "counter", "own")]
        joules = 0.0

        def read(self, index):
            self.joules += 5
            return Reading(self.joules)

        def close(self):
            pass

    for id in ("a", "b"):
        with eahas.log(
            tmp_path / "runs", run_id=id, config={"lr": 0.1}, seed=1, planned_epochs=3, energy=Meter()
        ) as run:
            run.begin(val_accuracy=0.1)
            run.epoch(val_accuracy=0.5)
            run.epoch(val_accuracy=0.75)
            run.result(val_accuracy=0.8, test_accuracy=0.7)
    collect.main(str(tmp_path / "runs"), str(tmp_path / "out.parquet"))
    table = pq.read_table(tmp_path / "out.parquet").to_pydict()
    assert table["run"] == ["a", "a", "b", "b"] and table["epoch"] == [1, 2, 1, 2]
    assert table["joules"] == [5, 10, 5, 10] and table["val_accuracy"] == [0.5, 0.75] * 2
    assert table["test_accuracy"] == [0.7] * 4 and table["final.val_accuracy"] == [0.8] * 4
    assert table["end"] == ["stopped_early"] * 4 and table["seconds"][0] < table["seconds"][1]
    field = pq.read_schema(tmp_path / "out.parquet").field("joules")
    assert field.metadata == {b"eahas.role": b"joules", b"eahas.unit": b"J", b"eahas.source": b"counter"}
