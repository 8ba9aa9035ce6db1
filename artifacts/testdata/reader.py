#!/usr/bin/env python3
"""A second reader of surrogate bundles, written from FORMAT.md with Python's standard library alone.

usage: reader.py BUNDLE
Answers every golden query and prints the largest relative difference; exit code 1 when it is above 1e-9.
Reads the kinds gbdt, knn, mlp, bezier, grid and svd, and spaces without derived columns.
"""
import base64
import hashlib
import json
import math
import os
import struct
import sys

NAN = math.nan


class Bytes:
    """Takes little-endian fields from the front of a byte string."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, form):
        values = struct.unpack_from("<" + form, self.data, self.at)
        self.at += struct.calcsize("<" + form)
        return values

    def u8(self):
        return self.take("B")[0]

    def u32(self):
        return self.take("I")[0]

    def f64(self):
        return self.take("d")[0]

    def floats(self, n):
        return list(self.take("%dd" % n))

    def raw(self, n):
        self.at += n
        return self.data[self.at - n:self.at]

    def magic(self, word):
        got = self.raw(len(word))
        if got != word:
            raise ValueError("begins with %r, not %r" % (got, word))


# Section 3: encoding


def numeric(v):
    return v if isinstance(v, (int, float)) else float(v)


def active(space, axis, config):
    when = axis.get("when")
    while when:
        if config.get(when["param"]) not in when["in"]:
            return False
        when = next(p for p in space["params"] if p["name"] == when["param"]).get("when")
    return True


def encode(space, config):
    if space.get("derived_columns"):
        raise ValueError("derived columns are not part of this reader")
    row = []
    for axis in space["params"]:
        v = config.get(axis["name"]) if active(space, axis, config) else None
        kind, choices = axis["kind"], axis.get("choices", [])
        if kind == "choice":
            row += [NAN if v is None else float(v == c) for c in choices]
            continue
        if v is None:
            row.append(NAN)
            continue
        if kind == "ordinal" and any(isinstance(c, str) for c in choices):
            x, low, high = choices.index(v), 0, len(choices) - 1
        elif kind == "ordinal":
            x, low, high = numeric(v), choices[0], choices[-1]
        else:
            x, low, high = numeric(v), axis.get("low", 0), axis.get("high", 0)
        if kind == "log" or axis.get("log"):
            x, low, high = math.log10(x), math.log10(low), math.log10(high)
        row.append((x - low) / ((high - low) if high > low else 1))
    return row


# Section 4: predictors


def read_scaler(data):
    b = Bytes(data)
    b.magic(b"dns1")
    b.u32()
    kept = [b.take("Idd") for _ in range(b.u32())]
    flags = [b.take("Idd") for _ in range(b.u32())]

    def apply(x):
        out = [0.0 if math.isnan(x[c]) else max(-1e100, min(1e100, (x[c] - shift) * scale)) for c, shift, scale in kept]
        return out + [(float(math.isnan(x[c])) - shift) * scale for c, shift, scale in flags]

    return apply


def read_knn(data):
    b = Bytes(data)
    b.magic(b"knn1")
    scaler = read_scaler(b.raw(b.u32()))
    k, weighting, outputs = b.u8(), b.u8(), b.u32()
    columns = [b.take("Id") for _ in range(b.u32())]
    sites = [(b.floats(len(columns)), b.floats(outputs), b.f64()) for _ in range(b.u32())]

    def predict(x):
        dense = scaler(x)
        q = [dense[c] * factor for c, factor in columns]
        near = sorted((sum((u - v) ** 2 for u, v in zip(q, s[0])), i) for i, s in enumerate(sites))[:k]
        s0, total = near[0][0], 0.0
        y = list(sites[near[0][1]][1])
        for s, i in near:
            f = sites[i][2]
            if weighting != 1:
                ratio = float(s == 0) if s0 == 0 else s0 / s
                f *= math.sqrt(ratio) if weighting == 2 else ratio
            if f == 0:
                continue
            total += f
            y = [a + f / total * (t - a) for a, t in zip(y, sites[i][1])]
        return y

    return predict


def read_gbdt(data):
    b = Bytes(data)
    b.magic(b"EAGBDT1\0")
    b.u32()
    outputs = [b.take("dB") for _ in range(b.u32())]
    for _ in range(b.u32()):
        b.take("%dI" % b.u32())
    trees = [read_tree(b, len(outputs)) for _ in range(b.u32())]

    def predict(x):
        y = [base for base, _ in outputs]
        for output, leaf in trees:
            values = leaf(x)
            for k, v in enumerate(values):
                y[k if output < 0 else output] += v
        return [1 / (1 + math.exp(-v)) if link else v for v, (_, link) in zip(y, outputs)]

    return predict


def read_tree(b, k):
    n, output = b.u32(), b.u32() - 1
    nodes = []
    for _ in range(n):
        flags, column = b.u8(), b.u32()
        nodes.append((flags, column, b.floats(b.u32()) if flags & 1 else b.f64()))
    at, leaves = iter(range(n)), iter(range(n + 1))

    def child(is_leaf):  # a leaf's number, or (flags, column, test, left, right)
        return next(leaves) if is_leaf else branch()

    def branch():
        node = nodes[next(at)]
        left = child(node[0] & 4)
        return node + (left, child(node[0] & 8))

    root = branch() if n else 0
    width = k if output < 0 else 1
    values = [b.floats(width) for _ in range(n + 1)]

    def leaf(x):
        node = root
        while not isinstance(node, int):
            flags, column, test, left, right = node
            v = x[column]
            if math.isnan(v):
                go_left = flags & 2
            else:
                go_left = v in test if flags & 1 else v <= test
            node = left if go_left else right
        return values[node]

    return output, leaf


def read_layers(b):
    layers = []
    for _ in range(b.u32()):
        n_in, n_out, activation = b.u32(), b.u32(), b.u8()
        layers.append((n_in, n_out, activation, b.floats(n_in * n_out), b.floats(n_out)))
    return layers


def run_layers(layers, x):
    for n_in, n_out, activation, w, bias in layers:
        x = [bias[j] + sum(x[i] * w[i * n_out + j] for i in range(n_in)) for j in range(n_out)]
        if activation == 1:
            x = [max(0.0, v) for v in x]
    return x


def read_mlp(data):
    b = Bytes(data)
    b.magic(b"mlp1")
    scaler = read_scaler(b.raw(b.u32()))
    outputs = [b.take("Bdd") for _ in range(b.u32())]
    members = []
    for _ in range(b.u32()):
        branches = []
        for _ in range(b.u32()):
            columns = [b.u32() for _ in range(b.u32())]
            branches.append((columns, read_layers(b)))
        members.append((branches, read_layers(b)))

    def value(output, z):
        bounded, shift, scale = output
        return shift + scale / (1 + math.exp(-z)) if bounded else shift + scale * z

    def predict(x):
        dense = scaler(x)
        if not members:
            return [value(o, 0.0) for o in outputs]
        total = [0.0] * len(outputs)
        for branches, trunk in members:
            joined = []
            for columns, layers in branches:
                joined += run_layers(layers, [dense[c] for c in columns])
            z = run_layers(trunk, joined)
            total = [t + value(o, v) for t, o, v in zip(total, outputs, z)]
        return [o[1] if o[2] == 0 else t / len(members) for t, o in zip(total, outputs)]

    return predict


# Section 5: representations


def unit(e, first, last):
    return 0.0 if last <= first else min(1.0, max(0.0, (e - first) / (last - first)))


def bounded(v):
    return 0.0 if math.isnan(v) else max(-1e300, min(1e300, v))


def warped(x, c):
    return math.log1p(c * x) / math.log1p(c) if c else x


def bernstein(n, t):
    return [math.comb(n, i) * t ** i * (1 - t) ** (n - i) for i in range(n + 1)]


def in_order(x):
    pools = []
    for v in x:
        pools.append([v, 1])
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            (a, m), (b, n) = pools[-2:]
            pools[-2:] = [[(a * m + b * n) / (m + n), m + n]]
    return [min(1.0, max(0.0, v)) for v, n in pools for _ in range(n)]


def solve_monotone(control, x):
    low, high = 0.0, 1.0
    n = len(control) - 1
    for _ in range(60):
        t = (low + high) / 2
        if sum(b * v for b, v in zip(bernstein(n, t), control)) > x:
            high = t
        else:
            low = t
    return (low + high) / 2


def whitener(n, c):
    g = [[0.0] * (n + 1) for _ in range(n + 1)]
    for i in range(101):
        for t in (i / 100, warped(i / 100, c)):
            b = bernstein(n, t)
            for p in range(n + 1):
                for q in range(n + 1):
                    g[p][q] += b[p] * b[q] / 202
    for p in range(n + 1):  # Cholesky, upper triangle in place
        for q in range(p, n + 1):
            g[p][q] -= sum(g[k][p] * g[k][q] for k in range(p))
            g[p][q] = math.sqrt(g[p][p]) if p == q else g[p][q] / g[p][p]
    return g


def read_bezier(data):
    b = Bytes(data)
    b.magic(b"EHBZ")
    _, kind, n, c = b.take("BBBd")
    u = whitener(n, c) if kind == 2 else None

    def decode(v, epochs, first, last):
        y = [bounded(w) for w in v[:n + 1]]
        if u:
            for p in reversed(range(n + 1)):
                y[p] = (y[p] - sum(u[p][q] * y[q] for q in range(p + 1, n + 1))) / u[p][p]
        if kind == 0:
            inner = [i / n if math.isnan(w) else max(0.0, min(1.0, w)) for i, w in enumerate(v[n + 1:], 1)]
            control = [0.0] + in_order(inner) + [1.0]
        out = []
        for e in epochs:
            x = unit(e, first, last)
            if kind == 0:
                t = x if x in (0.0, 1.0) else solve_monotone(control, x)
            else:
                t = warped(x, c)
            out.append(min(max(y), max(min(y), sum(w * p for w, p in zip(bernstein(n, t), y)))))
        return out

    return decode


def on_grid(points, c, at_point):
    def decode(v, epochs, first, last):
        out = []
        for e in epochs:
            at = warped(unit(e, first, last), c) * (points - 1)
            cell = min(int(at), points - 2)
            f = at - cell
            out.append(at_point(v, cell) * (1 - f) + at_point(v, cell + 1) * f)
        return out

    return decode


def read_grid(data):
    b = Bytes(data)
    b.magic(b"EHGRID1")
    points, c = b.u32(), b.f64()
    return on_grid(points, c, lambda v, i: bounded(v[i]))


def read_svd(data):
    b = Bytes(data)
    b.magic(b"EHSVDB1")
    points, c, k = b.u32(), b.f64(), b.u32()
    mean, parts = b.floats(points), b.floats(points * k)
    return on_grid(points, c, lambda v, i: bounded(mean[i] + sum(bounded(v[j]) * parts[i * k + j] for j in range(k))))


PREDICTORS = {"gbdt": read_gbdt, "knn": read_knn, "mlp": read_mlp}
REPRESENTATIONS = {"bezier": read_bezier, "grid": read_grid, "svd": read_svd}


# Section 6: support


def read_support(text):
    s = json.loads(text)
    axes, rows = s["axes"], base64.b64decode(s["rows"] or "")

    def chosen(a, row):
        return next((k for k in range(a["categories"]) if row[a["column"] + k] > 0.5), -1)

    def beyond(a, row):
        v = row[a["column"]]
        if math.isnan(v):
            return not a.get("missing")
        if a.get("categories"):
            return chosen(a, row) not in a.get("seen", [])
        low, high = a.get("range", (math.inf, -math.inf))
        return not low - 1e-6 <= v <= high + 1e-6

    def code(a, row):
        v = row[a["column"]]
        if math.isnan(v):
            return 255
        if a.get("categories"):
            return min(max(chosen(a, row), 0), 254)
        return math.floor(254 * min(1.0, max(0.0, v)) + 0.5)

    def difference(a, x, y):
        if x == y:
            return 0
        return 254 ** 2 if a.get("categories") or 255 in (x, y) else (x - y) ** 2

    def outside(row):
        names = [a["name"] for a in axes if beyond(a, row)]
        if names or s["threshold"] < 0:
            return names
        q, m = [code(a, row) for a in axes], len(axes)
        for i in range(0, len(rows), m):
            if sum(difference(a, x, y) for a, x, y in zip(axes, q, rows[i:i + m])) <= s["threshold"]:
                return []
        return ["combination"]

    return outside


# Sections 1 and 8: the bundle and its queries


class Surrogate:
    def __init__(self, folder):
        def content(name):
            with open(os.path.join(folder, name), "rb") as f:
                return f.read()

        raw = content("manifest.json")
        m = self.manifest = json.loads(raw)
        if m["format"] != "eahas-surrogate" or m["version"] != 1:
            raise ValueError("not a bundle of version 1")
        if content("manifest.sha256").split()[0].decode() != hashlib.sha256(raw).hexdigest():
            raise ValueError("manifest.json: checksum")
        files = {}
        for f in m["files"]:
            data = files[f["name"]] = content(f["name"])
            if len(data) != f["size"] or hashlib.sha256(data).hexdigest() != f["sha256"]:
                raise ValueError(f["name"] + ": checksum")
        self.heads = {}
        for h in m["heads"]:
            predict = PREDICTORS[h["predictor"]](files[h["predictor_file"]])
            decode = None
            if "representation" in h:
                decode = REPRESENTATIONS[h["representation"]](files[h["representation_file"]])
            self.heads[h["target"]] = (h, predict, decode)
        self.outside = read_support(files[m["support"]]) if m["support"] else lambda row: []
        self.golden = [json.loads(line) for line in files[m["golden"]["file"]].splitlines()]

    def value(self, head, output):
        v = math.exp(max(-700.0, min(700.0, output))) if head["transform"] == "log" else output
        clip = head["clip"]
        return max(clip["low"], min(clip["high"], v)) if clip else v

    def predict(self, target, row):
        head, predict, _ = self.heads[target]
        return predict(row if head["columns"] is None else [row[c] for c in head["columns"]])

    def cost(self, target, row):
        if target not in self.heads:
            return None
        return self.value(self.heads[target][0], self.predict(target, row)[0])

    def last(self, config, row):
        rule = self.manifest["epochs"]
        source = rule.get("length")
        if source == "axis":
            return numeric(config[rule["axis"]]) - rule["offset"]
        if source == "head":
            steps = math.floor((self.cost("length", row) - rule["first"]) / rule["step"] + 0.5)
            return rule["first"] + rule["step"] * max(0, steps)
        return rule.get("last", 0.0) if source == "fixed" else None

    def query(self, config, up_to):
        rule, row = self.manifest["epochs"], encode(self.manifest["space"], config)
        outside = self.outside(row)
        a = {"outside_axes": outside, "extrapolates": bool(outside), "epochs": [], "curve": []}
        last = a["last"] = self.last(config, row)
        trained = None
        if last is not None:
            trained = max(0.0, last + rule["offset"])
            n = math.ceil((last - rule["first"]) / rule["step"])
            epochs = [rule["first"] + i * rule["step"] for i in range(n)] + [last]
            a["epochs"] = [e for e in epochs if e <= up_to]
        if "curve" in self.heads:
            head, _, decode = self.heads["curve"]
            values = decode(self.predict("curve", row), a["epochs"], rule["first"], last)
            a["curve"] = [self.value(head, y) for y in values]
        for what in ("energy", "time"):
            each, total = self.cost(what + "_per_epoch", row), self.cost(what + "_total", row)
            if each is not None:
                total = None if trained is None else each * trained
            elif total is not None and trained:
                each = total / trained
                total = each * trained
            a[what + "_per_epoch"], a[what + "_total"] = each, total
        a["inference_energy"] = self.cost("inference_energy", row)
        return a


def difference(want, got, floor):
    if isinstance(want, list):
        if len(want) != len(got):
            return math.inf
        return max((difference(x, y, floor) for x, y in zip(want, got)), default=0.0)
    if want == got:
        return 0.0
    if isinstance(want, (int, float)) and isinstance(got, (int, float)):
        return abs(want - got) / max(abs(want), abs(got), floor)
    return math.inf


def main():
    s = Surrogate(sys.argv[1])
    worst = 0.0
    for line in s.golden:
        got = s.query(line["config"], line["up_to"])
        for name in got:
            worst = max(worst, difference(line[name], got[name], 1.0 if name == "curve" else 0.0))
    print("%d golden queries, largest relative difference %.3g" % (len(s.golden), worst))
    return 0 if len(s.golden) == s.manifest["golden"]["queries"] and worst <= 1e-9 else 1


if __name__ == "__main__":
    sys.exit(main())
