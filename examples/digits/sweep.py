"""Trains small networks on scikit-learn's digits and logs every run with eahas.log: a sweep that anybody can measure
again.

    pip install ./clients/python torch scikit-learn
    python examples/digits/sweep.py runs/            # resumable: what has ended is not trained again
    python examples/digits/collect.py runs/ examples/digits/digits.parquet

One process, pinned to one core, one thread. A training takes a second or two; 700 of them are in the sweep. Energy is
logged where a meter is there.
"""

from __future__ import annotations

import argparse
import math
import os
import sys
import time
from typing import Any

for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[variable] = "1"  # before the libraries are loaded

import configurations
import numpy as np
import torch
from network import build
from sklearn.datasets import load_digits

import eahas

VALIDATION = TEST = 300  # of 1,797 images
SPLIT_SEED = 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", help="where one file a run is written")
    parser.add_argument("-runs", type=int, default=None, help="train only the first so many of the list")
    parser.add_argument("-minutes", type=float, default=math.inf, help="begin no training after so many minutes")
    parser.add_argument("-core", type=int, default=0, help="the core that this process is pinned to")
    parser.add_argument(
        "-again",
        type=float,
        default=math.inf,
        help="measure those again that began under a higher load average than this",
    )
    parser.add_argument("-energy", default="auto", help="the meter: auto, none, nvml, rapl ...")
    arguments = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {cores[arguments.core % len(cores)]})
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    data = load()
    # The first training of a process also loads libraries.
    train({**configurations.draw(0), "epochs": 1}, 0, data, None)
    began = time.monotonic()
    todo = configurations.runs()[: arguments.runs]
    for i, run in enumerate(todo):
        path = os.path.join(arguments.folder, run.id + ".jsonl")
        if os.path.exists(path):
            if is_done(path, arguments.again):
                continue
            os.remove(path)
        if time.monotonic() - began > 60 * arguments.minutes:
            print(f"stopped by the clock after {i} of {len(todo)}")
            return
        measure(run, arguments.folder, arguments.energy, data)
        if i % 20 == 0:
            print(f"{i + 1} of {len(todo)}, {time.monotonic() - began:.0f} s", flush=True)
    print(f"all {len(todo)} runs have ended")


def is_done(path: str, most_load: float) -> bool:
    """Whether a run ended, and was not measured under a higher load than most_load. What was cut is trained anew: it is
    short.
    """
    run = eahas.read_log(path)
    return run.ended and run.header["tags"]["load"] <= most_load


def load() -> dict[str, tuple[torch.Tensor, torch.Tensor]]:
    """Training, validation and test images (n x 3 x 8 x 8, grey on three channels, standardised) and classes."""
    images, classes = load_digits(return_X_y=True)
    order = np.random.RandomState(SPLIT_SEED).permutation(len(images))  # RandomState's streams are frozen for ever
    x = torch.tensor(images[order], dtype=torch.float32).reshape(-1, 1, 8, 8).expand(-1, 3, -1, -1)
    y = torch.tensor(classes[order])
    train = len(x) - VALIDATION - TEST
    x = (x - x[:train].mean()) / x[:train].std()
    x = x.contiguous()
    parts = {
        "train": slice(0, train),
        "val": slice(train, train + VALIDATION),
        "test": slice(train + VALIDATION, None),
    }
    return {name: (x[part], y[part]) for name, part in parts.items()}


def measure(run: configurations.Run, folder: str, energy: str, data: dict[str, Any]) -> None:
    """Trains and logs one run. A loss that is not finite ends it as failed."""
    parameters = sum(p.numel() for p in build(run.config).parameters())
    with eahas.log(
        folder,
        run_id=run.id,
        config=run.config,
        space=configurations.SPACE,
        seed=run.seed,
        planned_epochs=run.config["epochs"],
        metrics={name: {"kind": "accuracy", "unit": "fraction"} for name in ("val_accuracy", "test_accuracy")},
        objective="val_accuracy",
        tags={"parameters": parameters, "torch": torch.__version__, "load": round(os.getloadavg()[0], 2)},
        energy=energy,
    ) as log:
        try:
            train(run.config, run.seed, data, log)
        except FloatingPointError as e:
            log.ends("failed", str(e))


def train(config: dict[str, Any], seed: int, data: dict[str, Any], log: eahas.Run | None) -> None:
    """One training. FloatingPointError: the loss is no longer finite."""
    torch.manual_seed(seed)
    network = build(config)
    optimizer = make_optimizer(network, config)
    images, classes = data["train"]
    epochs, batch = config["epochs"], config["batch_size"]
    order = torch.Generator().manual_seed(seed)
    if log is not None:
        log.begin(val_accuracy=accuracy(network, *data["val"]))
    for epoch in range(epochs):
        for group in optimizer.param_groups:
            group["lr"] = config["lr"] * scale(config["schedule"], epoch / epochs)
        network.train()
        total = 0.0
        for rows in torch.randperm(len(images), generator=order).split(batch):
            if len(rows) == 1:
                continue  # batch normalisation has no spread of one image
            loss = torch.nn.functional.cross_entropy(network(images[rows]), classes[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(rows)
        loss = total / len(images)
        reached = accuracy(network, *data["val"])
        if log is not None:
            log.epoch(val_accuracy=reached, train_loss=loss)
        if not math.isfinite(loss):
            raise FloatingPointError(f"the loss is {loss} in epoch {epoch + 1}")
    if log is not None:
        log.result(test_accuracy=accuracy(network, *data["test"]))


def make_optimizer(network: Any, config: dict[str, Any]) -> torch.optim.Optimizer:
    settings = {"lr": config["lr"], "weight_decay": config["weight_decay"]}
    if config["optimizer"] == "sgd":
        return torch.optim.SGD(network.parameters(), momentum=config["momentum"], **settings)
    kinds = {"adam": torch.optim.Adam, "rmsprop": torch.optim.RMSprop}
    return kinds[config["optimizer"]](network.parameters(), **settings)


def scale(schedule: str, done: float) -> float:
    """The learning rate's factor when a share of the epochs is done: cosine to 0, or a tenth after a half and again
    after 3/4.
    """
    if schedule == "cosine":
        return 0.5 * (1 + math.cos(math.pi * done))
    if schedule == "step":
        return 0.1 ** ((done >= 0.5) + (done >= 0.75))
    return 1.0


@torch.no_grad()
def accuracy(network: Any, images: torch.Tensor, classes: torch.Tensor) -> float:
    """Share of the images whose class has the highest output."""
    network.eval()
    return float((network(images).argmax(1) == classes).float().mean())


if __name__ == "__main__":
    sys.exit(main())
