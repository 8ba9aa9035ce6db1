#!/usr/bin/env python3
"""A second reader of surrogate bundles, written from FORMAT.md with Python's standard library alone.

usage: reader.py BUNDLE...
Answers every golden query of each and prints the largest relative difference; exit code 1 when one is above 1e-9.
Reads all kinds of predictors and representations that PREDICTORS and REPRESENTATIONS list.
"""
import base64
import hashlib
import itertools
import json
import math
import os
import struct
import sys
import urllib.parse

NAN = math.nan


L = (6.666666666666735130e-01, 3.999999999940941908e-01, 2.857142874366239149e-01, 2.222219843214978396e-01,
     1.818357216161805012e-01, 1.531383769920937332e-01, 1.479819860511658591e-01)


def ln(x):
    """The logarithm whose bits decide a rounding."""
    f, k = math.frexp(x)
    if f <= 0.70710678118654757:
        f, k = 2 * f, k - 1
    f -= 1
    s = f / (2 + f)
    z = s * s
    w = z * z
    t = z * (L[0] + w * (L[2] + w * (L[4] + w * L[6]))) + w * (L[1] + w * (L[3] + w * L[5]))
    h = 0.5 * f * f
    return k * 6.93147180369123816490e-01 - ((h - (s * (h + t) + k * 1.90821492927058770002e-10)) - f)


def log10(x):
    """The encoder's decimal logarithm: distances to training rows tie by its bits."""
    return ln(x) * 0.43429448190325182765


def power(x, n):
    y = 1.0
    while n > 0:
        if n % 2:
            y *= x
        n //= 2
        x *= x
    return y


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


def encode(space, config, derived=None):
    row = []
    for axis in space["params"]:
        v = config.get(axis["name"]) if active(space, axis, config) else None
        kind, choices = axis["kind"], axis.get("choices", [])
        if kind == "choice":
            row += [NAN if v is None else float(v == c) for c in choices]
            continue
        if kind == "graph":
            row += graph_columns(axis["graph"], v)
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
            x, low, high = log10(x), log10(low), log10(high)
        row.append((x - low) / ((high - low) if high > low else 1))
    return row + derived(config) if derived else row


# Section 3: graphs


def read_cell(spec, text):
    """The operation of each vertex and the edges (x, y, operation) of one cell, brought into its canonical form."""
    ops = [op for op in spec["operations"] if op != "none"]
    numbers = {op: i for i, op in enumerate(ops)}
    inputs = 2 if spec["form"] == "genotype" else 1
    labels, edges = [-1] * inputs, []
    parts = text.split("/")
    for y, part in enumerate(parts, inputs):
        labels.append(-1)
        last = y == inputs + len(parts) - 1
        if part == "-":
            continue
        if spec["form"] == "nodes" or spec["form"] == "genotype" and last:
            word, _, sources = part.partition("~")
            if not last:
                labels[y] = numbers[urllib.parse.unquote(word)]
            edges += [(int(x), y, -1) for x in sources.split("+") if x]
        else:
            for term in part.split("+"):
                word, x = term.split("~")
                edges.append((int(x), y, numbers[urllib.parse.unquote(word)]))
    if (spec.get("unused") or ("prune" if spec["form"] == "nodes" else "keep")) == "prune":
        labels, edges = prune(labels, edges, inputs)
    n = len(labels)
    best = None
    for order in itertools.permutations(range(inputs, n - 1)):
        to = {v: k for k, v in enumerate(order, inputs)}
        to.update({v: v for v in range(inputs)})
        to[n - 1] = n - 1
        new = sorted((to[y], to[x], op) for x, y, op in edges)
        if any(x >= y for y, x, _ in new):
            continue
        there = [(x, y) for y, x, _ in new]
        moved = [labels[v] for v in sorted(range(n), key=to.get)]
        code = (
            [there.count((x, y)) for y in range(n - 1, 0, -1) for x in range(y - 1, -1, -1)],
            [op for _, _, op in new],
            moved,
        )
        if best is None or code < best[0]:
            best = code, moved, [(x, y, op) for y, x, op in new]
    return ops, inputs, best[1], best[2]


def prune(labels, edges, inputs):
    n = len(labels)
    down, up = set(range(inputs)), {n - 1}
    for _ in range(n):
        down |= {y for x, y, _ in edges if x in down}
        up |= {x for x, y, _ in edges if y in up}
    keep = [v for v in range(n) if v in down & up or v < inputs or v == n - 1]
    return [labels[v] for v in keep], [
        (keep.index(x), keep.index(y), op) for x, y, op in edges if x in keep and y in keep
    ]


