"""A run as the logger writes it, and as a strict reader reads it back."""

import argparse
import dataclasses
import enum
import json
import math
import os
import pathlib
import signal
import subprocess
import sys
import textwrap

import pytest

import eahas
from eahas.logger.lines import LineFile, encode_line
from eahas.logger.metrics import declaration

HERE = pathlib.Path(__file__).parent


def lines(run):
    return [json.loads(x) for x in open(run.path, encoding="utf-8")]


def test_whole_run(tmp_path):
    with eahas.log(
        tmp_path, config={"lr": 0.1}, seed=3, planned_epochs=2, energy=None, objective="val_accuracy"
    ) as run:
        run.begin(val_accuracy=0.1)
        run.epoch(val_accuracy=0.5, loss=1.0)
        run.epoch(loss=math.nan)
        run.epoch(2, {"val/accuracy 2": 0.4})  # the same epoch again
        run.result(test_accuracy=0.6)
    read = eahas.read_log(run.path)
    assert list(lines(run)[0])[0] == "eahas_log"
    assert read.header["config"] == {"lr": 0.1} and read.header["seed"] == 3 and read.header["planned_epochs"] == 2
    assert [e.number for e in read.epochs] == [0, 1, 2]
    assert read.epochs[1].metrics == {"val_accuracy": 0.5, "loss": 1.0}
    assert math.isnan(read.epochs[2].metrics["loss"]) and read.epochs[2].metrics["val/accuracy 2"] == 0.4
    assert read.metrics["val_accuracy"] == {
        "kind": "accuracy",
        "direction": "max",
        "split": "validation",
        "objective": True,
    }
    assert read.metrics["loss"] == {"kind": "loss", "unit": "raw", "direction": "min", "split": "train"}
    assert (read.end, read.ended, read.broken, read.torn, read.ignored) == ("finished", True, [], 0, 0)
    assert read.last["results"] == {"test_accuracy": 0.6}
    assert read.header["energy"] == {"source": "none", "about": "others not taken: not asked for"}
    assert read.training_joules is None and read.training_seconds > 0


def test_strict_json(tmp_path):
    """No bare NaN in the file: json of Python would take it, Go's would not."""
    with eahas.log(tmp_path, config={"clip": math.inf}, energy=None) as run:
        run.epoch(loss=math.inf, acc=-math.inf, f1=math.nan)

    def refuse(token):
        raise AssertionError(token)

    for line in open(run.path):
        json.loads(line, parse_constant=refuse)
    assert lines(run)[0]["config"] == {"clip": "Infinity"}
    assert eahas.read_log(run.path).epochs[0].metrics["acc"] == -math.inf


class TrialPruned(Exception):
    """Named as Optuna's."""


@pytest.mark.parametrize(
    "error, planned, end",
    [
        (None, 1, "finished"),
        (None, 2, "stopped_early"),
        (None, None, "finished"),
        (ValueError("x"), 1, "failed"),
        (KeyboardInterrupt(), 1, "killed"),
        (SystemExit(0), 1, "finished"),
        (SystemExit(1), 1, "failed"),
        (TrialPruned(), 3, "pruned"),
    ],
)
def test_how_it_ended(tmp_path, error, planned, end):
    try:
        with eahas.log(tmp_path, planned_epochs=planned, energy=None) as run:
            run.epoch(acc=0.5)
            if error:
                raise error
    except BaseException as e:
        assert e is error
    assert eahas.read_log(run.path).end == end


def test_said_how_it_ended(tmp_path):
    with eahas.log(tmp_path, planned_epochs=5, energy=None) as run:
        run.epoch(acc=0.5)
        run.prune("rung 1")
    assert lines(run)[-1]["end"] == "pruned" and lines(run)[-1]["reason"] == "rung 1"
    with eahas.log(tmp_path, energy=None) as run:
        run.stop()
    assert lines(run)[-1]["end"] == "stopped_early"
    with pytest.raises(ValueError, match="has ended"):
        run.epoch(acc=0.1)
    with pytest.raises(ValueError, match="a run ends"):
        run.ends("tired")


def test_epochs(tmp_path):
    with eahas.log(tmp_path, energy=None) as run:
        run.epoch(0.5, loss=1)
        run.epoch(0.5, val_loss=2)
        run.epoch({"loss": 0.9})
        run.epoch(2.5, loss=0.8)
        with pytest.raises(ValueError, match="epoch 2 after epoch 2.5"):
            run.epoch(2, loss=1)
        with pytest.raises(ValueError, match="at least 0"):
            run.epoch(math.nan, loss=1)
        with pytest.raises(TypeError, match="'loss' is the text"):
            run.epoch(loss="1.0")
        with pytest.raises(TypeError, match="'loss' is a list"):
            run.epoch(loss=[1, 2])
    assert [(e.number, e.metrics) for e in eahas.read_log(run.path).epochs] == [
        (0.5, {"loss": 1, "val_loss": 2}),
        (1, {"loss": 0.9}),
        (2.5, {"loss": 0.8}),
    ]


