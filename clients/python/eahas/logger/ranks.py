"""Which processes of a distributed training write a log."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Mapping

_RANK = ("RANK", "SLURM_PROCID", "OMPI_COMM_WORLD_RANK", "PMI_RANK")
_LOCAL = ("LOCAL_RANK", "SLURM_LOCALID", "OMPI_COMM_WORLD_LOCAL_RANK", "MPI_LOCALRANKID")
_WORLD = ("WORLD_SIZE", "SLURM_NTASKS", "OMPI_COMM_WORLD_SIZE", "PMI_SIZE")
_LOCAL_WORLD = ("LOCAL_WORLD_SIZE", "SLURM_NTASKS_PER_NODE", "OMPI_COMM_WORLD_LOCAL_SIZE", "MPI_LOCALNRANKS")


@dataclass(frozen=True)
class Rank:
    """Where a process stands: rank of ranks in all, local on its machine, machines in all."""

    rank: int = 0
    ranks: int = 1
    local: int = 0
    nodes: int = 1


def rank_of_process(environment: Mapping[str, str] | None = None) -> Rank:
    """Reads what torchrun, Slurm and MPI launchers set. Without them: one process.

    Slurm sets its variables for a batch script as well, where the script is the only process: rank 0 of SLURM_NTASKS
    tasks that do not run. So Slurm counts only inside srun (SLURM_STEP_ID is set there).
    """
    env = os.environ if environment is None else environment
    skip = (
        () if "SLURM_STEP_ID" in env else ("SLURM_PROCID", "SLURM_LOCALID", "SLURM_NTASKS", "SLURM_NTASKS_PER_NODE")
    )

    def number(names: tuple[str, ...]) -> int | None:
        for name in names:
            text = env.get(name, "")
            if name not in skip and text.isdigit():
                return int(text)
        return None

    rank, ranks = number(_RANK), number(_WORLD)
    if rank is None or ranks is None or ranks < 2:
        return Rank()
    local = number(_LOCAL)
    per_node = number(_LOCAL_WORLD)
    nodes = number(("SLURM_NNODES",)) if "SLURM_STEP_ID" in env else None
    if nodes is None:
        nodes = -(-ranks // per_node) if per_node else 1
    return Rank(rank, ranks, rank if local is None else local, nodes)


def shared_run_id(environment: Mapping[str, str] | None = None) -> str | None:
    """An id that all processes of this training have: EAHAS_RUN_ID, or what the launcher says."""
    env = os.environ if environment is None else environment
    if env.get("EAHAS_RUN_ID"):
        return env["EAHAS_RUN_ID"]
    torch_run = env.get("TORCHELASTIC_RUN_ID", "none")
    if torch_run != "none":
        return f"torchrun-{torch_run}-{env.get('TORCHELASTIC_RESTART_COUNT', '0')}"
    if "SLURM_STEP_ID" in env and "SLURM_JOB_ID" in env:
        return f"slurm-{env['SLURM_JOB_ID']}.{env['SLURM_STEP_ID']}"
    return None
