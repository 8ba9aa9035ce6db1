"""One training with one library, in a process of its own. usage: peer.py train LIBRARY DIR ROWS TARGETS ROUNDS THREADS
                                                              or: peer.py folds LIBRARY DIR NAME ROUNDS extra|plain
                                                              or: peer.py save DIR ROWS ROUNDS MODELFILE
Prints one JSON object. Same leaves (31), rate (.1), bins (255), rows in a leaf (20) and penalties (none) everywhere."""
import json
import sys
import time

import numpy as np

OUTPUTS, COLUMNS = 10, 26


def status(field):
    """VmHWM or VmRSS of this process in MB (10^6 bytes)."""
    with open("/proc/self/status") as f:
        for line in f:
            if line.startswith(field):
                return int(line.split()[1]) * 1.024 / 1000
    return 0.0


def load(folder, name, targets):
    x = np.fromfile(f"{folder}/X_{name}.f32", "<f4").reshape(-1, COLUMNS)
    y = np.fromfile(f"{folder}/Y_{name}.f32", "<f4").reshape(-1, OUTPUTS)
    return x, np.ascontiguousarray(y[:, OUTPUTS - targets:])


def lightgbm(x, y, rounds, threads, extra=False):
    import lightgbm as lgb
    params = dict(objective="regression", num_leaves=31, learning_rate=0.1, max_bin=255, min_data_in_leaf=20,
                  min_sum_hessian_in_leaf=1e-3, num_threads=threads, verbosity=-1, seed=1, extra_trees=extra)
    start = time.perf_counter()
    data = lgb.Dataset(x, label=y[:, 0], params=params, free_raw_data=False).construct()
    models = []
    for k in range(y.shape[1]):  # the bins are made once and shared by all targets
        data.set_label(y[:, k])
        models.append(lgb.train(params, data, rounds))
    return time.perf_counter() - start, lambda z: np.stack([m.predict(z) for m in models], 1), models


def xgboost(x, y, rounds, threads, extra=False):
    import xgboost as xgb
    params = dict(tree_method="hist", grow_policy="lossguide", max_leaves=31, max_depth=0, eta=0.1, max_bin=255,
                  min_child_weight=20, reg_lambda=0, nthread=threads, verbosity=0, seed=1)
    start = time.perf_counter()
    data = xgb.QuantileDMatrix(x, label=y[:, 0], max_bin=255, nthread=threads)
    models = []
    for k in range(y.shape[1]):
        data.set_label(y[:, k])
        models.append(xgb.train(params, data, rounds))
    return time.perf_counter() - start, lambda z: np.stack([m.inplace_predict(z) for m in models], 1), models


def sklearn(x, y, rounds, threads, extra=False):
    from sklearn.ensemble import HistGradientBoostingRegressor as Trees
    start = time.perf_counter()
    models = [Trees(max_iter=rounds, max_leaf_nodes=31, learning_rate=0.1, max_bins=255, min_samples_leaf=20,
                    l2_regularization=0, early_stopping=False).fit(x, y[:, k]) for k in range(y.shape[1])]
    return time.perf_counter() - start, lambda z: np.stack([m.predict(z) for m in models], 1), models


LIBRARIES = dict(lightgbm=lightgbm, xgboost=xgboost, sklearn=sklearn)


def r_squared(got, want):
    want = want.astype(float)
    return float(np.mean(1 - ((got - want) ** 2).sum(0) / ((want - want.mean(0)) ** 2).sum(0)))


def train(library, folder, rows, targets, rounds, threads):
    x, y = load(folder, rows, int(targets))
    fit = LIBRARIES[library]
    fit(x[:200].copy(), y[:200, :1].copy(), 2, 1)  # imports and thread pools are not counted
    before = status("VmRSS:")
    seconds, predict, _ = fit(x, y, int(rounds), int(threads))
    peak = status("VmHWM:")
    tx, ty = load(folder, "test", int(targets))
    return dict(seconds=seconds, r2=r_squared(predict(tx), ty), peak_mb=peak, train_mb=peak - before)


def folds(library, folder, name, rounds, kind):
    with open(f"{folder}/{name}.json") as f:
        meta = json.load(f)
    x = np.fromfile(f"{folder}/X_{name}.f32", "<f4").reshape(-1, len(meta["groups"]))
    y = np.fromfile(f"{folder}/Y_{name}.f32", "<f4").reshape(-1, meta["targets"])
    fold = np.fromfile(f"{folder}/F_{name}.f32", "<f4").astype(int)
    got = np.zeros(y.shape)
    for held in range(5):
        _, predict, _ = LIBRARIES[library](x[fold != held], y[fold != held], int(rounds), 1, kind == "extra")
        got[fold == held] = predict(x[fold == held])
    return dict(r2=r_squared(got, y))


def save(folder, rows, rounds, path):
    x, y = load(folder, rows, 1)
    lightgbm(x, y, int(rounds), 1)[2][0].save_model(path)
    return {}


if __name__ == "__main__":
    print(json.dumps(dict(train=train, folds=folds, save=save)[sys.argv[1]](*sys.argv[2:])))
