"""Peers of taskset in docs/results.md: Kendall's tau-b of the final validation loss, per task, averaged.

    pip install lightgbm==4.7.0 scikit-learn==1.9.1 scipy==1.17.1 pandas pyarrow
    python docs/taskset_peers.py ../shared/data/taskset.parquet
"""
import sys

import numpy as np
import pandas as pd
from lightgbm import LGBMRegressor
from scipy.stats import kendalltau, rankdata
from sklearn.ensemble import ExtraTreesRegressor, RandomForestRegressor

CAP = 10  # as in examples/taskset.yaml: nan, inf and larger losses become the cap

data = pd.read_parquet(sys.argv[1])
final = np.array([np.asarray(v, float)[-1] for v in data.valid_loss])
final = np.where(np.isfinite(final), np.minimum(final, CAP), CAP)
task, fold = data.task.values, data.fold.values
logs = ["learning_rate", "epsilon", "l1", "l2", "linear_decay", "exponential_decay"]
x = np.hstack([np.log10(data[logs].values), data[["beta1", "beta2"]].values, pd.get_dummies(task).values.astype(float)])


def tau(predicted):
    return np.mean([kendalltau(final[task == t], predicted[task == t]).statistic for t in np.unique(task)])


def held_out(model, y):
    predicted = np.zeros(len(y))
    for f in range(5):
        train = fold != f
        predicted[~train] = model().fit(x[train], y[train]).predict(x[~train])
    return predicted


lightgbm = lambda: LGBMRegressor(n_jobs=1, verbose=-1)
extra = lambda: ExtraTreesRegressor(100, n_jobs=1, random_state=0)
forest = lambda: RandomForestRegressor(100, n_jobs=1, random_state=0)
ranks = lambda y: rankdata(y) / len(y)
for name, model, transform in [
    ("LightGBM, loss", lightgbm, lambda y: y),
    ("LightGBM, log loss", lightgbm, np.log),
    ("LightGBM, rank", lightgbm, ranks),
    ("random forest, loss", forest, lambda y: y),
    ("random forest, log loss", forest, np.log),
    ("extra trees, log loss", extra, np.log),
    ("extra trees, rank", extra, ranks),
]:
    # Ranks and logarithms are monotone, so tau needs no way back.
    print(f"{name:24} {tau(held_out(model, transform(final))):.3f}", flush=True)
