"""Whether our methods find what the libraries find that they are named after, on tables of real trainings under equal
accounts.

    eahas search run -data FOLDER -config bench/search/parity.yaml -out parity       # ours; ends by saying which traces
                                                                                     # are missing
    eahas search serve -data FOLDER -config bench/search/parity.yaml -out parity &
    python clients/python/examples/search_libraries.py http://127.0.0.1:8766 ecnas,anb,... optuna,nsga2,hpbandster 5
    python bench/search/parity.py parity

Of each pair: medians over the seeds that both have, task by task; ranks (1 the better, ties 1.5), Wilcoxon's p over the
tasks, with Holm's correction over the pairs. Regret is of the last incumbent, exact; the hypervolume is that of all
checkpoints, as in the report. Run it with the Python of .ci/requirements-search.txt.
"""
import json
import math
import statistics
import sys
from pathlib import Path

from scipy.stats import wilcoxon

PAIRS = [("tpe", "py-optuna"), ("nsga2", "py-nsga2"), ("bohb", "py-hpbandster"), ("bohb-floor", "py-hpbandster")]


def finished(task, method):
    """seed -> (regret, hypervolume) of every run that has ended."""
    bounds = json.loads((task / "bounds.json").read_text())
    out = {}
    for path in sorted((task / method).glob("*.jsonl")):
        whole = path.read_text().split("\n")[:-1]  # a run under way has a torn line at its end
        lines = [json.loads(line[9:]) for line in whole]
        if not lines or "end" not in lines[-1]:
            continue
        events = lines[1:-1]
        regret = events[events[-1]["inc"]]["true"] - bounds["best"]
        out[int(path.stem)] = regret, hypervolume(events, bounds) / bounds["hypervolume"]
    return out


def hypervolume(events, bounds):
    """Of (loss, ln second) below the bounds' worst loss and 1.1 times the largest second."""
    top, volume = math.log(1.1 * bounds["max_second"]), 0.0
    for loss, second in sorted({(e["true"], e["second"]) for e in events}):
        if loss < bounds["worst"] and math.log(second) < top:
            volume += (bounds["worst"] - loss) * (top - math.log(second))
            top = math.log(second)
    return volume


def compare(folder, ours, theirs, which):
    """tasks, ties, our mean rank, p by regret (which 0) or hypervolume (1)."""
    gaps = []
    for bounds in sorted(folder.glob("*/bounds.json")):
        a, b = finished(bounds.parent, ours), finished(bounds.parent, theirs)
        seeds = sorted(a.keys() & b.keys())
        if seeds:
            gap = statistics.median(a[s][which] for s in seeds) - statistics.median(b[s][which] for s in seeds)
            gaps.append(gap if which == 0 else -gap)
    gaps = [0.0 if abs(g) < 1e-9 else g for g in gaps]
    ranks = [1.5 if g == 0 else 1 if g < 0 else 2 for g in gaps]
    p = wilcoxon(gaps).pvalue if any(gaps) else 1.0
    return len(gaps), gaps.count(0.0), statistics.mean(ranks), p


def holm(ps):
    out, most = [0.0] * len(ps), 0.0
    for k, i in enumerate(sorted(range(len(ps)), key=ps.__getitem__)):
        most = max(most, min(1.0, (len(ps) - k) * ps[i]))
        out[i] = most
    return out


def main(folder):
    for which, name in enumerate(["regret", "hypervolume"]):
        rows = [(ours, theirs, *compare(Path(folder), ours, theirs, which)) for ours, theirs in PAIRS
                if any(Path(folder).glob("*/%s/*.jsonl" % theirs))]
        print(
            "| by %s | tables | ties | mean rank, ours | theirs | p | p by Holm |\n|---|---|---|---|---|---|---|" % name
        )
        for row, corrected in zip(rows, holm([r[-1] for r in rows])):
            ours, theirs, tables, ties, rank, p = row
            print(
                "| %s, %s | %d | %d | %.2f | %.2f | %.2g | %.2g |"
                % (ours, theirs, tables, ties, rank, 3 - rank, p, corrected)
            )
        print()


if __name__ == "__main__":
    main(*sys.argv[1:])
