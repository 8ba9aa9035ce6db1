"""A bundle as a blackbox of syne-tune's simulator, asked by the library itself."""
import numpy as np
import pytest

from eahas import Benchmark
from places import BOOSTED

pytest.importorskip("syne_tune.blackbox_repository", reason="syne-tune, or huggingface_hub, is not installed")
pytest.importorskip("huggingface_hub")


def test_objectives_are_those_of_a_query():
    b = Benchmark(BOOSTED, core=False)
    blackbox = b.to_syne_tune()
    assert blackbox.objectives_names == ["metric_top-1_accuracy", "metric_elapsed_time", "metric_energy"]
    assert list(blackbox.fidelity_values) == list(range(1, 201))
    rng = np.random.default_rng(0)
    for _ in range(20):
        config = {k: d.sample(random_state=np.random.RandomState(rng.integers(1 << 31))) if hasattr(d, "sample") else d
                  for k, d in blackbox.configuration_space.items()}
        inside = {k: v for k, v in config.items() if b.space.active(k, config)}
        a = b.query(inside)
        table = blackbox.objective_function(config)
        m = len(a.curve)
        assert table.shape == (200, 3) and (table[m:] == table[m - 1]).all()
        assert np.array_equal(table[:m].T, [a.curve, a.time, a.energy])
        at = blackbox.objective_function(config, {"hp_epoch": 5})
        assert at["metric_top-1_accuracy"] == a.curve[4] and at["metric_energy"] == a.energy[4]
        assert list(blackbox.objective_function(config, {"hp_epoch": 200}).values()) == list(table[-1])
    refused = blackbox.objective_function({**config, "lr": 7.0})
    assert np.isnan(refused[:, 0]).all() and (refused[:, 1:] == 0).all()
    noisy = blackbox.objective_function(config, seed=3)
    assert np.array_equal(noisy, blackbox.objective_function(config, seed=3), equal_nan=True)


def test_the_simulator_tunes_on_it(tmp_path, monkeypatch):
    """Successive halving by the simulated clock, whose seconds are those of the surrogate: it never ends where they are
    NaN."""
    from syne_tune import StoppingCriterion, Tuner
    from syne_tune.backend.simulator_backend.simulator_callback import SimulatorCallback
    from syne_tune.blackbox_repository import UserBlackboxBackend
    from syne_tune.optimizer.baselines import ASHA

    monkeypatch.setenv("SYNETUNE_FOLDER", str(tmp_path))
    b = Benchmark(BOOSTED)
    blackbox = b.to_syne_tune()
    backend = UserBlackboxBackend(blackbox=blackbox, elapsed_time_attr="metric_elapsed_time")
    scheduler = ASHA(
        {**blackbox.configuration_space}, metric="metric_top-1_accuracy", do_minimize=False, time_attr="hp_epoch",
        max_t=50, random_seed=1)
    tuner = Tuner(
        trial_backend=backend, scheduler=scheduler, stop_criterion=StoppingCriterion(max_num_trials_finished=8),
        n_workers=2, sleep_time=0, callbacks=[SimulatorCallback()], save_tuner=False, results_update_interval=1e9,
        print_update_interval=1e9)
    tuner.run()
    best = tuner.best_config(metric="metric_top-1_accuracy")
    assert best is not None
