"""Real search libraries under the accounts of eahas, beside the Go methods.

    go run ./cmd/eahas search serve -config examples/search.yaml &
    python clients/python/examples/search_libraries.py http://127.0.0.1:8766 synthetic optuna 1

The arguments are the address, the task, the libraries (optuna, nsga2, hpbandster, smac, synetune; with commas between)
and how many seeds. Then list each in the study as {method: external, as: NAME}, and eahas search report shows all of
them.
"""

import sys
import tempfile

from eahas.search import Finished, Ledger, drivers


def play(name, ledger):
    if name == "nsga2":
        import optuna

        return drivers.optuna(ledger, optuna.samplers.NSGAIISampler(seed=ledger.seed % 2**32), objectives=2)
    if name == "smac":
        with tempfile.TemporaryDirectory() as folder:
            return drivers.smac(ledger, folder)
    return getattr(drivers, name)(ledger)


def main(url, tasks, names, seeds):
    for task in tasks.split(","):
        for name in names.split(","):
            for seed in range(int(seeds)):
                try:
                    with Ledger(url, task=task, method="py-" + name, seed=seed, nearest=True) as ledger:
                        play(name, ledger)
                    print(f"{task} {name} {seed}: {ledger.budget - ledger.left:.4g} of {ledger.budget:.4g} "
                          f"{ledger.unit} spent", flush=True)
                except Finished:
                    print(f"{task} {name} {seed}: played already")


if __name__ == "__main__":
    main(*sys.argv[1:])
