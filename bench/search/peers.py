"""How fast search methods are beside other libraries on the same bundle, under the same accounts, in turns.

    go run ./cmd/eahas run
    go run ./cmd/eahas search serve -config bench/search/study.yaml -out /tmp/bench-search &
    python bench/search/peers.py http://127.0.0.1:8766 [ROUNDS [NAME,NAME]]

Processor seconds a job, of one core: of ours the method, the accounts and the trace (bench/search/main.go), without the
world's answers and with them, at 200 mean trainings; of the libraries their own part and our driver's for JOBS
suggestions, without what the ledger's calls take. Two tasks. The space of "free" has no constraints: ours, too, draw
one place a job, so the method is equal there. Half of the libraries' suggestions are refused all the same, for an axis
that exists beside one optimizer only, which our drivers do not tell them. Nearly all places of the README's space are
outside its constraints; ours draw until one is inside. A suggestion that is refused counts as trained, with a loss by
lot, so that a library is not charged for asking again; "inside" is the share that was not refused, and what a library
needs for a training that can be begun is its time a suggestion divided by that. A round before the first is not
counted: libraries are imported in it. Run it with the Python of .ci/requirements-search.txt, in the folder of the
repository.
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
JOBS = 200  # suggestions of a library


class Timed(Ledger):
    """A ledger that counts jobs and the processor time of its calls, and is spent after JOBS."""

    jobs, began, refused, calls = 0, 0, 0, 0.0

    def start(self, config):
        return Patient(super().start(config))

    def _call(self, method, path, body=None):
        began = time.process_time()
        try:
            return super()._call(method, path, body)
        finally:
            self.calls += time.process_time() - began


class Patient:
    """A trial that trains wherever it is put: outside the task its loss is drawn by lot."""

    def __init__(self, trial):
        self.trial, self.outside = trial, False

    def train_to(self, epochs=None, share=None):
        ledger = self.trial.ledger
        if ledger.jobs == JOBS:
            raise BudgetSpent("all jobs are done")
        ledger.jobs += 1
        ledger.began += self.trial.number is None and not self.outside
        if not self.outside:
            try:
                return self.trial.train_to(epochs, share)
            except Refused:
                ledger.refused += 1
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


# Task, ours, theirs, the driver, and how many of the rounds it plays.
PAIRS = [
    ("free", "rs", "optuna-random", optuna("RandomSampler"), 9),
    ("free", "rs", "synetune-random", drivers.synetune, 9),
    ("synthetic", "rs", "optuna-random", optuna("RandomSampler"), 9),
    ("synthetic", "rs", "synetune-random", drivers.synetune, 9),
    ("synthetic", "nsga2", "optuna-nsga2", optuna("NSGAIISampler", 2), 9),
    ("synthetic", "tpe", "optuna-tpe", optuna("TPESampler"), 9),
    ("synthetic", "bohb", "hpbandster-bohb", drivers.hpbandster, 2),
    ("synthetic", "ei", "smac", smac, 1),
]


def theirs(url, task, name, play, seed):
    with Timed(url, task=task, method=name, seed=seed) as ledger:
        ledger.calls = 0.0
        began = time.process_time()
        play(ledger)
        return (time.process_time() - began - ledger.calls) / ledger.jobs, 1 - ledger.refused / ledger.began


def ours(binary, task, name):
    out = subprocess.run(
        [binary, "-config", STUDY, "-tasks", task, "-methods", name, "-seeds", "3"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    said = json.loads(out)
    return said["alone_s"] / said["jobs"], said["whole_s"] / said["jobs"]


def main(url, rounds="3", names=""):
    pairs = [p for p in PAIRS if not names or p[2] in names.split(",")]
    with tempfile.TemporaryDirectory() as folder:
        binary = os.path.join(folder, "bench-search")
        subprocess.run(["go", "build", "-o", binary, "./bench/search"], check=True)
        taken = {p[:3]: [] for p in pairs}
        for turn in range(int(rounds) + 1):
            for task, method, name, play, rounds_of_it in pairs:
                if turn <= rounds_of_it:
                    row = (*theirs(url, task, name, play, turn), *ours(binary, task, method))
                    taken[task, method, name].append(row)
                    print("round %d, %s on %s: %s" % (turn, name, task, row), file=sys.stderr, flush=True)
        print(
            "| task | ours | theirs | us a suggestion, theirs | inside | us a job, ours | with the world | times "
            "| a training, times |"
        )
        print("|---|---|---|---|---|---|---|---|---|")
        for (task, method, name), rows in taken.items():
            peer, inside, alone, whole = (statistics.median(column) for column in zip(*rows[1:]))
            ratios = [t / a for t, _, a, _ in rows[1:]]
            print("| %s | %s | %s | %.0f | %.0f %% | %.0f | %.0f | %.3g (%.3g to %.3g) | %.3g |" % (
                task, method, name, peer * 1e6, inside * 100, alone * 1e6, whole * 1e6, statistics.median(ratios),
                min(ratios), max(ratios), statistics.median(ratios) / inside if inside else float("inf")))


if __name__ == "__main__":
    main(*sys.argv[1:])
