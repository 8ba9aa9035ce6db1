"""Writes Parquet files for a campaign of checksummed files: every codec, both page versions, with dictionaries and
without, and every encoding that pyarrow writes.

    python bench/campaign/logs.py FOLDER
    go run ./bench/campaign -kind files -checksummed -count 100000 FOLDER/*.parquet
"""
import random
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

CODECS = ["none", "snappy", "gzip", "brotli", "zstd", "lz4"]
ENCODINGS = {
    "delta": {"id": "DELTA_BYTE_ARRAY", "depth": "DELTA_BINARY_PACKED", "lr": "BYTE_STREAM_SPLIT"},
    "plain": {"id": "DELTA_LENGTH_BYTE_ARRAY", "depth": "PLAIN", "lr": "PLAIN"},
}


def table() -> pa.Table:
    """300 runs: text, whole numbers, numbers with gaps, truth values, lists."""
    r = random.Random(1)
    n = 300
    return pa.table({
        "id": ["run-%d" % i for i in range(n)],
        "optimizer": [r.choice(["sgd", "adam", None]) for _ in range(n)],
        "depth": pa.array([r.randrange(1, 40) for _ in range(n)], pa.int32()),
        "lr": [None if r.random() < 0.1 else 10 ** r.uniform(-5, 0) for _ in range(n)],
        "nesterov": [r.random() < 0.5 for _ in range(n)],
        "curve": [[r.random() for _ in range(r.randrange(0, 12))] for _ in range(n)],
    })


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    t = table()
    for codec in CODECS:
        for version in ("1.0", "2.0"):
            for name, how in [("dictionary", {"use_dictionary": True}),
                *((k, {"use_dictionary": False, "column_encoding": v})
                                                                        for k, v in ENCODINGS.items())]:
                pq.write_table(t, folder / f"{codec}-{version}-{name}.parquet", compression=codec,
                               data_page_version=version, write_page_checksum=True, row_group_size=170,
                               data_page_size=900, **how)


main(Path(sys.argv[1]))
