"""Search libraries charged in joules: the ledger of ``search serve`` and drivers for the real libraries.

    from eahas.search import BudgetSpent, Ledger

    with Ledger("http://127.0.0.1:8766", task="synthetic", method="mine", seed=0) as ledger:
        try:
            while True:
                trial = ledger.start(my_next_configuration())
                value = trial.train_to(epochs=10)   # charged
                if promising(value):
                    value = trial.train_to()        # resumed to the end; only the rest is charged
        except BudgetSpent:
            pass

The accounts, the noise and the traces are those of the Go methods, so ``search report`` compares both. Needs the
standard library alone; the drivers import the library that they drive.
"""

from . import drivers
from .ledger import Axis, BudgetSpent, Finished, Ledger, Refused, Trial

__all__ = ["Axis", "BudgetSpent", "Finished", "Ledger", "Refused", "Trial", "drivers"]