def test_mark(tmp_path):
    """Costs are those of the mark, not those of the line."""
    with eahas.log(tmp_path, energy=None) as run:
        run.mark()
        marked = run.seconds
        while run.seconds < marked + 0.05:
            pass
        run.epoch(acc=1)
    assert eahas.read_log(run.path).epochs[0].seconds <= marked


def test_config(tmp_path):
    class Optimizer(enum.Enum):
        ADAM = "adam"

    @dataclasses.dataclass
    class Net:
        depth: int = 3
        widths: tuple = (8, 16)

    np = pytest.importorskip("numpy")
    config = {
        "net": Net(),
        "optimizer": Optimizer.ADAM,
        "lr": np.float32(0.5),
        "k": np.int64(3),
        "a": np.arange(2),
        "data": pathlib.Path("x/y"),
        "act": max,
        "loss": ValueError,
        "none": None,
        "yes": np.bool_(True),
        "dtype": np.dtype("float32"),
        "args": argparse.Namespace(b=2),
        3: {"z", "y"},
    }
    with eahas.log(tmp_path, config=config, energy=None) as run:
        pass
    assert lines(run)[0]["config"] == {
        "net": {"depth": 3, "widths": [8, 16]},
        "optimizer": "adam",
        "lr": 0.5,
        "k": 3,
        "a": [0, 1],
        "data": "x/y",
        "act": "max",
        "loss": "ValueError",
        "none": None,
        "yes": True,
        "dtype": "float32",
        "args": {"b": 2},
        "3": ["y", "z"],
    }


@pytest.mark.parametrize(
    "config, message",
    [
        ({"net": {"m": object()}}, r"config\['net'\]\['m'\] is a builtins.object"),
        ([1], "config is a list"),
        ({"a.b": 1, "a": {"b": 2}}, "'a.b' twice"),
        ({1: 1, "1": 2}, "same text"),
        ({"": 1}, "1 to 256 bytes"),
        ({"a": {i: 0 for i in range(5000)}}, "at most 4096"),
    ],
)
def test_config_refused(tmp_path, config, message):
    with pytest.raises((TypeError, ValueError), match=message):
        eahas.log(tmp_path, config=config, energy=None)
    assert os.listdir(tmp_path) == []


def test_refused(tmp_path):
    for arguments, message in [
        ({"run_id": "a/b"}, "run_id"),
        ({"run_id": "x" * 129}, "128"),
        ({"planned_epochs": 0}, "planned_epochs"),
        ({"metrics": {"acc": {"kind": "speed"}}}, "kind 'speed'"),
        ({"metrics": {"acc": {"unit": "raw"}}}, "fraction or percent"),
        ({"metrics": {"acc": {"colour": 1}}}, "colour"),
        ({"energy": "sun"}, "want auto"),
    ]:
        with pytest.raises(ValueError, match=message):
            eahas.log(tmp_path, **{"energy": None, **arguments})
    with eahas.log(tmp_path, run_id="a", energy=None):
        pass
    with pytest.raises(FileExistsError, match="resume=EPOCH"):
        eahas.log(tmp_path, run_id="a", energy=None)


@pytest.mark.parametrize(
    "name, kind, split",
    [
        ("val_acc", "accuracy", "validation"),
        ("eval/loss", "loss", "validation"),
        ("test-error", "error", "test"),
        ("roc_auc", "score", "train"),
        ("accuracy_loss", "loss", "train"),
        ("grad_norm", "other", "train"),
        ("mapping", "other", "train"),
    ],
)
def test_declared_by_name(name, kind, split):
    d = declaration(name)
    assert (d["kind"], d["split"]) == (kind, split)


def test_resume(tmp_path):
    def begin(**more):
        return eahas.log(tmp_path, run_id="r", config={"lr": 1}, planned_epochs=4, energy=None, **more)

    with pytest.raises(RuntimeError):
        with begin(resume=0) as run:  # there is no file: it begins anew
            for e in range(3):
                run.epoch(acc=e / 10)
            raise RuntimeError("power cut")
    before = eahas.read_log(run.path)
    with open(run.path, "a") as f:
        f.write('{"epoch": 4, "metr')
    with begin(resume=1) as run:
        for acc in (0.6, 0.7, 0.8):
            run.epoch(acc=acc)
    after = eahas.read_log(run.path)
    assert [(e.number, e.metrics["acc"]) for e in after.epochs] == [(1, 0), (2, 0.6), (3, 0.7), (4, 0.8)]
    assert (after.torn, after.broken, after.end) == (1, [], "finished")
    assert after.epochs[1].seconds >= before.epochs[0].seconds
    resume = next(x for x in map(json.loads, _whole(run.path)) if "resume" in x)
    assert resume["lost"]["seconds"] == pytest.approx(before.epochs[2].seconds - before.epochs[0].seconds, abs=1e-5)
    with pytest.raises(ValueError, match="another configuration"):
        eahas.log(tmp_path, run_id="r", config={"lr": 2}, energy=None, resume=2)


