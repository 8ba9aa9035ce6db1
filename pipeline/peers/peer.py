"""A regressor of another library behind a pipe: reads problems, writes predictions, until its input ends.

    python peer.py lightgbm|xgboost|randomforest|extratrees|knn|mlp|gp [small]

On start it writes a JSON line {"about": "LightGBM 4.7.0"}. A problem is a JSON line {"n":, "p":, "k":, "m":, "seed":,
"log":} and then little-endian float64: x (n x p), y (n x k), test (m x p). The answer is a JSON line {"m":, "k":} and
then m x k float64, or {"error": "..."}.

Settings are the libraries' own defaults, except where a comment says why not, and with small: settings for few rows
(the functions small_...). With log the targets, all above zero, are learnt
as logarithms. Of one or two rows the answer is their mean.
"""
import json
import os
import sys
import warnings

os.environ["OMP_NUM_THREADS"] = "1"
os.environ["OPENBLAS_NUM_THREADS"] = "1"
warnings.filterwarnings("ignore")
import numpy as np  # noqa: E402


def one_a_target(make):
    """Libraries of one target: one model for each."""
    def solve(x, y, test, seed):
        return np.column_stack([make(seed).fit(x, y[:, j]).predict(test) for j in range(y.shape[1])])
    return solve


def together(make):
    """Libraries that learn several targets with one model."""
    def solve(x, y, test, seed):
        return make(seed).fit(x, y).predict(test).reshape(len(test), -1)
    return solve


def dense(make):
    """Libraries that measure distances: missing values become the median and a column of their own, columns are
    standardised."""
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    return lambda seed: make_pipeline(
        SimpleImputer(strategy="median", add_indicator=True), StandardScaler(), make(seed)
    )


def standardised(make):
    """The targets, too, are standardised."""
    from sklearn.compose import TransformedTargetRegressor
    from sklearn.preprocessing import StandardScaler
    return lambda seed: TransformedTargetRegressor(make(seed), transformer=StandardScaler())


def lightgbm(**settings):
    import lightgbm as library
    return f"LightGBM {library.__version__}", one_a_target(
        lambda seed: library.LGBMRegressor(n_jobs=1, verbose=-1, random_state=seed, **settings)
    )


def small_lightgbm():
    # by default a leaf has 20 rows: of 100 rows there are five leaves, and of categories hardly any
    return lightgbm(n_estimators=500, learning_rate=0.05, min_child_samples=5)


def xgboost(**settings):
    import xgboost as library
    return f"XGBoost {library.__version__}", one_a_target(
        lambda seed: library.XGBRegressor(n_jobs=1, random_state=seed, **settings)
    )


def small_xgboost():
    # .3 a round is coarse; a tree of depth 6 on few rows is a lookup
    return xgboost(n_estimators=500, learning_rate=0.05, max_depth=4, subsample=0.8)


def scikit(make):
    import sklearn
    return f"scikit-learn {sklearn.__version__}", make


def randomforest():
    from sklearn.ensemble import RandomForestRegressor
    return scikit(together(lambda seed: RandomForestRegressor(n_jobs=1, random_state=seed)))


def extratrees():
    from sklearn.ensemble import ExtraTreesRegressor
    return scikit(together(lambda seed: ExtraTreesRegressor(n_jobs=1, random_state=seed)))


def knn():
    from sklearn.neighbors import KNeighborsRegressor
    # 3: better than 5 on all logs tried
    return scikit(together(dense(lambda seed: KNeighborsRegressor(n_neighbors=3, weights="distance"))))


def mlp():
    from sklearn.neural_network import MLPRegressor
    # 200 steps over a few hundred rows do not converge; early stopping would take rows away without regard to groups
    return scikit(together(dense(standardised(lambda seed: MLPRegressor(hidden_layer_sizes=(64, 64), max_iter=1000,
        random_state=seed)))))


def small_mlp():
    from sklearn.neural_network import MLPRegressor
    # L-BFGS converges on few rows; the penalty keeps a network with more weights than rows smooth
    return scikit(together(dense(standardised(lambda seed: MLPRegressor(hidden_layer_sizes=(32, 32), solver="lbfgs",
        alpha=1.0, max_iter=500, random_state=seed)))))


def gp():
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel

    class Automatic(GaussianProcessRegressor):
        """One length scale a column; the kernel is made when the number of columns is known. The default kernel has
        fixed scales."""

        def fit(self, x, y):
            self.kernel = ConstantKernel(10, (1e-2, 1e4)) * Matern(
                [1.0] * x.shape[1], (1e-2, 1e4), nu=2.5
            ) + WhiteKernel(1e-2, (1e-6, 10))
            return super().fit(x, y)
    return scikit(one_a_target(dense(lambda seed: Automatic(normalize_y=True, random_state=seed))))


LEAST = 3  # rows; of fewer LightGBM and the neighbours refuse to learn, and all libraries answer their mean

PEERS = {f.__name__: f for f in (lightgbm, xgboost, randomforest, extratrees, knn, mlp, gp)}
SMALL = {"lightgbm": small_lightgbm, "xgboost": small_xgboost, "mlp": small_mlp}  # the others' defaults do for few rows


def read(stream, rows, columns):
    b = stream.read(8 * rows * columns)
    if len(b) != 8 * rows * columns:
        raise SystemExit("peer.py: the problem ends early")
    return np.frombuffer(b, "<f8").reshape(rows, columns)


def main(name, small):
    say, problems = sys.stdout.buffer, sys.stdin.buffer
    sys.stdout = sys.stderr  # a library that prints must not spoil the answers
    about, solve = (SMALL if small and name in SMALL else PEERS)[name]()
    say.write(json.dumps({"about": about}).encode() + b"\n")
    say.flush()
    for line in problems:
        q = json.loads(line)
        x, y, test = read(problems, q["n"], q["p"]), read(problems, q["n"], q["k"]), read(problems, q["m"], q["p"])
        log = q.get("log", False)
        try:
            if log and y.min() <= 0:
                raise ValueError(f"log: a target is {y.min()}")
            y = np.log(y) if log else y
            if q["n"] < LEAST:
                answer = np.tile(y.mean(axis=0), (q["m"], 1))
            else:
                answer = solve(x, y, test, q["seed"] % 2**32)
            answer = np.ascontiguousarray(np.exp(answer) if log else answer, "<f8")
            say.write(json.dumps({"m": answer.shape[0], "k": answer.shape[1]}).encode() + b"\n" + answer.tobytes())
        except Exception as e:  # goes to the caller, which names the fold and the target
            say.write(json.dumps({"error": f"{type(e).__name__}: {e}"}).encode() + b"\n")
        say.flush()


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3) or sys.argv[1] not in PEERS or sys.argv[2:] not in ([], ["small"]):
        raise SystemExit(f"usage: peer.py {'|'.join(PEERS)} [small]")
    main(sys.argv[1], len(sys.argv) == 3)
