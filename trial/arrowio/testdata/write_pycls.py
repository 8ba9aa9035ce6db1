"""Writes a small pycls sweep as pandas and pyarrow do: curves and energies in two Feather V2 files, and as Parquet.

usage: write_pycls.py DIR   (needs pandas and pyarrow; checked with 3.1.1 and 26.0.1)
"""
import os, sys
import pandas as pd
import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as pq

out = sys.argv[1]
rows, energy = [], []
for i in range(30):
    cfg = {"REGNET": {"DEPTH": 6 + i % 10, "W0": 48 + 8 * (i % 5), "WA": 8.0 + i / 10, "WM": 2.5 + i / 1000,
        "GROUP_W": 8},
           "OPTIM": {"BASE_LR": 0.1, "OPTIMIZER": ["sgd", "adam", "adamw"][i % 3], "LR_POLICY": "cos", "MAX_EPOCH": 50},
           "TRAIN": {"CUTOUT_LENGTH": 16 * (i % 2)}}
    rows.append({"cfg": cfg,
                 "test_ema_epoch": {"top1_err": [90.0 - e - i / 100 for e in range(50)],
                     "epoch_ind": list(range(1, 51)), "epoch_max": 50},
                 "train_epoch": {"time_epoch": [20.0 + e / 10 for e in range(50)]},
                 "complexity": {"params": 1e6 + i, "flops": 1e8, "acts": 5e5}})
    energy.append({"cfg": cfg, "cons": {"train_cons": [1.0 + i] * 50, "test_cons": [0.1] * 50}})
for name, r in [("curves", rows), ("energy", energy[::-1])]:
    df = pd.DataFrame(r)
    for c in ["uncompressed", "lz4", "zstd"]:
        feather.write_feather(df, os.path.join(out, f"{name}_{c}.feather"), compression=c)
    t = pa.Table.from_pandas(df)
    with pa.ipc.new_stream(os.path.join(out, f"{name}_stream.arrows"), t.schema) as w:
        w.write_table(t, max_chunksize=7)
    for c, kw in {"snappy": {}, "v2": {"data_page_version": "2.0", "compression": "zstd", "row_group_size": 7},
                  "plain": {"compression": "none", "use_dictionary": False},
                  "snappy2": {"data_page_version": "2.0", "write_page_checksum": True}}.items():
        pq.write_table(t, os.path.join(out, f"{name}_{c}.parquet"), **kw)
# all types
import numpy as np, datetime, decimal
t = pa.table({
    "id": pa.array([f"r{i%3}" for i in range(3000)]).dictionary_encode(),
    "i8": pa.array(np.arange(3000) % 100, pa.int8()), "u8": pa.array(np.arange(3000) % 200, pa.uint8()),
    "i16": pa.array(np.arange(3000), pa.int16()), "u16": pa.array(np.arange(3000), pa.uint16()),
    "i32": pa.array(np.arange(3000), pa.int32()), "u32": pa.array(np.arange(3000) + 4000000000, pa.uint32()),
    "i64": pa.array(np.arange(3000), pa.int64()), "u64": pa.array(np.arange(3000), pa.uint64()),
    "f16": pa.array((np.arange(3000) % 100 / 4).astype(np.float16), pa.float16()),
    "f32": pa.array(np.arange(3000) / 4, pa.float32()), "f64": pa.array(np.arange(3000) / 4),
    "b": pa.array([i % 2 == 0 for i in range(3000)]),
    "ls": pa.array([str(i) for i in range(3000)], pa.large_string()),
    "ts": pa.array(np.arange(3000), pa.timestamp("ms")),
    "dec": pa.array([decimal.Decimal(i) / 4 for i in range(3000)], pa.decimal128(10, 2)),
    "ll": pa.array([[1.0, 2.0, None]] * 2999 + [None], pa.large_list(pa.float32())),
    "null": pa.array([1.5, None] * 1500),
})
for c in ["uncompressed", "lz4", "zstd"]:
    feather.write_feather(t, os.path.join(out, f"types_{c}.feather"), compression=c)
pq.write_table(t, os.path.join(out, "types.parquet"))
