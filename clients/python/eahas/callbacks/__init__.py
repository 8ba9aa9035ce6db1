"""Logs what other libraries train: one module a library, which imports that library.

    from eahas.callbacks.lightning import EahasLogger     Trainer(callbacks=[EahasLogger("runs/")])
    from eahas.callbacks.transformers import EahasLogger  Trainer(..., callbacks=[EahasLogger("runs/")])
    from eahas.callbacks.keras import EahasLogger         model.fit(..., callbacks=[EahasLogger("runs/", config={...})])
    from eahas.callbacks.optuna import log_trial          with log_trial(trial, "runs/", metric="val_accuracy") as run:
    ...

Each takes the arguments of eahas.log; plain PyTorch needs no callback. A run that is given as run= is used and left
open: whoever opened it closes it.
"""