def _whole(path):
    return [x for x in open(path) if x.startswith("{") and x.endswith("}\n")]


KILLED = """
    import sys, eahas
    with eahas.log(sys.argv[1], config={"lr": 1}, energy=None, host=False) as run:
        i = 0
        while True:
            i += 1
            run.epoch(acc=0.5, **{"metric%d" % k: i / 7 for k in range(40)})
            if i == 5:
                print(run.path, flush=True)
"""


@pytest.mark.parametrize("delay", [0.0, 0.01, 0.05])
def test_sigkill(tmp_path, delay):
    """Whatever a kill leaves is readable: every line but perhaps the last is whole."""
    child = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(KILLED), str(tmp_path)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(HERE.parent)},
    )
    path = child.stdout.readline().decode().strip()
    try:
        child.wait(delay or 0.001)
    except subprocess.TimeoutExpired:
        pass
    child.send_signal(signal.SIGKILL)
    child.wait()
    run = eahas.read_log(path)
    assert (run.end, run.ended, run.broken) == ("killed", False, [])
    assert len(run.epochs) >= 5 and [e.number for e in run.epochs] == list(range(1, len(run.epochs) + 1))


def test_kill_in_the_middle_of_a_write(tmp_path):
    """A write that a kill cuts at any byte loses that line and no other."""
    with eahas.log(tmp_path, config={"a": "é"}, energy=None, host=False) as run:
        run.epoch(acc=0.1)
        run.epoch(loss=0.2, acc=math.nan)
    data = open(run.path, "rb").read()
    whole = [i + 1 for i, b in enumerate(data) if b == 10]
    path = tmp_path / "cut.jsonl"
    for size in range(whole[0] - 1, len(data) + 1):
        path.write_bytes(data[:size])
        read = eahas.read_log(path)
        # The object counts as soon as its last brace is there, with its end-of-line or without.
        objects = sum(size >= w - 1 for w in whole)
        assert read.torn == (0 if size in whole or size + 1 in whole else 1), size
        assert len(read.epochs) == sum(b'"epoch"' in line for line in data.split(b"\n")[:objects])
        assert read.broken == []


def test_torn_header(tmp_path):
    path = tmp_path / "x.jsonl"
    path.write_bytes(b'{"eahas_log": 1, "ru')
    with pytest.raises(ValueError, match="no header"):
        eahas.read_log(path)
    assert eahas.read_logs(tmp_path) == []


def test_reader_refuses(tmp_path):
    path = tmp_path / "x.jsonl"
    path.write_text('{"eahas_log": 2}\n')
    with pytest.raises(ValueError, match="version 2"):
        eahas.read_log(path)
    path.write_text(
        '{"eahas_log": 1, "config": {}}\n'
        '{"epoch": 1, "metrics": {"acc": 0.5}, "seconds": 5, "joules": 7}\n'
        '{"epoch": 2, "metrics": {"acc": NaN}, "seconds": 6}\n'
        '{"epoch": 2, "metrics": {"acc": "high"}, "seconds": 6}\n'
        '{"epoch": 2, "metrics": {"acc": 0.6}, "seconds": 4}\n'
        '{"epoch": 0.5, "metrics": {"acc": 0.6}}\n'
        "nonsense\n"
        '{"note": "of a later logger"}\n'
        '{"epoch": 2, "end": "finished"}\n'
        '{"epoch": 2, "metrics": {"acc": null}, "seconds": 6, "new": 1}\n'
        '{"epoch": 3, "metrics": {}, "joules": 6}\n'
        '{"end": "finished"}\n'
        '{"epoch": 3, "metrics": {}}'
    )
    run = eahas.read_log(path)
    assert [(b.line, b.reason) for b in run.broken] == [
        (3, "no JSON object"),
        (4, "acc is 'high', no number"),
        (5, "seconds falls from 5 to 4"),
        (6, "epoch 0.5 after epoch 1"),
        (7, "no JSON object"),
        (9, "a line with epoch and end"),
        (11, "joules falls from 7 to 6"),
        (13, "a line after the end"),
    ]
    assert run.ignored == 1 and [e.number for e in run.epochs] == [1, 2] and run.id == "x"


