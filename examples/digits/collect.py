"""Puts the runs of a folder into one Parquet file that says itself what its columns are (docs/log.md, Parquet).

python examples/digits/collect.py runs/ examples/digits/digits.parquet
"""

from __future__ import annotations

import sys
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

import eahas


def main(folder: str, out: str) -> None:
    runs = eahas.read_logs(folder)
    if not runs:
        sys.exit(f"{folder}: no runs")
    sources = {str((r.header.get("energy") or {}).get("source", "unknown")) for r in runs}
    if len(sources) > 1:
        sys.exit(f"{folder}: energy from {', '.join(sorted(sources))}: sources are not mixed")
    schema, columns = columns_of(runs, sources.pop())
    table = pa.table([pa.array(columns[f.name], f.type) for f in schema], schema=schema)
    pq.write_table(table, out, compression="zstd", compression_level=19)
    ends = {end: sum(r.end == end for r in runs) for end in sorted({r.end for r in runs})}
    print(f"{len(runs)} runs, {table.num_rows} epochs, {ends}: {out}")


def columns_of(runs: list[eahas.RunLog], source: str) -> tuple[pa.Schema, dict[str, list[Any]]]:
    """The schema, with roles, and the values of each field.

    Epoch 0 is before training: it gets no row, and its costs are taken off, so that costs are those of the training
    since its start.
    """
    fields: list[pa.Field] = []
    columns: dict[str, list[Any]] = {}

    def add(name: str, type: pa.DataType, values: list[Any], /, **meta: str) -> None:
        if all(v is None for v in values):
            return
        fields.append(pa.field(name, type, metadata={f"eahas.{k}": v for k, v in meta.items()}))
        columns[name] = values

    rows = [(r, e) for r in runs for e in [e for e in r.epochs if e.number > 0] or [None]]

    def of_run(get: Any) -> list[Any]:
        return [get(r) for r, _ in rows]

    def of_epoch(get: Any) -> list[Any]:
        return [None if e is None else get(e) for _, e in rows]

    def trained(cost: str) -> list[float | None]:
        return [None if e is None else since_preparation(r, e, cost) for r, e in rows]

    add("run", pa.string(), of_run(lambda r: r.id), role="run")
    for axis in sorted({a for r in runs for a in r.header["config"]}):
        values = of_run(lambda r: r.header["config"].get(axis))
        add(axis, kind_of(values), values, role="axis")
    add("seed", pa.int64(), of_run(lambda r: r.header.get("seed")), role="seed")
    add("planned_epochs", pa.float64(), of_run(lambda r: r.header.get("planned_epochs")), role="planned_epochs")
    add("epoch", pa.float64(), of_epoch(lambda e: e.number), role="epoch")
    declared = {name: d for r in runs for name, d in r.metrics.items()}
    for name, d in sorted(declared.items()):
        meta = {k: str(v).lower() for k, v in d.items()}
        add(name, pa.float64(), of_epoch(lambda e: e.metrics.get(name)), role="metric", **meta)
        values = of_run(lambda r: r.last.get("results", {}).get(name))
        add(f"final.{name}" if name in columns else name, pa.float64(), values, role="result", name=name, **meta)
    add("seconds", pa.float64(), trained("seconds"), role="seconds", unit="s")
    add("cpu_seconds", pa.float64(), trained("cpu_seconds"), role="cpu_seconds", unit="s")
    add("joules", pa.float64(), trained("joules"), role="joules", unit="J", source=source)
    add("end", pa.string(), of_run(lambda r: r.end), role="end")
    for tag in sorted({t for r in runs for t in r.header.get("tags", {})}):
        values = of_run(lambda r: r.header.get("tags", {}).get(tag))
        add(tag, kind_of(values), values, role="tag")
    return pa.schema(fields, metadata={"eahas.log": "1"}), columns


def since_preparation(run: eahas.RunLog, epoch: Any, cost: str) -> float | None:
    """A cost by the end of an epoch, less that of epoch 0."""
    value = getattr(epoch, cost)
    before = getattr(run.epochs[0], cost) if run.epochs[0].number == 0 else 0.0
    return None if value is None or before is None else round(value - before, 6)


def kind_of(values: list[Any]) -> pa.DataType:
    return pa.infer_type([v for v in values if v is not None])


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