def graph_columns(spec, text):
    kinds = spec.get("encode") or [k for k in ("counts", "shape", "paths", "edges", "network")
                                   if (k != "network" or spec.get("network"))
                                   and (k != "edges" or spec["form"] != "genotype")]
    names = spec.get("cells") or [""]
    row = []
    if text is None:  # as many as any cell has
        least = (
            "~".join(["output", "0"])
            if spec["form"] == "nodes"
            else "/".join(["-"] * (spec["vertices"] - 1 - (spec["form"] == "genotype")))
        )
        return [NAN] * len(graph_columns(spec, "@".join([least] * len(names))))
    share = lambda k: k / (k + 1)
    for part in text.split("@"):
        ops, inputs, labels, edges = read_cell(spec, part)
        n, most = len(labels), spec["vertices"]
        if "counts" in kinds:
            row += [share(labels.count(k) + sum(op == k for _, _, op in edges)) for k in range(len(ops))]
        every = []  # the paths from inputs: where they end, how many edges, input and operations

        def walk(v, length, path):
            every.append((v, length, path))
            for x, y, op in edges:
                if x == v:
                    more = op if op >= 0 else labels[y]
                    walk(y, length + 1, path + ((more,) if more >= 0 else ()))

        for v in range(inputs):
            walk(v, 0, (v,))
        whole = [(length, path) for v, length, path in every if v == n - 1]
        if "shape" in kinds:
            depth = {v: max((k for w, k, _ in every if w == v), default=None) for v in range(n)}
            levels = [k for k in depth.values() if k is not None]
            row += [n / most, share(len(edges)), max((k for k, _ in whole), default=0) / most,
                    min((k for k, _ in whole), default=0) / most, max(levels.count(k) for k in levels) / most,
                    share(sum(x < inputs for x, _, _ in edges)), share(sum(y == n - 1 for _, y, _ in edges)),
                    float(any(x < inputs and y == n - 1 for x, y, _ in edges))]
        if "flow" in kinds:
            convs = {k for k, op in enumerate(ops) if op.startswith("conv")}
            for group in (
                [{k} for k in range(len(ops))] + [set(range(len(ops)))] + ([convs] if spec.get("network") else [])
            ):
                row += flow_columns(group, inputs, labels, edges, most, share)[:8 if spec["form"] == "nodes" else 7]
        if "paths" in kinds:
            listed = []
            for p in spec.get("paths") or []:
                first, _, rest = p.partition(":") if spec["form"] == "genotype" else ("0", "", p)
                listed.append(
                    (int(first),)
                    + tuple(ops.index(urllib.parse.unquote(w)) for w in rest.split(">") if rest != "direct")
                )
            found = [path for _, path in whole]
            row += [share(found.count(p)) for p in listed] + [share(sum(p not in listed for p in found))]
        if "edges" in kinds:
            place = lambda v: most - 1 if v == n - 1 else v
            there = {(place(x), place(y), op) for x, y, op in edges}
            for x in range(most):
                for y in range(max(x + 1, inputs), most):
                    bare = spec["form"] == "nodes" or spec["form"] == "genotype" and y == most - 1
                    row += [float((x, y, k) in there) for k in ([-1] if bare else range(len(ops)))]
            if spec["form"] == "nodes":
                row += [float(v < n - 1 and labels[v] == k) for v in range(1, most - 1) for k in range(len(ops))]
        if "network" in kinds:
            network = cell_network(spec.get("skeleton") or {}, ops, labels, {(x, y) for x, y, _ in edges})
    if "network" in kinds:
        row += [min(1, log10(x) / 12) for x in network[:3]] + [network[3] / network[2]]
    return row


def flow_columns(group, inputs, labels, edges, most, share):
    out = len(labels) - 1
    own = lambda op: 1.0 if op in group else 0.0
    into = lambda v: [(x, op) for x, y, op in edges if y == v]

    def passed(v, join):
        fed = [passed(x, join) + own(op) for x, op in into(v)]
        return (join(fed) if fed else 0.0) + own(labels[v])

    def mean(xs):
        total = 0.0
        for x in xs:
            total += x
        return total / len(xs)

    ends = [(x, op) for x, op in into(out) if x >= inputs or op >= 0]
    row = [mean([passed(x, join) + own(op) for x, op in ends]) / most if ends else 0.0 for join in (mean, min, max)]
    places = [(v, v) for v in range(len(labels)) if labels[v] in group] + [(x, y) for x, y, op in edges if op in group]
    row.append(share(sum(len(into(a)) for a, _ in places)))
    row.append(share(sum(x == b for _, b in places for x, _, _ in edges)))
    row.append(share(sum(x < inputs and (op in group or labels[y] in group) for x, y, op in edges)))
    final = []
    for x, op in into(out):
        final += [op] if op >= 0 else [labels[x]] if labels[x] >= 0 else [k for _, k in into(x) if k >= 0]
    row.append(sum(k in group for k in final) / len(final) if final else 0.0)
    feeds = [x for x, _ in into(out) if x >= inputs]

    def channels(v):
        if v in feeds:
            return 1 / len(feeds)
        return max((channels(y) for x, y, _ in edges if x == v), default=0.0) if v < out else 0.0

    total = 0.0
    for v in range(out - 1, inputs - 1, -1):
        if labels[v] in group:
            total += channels(v)
    return row + [share(total)]


