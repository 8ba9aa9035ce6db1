"""How long a query takes in Python: this client, YAHPO Gym and ONNX Runtime on the same surrogate, in turns in one
process.

usage: speed.py BUNDLE YAHPO_FOLDER QUERY.onnx

YAHPO_FOLDER/ours is what `eahas yahpo -name ours` wrote, QUERY.onnx what `eahas model -format onnx-query` wrote. Run it
with the Python of .ci/requirements-yahpo.txt, which has all that it needs. The client gives whole curves, costs, and
whether it extrapolates; onnx-query whole curves and costs; YAHPO Gym one epoch. Times are CPU seconds of the process,
as other programs may run: compare ratios, not figures of different runs.
"""
import json
import os
import pathlib
import statistics
import sys
import time

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # a second thread of numpy 1's OpenBLAS waits in a loop, in whosever turn
import numpy as np  # noqa: E402
import onnxruntime  # noqa: E402

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "clients" / "python"))
from eahas import Benchmark  # noqa: E402

ROUNDS, SINGLES, BATCH = 7, 20, 1000


def yahpo(folder):
    from yahpo_gym import BenchmarkSet, local_config
    from yahpo_gym.configuration import config_dict

    local_config.init_config()
    local_config.set_data_path(folder)
    config_dict.update({"ours": json.loads((pathlib.Path(folder) / "ours" / "scenario.json").read_text())})
    return BenchmarkSet("ours", multithread=False)


def main(bundle, folder, model):
    bench, gym = Benchmark(bundle), yahpo(folder)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(model, options)
    configs = bench.sample(0, BATCH)
    theirs = [{**{k: str(v) if isinstance(v, str) else v for k, v in c.items()}, "epoch": 200} for c in configs]

    def fed(some):
        return {i.name: np.array([[c[i.name]] for c in some], dtype=object if "string" in i.type else np.float32)
                for i in session.get_inputs()}

    ways = {
        "eahas, one": (SINGLES, lambda: [bench.query(c) for c in configs[:SINGLES]]),
        "onnxruntime, one": (SINGLES, lambda: [session.run(None, fed([c])) for c in configs[:SINGLES]]),
        "yahpo gym, one": (SINGLES, lambda: [gym.objective_function(c) for c in theirs[:SINGLES]]),
        "eahas, %d" % BATCH: (BATCH, lambda: bench.query_batch(configs)),
        "onnxruntime, %d" % BATCH: (BATCH, lambda: session.run(None, fed(configs))),
        "yahpo gym, %d" % BATCH: (BATCH, lambda: gym.objective_function(theirs)),
    }
    taken = {name: [] for name in ways}
    for turn in range(ROUNDS + 1):
        for name, (n, ask) in ways.items():
            began = time.process_time()
            ask()
            if turn:  # the first turn warms up
                taken[name].append((time.process_time() - began) / n)
    for name, seconds in taken.items():
        base = taken["eahas, " + name.split(", ")[1]]
        print(
            "%-20s %9.1f us a configuration   x %.2f"
            % (name, statistics.median(seconds) * 1e6, statistics.median(seconds) / statistics.median(base))
        )


if __name__ == "__main__":
    main(*sys.argv[1:4])
