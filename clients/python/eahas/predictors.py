"""Predictors: rows n x p to outputs n x k (FORMAT.md section 4)."""
import numpy as np

from .reading import BadBundle, Bytes


def read_scaler(data):
    b = Bytes(data, b"dns1")
    b.u32()
    kept = np.array([b.take("Idd") for _ in range(b.u32())]).reshape(-1, 3)
    flags = np.array([b.take("Idd") for _ in range(b.u32())]).reshape(-1, 3)
    columns, gaps = kept[:, 0].astype(int), flags[:, 0].astype(int)

    def apply(x):
        v = x[:, columns]
        dense = np.where(np.isfinite(v), np.clip((v - kept[:, 1]) * kept[:, 2], -1e100, 1e100), 0.0)
        gone = (~np.isfinite(x[:, gaps]) - flags[:, 1]) * flags[:, 2]
        return np.concatenate([dense, gone], axis=1)

    return apply


class Tree:
    """One tree, as arrays over its inner nodes; children below 0 are leaves, ~child their number."""

    def __init__(self, b, k):
        n = b.u32()
        self.output = b.u32() - 1
        self.column = np.zeros(n, int)
        self.threshold = np.zeros(n)
        self.nan_left = np.zeros(n, bool)
        self.left, self.right = np.zeros(n, int), np.zeros(n, int)
        self.sets = {}
        flags = []
        for i in range(n):
            f, self.column[i] = b.take("BI")
            flags.append(f)
            self.nan_left[i] = f & 2
            if f & 1:
                self.sets[i] = b.floats(b.u32())
            else:
                self.threshold[i] = b.f64()
        self._connect(flags)
        width = k if self.output < 0 else 1
        self.values = b.floats(n + 1, width)

    def _connect(self, flags):
        leaf, waiting = 0, []  # nodes whose right child comes next
        for i, f in enumerate(flags):
            if i > 0:
                if not waiting:
                    raise BadBundle("the nodes are no tree")
                parent, side = waiting.pop()
                (self.left if side else self.right)[parent] = i
            for bit, side in ((8, False), (4, True)):
                if not f & bit:
                    waiting.append((i, side))
        if waiting:
            raise BadBundle("the nodes are no tree")

        stack = [(0, True)] if flags else []  # leaves are numbered from left to right
        while stack:
            i, is_left = stack.pop()
            f = flags[i]
            if is_left:
                stack.append((i, False))
                if f & 4:
                    self.left[i] = ~leaf
                    leaf += 1
                else:
                    stack.append((self.left[i], True))
            elif f & 8:
                self.right[i] = ~leaf
                leaf += 1
            else:
                stack.append((self.right[i], True))

    def leaves(self, x):
        """Returns the number of each row's leaf."""
        n = len(x)
        if len(self.column) == 0:
            return np.zeros(n, int)
        at, rows = np.zeros(n, int), np.arange(n)
        while len(rows):
            node = at[rows]
            v = x[rows, self.column[node]]
            left = v <= self.threshold[node]
            for i, members in self.sets.items():
                here = node == i
                left[here] = np.isin(v[here], members)
            left = np.where(np.isnan(v), self.nan_left[node], left)
            at[rows] = np.where(left, self.left[node], self.right[node])
            rows = rows[at[rows] >= 0]
        return ~at


def read_gbdt(data):
    b = Bytes(data, b"EAGBDT2\0" if data[:7] == b"EAGBDT2" else b"EAGBDT1\0")
    b.u32()
    outputs = [b.take("dB") for _ in range(b.u32())]
    for _ in range(b.u32()):
        b.array("<u4", b.u32())
    trees = [Tree(b, len(outputs)) for _ in range(b.u32())]
    base = np.array([v for v, _ in outputs])

    def predict(x):
        y = np.tile(base, (len(x), 1))
        for t in trees:
            values = t.values[t.leaves(x)]
            if t.output < 0:
                y += values
            else:
                y[:, t.output] += values[:, 0]
        for j, (_, link) in enumerate(outputs):
            if link:
                y[:, j] = 1 / (1 + np.exp(-y[:, j]))
        return y

    return predict


def read_layers(b):
    layers = []
    for _ in range(b.u32()):
        n_in, n_out, activation = b.take("IIB")
        layers.append((activation, b.floats(n_in, n_out), b.floats(n_out)))
    return layers


def run_layers(layers, x):
    for activation, w, bias in layers:
        x = x @ w + bias
        if activation == 1:
            x = np.maximum(x, 0)
    return x


def read_mlp(data):
    b = Bytes(data, b"mlp1")
    scaler = read_scaler(b.raw(b.u32()))
    outputs = np.array([b.take("Bdd") for _ in range(b.u32())]).reshape(-1, 3)
    members = []
    for _ in range(b.u32()):
        branches = []
        for _ in range(b.u32()):
            columns = b.array("<u4", b.u32()).astype(int)
            branches.append((columns, read_layers(b)))
        members.append((branches, read_layers(b)))
    bounded, shift, scale = outputs[:, 0] > 0, outputs[:, 1], outputs[:, 2]

    def value(z):
        with np.errstate(over="ignore"):
            return shift + scale * np.where(bounded, 1 / (1 + np.exp(-z)), z)

    def predict(x):
        dense = scaler(x)
        if not members:
            return value(np.zeros((len(x), len(outputs))))
        total = 0.0
        for branches, trunk in members:
            joined = np.concatenate([run_layers(layers, dense[:, columns]) for columns, layers in branches], axis=1)
            total = total + value(run_layers(trunk, joined))
        return np.where(scale == 0, shift, total / len(members))

    return predict