def test_example_of_the_format(tmp_path):
    """The examples of docs/log.md are logs."""
    page = (HERE.parent.parent.parent / "docs" / "log.md").read_text(encoding="utf-8")
    examples = [part.split("```")[0] for part in page.split("```json\n")[1:]]
    assert len(examples) == 2
    read = []
    for i, example in enumerate(examples):
        path = tmp_path / f"{i}.jsonl"
        path.write_text(example)
        read.append(eahas.read_log(path))
        assert read[-1].broken == [] and read[-1].ignored == 0 and read[-1].torn == 0
    assert read[0].training_joules == 4101.2
    assert read[1].training_joules == pytest.approx(4498.9 - 402.0) and read[1].end == "failed"


def test_forked_child_is_silent(tmp_path):
    with eahas.log(tmp_path, energy=None) as run:
        run.epoch(acc=0.1)
        child = os.fork()
        if child == 0:
            try:
                run.close()
                os._exit(0)
            except BaseException:
                os._exit(1)
        assert os.waitpid(child, 0)[1] == 0
        run.epoch(acc=0.2)
    read = eahas.read_log(run.path)
    assert len(read.epochs) == 2 and read.broken == []


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs Linux' /dev/full")
def test_full_disk_does_not_end_a_training(tmp_path):
    with eahas.log(tmp_path, energy=None) as run:
        run.epoch(acc=0.1)
        good, run._file._descriptor = run._file._descriptor, os.open("/dev/full", os.O_WRONLY)
        with pytest.warns(RuntimeWarning, match="No space left"):
            run.epoch(acc=0.2)
        os.close(run._file._descriptor)
        run._file._descriptor = good
        run.epoch(acc=0.3)
    read = eahas.read_log(run.path)
    assert read.last["lost_lines"] == 1 and read.broken == []
    assert [e.number for e in read.epochs] == [1, 3]


def test_long_line(tmp_path):
    with pytest.raises(ValueError, match="at most 1048576"):
        encode_line({"epoch": 1, "x": "y" * (1 << 20)})
    with eahas.log(tmp_path, energy=None) as run:
        LineFile(run.path, False, True).write({"unknown": 1})
    with open(run.path, "ab") as f:
        f.write(b"[" * (3 << 20) + b"\n" + b'{"resume": 0}\n')
    read = eahas.read_log(run.path)
    assert read.ignored == 1 and read.torn == 1


def test_imports_no_numpy():
    code = "import sys; from eahas import log; assert 'numpy' not in sys.modules and 'yaml' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, env={**os.environ, "PYTHONPATH": str(HERE.parent)})


def test_ranks(tmp_path, monkeypatch):
    from eahas.logger.ranks import Rank, rank_of_process, shared_run_id

    torchrun = {"RANK": "5", "WORLD_SIZE": "8", "LOCAL_RANK": "1", "LOCAL_WORLD_SIZE": "4"}
    assert rank_of_process(torchrun) == Rank(5, 8, 1, 2)
    slurm = {"SLURM_PROCID": "2", "SLURM_NTASKS": "4", "SLURM_LOCALID": "0", "SLURM_NNODES": "2", "SLURM_JOB_ID": "7"}
    assert rank_of_process(slurm) == Rank()  # a batch script, no srun
    assert rank_of_process({**slurm, "SLURM_STEP_ID": "1"}) == Rank(2, 4, 0, 2)
    assert shared_run_id({**slurm, "SLURM_STEP_ID": "1"}) == "slurm-7.1"
    assert rank_of_process({}) == Rank()

    written = []
    for key in ("EAHAS_RUN_ID", "TORCHELASTIC_RUN_ID", "SLURM_STEP_ID"):
        monkeypatch.delenv(key, raising=False)
    for rank in range(4):
        for key, value in {"RANK": rank, "WORLD_SIZE": 4, "LOCAL_RANK": rank % 2, "LOCAL_WORLD_SIZE": 2}.items():
            monkeypatch.setenv(key, str(value))
        with eahas.log(tmp_path, run_id="d", energy=None) as run:
            run.epoch(acc=rank)
        if run.path:
            written.append((os.path.basename(run.path), lines(run)[0]["rank"], lines(run)[0]["nodes"]))
    assert written == [("d.jsonl", 0, 2), ("d.rank2.jsonl", 2, 2)]
    with pytest.warns(UserWarning, match="EAHAS_RUN_ID"):
        monkeypatch.setenv("RANK", "2")
        monkeypatch.setenv("LOCAL_RANK", "0")
        with eahas.log(tmp_path, energy=None) as run:
            run.epoch(acc=1)
    assert run.path == ""
