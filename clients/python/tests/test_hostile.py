"""Damaged and tampered bundles: they are refused with BundleError, and nothing else happens. $EAHAS_MUTATIONS: how many
a bundle."""
import hashlib
import io
import json
import os
import pathlib
import shutil
import tarfile

import numpy as np
import pytest

from eahas import Benchmark, BundleError, EahasError
from places import BOOSTED, BUNDLES

MUTATIONS = int(os.environ.get("EAHAS_MUTATIONS", "40"))


def packed(folder, target, change=lambda info: info):
    """What `eahas pack` writes."""
    with tarfile.open(target, "w", format=tarfile.USTAR_FORMAT) as t:
        for p in sorted(pathlib.Path(folder).iterdir()):
            info = change(tarfile.TarInfo(p.name))
            info.size = p.stat().st_size
            t.addfile(info, io.BytesIO(p.read_bytes()))
    return target


def consistent(folder):
    """Writes sizes and checksums again, so that only what they mean is wrong."""
    m = json.loads((folder / "manifest.json").read_bytes())
    for f in m["files"]:
        data = (folder / f["name"]).read_bytes()
        f["size"], f["sha256"] = len(data), hashlib.sha256(data).hexdigest()
    raw = json.dumps(m).encode()
    (folder / "manifest.json").write_bytes(raw)
    (folder / "manifest.sha256").write_text(hashlib.sha256(raw).hexdigest() + "  manifest.json\n")


@pytest.mark.parametrize("change", [
    lambda p: (p / "manifest.json").unlink(),
    lambda p: (p / "manifest.sha256").unlink(),
    lambda p: (p / "curve.predictor.bin").write_bytes(b"x"),
    lambda p: (p / "golden.jsonl").unlink(),
    lambda p: (p / "manifest.json").write_text(json.dumps({"format": "eahas-surrogate", "version": 2})),
    lambda p: (p / "manifest.json").write_text("[]"),
    lambda p: (p / "manifest.json").write_text("[" * 100_000),
    lambda p: ((p / "golden.jsonl").rename(p / "other"), (p / "golden.jsonl").symlink_to(p / "other")),
    lambda p: ((p / "manifest.json").rename(p / "m"), (p / "manifest.json").symlink_to(p / "m")),
    lambda p: ((p / "golden.jsonl").unlink(), os.mkfifo(p / "golden.jsonl")),
    lambda p: ((p / "golden.jsonl").unlink(), (p / "golden.jsonl").mkdir()),
])
def test_broken_bundles(tmp_path, change):
    shutil.copytree(BOOSTED, tmp_path / "b")
    change(tmp_path / "b")
    with pytest.raises(BundleError) as e:
        Benchmark(tmp_path / "b")
    assert isinstance(e.value, EahasError) and str(tmp_path) in str(e.value)


def test_no_bundle_at_all(tmp_path):
    for path in (tmp_path / "nothing", tmp_path, pathlib.Path(__file__), "/dev/null"):
        with pytest.raises(BundleError):
            Benchmark(path)


def test_changed_answers_are_noticed(tmp_path):
    shutil.copytree(BOOSTED, tmp_path / "b")
    golden = tmp_path / "b" / "golden.jsonl"
    lines = [json.loads(line) for line in golden.read_text().splitlines()]
    lines[3]["energy_total"] *= 1 + 1e-7
    golden.write_text("".join(json.dumps(line) + "\n" for line in lines))
    consistent(tmp_path / "b")
    with pytest.raises(BundleError, match="golden"):
        Benchmark(tmp_path / "b")
    Benchmark(tmp_path / "b", verify=False)


