"""Drivers: the real Optuna, HpBandSter, SMAC and syne-tune spend the ledger's budget. Each runs until BudgetSpent.

Ordered axes of finitely many values are searched by their number, axes of a range by their value (in the logarithm
where the axis has it; 0 beside it is a quarter of the range below), other axes as categories. Configurations that the
task refuses are told as failed and are not charged.
"""
from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from .ledger import BudgetSpent, Ledger, Refused

# Refusals in a row after which a driver gives up: the library does not find into the task's constraints.
PATIENCE = 100_000


def optuna(ledger: Ledger, sampler: Any = None, objectives: int = 1) -> None:
    """Optuna's ask and tell; sampler: any of optuna.samplers. With objectives=2 it minimises loss and cost together."""
    import optuna as library

    library.logging.set_verbosity(library.logging.ERROR)
    if sampler is None:
        sampler = library.samplers.TPESampler(seed=ledger.seed % 2**32)
    study = library.create_study(directions=["minimize"] * objectives, sampler=sampler)
    refused = 0
    while refused < PATIENCE:
        trial = study.ask()
        config: dict[str, Any] = {}
        for axis in ledger.axes:
            if axis.values and axis.ordered:
                config[axis.name] = axis.values[trial.suggest_int(axis.name, 0, len(axis.values) - 1)]
            elif axis.values:
                config[axis.name] = trial.suggest_categorical(axis.name, list(axis.values))
            else:
                config[axis.name] = axis.at(trial.suggest_float(axis.name, axis.reach, axis.high, log=axis.log))
        ours = ledger.start(config)
        try:
            ours.train_to()
        except Refused:
            study.tell(trial, state=library.trial.TrialState.FAIL)
            refused += 1
            continue
        except BudgetSpent:
            return
        refused = 0
        study.tell(trial, [ours.loss, ours.second][:objectives])


def _space(ledger: Ledger, seed: int) -> Any:
    """The axes as a ConfigurationSpace; categories are texts of their numbers, because HpBandSter 0.7.4 compares
    texts."""
    import ConfigSpace

    space = ConfigSpace.ConfigurationSpace(seed=seed)
    for axis in ledger.axes:
        if axis.values and axis.ordered and len(axis.values) > 1:
            space.add(ConfigSpace.UniformIntegerHyperparameter(axis.name, 0, len(axis.values) - 1))
        elif axis.values:
            space.add(ConfigSpace.CategoricalHyperparameter(axis.name, [str(i) for i in range(len(axis.values))]))
        else:
            space.add(ConfigSpace.UniformFloatHyperparameter(axis.name, axis.reach, axis.high, log=axis.log))
    return space


def _config(ledger: Ledger, chosen: Mapping[str, Any]) -> dict[str, Any]:
    return {a.name: a.values[int(chosen[a.name])] if a.values else a.at(float(chosen[a.name])) for a in ledger.axes}


def hpbandster(ledger: Ledger, eta: int = 3, rungs: int = 4) -> None:
    """HpBandSter's BOHB without Pyro: its config generator and its bracket sizes, in this process. Rungs are shares of
    the run's own length; survivors are resumed."""
    import numpy
    from hpbandster.optimizers.config_generators.bohb import BOHB

    numpy.random.seed(ledger.seed % 2**32)
    generator = BOHB(configspace=_space(ledger, ledger.seed % 2**31))

    class Job:
        def __init__(self, config: Any, budget: float, loss: float | None) -> None:
            self.kwargs = {"config": config, "budget": budget}
            self.result, self.exception = {"loss": loss}, None

    turn = 0
    try:
        while True:
            s = rungs - 1 - turn % rungs
            turn += 1
            size = int(math.floor(rungs / (s + 1)) * eta**s)
            alive: list[tuple[Any, int, Any, Any]] = []
            refused = 0
            for rung in range(s + 1):
                share = float(eta) ** (rung - s)
                if rung == 0:
                    while len(alive) < size and refused < PATIENCE:
                        chosen, _ = generator.get_config(share)
                        trial = ledger.start(_config(ledger, chosen))
                        try:
                            trial.train_to(share=share)
                        except Refused:
                            refused += 1
                            continue
                        generator.new_result(Job(chosen, share, trial.loss))
                        alive.append((trial.loss, len(alive), trial, chosen))
                    if refused == PATIENCE:
                        return
                    continue
                alive = sorted(alive, key=lambda a: a[:2])[: int(size * float(eta) ** -rung)]
                for i, (_, number, trial, chosen) in enumerate(alive):
                    trial.train_to(share=share)
                    generator.new_result(Job(chosen, share, trial.loss))
                    alive[i] = (trial.loss, number, trial, chosen)
    except BudgetSpent:
        return


def smac(ledger: Ledger, folder: str) -> None:
    """SMAC's hyperparameter facade (a forest with expected improvement) by ask and tell; it writes its own files to
    folder."""
    from smac import HyperparameterOptimizationFacade, Scenario
    from smac.runhistory import StatusType, TrialValue

    space = _space(ledger, ledger.seed % 2**31)
    scenario = Scenario(
        space, deterministic=True, n_trials=100_000, seed=ledger.seed % 2**31, output_directory=Path(folder)
    )
    facade = HyperparameterOptimizationFacade(scenario, lambda config, seed=0: 0.0, overwrite=True, logging_level=False)
    refused = 0
    while refused < PATIENCE:
        info = facade.ask()
        trial = ledger.start(_config(ledger, info.config))
        try:
            trial.train_to()
        except Refused:
            refused += 1
            facade.tell(info, TrialValue(cost=math.inf, status=StatusType.CRASHED), save=False)
            continue
        except BudgetSpent:
            return
        refused = 0
        facade.tell(info, TrialValue(cost=trial.loss), save=False)


def synetune(ledger: Ledger, scheduler: Callable[[dict[str, Any], int], Any] | None = None) -> None:
    """A scheduler of syne-tune that suggests whole trainings, such as its random search or TPE; without its simulator,
    whose clock adds real time. scheduler: a function of (config_space, seed)."""
    from syne_tune.backend.trial_status import Trial as Theirs
    from syne_tune.config_space import choice, loguniform, randint, uniform
    from datetime import datetime

    space: dict[str, Any] = {}
    for axis in ledger.axes:
        if axis.values and axis.ordered:
            space[axis.name] = randint(0, len(axis.values) - 1)
        elif axis.values:
            space[axis.name] = choice([str(i) for i in range(len(axis.values))])
        else:
            space[axis.name] = (loguniform if axis.log else uniform)(axis.reach, axis.high)
    seed = ledger.seed % 2**31
    if scheduler is None:
        from syne_tune.optimizer.baselines import RandomSearch

        theirs = RandomSearch(config_space=space, metrics=["loss"], random_seed=seed)
    else:
        theirs = scheduler(space, seed)
    number = 0
    for _ in range(PATIENCE):
        suggestion = theirs.suggest()
        if suggestion is None:
            return
        trial = ledger.start(_config(ledger, suggestion.config))
        their = Theirs(trial_id=number, config=suggestion.config, creation_time=datetime(2000, 1, 1))
        theirs.on_trial_add(their)
        try:
            trial.train_to()
        except Refused:
            theirs.on_trial_error(their)
            number += 1
            continue
        except BudgetSpent:
            return
        theirs.on_trial_complete(their, {"loss": trial.loss, "epoch": 1})
        number += 1
