"""Turns the real logs deepobs.parquet and zeus_power.parquet into the binaries that every library reads.
usage: frames.py DATAFOLDER DIR    (writes DIR/X_NAME.f32, Y_NAME.f32, F_NAME.f32, NAME.json)"""
import json
import sys

import numpy as np
import pyarrow.parquet as pq

POINTS = 21  # of each learning curve, evenly spaced between its first epoch after training began and its last


def encode(table, categories, numbers):
    """One-hot columns per category axis (a group each), then the numeric columns (group -1)."""
    columns, groups = [], []
    for g, name in enumerate(categories):
        values = [str(v) for v in table[name].to_pylist()]
        for value in sorted(set(values)):
            columns.append([float(v == value) for v in values])
            groups.append(g)
    for values in numbers:
        columns.append(values)
        groups.append(-1)
    return np.array(columns, np.float32).T, groups


def zeus(folder):
    t = pq.read_table(f"{folder}/zeus_power.parquet").to_pydict()
    y = np.log(np.array(t["epoch_time_s"]) * np.array(t["avg_power_w"]))
    table = pq.read_table(f"{folder}/zeus_power.parquet")
    x, groups = encode(table, ["dataset", "network", "gpu", "optimizer"],
                       [np.log2(t["batch_size"]), np.log(t["power_limit_w"])])
    return x, y[:, None], t["fold"], groups


def deepobs(folder):
    table = pq.read_table(f"{folder}/deepobs.parquet")
    name = "test_acc"
    keep = [v is not None and len(v) > 1 for v in table[name].to_pylist()]
    table = table.filter(keep)
    y = []
    for curve in table[name].to_pylist():
        at = np.linspace(1, len(curve) - 1, POINTS)  # point 0 is before training
        y.append(np.interp(at, np.arange(len(curve)), curve))
    x, groups = encode(table, ["problem", "optimizer"], [np.log10(table["learning_rate"].to_pylist())])
    return x, np.array(y), table["fold"].to_pylist(), groups


def main(folder, out):
    for name, make in dict(deepobs=deepobs, zeus=zeus).items():
        x, y, fold, groups = make(folder)
        np.ascontiguousarray(x, "<f4").tofile(f"{out}/X_{name}.f32")
        np.ascontiguousarray(y, "<f4").tofile(f"{out}/Y_{name}.f32")
        np.array(fold, "<f4").tofile(f"{out}/F_{name}.f32")
        with open(f"{out}/{name}.json", "w") as f:
            json.dump(dict(groups=groups, targets=y.shape[1]), f)


if __name__ == "__main__":
    main(*sys.argv[1:])