def test_packed_bundles(tmp_path):
    path = packed(BOOSTED, tmp_path / "b.tar")
    config = Benchmark(BOOSTED).sample(0)
    assert np.array_equal(Benchmark(path).query(config).curve, Benchmark(BOOSTED).query(config).curve)
    raw = path.read_bytes()
    for cut in (0, 100, 511, 512, 5000, len(raw) // 2):
        (tmp_path / "cut.tar").write_bytes(raw[:cut])
        with pytest.raises(BundleError):
            Benchmark(tmp_path / "cut.tar")


@pytest.mark.parametrize("kind, name", [
    (tarfile.SYMTYPE, "x"), (tarfile.LNKTYPE, "x"), (tarfile.FIFOTYPE, "x"), (tarfile.REGTYPE, "../x"),
    (tarfile.REGTYPE, "/x"), (tarfile.REGTYPE, "a/b"), (tarfile.DIRTYPE, "d"), (tarfile.REGTYPE, "golden.jsonl")])
def test_archives_hold_plain_files_alone(tmp_path, kind, name):
    path = packed(BOOSTED, tmp_path / "b.tar")
    with tarfile.open(path, "a", format=tarfile.USTAR_FORMAT) as t:
        info = tarfile.TarInfo(name)
        info.type, info.linkname = kind, "golden.jsonl"
        t.addfile(info)
    with pytest.raises(BundleError):
        Benchmark(path)


def mutated(data, rng):
    """Bytes with one thing changed: bits, a small number, a length, an end."""
    b = bytearray(data)
    how, at = rng.integers(0, 6), int(rng.integers(0, max(1, len(b) if rng.random() < 0.5 else min(len(b), 64))))
    if not b:
        return b"x"
    if how == 0:
        b[at] ^= 1 << rng.integers(0, 8)
    elif how == 1:
        b[at] = rng.integers(0, 256)
    elif how == 2:
        b[at : at + 4] = int(rng.choice([0, 1, 2, 255, 1 << 16, (1 << 31) - 1, (1 << 32) - 1])).to_bytes(4, "little")
    elif how == 3:
        b[at : at + 8] = np.float64(rng.choice([np.nan, np.inf, -np.inf, 1e308, -1e308, 0, 5e-324])).tobytes()
    elif how == 4:
        del b[at : at + int(rng.integers(1, 32))]
    else:
        b[at:at] = b[: int(rng.integers(1, 32))]
    return bytes(b)


def changed(value, rng):
    """JSON with one leaf, key or list changed."""
    if isinstance(value, dict) and value and rng.random() < 0.9:
        k = list(value)[rng.integers(0, len(value))]
        if rng.random() < 0.1:
            return {n: v for n, v in value.items() if n != k}
        return {**value, k: changed(value[k], rng)}
    if isinstance(value, list) and value and rng.random() < 0.9:
        i = int(rng.integers(0, len(value)))
        return value[:i] + ([] if rng.random() < 0.1 else [changed(value[i], rng)]) + value[i + 1 :]
    return [None, -1, 0, 1, 1e308, 10**30, "", "x", "log", [], {}, True, [value], 0.5][rng.integers(0, 14)]


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("folder", BUNDLES)
def test_tampered_bundles_are_refused_or_answer(folder, tmp_path):
    shutil.copytree(folder, tmp_path / "b")
    b, rng = tmp_path / "b", np.random.default_rng(0)
    manifest = json.loads((b / "manifest.json").read_bytes())
    used = [
        f["name"] for f in manifest["files"] if f["name"].endswith((".bin", ".jsonl")) or f["name"] == "support.json"
    ]
    if sum((b / n).stat().st_size for n in used) > 1 << 20:
        pytest.skip("too large to be opened often")
    refused = 0
    for _ in range(MUTATIONS):
        name = "manifest.json" if rng.random() < 0.3 else used[rng.integers(0, len(used))]
        before = (b / name).read_bytes()
        if name.endswith(".json"):
            (b / name).write_text(json.dumps(changed(json.loads(before), rng)))
        else:
            (b / name).write_bytes(mutated(before, rng))
        try:
            consistent(b)
        except (KeyError, TypeError, OSError, ValueError, AttributeError):
            pass  # not even a manifest
        try:
            bench = Benchmark(b)
            bench.query_batch(bench.sample(0, 3), level=bench.levels[0] if bench.levels else None, seed=1)
        except EahasError:
            refused += 1
        (b / name).write_bytes(before)
        (b / "manifest.json").write_text(json.dumps(manifest))
        consistent(b)
    assert refused > MUTATIONS // 4
    Benchmark(b)
