"""Searches with SMAC's ask-and-tell interface on the bundle's space for ConfigSpace: every proposal lies inside it.

usage: smac_search.py BUNDLE [TRIALS]
"""
import sys
import tempfile

from smac import HyperparameterOptimizationFacade, Scenario
from smac.acquisition.maximizer import RandomSearch
from smac.runhistory.dataclasses import TrialValue

from eahas import Benchmark


def main(folder: str, trials: int) -> None:
    bench = Benchmark(folder)
    space = bench.get_opt_space(seed=0)
    sign = -1 if bench.metric["higher_is_better"] else 1
    with tempfile.TemporaryDirectory() as out:
        scenario = Scenario(space, deterministic=True, n_trials=trials, seed=0, output_directory=out)
        # Candidates are drawn by the space itself. SMAC's local search would look for neighbours that keep the
        # constraints of a network, and may find none.
        smac = HyperparameterOptimizationFacade(
            scenario, lambda config, seed=0: 0.0, logging_level=40, overwrite=True,
            acquisition_maximizer=RandomSearch(space, challengers=500, seed=0),
            initial_design=HyperparameterOptimizationFacade.get_initial_design(
                scenario, n_configs=min(10, trials // 2)
            ),
        )
        best = None
        for _ in range(trials):
            info = smac.ask()
            answer = bench.query(dict(info.config))  # raises RefusedConfiguration outside the space
            smac.tell(info, TrialValue(cost=sign * answer.value, time=answer.time_total or 0.0))
            if best is None or sign * answer.value < sign * best.value:
                best = answer
    print("best of %d: %s %.2f %s at %s" % (trials, best.metric, best.value, best.unit, best.config))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 50)
