"""Loads exported models with the real libraries and compares what they answer with what is expected.

Usage: python verify.py FOLDER...

FOLDER holds check.json and the files that it names (arrays are raw little-endian float64, row-major). For each file one
JSON line is written: folder, format, file, library, version, largest difference, or why it was not loaded.

Differences are relative: |theirs - ours| / max(|ours|, floor), where the floor is 0 for formats in double precision,
and the mean of |ours| over all rows, output by output, for the others.
"""

import importlib
import json
import pathlib
import sys

import numpy as np


def array(folder, name, columns):
    return np.fromfile(folder / name, "<f8").reshape(-1, columns)


def difference(theirs, ours, strict):
    """The largest relative difference of two n x k arrays; infinite where only one of them is a number."""
    theirs = np.asarray(theirs, np.float64).reshape(ours.shape)
    if not np.array_equal(np.isnan(theirs), np.isnan(ours)):
        return float("inf")
    known = ~np.isnan(ours)
    size = np.abs(ours)
    if not strict:
        mean = np.array([np.mean(c[k]) if k.any() else 0.0 for c, k in zip(size.T, known.T)])
        size = np.maximum(size, mean)
    gap = np.abs(theirs - ours)
    ratio = np.divide(gap, size, out=np.where(gap > 0, np.inf, 0.0), where=size > 0)
    return float(np.max(ratio[known], initial=0.0))


def lightgbm(lib, path, head, file):
    y = lib.Booster(model_file=str(path)).predict(head["x"], raw_score=True)
    return y.reshape(len(head["x"]), -1), head["y"][:, file["outputs"]]


def treelite(lib, path, head, file):
    model = lib.frontend.load_lightgbm_model(str(path))
    return lib.gtil.predict(model, head["x"]).reshape(len(head["x"]), -1), head["y"][:, file["outputs"]]


def xgboost(lib, path, head, file):
    booster = lib.Booster()
    booster.load_model(str(path))
    types = booster.feature_types
    data = lib.DMatrix(
        head["x32"], feature_names=booster.feature_names, feature_types=types, enable_categorical="c" in types
    )
    return booster.predict(data).reshape(len(head["x"]), -1), head["y32"]


def check_onnx(path):
    """Holds the file against the standard: types and shapes of every operator. Needs the onnx package."""
    try:
        import onnx
    except ImportError:
        return
    onnx.checker.check_model(str(path), full_check=True)


def onnxruntime(lib, path, head, file):
    check_onnx(path)
    session = lib.InferenceSession(str(path))
    double = session.get_inputs()[0].type == "tensor(double)"
    y = session.run(["Y"], {"X": head["x"] if double else head["x32"]})[0]
    return y, head["y"] if double else head["y32"]


def query(lib, path, folder, check):
    """The whole query: yields (output, difference)."""
    check_onnx(path)
    session = lib.InferenceSession(str(path))
    meta = session.get_modelmeta().custom_metadata_map
    for key in ("bundle", "axes", "units", "epochs"):
        if key not in meta:
            raise ValueError(f"the metadata have no {key}")
    feed = {}
    for axis in check["inputs"]:
        if axis["text"]:
            values = np.array(json.loads((folder / axis["file"]).read_text()), dtype=object).reshape(-1, 1)
        else:
            values = array(folder, axis["file"], 1).astype(np.float32)
        feed[axis["name"]] = values
    rows = len(next(iter(feed.values())))
    names = [o.name for o in session.get_outputs()]
    missing = {o["name"] for o in check["outputs"]} ^ set(names)
    if missing:
        raise ValueError(f"outputs differ: {sorted(missing)}")
    parts = []
    for first, size in [(0, 1), (1, 7), (8, rows - 8)]:  # the batch is dynamic
        parts.append(session.run(names, {k: v[first : first + size] for k, v in feed.items()}))
    for output in check["outputs"]:
        at = names.index(output["name"])
        ours = array(folder, output["file"], output["points"])
        width = max(p[at].shape[1] for p in parts)
        theirs = np.full((rows, max(width, ours.shape[1])), np.nan)
        row = 0
        for p in parts:
            theirs[row : row + len(p[at]), : p[at].shape[1]] = p[at]
            row += len(p[at])
        ours = np.pad(ours, [(0, 0), (0, theirs.shape[1] - ours.shape[1])], constant_values=np.nan)
        yield output["name"], difference(theirs, ours, False)


def space(lib, path, folder, check):
    """The space: yields which share of our samples is not legal there."""
    theirs = lib.ConfigurationSpace.from_json(str(path))
    lines = (folder / check["samples"]).read_text().splitlines()
    illegal = 0
    for line in lines:
        try:
            lib.Configuration(theirs, values=json.loads(line)).check_valid_configuration()
        except ValueError:
            illegal += 1
    yield "samples", illegal / len(lines)


def table(lib, path, folder, check):
    """Answers in a table, a row for each accepted configuration: yields (column, difference)."""
    parquet = importlib.import_module("pyarrow.parquet")
    columns = parquet.read_table(path).to_pydict()
    accepted = array(folder, "accepted", 1)[:, 0] == 1
    units = {"energy_per_epoch": "_j", "energy_total": "_j", "inference_energy": "_j", "time_per_epoch": "_s",
        "time_total": "_s"}
    for output in check["outputs"]:
        name = {"epoch": "epochs", "learning_curve": "curve"}.get(
            output["name"], output["name"] + units.get(output["name"], "")
        )
        if output["name"] == "accepted":
            continue
        ours = array(folder, output["file"], output["points"])[accepted]
        theirs = np.full(ours.shape, np.nan)
        if len(columns[name]) != len(ours):
            raise ValueError(f"{len(columns[name])} rows, {len(ours)} configurations")
        for row, value in zip(theirs, columns[name]):
            value = value if isinstance(value, list) else [np.nan if value is None else value]
            row[: len(value)] = value
        yield name, difference(theirs, ours, True)


WHOLE = {"query": query, "space": space, "table": table}


def verify(folder):
    check = json.loads((folder / "check.json").read_text())
    heads = {}
    for h in check["heads"]:
        x = array(folder, h["x"], h["columns"])
        heads[h["target"]] = {
            "x": x,
            "x32": x.astype(np.float32),
            "y": array(folder, h["y"], h["outputs"]),
            "y32": array(folder, h["y32"], h["outputs"]),
        }

    for form in check["formats"]:
        for name in form["libraries"]:
            report = {"folder": str(folder), "format": form["name"], "library": name}
            try:
                lib = importlib.import_module(name)
            except ImportError as e:
                print(json.dumps(report | {"skipped": str(e)}), flush=True)
                continue
            report["version"] = lib.__version__
            for file in form["files"]:
                path = folder / form["folder"] / file["file"]
                if form["ask"] != "heads":
                    for output, d in WHOLE[form["ask"]](lib, path, folder, check):
                        print(json.dumps(report | {"file": output, "largest": d}), flush=True)
                    continue
                theirs, ours = globals()[name](lib, path, heads[file["target"]], file)
                d = difference(theirs, ours, form["strict"])
                print(json.dumps(report | {"file": file["file"], "largest": d}), flush=True)


if __name__ == "__main__":
    for arg in sys.argv[1:]:
        verify(pathlib.Path(arg))
