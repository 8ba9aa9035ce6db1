#!/usr/bin/env python3
"""Measures models/gbdt beside LightGBM, XGBoost and scikit-learn: one interleaved run, medians, one table.

    python3 bench/peers.py            everything, about 10 minutes on 2 quiet cores; rewrites the tables of
                                      docs/benchmarks.md
    python3 bench/peers.py -quick     one repetition of the small cases, writes nothing but DIR/results.json
    -dir DIR     where the virtual environment, the data and results.json go (default: eahas-bench in the temporary
                 folder)
    -data DIR    the folder of the real logs (default: $EAHAS_DATA, else ../shared/data beside the repository); absent:
                 left out
    -print       print the tables of an earlier run in DIR again and exit

It needs Go, Python >= 3.10 with venv, and a C compiler for LightGBM's single-row call (without one that row is left
out). Nothing outside DIR and docs/benchmarks.md is changed.
"""
import argparse
import datetime
import json
import os
import pathlib
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
OURS = "gbdt"

# rows, targets, threads, rounds, repetitions, libraries beside ours
FULL = [
    (10_000, 1, 1, 1000, 7, ("lightgbm", "xgboost", "sklearn")),
    (10_000, 1, 2, 1000, 3, ("lightgbm", "xgboost")),
    (10_000, 10, 1, 1000, 3, ("lightgbm", "xgboost")),
    (10_000, 10, 2, 1000, 3, ("lightgbm", "xgboost")),
    (100_000, 1, 1, 500, 5, ("lightgbm", "xgboost", "sklearn")),
    (100_000, 1, 2, 500, 5, ("lightgbm", "xgboost")),
    (100_000, 10, 1, 500, 1, ("lightgbm", "xgboost")),
    (100_000, 10, 2, 500, 3, ("lightgbm", "xgboost")),
    (1_000_000, 1, 1, 100, 3, ("lightgbm", "xgboost", "sklearn")),
    (1_000_000, 1, 2, 100, 3, ("lightgbm", "xgboost")),
    (1_000_000, 10, 2, 50, 1, ("lightgbm", "xgboost")),
]
# One target on as many threads as a larger machine has.
FULL += [(rows, 1, threads, rounds, 3, ("lightgbm", "xgboost"))
         for rows, rounds in ((10_000, 1000), (100_000, 500), (1_000_000, 100)) for threads in (4, 8,
             16) if threads <= (os.cpu_count() or 1)]
QUICK = [(10_000, 1, 1, 100, 1, ("lightgbm", "xgboost")), (10_000, 10, 2, 50, 1, ("lightgbm", "xgboost"))]
QUERY_TREES = 1000


def say(*words):
    print(*words, file=sys.stderr, flush=True)


def call(command, threads=1):
    """Runs one process and returns the JSON object that it prints."""
    env = dict(os.environ, OMP_NUM_THREADS=str(threads), GOMAXPROCS=str(threads), PYTHONWARNINGS="ignore")
    done = subprocess.run([str(c) for c in command], env=env, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.strip().splitlines()[-1])