def read_linear(data):
    b = Bytes(data, b"lin1")
    n = b.u32()
    scaler = read_scaler(b.raw(n))
    outputs = b.u32()
    width = (len(b.data) - b.at) // (8 * outputs) - 1 if outputs else 0
    table = b.floats(outputs, width + 1)
    return lambda x: scaler(x) @ table[:, 1:].T + table[:, 0]


def read_knn(data):
    b = Bytes(data, b"knn1")
    scaler = read_scaler(b.raw(b.u32()))
    k, weighting, outputs = b.take("BBI")
    inputs = np.array([b.take("Id") for _ in range(b.u32())]).reshape(-1, 2)
    width = len(inputs)
    sites = b.floats(b.u32(), width + outputs + 1)
    where, targets, weights = sites[:, :width], sites[:, width:-1], sites[:, -1]

    def one(q):
        s = ((where - q) ** 2).sum(axis=1)
        near = np.argsort(s, kind="stable")[:k]
        s, f = s[near], weights[near].copy()
        if weighting != 1:
            ratio = (s == 0).astype(float) if s[0] == 0 else s[0] / s
            f *= np.sqrt(ratio) if weighting == 2 else ratio
        y, total = targets[near[0]].copy(), 0.0
        for i, w in zip(near, f):
            if w > 0:
                total += w
                y += w / total * (targets[i] - y)
        return y

    return lambda x: np.array([one(q) for q in scaler(x)[:, inputs[:, 0].astype(int)] * inputs[:, 1]]).reshape(len(x), outputs)


def read_neighbors(data):
    b = Bytes(data, b"nbr1")
    scaler = read_scaler(b.raw(b.u32()))
    k, outputs, n = b.take("III")
    width = (len(b.data) - b.at) // 8 // n - outputs - 1 if n else 0
    points, targets, weights = b.floats(n, width), b.floats(n, outputs), b.floats(n)

    def one(q):
        s = np.zeros(n)
        for j in range(width):  # in this order, as the distances may tie
            s += (q[j] - points[:, j]) ** 2
        d = np.sqrt(s)
        r = np.sort(d)[k - 1]
        tied = d == r
        f = np.where(d < r, weights, np.where(tied, weights * ((k - (d < r).sum()) / tied.sum()), 0.0))
        use = d <= r
        return (f[use, None] * targets[use]).sum(axis=0) / f[use].sum()

    return lambda x: np.array([one(q) for q in scaler(x)]).reshape(len(x), outputs)


KERNELS = [
    lambda s: (1 + np.sqrt(3 * s)) * np.exp(-np.sqrt(3 * s)),
    lambda s: (1 + np.sqrt(5 * s) + 5 * s / 3) * np.exp(-np.sqrt(5 * s)),
    lambda s: np.exp(-s / 2),
]


def read_gp(data):
    b = Bytes(data, b"gpr1")
    scaler = read_scaler(b.raw(b.u32()))
    mean = b.raw(b.u32())
    mean = read_linear(mean) if mean else None
    kind, components = b.take("BB")
    if kind >= len(KERNELS):
        raise BadBundle("gp: kernel %d" % kind)
    kernel = KERNELS[kind]
    inputs = np.array([b.take("Id") for _ in range(b.u32())]).reshape(-1, 2)
    ends = b.array("<u4", b.u32()).astype(int)
    axes = list(zip([0, *ends], ends))
    sets = []
    for _ in range(b.u32()):
        sets.append([np.exp(b.floats(1 + len(axes))) for _ in range(components)])
        b.f64()  # noise
    outputs = np.array([b.take("Idd") for _ in range(b.u32())]).reshape(-1, 3)
    width, k = len(inputs), len(outputs)
    rows = b.floats(b.u32(), width + 1 + k)
    where, coefficients = rows[:, :width], rows[:, width + 1 :]

    def part(q):
        d = [((q[:, None, i:j] - where[None, :, i:j]) ** 2).sum(axis=2) for i, j in axes]
        y = np.zeros((len(q), k))
        for number, components in enumerate(sets):
            own = outputs[:, 0] == number
            if own.any():
                cov = sum(c[0] * kernel(sum(a / l**2 for a, l in zip(d, c[1:]))) for c in components)
                y[:, own] = cov @ coefficients[:, own]
        return y

    def predict(x):
        q = scaler(x)[:, inputs[:, 0].astype(int)] * inputs[:, 1]
        y = np.concatenate([part(q[i : i + 64]) for i in range(0, len(q), 64)])  # a block at a time bounds the memory
        y = y * outputs[:, 2] + outputs[:, 1]
        return y + mean(x) if mean else y

    return predict


PREDICTORS = {"gbdt": read_gbdt, "gp": read_gp, "knn": read_knn, "linear": read_linear, "mlp": read_mlp, "neighbors": read_neighbors}
