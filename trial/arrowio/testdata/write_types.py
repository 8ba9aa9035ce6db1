"""Writes small files of types and encodings that pandas users meet, for TestMoreTypes. Needs pyarrow and duckdb."""
import decimal
import sys

import duckdb
import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as pq

out = sys.argv[1] + "/"
n = 100
ids = pa.array([f"r{i}" for i in range(n)])
lr = pa.array([i / 8 for i in range(n)])
curve = pa.array([[0.1 + i / 1000, 0.2, 0.3] for i in range(n)])


def table(**more):
    return pa.table({"id": ids, "lr": lr, "curve": curve, **more})


plain = table()
pq.write_table(plain.slice(0, 0), out + "zero.parquet")
pq.write_table(plain, out + "bss.parquet", use_dictionary=False, use_byte_stream_split=["lr"])
pq.write_table(plain, out + "crc.parquet", write_page_checksum=True, compression="none")
pq.write_table(table(big=pa.array([2**63 + 1] * n, pa.uint64())), out + "uint64.parquet")
feather.write_feather(table(big=pa.array([2**63 + 1] * n, pa.uint64())), out + "uint64.feather")
pq.write_table(table(big=pa.array([2**53 + 1] * n)), out + "int53.parquet")
pq.write_table(pa.Table.from_arrays([ids, lr, lr, curve], ["id", "lr", "lr", "curve"]), out + "twins.parquet")
for name, typ in {"decimal32": pa.decimal32(5, 3), "decimal64": pa.decimal64(12, 3), "decimal128": pa.decimal128(12, 3),
        "decimal256": pa.decimal256(40, 3)}.items():
    t = table(x=pa.array([decimal.Decimal(i) / 8 for i in range(n)], typ))
    feather.write_feather(t, out + name + ".feather")
    pq.write_table(t, out + name + ".parquet")
runs = pa.RunEndEncodedArray.from_arrays(pa.array([50, n], pa.int32()), pa.array([1.5, 2.5]))
with pa.ipc.new_file(out + "runs.feather", table(x=runs).schema) as w:
    w.write_table(table(x=runs))
duckdb.sql(f"COPY plain TO '{out}duckdb2.parquet' (FORMAT parquet, PARQUET_VERSION v2)")