def cell_network(skeleton, ops, labels, edges):
    params = macs = acts = pooled = 0
    out = len(labels) - 1

    def conv(k, before, after):
        nonlocal params, macs, acts
        params, macs, acts = (
            params + k * k * before * after + 2 * after,
            macs + k * k * before * after * side * side,
            acts + after * side * side,
        )

    stem, side = skeleton.get("stem_width") or 128, skeleton.get("image_size") or 32
    conv(3, 3, stem)
    before = width = stem
    for stack in range(skeleton.get("stacks") or 3):
        if stack:
            side, width = side // 2, 2 * width
        feeds = [v for v in range(1, out) if (v, out) in edges]
        channels = {v: width // len(feeds) + (i < width % len(feeds)) for i, v in enumerate(feeds)}
        for v in range(out - 1, 0, -1):
            if v not in channels:
                channels[v] = max([channels[w] for w in range(v + 1, out) if (v, w) in edges], default=0)
        for _ in range(skeleton.get("modules") or 3):
            for v in range(1, out):
                if (0, v) in edges:
                    conv(1, before, channels[v])
                op = ops[labels[v]].replace("-bn-relu", "")
                if op == "maxpool3x3":
                    acts, pooled = acts + channels[v] * side * side, pooled + channels[v] * side * side
                else:
                    conv(int(op[-1]), channels[v], channels[v])
            if (0, out) in edges:
                conv(1, before, width)
            before = width
    classes = skeleton.get("classes") or 10
    return params + width * classes + classes, macs + width * classes, acts, pooled


# Section 3: derived quantities


class RegNet:
    def __init__(self, space):
        spec = space.get("regnet") or {}
        self.axes = [spec.get(k) or k for k in ("depth", "w0", "wa", "wm", "group_w")]
        self.stride = 2 if spec.get("stem") == "simple" else 1
        self.stem_width = spec.get("stem_width") or 16
        self.image_size = spec.get("image_size") or 32
        self.classes = spec.get("classes") or 10
        self.se_ratio = spec.get("se_ratio") or 0.25

    def network(self, x):
        """The stages (width, depth, group width) of the five numbers, or None."""
        if any(v is None for v in x):
            return None
        depth, w0, wa, wm, g = map(numeric, x)
        if any(abs(v - round(v)) > 1e-3 for v in (depth, w0, g)):
            return None
        depth, w0, g = round(depth), round(w0), round(g)
        if not (1 <= depth <= 10000 and 8 <= w0 <= 65536 and w0 % 8 == 0 and 0 <= wa <= 65536 and wm > 1 and g >= 1):
            return None
        stages = []
        for j in range(depth):
            level = round(ln((w0 + wa * j) / w0) / ln(wm))
            w = 8 * round(w0 * power(wm, level) / 8)
            if stages and stages[-1][0] == w:
                stages[-1][1] += 1
            else:
                stages.append([w, 1])
        if len(stages) > 16:
            return None
        fitted = []
        for w, d in stages:
            group = min(g, w)
            fitted.append((max(group, group * round(w / group)), d, group))
        return fitted

    def count(self, stages):
        side, params, flops, acts = self.image_size, 0, 0, 0

        def conv(n_in, out, k, stride, groups):
            nonlocal side, params, flops, acts
            side = (side - 1) // stride + 1
            n = k * k * n_in * out // groups
            flops += n * side * side
            params += n + 2 * out
            acts += out * side * side

        def block(n_in, out, stride, groups):
            nonlocal side, params, flops, acts
            if n_in != out or stride != 1:
                before = side
                conv(n_in, out, 1, stride, 1)
                side = before
            conv(n_in, out, 1, 1, 1)
            conv(out, out, 3, stride, groups)
            m = round(n_in * self.se_ratio)
            if m > 0:
                n = 2 * out * m + out + m
                flops += n
                params += n
                acts += out + m
            conv(out, out, 1, 1, 1)

        conv(3, self.stem_width, 3, self.stride, 1)
        n_in = self.stem_width
        for w, d, group in stages:
            block(n_in, w, 2, w // group)
            for _ in range(d - 1):
                block(w, w, 1, w // group)
            n_in = w
        last = n_in * self.classes + self.classes
        return params + last, flops + last, acts + self.classes

    def quantities(self, x):
        stages = self.network(x)
        if stages is None:
            return None
        q = dict(zip(("log_params", "log_flops", "log_acts"), map(log10, self.count(stages))))
        for i, (w, d, _) in enumerate(stages, 1):
            q["log_width_%d" % i], q["depth_%d" % i] = log10(w), d
        return q


def spread(axis):
    low, high, step = axis.get("low", 0), axis.get("high", 0), axis.get("step", 0)
    if axis["kind"] in ("ordinal", "choice"):
        choices = axis["choices"]
        m = min(5, len(choices))
        return [choices[k * (len(choices) - 1) // max(m - 1, 1)] for k in range(m)]
    if axis["kind"] == "integer":
        step = step or 1
    if not step:
        return [low + (high - low) * k / 4 for k in range(5)]
    n = round((high - low) / step) + 1

    def point(k):
        return high if k == n - 1 else float("%.12g" % (low + k * step))

    return [point(k * (n - 1) // 4) for k in range(5)]


def derived_columns(space, columns):
    """The function that gives a configuration's derived columns."""
    net = RegNet(space)
    known = [k["name"] for k in space.get("known", [])]
    names = [c["name"] for c in columns if not c.get("param") and c["name"] not in known]
    axes = [next(a for a in space["params"] if a["name"] == name) for name in net.axes]
    low, high = {}, {}
    for x in itertools.product(*map(spread, axes)):
        for name, v in (net.quantities(x) or {}).items():
            low[name], high[name] = min(low.get(name, v), v), max(high.get(name, v), v)
    for c in space.get("constraints") or []:
        name = "log_" + c["quantity"]
        if name in low:
            if c.get("low", 0) > 0:
                low[name] = max(low[name], log10(c["low"]))
            if c["high"] > 0:
                high[name] = min(high[name], log10(c["high"]))

    def row(config):
        q = net.quantities([config.get(name) for name in net.axes]) or {}
        out = []
        for name in names:
            span = high[name] - low[name] if high[name] > low[name] else 1
            out.append(min(1.0, max(0.0, (q[name] - (low[name] - 0.05 * span)) / (1.1 * span))) if name in q else NAN)
        return out

    return row


# Section 3: known quantities


def log_any(x):
    if math.isnan(x) or x < 0:
        return NAN
    return -math.inf if x == 0 else x if math.isinf(x) else ln(x)


def exp_any(x):
    if not -7.45133219101941108420e+02 <= x <= 7.09782712893383973096e+02:
        return x if math.isnan(x) else math.inf if x > 0 else 0.0
    k = math.floor(1.44269504088896338700e+00 * x + 0.5)
    hi, lo = x - k * 6.93147180369123816490e-01, k * 1.90821492927058770002e-10
    r = hi - lo
    t = r * r
    c = r - t * (1.66666666666666657415e-01 + t * (-2.77777777770155933842e-03 + t * (6.61375632143793436117e-05 + t * (
        -1.65339022054652515390e-06 + t * 4.13813679705723846039e-08))))
    return math.ldexp(1 - ((lo - r * c / (2 - c)) - hi), k)


def divide(x, y):
    if y:
        return x / y
    return NAN if not x or math.isnan(x) else math.copysign(math.inf, x) * math.copysign(1, y)


def pow_any(x, y):
    if y == math.floor(y) and abs(y) <= 1024:
        p = power(x, abs(int(y)))
        return divide(1, p) if y < 0 else p
    return 0.0 if x == 0 and y > 0 else exp_any(y * log_any(x))


def log2_any(x):
    if not 0 < x < math.inf:
        return log_any(x)
    f, k = math.frexp(x)
    f, k = (1.0, k - 1) if f == 0.5 else (f, k)
    return k + ln(f) / 6.93147180559945286227e-01


def log10_any(x):
    y = log_any(x) / 2.30258509299404568401799145468436421
    r = round(y) if math.isfinite(y) else 99
    return float(r) if abs(r) <= 22 and pow_any(10.0, r) == x else y


def whole(f):
    return lambda x: float(f(x)) if math.isfinite(x) else x


def holds(x):
    return x < 0 or x > 0


def either(f):
    return lambda x, y: NAN if math.isnan(x) or math.isnan(y) else f(x, y)


ONE = {
    "neg": lambda x: -x, "not": lambda x: not holds(x), "log": log_any, "log2": log2_any, "log10": log10_any,
    "exp": exp_any, "sqrt": lambda x: math.sqrt(x) if x >= 0 else NAN, "abs": abs, "floor": whole(math.floor),
    "ceil": whole(math.ceil),
    "round": whole(round),
}
TWO = {
    "+": lambda x, y: x + y, "-": lambda x, y: x - y, "*": lambda x, y: x * y, "/": divide, "^": pow_any,
    "min": either(min), "max": either(max), "==": lambda x, y: x == y, "!=": lambda x, y: x != y,
    "<": lambda x, y: x < y, "<=": lambda x, y: x <= y, ">": lambda x, y: x > y, ">=": lambda x, y: x >= y,
    "&&": lambda x, y: holds(x) and holds(y), "||": lambda x, y: holds(x) or holds(y),
}


def known_quantities(space, config):
    """The known quantities of a configuration by name; None: an axis is missing."""
    axes, out = {a["name"]: a for a in space["params"]}, {}
    for k in space.get("known", []):
        stack = []
        for word, *rest in k["program"]:
            if word == "number":
                stack.append(rest[0])
            elif word in ("axis", "is"):
                axis = axes.get(rest[0])
                v = out[rest[0]] if axis is None else config.get(rest[0]) if active(space, axis, config) else None
                if word == "is":
                    stack.append(v == rest[1])
                else:
                    stack.append(NAN if v is None else numeric(v))
            elif word in ONE:
                stack.append(float(ONE[word](stack.pop())))
            elif word in TWO:
                y = stack.pop()
                stack.append(float(TWO[word](stack.pop(), y)))
            else:
                other, then, condition = stack.pop(), stack.pop(), stack.pop()
                stack.append(then if holds(condition) else other)
        out[k["name"]] = stack[0] if math.isfinite(stack[0]) else None
    return out


def known_columns(space, values):
    row = []
    for k in space.get("known", []):
        x, low, high = values[k["name"]], k["low"], k["high"]
        if k["scale"] == "log":
            low, high = log10(low), log10(high)
            x = None if x is None or x <= 0 else log10(x)
        row.append(NAN if x is None else (x - low) / (high - low))
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


def square(d):
    """The squared length, four numbers at a time, in the order that decides ties."""
    s = 0.0
    while len(d) >= 4:
        s += (d[0] * d[0] + d[1] * d[1]) + (d[2] * d[2] + d[3] * d[3])
        d = d[4:]
    for v in d:
        s += v * v
    return s


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
        near = sorted((square([u - v for u, v in zip(q, s[0])]), i) for i, s in enumerate(sites))[:k]
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


def read_neighbors(data):
    b = Bytes(data)
    b.magic(b"nbr1")
    scaler = read_scaler(b.raw(b.u32()))
    k, outputs, n = b.u32(), b.u32(), b.u32()
    width = (len(data) - b.at) // 8 // n - outputs - 1
    points = [b.floats(width) for _ in range(n)]
    targets = [b.floats(outputs) for _ in range(n)]
    weights = b.floats(n)

    def predict(x):
        dense = scaler(x)
        d = [math.sqrt(sum((u - v) ** 2 for u, v in zip(dense, p))) for p in points]
        r = sorted(d)[k - 1]
        share = (k - sum(v < r for v in d)) / sum(v == r for v in d)
        f = [w if v < r else w * share if v == r else 0.0 for v, w in zip(d, weights)]
        return [sum(w * t[j] for w, t in zip(f, targets)) / sum(f) for j in range(outputs)]

    return predict


def read_linear(data):
    b = Bytes(data)
    b.magic(b"lin1")
    scaler = read_scaler(b.raw(b.u32()))
    k = b.u32()
    width = (len(data) - b.at) // 8 // k - 1
    outputs = [(b.f64(), b.floats(width)) for _ in range(k)]

    def predict(x):
        dense = scaler(x)
        return [intercept + sum(s * v for s, v in zip(slopes, dense)) for intercept, slopes in outputs]

    return predict


KERNELS = [
    lambda s: (1 + math.sqrt(3 * s)) * math.exp(-math.sqrt(3 * s)),
    lambda s: (1 + math.sqrt(5 * s) + 5 * s / 3) * math.exp(-math.sqrt(5 * s)),
    lambda s: math.exp(-s / 2),
]


def read_gp(data):
    b = Bytes(data)
    b.magic(b"gpr1")
    scaler = read_scaler(b.raw(b.u32()))
    mean = b.raw(b.u32())
    mean = read_linear(mean) if mean else None
    kernel, components = KERNELS[b.u8()], b.u8()
    columns = [b.take("Id") for _ in range(b.u32())]
    ends = [b.u32() for _ in range(b.u32())]
    axes = list(zip([0] + ends, ends))
    sets = []
    for _ in range(b.u32()):
        sets.append([(math.exp(b.f64()), [math.exp(v) for v in b.floats(len(axes))]) for _ in range(components)])
        b.f64()  # noise
    outputs = [b.take("Idd") for _ in range(b.u32())]
    rows = [(b.floats(len(columns)), b.f64(), b.floats(len(outputs))) for _ in range(b.u32())]

    def predict(x):
        dense = scaler(x)
        q = [dense[c] * factor for c, factor in columns]
        total = [0.0] * len(outputs)
        for inputs, _, coefficients in rows:
            d = [sum((q[c] - inputs[c]) ** 2 for c in range(*axis)) for axis in axes]
            cov = [sum(v * kernel(sum(a / l ** 2 for a, l in zip(d, ls))) for v, ls in s) for s in sets]
            total = [t + c * cov[o[0]] for t, c, o in zip(total, coefficients, outputs)]
        y = [scale * t + shift for t, (_, shift, scale) in zip(total, outputs)]
        return [a + m for a, m in zip(y, mean(x))] if mean else y

    return predict


def read_gbdt(data):
    b = Bytes(data)
    b.magic(b"EAGBDT2\0" if data[:7] == b"EAGBDT2" else b"EAGBDT1\0")
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


def mix(a, b, f):
    return [u if u == v or not f > 0 else v if f >= 1 else (1 - f) * u + f * v for u, v in zip(a, b)]


class Local:
    """A local model; a stack also uses it as a guide."""

    def __init__(self, data):
        b = Bytes(data)
        b.magic(b"local1")
        raw = b.raw(b.u32())
        self.scaler, columns = read_scaler(raw), Bytes(raw[4:]).u32()
        self.axis, outputs = b.u32(), b.u32()
        self.sites = [(b.floats(columns), b.floats(outputs)) for _ in range(b.u32())]
        self.dense = [self.scaler(x) for x, _ in self.sites]

    def around(self, x):
        """The sites below and above x on its line, or None."""
        if self.axis == 0xFFFFFFFF or math.isnan(x[self.axis]):
            return None

        def rest(row):
            return ["missing" if math.isnan(v) else v for c, v in enumerate(row) if c != self.axis]

        line = [s for s in self.sites if rest(s[0]) == rest(x)]
        if not line:
            return None
        below = [s for s in line if s[0][self.axis] <= x[self.axis]]
        above = [s for s in line if s[0][self.axis] >= x[self.axis]]
        return (below or line[:1])[-1], (above or line[-1:])[0]

    def predict(self, x):
        pair = self.around(x)
        if pair:
            (pa, a), (pb, b) = pair
            low, high = pa[self.axis], pb[self.axis]
            return mix(a, b, (x[self.axis] - low) / (high - low) if high > low else 0.0)
        q = self.scaler(x)
        near = sorted((sum((u - v) ** 2 for u, v in zip(q, d)), i) for i, d in enumerate(self.dense))[:3]
        y = list(self.sites[near[0][1]][1])
        for n, (_, i) in enumerate(near[1:], 2):
            y = [v + (t - v) / n for v, t in zip(y, self.sites[i][1])]
        return y

    def guide(self, v, x):
        pair = self.around(x)
        if not pair:
            return v
        (_, a), (_, b) = pair
        divisor = sum((q - p) ** 2 for p, q in zip(a, b))
        return mix(a, b, sum((u - p) * (q - p) for u, p, q in zip(v, a, b)) / divisor if divisor > 0 else 0.0)


def read_local(data):
    return Local(data).predict


def read_part(b):
    kind = b.raw(b.u32()).decode()
    return PREDICTORS[kind](b.raw(b.u32()))


def mean_table(data):
    """A function that gives the mean for a row and whether its group is known."""
    b = Bytes(data)
    b.magic(b"mean1")
    _, k = b.u32(), b.u32()
    everything = b.floats(k)
    columns = [b.u32() for _ in range(b.u32())]
    groups = {}
    for _ in range(b.u32()):
        missing = [b.u8() for _ in columns]
        key = tuple(None if m else v for m, v in zip(missing, b.floats(len(columns))))
        groups[key] = b.floats(k)

    def lookup(x):
        key = tuple(None if math.isnan(x[c]) else x[c] for c in columns)
        return groups.get(key, everything), key in groups or not columns

    return lookup


def read_mean(data):
    lookup = mean_table(data)
    return lambda x: lookup(x)[0]


def read_stack(data):
    b = Bytes(data)
    version = b.raw(6)
    if version not in (b"stack1", b"stack2"):
        raise ValueError("begins with %r, not a stack" % version)
    k = b.u32()
    bounds = b.floats(2 * k) if version == b"stack2" else [-math.inf, math.inf] * k
    middle = b.u8()
    times = b.floats(b.u32())
    members = []
    for _ in range(b.u32()):
        weight, decode = b.f64(), None
        if b.u8():
            kind = b.raw(b.u32()).decode()
            decode = REPRESENTATIONS[kind](b.raw(b.u32()))
        members.append((weight, decode, read_part(b)))
    guide = Local(b.raw(b.u32())) if b.u8() else None

    def median(values):
        values = sorted(values)
        a, b = values[(len(values) - 1) // 2], values[len(values) // 2]
        return a if a == b else a / 2 + b / 2

    def weighted_median(values):
        order = sorted(range(len(values)), key=lambda i: values[i])  # stable
        v, w = [values[i] for i in order], [members[i][0] for i in order]
        below, middles = 0.0, []
        for one in w:
            middles.append(below + one / 2)
            below += one
        half = below / 2
        for i, m in enumerate(middles):
            if m >= half:
                return v[0] if i == 0 else v[i - 1] + (half - middles[i - 1]) / (m - middles[i - 1]) * (v[i] - v[i - 1])
        return v[-1]

    def predict(x):
        answers = []
        for _, decode, predictor in members:
            v = predictor(x)
            v = decode(v, times, times[0], times[-1]) if decode else v
            answers.append([max(low, min(high, u)) for u, low, high in zip(v, bounds[::2], bounds[1::2])])
        y = answers[0]
        if middle:
            y = [(median if middle == 1 else weighted_median)(column) for column in zip(*answers)]
        else:
            total = members[0][0]
            for (weight, _, _), answer in zip(members[1:], answers[1:]):
                total += weight
                y = [u + weight / total * (v - u) for u, v in zip(y, answer)]
        return guide.guide(y, x) if guide else y

    return predict


def read_auto(data):
    b = Bytes(data)
    b.magic(b"auto1")
    which, keep = b.u8(), b.f64()
    stacks = [(b.f64(), read_stack(b.raw(b.u32()))) for _ in range(b.u32())]
    mean = read_mean(b.raw(b.u32())) if which & 1 else None
    curves, classifier = (mean_table(b.raw(b.u32())), read_part(b)) if which & 2 else (None, None)

    def predict(x):
        if curves:
            curve, seen = curves(x)
            if seen and classifier(x)[0] >= 0.9:
                return curve
        total, first = stacks[0]
        f = first(x)
        for weight, one in stacks[1:]:
            total += weight
            f = [u + weight / total * (v - u) for u, v in zip(f, one(x))]
        return [m + keep * (u - m) for u, m in zip(f, mean(x))] if mean else f

    return predict


def read_twopart(data):
    b = Bytes(data)
    b.magic(b"twopart1")
    _, low, high, which = b.u32(), b.f64(), b.f64(), b.u8()
    gate, alive, failed = (read_part(b) if which & bit else None for bit in (1, 2, 4))

    def predict(x):
        p = gate(x)[0] if gate else 0.0 if alive else 1.0
        p = 1.0 if p > high else p if p >= low else 0.0
        if p == 1:
            return failed(x)
        if p == 0:
            return alive(x)
        return [u + p * (v - u) for u, v in zip(alive(x), failed(x))]

    return predict


def read_adapted(data):
    b = Bytes(data)
    b.magic(b"adapt1")
    b.u32()
    view = [b.take("Idd") for _ in range(b.u32())]
    known = [b.u32() for _ in range(b.u32())]
    added = []
    for _ in range(b.u32()):
        column, weights = b.u32(), [b.f64() for _ in range(max(1, len(known)))]
        offset, spread = [b.f64() for _ in range(b.u32())], b.f64()
        at, length = [b.u32() for _ in range(b.u32())], b.f64()
        runs = [([b.f64() for _ in at], b.f64()) for _ in range(b.u32())]
        added.append((column, weights, offset, at, length, runs))
    base = read_part(b)

    def predict(x):
        u = [x[c] if (s, t) == (0, 1) or not x[c] >= 0 else min(1.0, max(0.0, s + t * x[c])) for c, s, t in view]
        for column, weights, offset, at, length, runs in added:
            if not x[column] > 0.5:
                continue
            y = list(offset)
            for d, w in enumerate(weights):
                for e, j in enumerate(known):
                    u[j] = float(d == e)
                y = [a + w * v for a, v in zip(y, base(u))]
            for row, a in runs:
                far = math.sqrt(sum(((-1 if math.isnan(u[j]) else u[j]) - v) ** 2 for j, v in zip(at, row)))
                s = math.sqrt(5) * far / length
                y[0] += a * (1 + s + s * s / 3) * math.exp(-s)
            return y
        return base(u)

    return predict


def read_epochwise(data):
    b = Bytes(data)
    b.magic(b"epochw1")
    _, k = b.u32(), b.u32()
    inner = read_part(b)
    return lambda x: [inner(list(x) + [i / (k - 1) if k > 1 else 0.0])[0] for i in range(k)]


def read_physical(data):
    b = Bytes(data)
    b.magic(b"phys1")
    b.u32()
    scales = [(b.u32(), b.u8(), b.f64(), b.f64(), b.f64()) for _ in range(2)]
    terms = [b.take("II") for _ in range(b.u32())]
    laws = []
    for _ in range(b.u32()):
        law = b.u8()
        laws.append((law, b.floats(4 * (1 + len(terms)) + 2) if law else []))
    rest = read_part(b)
    none = 0xffffffff

    def axis(x, scale):
        column, log, low, high, centre = scale
        if column == none:
            return 0.0
        v = x[column]
        if math.isnan(v):
            return centre
        at = (
            math.log(low) + v * (math.log(high) - math.log(low))
            if log
            else math.log(max(low + v * (high - low), low / 100))
        )
        return max(math.log(low) - math.log(100), min(math.log(high) + math.log(100), at))

    def column(x, j):
        return 0.0 if math.isnan(x[j]) else max(-10.0, min(10.0, x[j]))

    def soft(z, k):
        return max(z, 0.0) + math.log1p(math.exp(-abs(k * z))) / k

    def join(a, b, h):
        return max(a, b) + soft(-abs(a - b), h)

    def value(law, p, x):
        if not law:
            return 0.0
        values = [1.0] + [column(x, i) * (column(x, j) if j != none else 1.0) for i, j in terms]
        u = [sum(w * v for w, v in zip(p[j * len(values):], values)) for j in range(4)]
        c0, c1 = p[-2:]
        batch, limit = axis(x, scales[0]), axis(x, scales[1])
        limited = scales[1][0] != none
        if law == 1:
            slow = math.exp(u[3]) * soft(u[2] - limit, math.exp(c1)) if limited else 0.0
            return join(u[0] - batch, u[1] + slow, math.exp(c0))
        f = join(u[0], u[1] - math.exp(u[3]) * soft(u[2] - batch, 1.0), 1.0)
        return -join(-f, -(limit + c1), math.exp(c0)) if limited else f

    return lambda x: [y + value(law, p, x) for y, (law, p) in zip(rest(x), laws)]


def read_powertime(data):
    b = Bytes(data)
    b.magic(b"powt1")
    power, time = read_part(b), read_part(b)
    return lambda x: [power(x)[0] + time(x)[0]]


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
            inner = [i / n if math.isnan(w) else bounded(w) for i, w in enumerate(v[n + 1:], 1)]
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


def read_ranks(data):
    b = Bytes(data)
    b.magic(b"ranks1")
    grid = read_grid(b.raw(b.u32()))
    knots = [b.take("ddd") for _ in range(b.u32())]

    def value(u):
        if not u >= knots[0][1]:
            return knots[0][0]
        i = max(k for k, knot in enumerate(knots) if knot[1] <= u)
        a, _, high = knots[i]
        if u <= high or i + 1 == len(knots):
            return a
        b, low, _ = knots[i + 1]
        f = (u - high) / (low - high)
        return max(-1e300, min(1e300, (1 - f) * a + f * b))

    return lambda v, epochs, first, last: [value(u) for u in grid(v, epochs, first, last)]


def read_svd(data):
    b = Bytes(data)
    b.magic(b"EHSVDB1")
    points, c, k = b.u32(), b.f64(), b.u32()
    mean, parts = b.floats(points), b.floats(points * k)
    return on_grid(points, c, lambda v, i: bounded(mean[i] + sum(bounded(v[j]) * parts[i * k + j] for j in range(k))))


def janoschek(X, L, p, q):
    return math.exp(math.exp(p) * (1 - math.exp(q * L)))


RATE, STRETCH = (-9.2, 3, -2.3), (0.05, 5, 1)
FAMILIES = {  # name: offset, (least, greatest, usual) of p and q, g(X, L, p, q)
    "pow3": (True, [(0.001, 10, 1)], lambda X, L, p, q: math.exp(-p * L)),
    "pow2": (False, [(-2, 5, 0)], lambda X, L, p, q: math.exp(-p * L)),
    "pow4": (True, [(0.001, 10, 1), (-3, 7, 0)], lambda X, L, p, q: math.exp(-p * math.log1p((X - 1) * math.exp(-q)))),
    "ilog2": (True, [], lambda X, L, p, q: 1 / math.log1p(X)),
    "logx_linear": (True, [], lambda X, L, p, q: L),
    "exp3": (True, [RATE], lambda X, L, p, q: math.exp(-math.exp(p) * (X - 1))),
    "exp4": (True, [RATE, STRETCH], janoschek),
    "janoschek": (True, [RATE, STRETCH], janoschek),
    "weibull": (True, [RATE, STRETCH], lambda X, L, p, q: janoschek(X, L, p * q, q)),
    "mmf": (True, [(-9.2, 7, -2.3), (0.05, 8, 1)],
        lambda X, L, p, q: (1 + math.exp(q * p)) / (1 + math.exp(q * (p + L)))),
    "dr_hill": (False, [(-7, 9.2, -7), (0.05, 8, 8)], lambda X, L, p, q: 1 / (1 + math.exp(q * (p - L)))),
    "vap": (False, [(-10, 5, 0), (-2, 2, 0)], lambda X, L, p, q: math.exp(p / X + q * L)),
}


def read_parametric(data):
    b = Bytes(data)
    b.magic(b"EHPARM1")
    offset, bounds, g = FAMILIES[b.raw(b.u32()).decode()]

    def decode(v, epochs, first, last):
        ends = 2 if offset else 1
        shape = [usual if math.isnan(w) else min(max(w, low), high) for w, (low, high, usual) in zip(v[ends:], bounds)]
        p, q = (shape + [0.0, 0.0])[:2]
        g1, g2 = g(1.0, 0.0, p, q), g(101.0, math.log(101), p, q)
        y1, y2 = bounded(v[0]), bounded(v[ends - 1])
        out = []
        for e in epochs:
            X = 1 + 100 * unit(e, first, last)
            gx = g(X, math.log(X), p, q)
            if offset:
                h = 0.0 if g1 == g2 else min(max((gx - g1) / (g2 - g1), 0.0), 1.0)
                out.append(y1 * (1 - h) + y2 * h)
            else:
                out.append(bounded(y2 * (gx / g2)))
        return out

    return decode


PREDICTORS = {
    "gbdt": read_gbdt, "gp": read_gp, "knn": read_knn, "linear": read_linear, "local": read_local, "mean": read_mean,
    "mlp": read_mlp, "neighbors": read_neighbors, "adapted": read_adapted, "auto": read_auto,
    "epochwise": read_epochwise, "physical": read_physical, "powertime": read_powertime, "stack": read_stack,
    "twopart": read_twopart,
}
REPRESENTATIONS = {"bezier": read_bezier, "grid": read_grid, "parametric": read_parametric, "ranks": read_ranks,
    "svd": read_svd}


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
        names = list(dict.fromkeys(a["name"] for a in axes if beyond(a, row)))
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
        if m["format"] != "eahas-surrogate" or m["version"] not in (1, 2, 3, 4):
            raise ValueError("not a bundle of version 1 to 4")
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
        space = m["space"]
        self.derived = derived_columns(space, m["columns"]) if space.get("derived_columns") else None
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
        space = self.manifest["space"]
        known = known_quantities(space, config)
        rule, row = self.manifest["epochs"], encode(space, config, self.derived) + known_columns(space, known)
        outside = self.outside(row)
        first = [d["name"] for d in self.manifest.get("targets", []) if d.get("known") == "predict"]
        a = {name: self.cost(name, row) for name in first}
        for name, output in [(name, self.predict(name, row)[0]) for name in first]:
            head = self.heads[name][0]
            low, high = (-700.0, 700.0) if head["transform"] == "log" else (-1e38, 1e38)
            if head["transform"] != "log" and head["clip"]:
                low, high = max(low, head["clip"]["low"]), min(high, head["clip"]["high"])
            row = row + list(struct.unpack("<f", struct.pack("<f", max(low, min(high, output)))))
        a |= {"outside_axes": outside, "extrapolates": bool(outside), "epochs": [], "curve": []}
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
        a.update(known)
        for d in self.manifest.get("targets", []):
            if d["name"] in first:
                continue
            if d["span"] == 0:
                head, _, decode = self.heads[d["name"]]
                values = decode(self.predict(d["name"], row), a["epochs"], rule["first"], last)
                a[d["name"]] = [self.value(head, y) for y in values]
            else:
                a[d["name"]] = self.cost(d["name"], row)
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
    sound = True
    for folder in sys.argv[1:]:
        s = Surrogate(folder)
        worst = 0.0
        near_zero = {"curve"} | {d["name"] for d in s.manifest.get("targets", []) if d["scale"] != "log"}
        for line in s.golden:
            got = s.query(line["config"], line["up_to"])
            line.update({**line.get("targets", {}), **line.get("known", {}), **line.get("curves", {})})
            for name in line.get("known", {}):  # formulas have the same bits everywhere
                worst = worst if line[name] == got[name] else math.inf
            for name in got:
                worst = max(worst, difference(line[name], got[name], 1.0 if name in near_zero else 0.0))
        print("%s: %d golden queries, largest relative difference %.3g" % (folder, len(s.golden), worst))
        sound = sound and len(s.golden) == s.manifest["golden"]["queries"] and worst <= 1e-9
    return 0 if sound else 1


if __name__ == "__main__":
    sys.exit(main())