class Bench:
    def __init__(self, folder, quick):
        self.dir, self.quick = folder, quick
        self.data = folder / "data"
        self.python = folder / "venv" / "bin" / "python"
        self.go = folder / "gbdtbench"

    def prepare(self, cases):
        self.data.mkdir(parents=True, exist_ok=True)
        if not self.python.exists():
            say("making a virtual environment in", self.dir / "venv")
            subprocess.run([sys.executable, "-m", "venv", self.dir / "venv"], check=True)
        subprocess.run(
            [self.python, "-m", "pip", "install", "-q", "--disable-pip-version-check", "-r", HERE / "requirements.txt"],
            check=True,
        )
        subprocess.run(["go", "build", "-o", self.go, "./bench/gbdtbench"], cwd=ROOT, check=True)
        rows = sorted({c[0] for c in cases})
        say("writing the data:", *rows)
        subprocess.run([self.go, "gen", self.data, *map(str, rows)], check=True)

    def train(self, library, case):
        rows, targets, threads, rounds = case[:4]
        if library == OURS:
            return call([self.go, "train", self.data, rows, targets, rounds, threads], threads)
        return call(
            [self.python, HERE / "peer.py", "train", library, self.data, rows, targets, rounds, threads], threads
        )

    def training(self, cases):
        """All cases, each with its libraries in turn (A B C A B C ...)."""
        results = []
        for case in cases:
            runs = {library: [] for library in (OURS, *case[5])}
            for repetition in range(case[4]):
                for library in runs:
                    if library == "sklearn" and repetition > 0:
                        continue  # once: it is several times slower, and only a reference
                    runs[library].append(self.train(library, case))
            results.append(
                dict(rows=case[0], targets=case[1], threads=case[2], rounds=case[3], repetitions=case[4], runs=runs)
            )
            say(case[:4], {k: round(median(v, "seconds"), 3) for k, v in runs.items()})
        return results

    def query(self):
        trees = 100 if self.quick else QUERY_TREES
        out = dict(trees=trees, gbdt=call([self.go, "query", self.data, 10_000, trees]))
        compiler = shutil.which("cc") or shutil.which("gcc")
        if compiler:
            model, program = self.dir / "model.txt", self.dir / "lgbm_query"
            call([self.python, HERE / "peer.py", "save", self.data, 10_000, trees, model])
            lib = subprocess.run([self.python, "-c",
                "import lightgbm, os; print(os.path.join(os.path.dirname(lightgbm.__file__), 'lib'))"],
                                 stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
            subprocess.run(
                [compiler, "-O2", "-o", program, HERE / "lgbm_query.c", "-L", lib, "-l_lightgbm", f"-Wl,-rpath,{lib}"],
                check=True,
            )
            out["lightgbm"] = call([program, model, self.data / "X_test.f32"])
        say("query", out)
        return out

    def frames(self, logs):
        """R2 of out-of-fold predictions on the real frames, the same rounds for both."""
        if not (logs / "deepobs.parquet").exists():
            say("no real logs in", logs)
            return []
        subprocess.run([self.python, HERE / "frames.py", logs, self.data], check=True)
        out = []
        for name, rounds in (("deepobs", 100), ("zeus", 500)):
            for kind in ("plain", "extra"):
                out.append(dict(frame=name, rounds=rounds, kind=kind,
                                gbdt=call([self.go, "folds", self.data, name, rounds, kind])["r2"],
                                lightgbm=call([self.python, HERE / "peer.py", "folds", "lightgbm", self.data, name,
                                    rounds, kind])["r2"]))
        return out

    def versions(self):
        code = (
            "import lightgbm, xgboost, sklearn, json; print(json.dumps(dict(LightGBM=lightgbm.__version__, "
            "XGBoost=xgboost.__version__, **{'scikit-learn': sklearn.__version__})))"
        )
        found = call([self.python, "-c", code])
        found["Python"] = platform.python_version()
        found["Go"] = subprocess.run(
            ["go", "env", "GOVERSION"], stdout=subprocess.PIPE, text=True, check=True
        ).stdout.strip()
        return found


def median(runs, key):
    return statistics.median(r[key] for r in runs)


def machine():
    model = platform.processor() or platform.machine()
    try:
        with open("/proc/cpuinfo") as f:
            model = next(line.split(":", 1)[1].strip() for line in f if line.startswith("model name"))
    except (OSError, StopIteration):
        pass
    return f"{model}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}"


def ratio(a, b):
    return f"{a / b:.2f}x" if b else "-"


def tables(results):
    """The markdown between the markers of docs/benchmarks.md."""
    v = results["versions"]
    lines = [f"Measured {results['date']} on {results['machine']}; "
             + ", ".join(f"{k} {n}" for k, n in v.items()) + ".",
             f"Load average at the start {results['load'][0]:.2f}, at the end {results['load'][1]:.2f}.", "",
             "### Training", "",
             "Seconds: binning and training, median. Ratios: theirs over ours, above 1 means that ours is faster.", "",
             "| rows | targets | threads | rounds | runs | ours s | LightGBM s | XGBoost s | scikit-learn s | "
             "against LightGBM | against XGBoost |",
             "|---|---|---|---|---|---|---|---|---|---|---|"]
    names = ("lightgbm", "xgboost", "sklearn")
    for r in results["training"]:
        t = {k: median(runs, "seconds") for k, runs in r["runs"].items()}
        cells = [f"{r['rows']:,}", r["targets"], r["threads"], r["rounds"], r["repetitions"], f"{t[OURS]:.3f}"]
        cells += [f"{t[n]:.3f}" if n in t else "-" for n in names]
        cells += [ratio(t.get(n, 0), t[OURS]) if n in t else "-" for n in names[:2]]
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    for title, key, digits, note in (
            ("Test R2", "r2", 5, "Mean over the targets, on the same 20,000 test rows."),
            ("Peak memory, MB above the loaded data", "train_mb", 1,
                "The process' peak resident size less what was resident when the data were loaded "
                "(10^6 bytes). Of the whole process in brackets: for the others it holds Python.")):
        lines += ["", f"### {title}", "", note, "",
            "| rows | targets | threads | ours | LightGBM | XGBoost | scikit-learn |", "|---|---|---|---|---|---|---|"]
        for r in results["training"]:
            cells = [f"{r['rows']:,}", r["targets"], r["threads"]]
            for n in (OURS, *names):
                runs = r["runs"].get(n)
                cell = f"{median(runs, key):.{digits}f}" if runs else "-"
                if runs and key == "train_mb":
                    cell += f" ({median(runs, 'peak_mb'):.0f})"
                cells.append(cell)
            lines.append("| " + " | ".join(map(str, cells)) + " |")
    lines += query_table(results["query"]) + frame_table(results["frames"])
    return "\n".join(lines)


def query_table(q):
    ours, theirs = q["gbdt"], q.get("lightgbm")
    lines = ["", "### Answering", "",
             f"{q['trees']:,} trees of 31 leaves trained on 10,000 rows, binning included, one thread. LightGBM: "
             f"its C API called from C "
             "(LGBM_BoosterPredictForMatSingleRowFast, and LGBM_BoosterPredictForMat for the batch), doubles in.", "",
             "| question | ours | LightGBM | ratio |", "|---|---|---|---|"]
    for label, key, unit in (("one row, p50", "row_p50_us", "µs"), ("one row, p99", "row_p99_us", "µs"),
            (f"{ours['batch_rows']:,} rows", "batch_s", "s")):
        lines.append(
            f"| {label} | {ours[key]:.3f} {unit} | "
            + (f"{theirs[key]:.3f} {unit} | {ratio(theirs[key], ours[key])} |" if theirs else "- | - |")
        )
    lines.append(
        f"| one row, 10 targets of {q['trees'] // 2} trees each, p50 / p99 "
        f"| {ours['all_p50_us']:.3f} / {ours['all_p99_us']:.3f} µs | - | - |"
    )
    lines += ["", f"Allocations per one-row query with dst given: {ours['row_allocs']:.0f}."]
    return lines


def frame_table(frames):
    if not frames:
        return ["", "### Real frames", "", "Not run: the real logs were not there."]
    lines = ["", "### Real frames", "",
             "R2 of out-of-fold predictions on the given folds, default parameters, mean over the targets. deepobs: "
             "accuracy curve at 21 points; zeus: log of joules per epoch.", "",
             "| frame | rounds | trees | ours | LightGBM |", "|---|---|---|---|---|"]
    for f in frames:
        lines.append(f"| {f['frame']} | {f['rounds']} | {f['kind']} | {f['gbdt']:.4f} | {f['lightgbm']:.4f} |")
    return lines


BEGIN, END = "<!-- bench:begin -->", "<!-- bench:end -->"


def rewrite(path, text):
    old = path.read_text()
    if BEGIN not in old or END not in old:
        raise SystemExit(f"{path}: the markers {BEGIN} and {END} are missing")
    path.write_text(old[:old.index(BEGIN) + len(BEGIN)] + "\n" + text + "\n" + old[old.index(END):])


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("-quick", action="store_true")
    p.add_argument("-print", action="store_true", dest="show")
    p.add_argument("-dir", type=pathlib.Path, default=pathlib.Path(tempfile.gettempdir()) / "eahas-bench")
    p.add_argument(
        "-data", type=pathlib.Path, default=pathlib.Path(os.environ.get("EAHAS_DATA", ROOT.parent / "shared" / "data"))
    )
    a = p.parse_args()
    folder = a.dir.resolve()
    if a.show:
        print(tables(json.loads((folder / "results.json").read_text())))
        return
    cases = QUICK if a.quick else FULL
    bench = Bench(folder, a.quick)
    bench.prepare(cases)
    load = [os.getloadavg()[0]]
    results = dict(date=datetime.date.today().isoformat(), machine=machine(), versions=bench.versions(),
                   training=bench.training(cases), query=bench.query(), frames=bench.frames(a.data.resolve()),
                   load=load)
    load.append(os.getloadavg()[0])
    (folder / "results.json").write_text(json.dumps(results, indent=1))
    text = tables(results)
    print(text)
    if not a.quick:
        rewrite(ROOT / "docs" / "benchmarks.md", text)


if __name__ == "__main__":
    main()
