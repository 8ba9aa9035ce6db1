"""Writes sklearn.json: permutation_importance and partial_dependence of scikit-learn 1.9.1.

    python eval/importance/testdata/make.py > eval/importance/testdata/sklearn.json
"""
import json

import numpy as np
import sklearn
from sklearn.ensemble import ExtraTreesRegressor
from sklearn.inspection import partial_dependence, permutation_importance
from sklearn.utils import check_random_state

assert sklearn.__version__ == "1.9.1"
N, REPEATS, SEED = 40, 3, 7
rng = np.random.RandomState(0)
x = rng.rand(N, 3)


class Formula(ExtraTreesRegressor):
    """A model that a test can write again in a line."""

    def predict(self, x):
        return 3 * x[:, 0] + x[:, 1] ** 2 + x[:, 0] * x[:, 1]


y = Formula().predict(x) + 0.1 * rng.randn(N)
model = Formula(n_estimators=1).fit(x, y)
result = permutation_importance(model, x, y, n_repeats=REPEATS, random_state=SEED, scoring="r2")
# The permutations that it drew, by sklearn/inspection/_permutation_importance.py; checked below.
seed = check_random_state(SEED).randint(np.iinfo(np.int32).max + 1)
draws = []
for axis in range(3):
    state, index, taken, of_axis = check_random_state(seed), np.arange(N), np.arange(N), []
    for _ in range(REPEATS):
        state.shuffle(index)
        taken = taken[index]  # it permutes the column that it permuted before
        of_axis.append(taken.tolist())
    draws.append(of_axis)
grid = [0.1, 0.5, 0.9]
pd = partial_dependence(model, x, [0], kind="both", method="brute", custom_values={0: grid})
json.dump(
    {
        "x": x.tolist(),
        "y": y.tolist(),
        "draws": draws,
        "importances": result.importances.tolist(),
        "mean": result.importances_mean.tolist(),
        "sd": result.importances_std.tolist(),
        "grid": grid,
        "average": pd["average"][0].tolist(),
        "individual": pd["individual"][0].tolist(),
    },
    __import__("sys").stdout,
    indent=1,
)
print()
