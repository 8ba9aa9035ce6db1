"""How fast search methods are beside other libraries on the same bundle, under the same accounts, in turns.

    go run ./cmd/eahas run
    go run ./cmd/eahas search serve -config bench/search/study.yaml -out /tmp/bench-search &
    python bench/search/peers.py http://127.0.0.1:8766 [ROUNDS [NAME,NAME]]

Processor seconds a job, of one core: of ours the method, the accounts and the trace (bench/search/main.go), without the world's
answers and with them, at 200 mean trainings; of the libraries their own part and our driver's for 200 suggestions, without what the
ledger's calls take. Nearly all places of the README's space are outside its constraints, which the libraries do not know: a
suggestion that is refused counts as trained, with a loss by lot, so that they are not charged for asking again. A round before the
first is not counted: libraries are imported in it.
Run it with the Python of .ci/requirements-search.txt, in the folder of the repository.
"""
import json
import logging
import os
import random
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time
import warnings

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "clients" / "python"))
from eahas.search import BudgetSpent, Ledger, Refused, drivers  # noqa: E402

warnings.simplefilter("ignore")
logging.disable(logging.WARNING)
for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[threads] = "1"
STUDY = "bench/search/study.yaml"
JOBS = 200


class Timed(Ledger):
    """A ledger that counts jobs and the processor time of its calls, and is spent after JOBS of them."""

    jobs, inside = 0, 0.0

    def start(self, config):
        return Patient(super().start(config))

    def _call(self, method, path, body=None):
        began = time.process_time()
        try:
            return super()._call(method, path, body)
        finally:
            self.inside += time.process_time() - began


class Patient:
    """A trial that trains wherever it is put: outside the task its loss is drawn by lot."""

    def __init__(self, trial):
        self.trial, self.outside = trial, False

    def train_to(self, epochs=None, share=None):
        if self.trial.ledger.jobs == JOBS:
            raise BudgetSpent("all jobs are done")
        self.trial.ledger.jobs += 1
        if not self.outside:
            try:
                return self.trial.train_to(epochs, share)
            except Refused:
                self.outside = True
        self.trial.loss, self.trial.second = random.Random(self.trial.ledger.jobs).uniform(8, 90), 1e5
        return self.trial.loss

    def __getattr__(self, name):
        return getattr(self.trial, name)


def optuna(sampler, objectives=1):
    def play(ledger):
        import optuna as library

        drivers.optuna(ledger, getattr(library.samplers, sampler)(seed=ledger.seed % 2**32), objectives)

    return play


def smac(ledger):
    with tempfile.TemporaryDirectory() as folder:
        drivers.smac(ledger, folder)


# Ours, theirs, the driver, and how many of the rounds it plays.
PAIRS = [
    ("rs", "optuna-random", optuna("RandomSampler"), 9),
    ("rs", "synetune-random", drivers.synetune, 9),
    ("nsga2", "optuna-nsga2", optuna("NSGAIISampler", 2), 9),
    ("tpe", "optuna-tpe", optuna("TPESampler"), 9),
    ("bohb", "hpbandster-bohb", drivers.hpbandster, 2),
    ("ei", "smac", smac, 1),
]


def theirs(url, name, play, seed):
    with Timed(url, task="synthetic", method=name, seed=seed) as ledger:
        ledger.inside = 0.0
        began = time.process_time()
        play(ledger)
        return (time.process_time() - began - ledger.inside) / ledger.jobs


def ours(binary, name):
    out = subprocess.run([binary, "-config", STUDY, "-methods", name, "-seeds", "3"], check=True, capture_output=True, text=True).stdout
    said = json.loads(out)
    return said["alone_s"] / said["jobs"], said["whole_s"] / said["jobs"]


def main(url, rounds="3", names=""):
    pairs = [p for p in PAIRS if not names or p[1] in names.split(",")]
    with tempfile.TemporaryDirectory() as folder:
        binary = os.path.join(folder, "bench-search")
        subprocess.run(["go", "build", "-o", binary, "./bench/search"], check=True)
        taken = {name: [] for _, name, _, _ in pairs}
        for turn in range(int(rounds) + 1):
            for method, name, play, most in pairs:
                if turn <= most:
                    taken[name].append((theirs(url, name, play, turn), *ours(binary, method)))
                    print("round %d, %s: %s" % (turn, name, taken[name][-1]), file=sys.stderr, flush=True)
        print("| ours | theirs | us a job, theirs | ours | with the world | times faster |\n|---|---|---|---|---|---|")
        for method, name, _, _ in pairs:
            counted = taken[name][1:]
            peer, alone, whole = (statistics.median(column) for column in zip(*counted))
            ratios = [t / a for t, a, _ in counted]
            print("| %s | %s | %.0f | %.0f | %.0f | %.3g (%.3g to %.3g) |" % (method, name, peer * 1e6, alone * 1e6, whole * 1e6,
                  statistics.median(ratios), min(ratios), max(ratios)))


if __name__ == "__main__":
    main(*sys.argv[1:])
