"""Which sites are the nearest where many are nearly equally near: decided by the order of the sums that FORMAT.md
states."""
import struct

import numpy as np

from eahas.predictors import Sites


def packed(sites, targets, k):
    p = sites.shape[1]
    scaler = (
        b"dns1"
        + struct.pack("<II", p, p)
        + b"".join(struct.pack("<Idd", j, 0.0, 1.0) for j in range(p))
        + struct.pack("<I", 0)
    )
    out = b"knn1" + struct.pack("<I", len(scaler)) + scaler + struct.pack("<BBI", k, 1, 1)
    out += struct.pack("<I", p) + b"".join(struct.pack("<Id", j, 1.0) for j in range(p)) + struct.pack("<I", len(sites))
    return out + b"".join(struct.pack("<%dd" % (p + 2), *row, y, 1.0) for row, y in zip(sites, targets))


def nearest(sites, q, k):
    """The numbers of the nearest sites, as models/knn of the repository finds them."""
    def square(row):
        d, s = [a - b for a, b in zip(row, q)], 0.0
        while len(d) >= 4:
            s += d[0] * d[0] + d[1] * d[1] + (d[2] * d[2] + d[3] * d[3])
            d = d[4:]
        for v in d:
            s += v * v
        return s

    return sorted(range(len(sites)), key=lambda i: (square(sites[i].tolist()), i))[:k]


def test_ties_go_by_the_order_of_the_sums():
    rng = np.random.default_rng(0)
    for p in (1, 4, 6, 11):
        sites = rng.choice([0.1, 0.2, 0.3, 0.7], (200, p))  # the corners of a grid: most distances have many sites
        model = Sites(packed(sites, np.arange(200.0), 7))
        for q in rng.choice([0.1, 0.2, 0.3, 0.7], (40, p)):
            assert model._near(q)[0].tolist() == nearest(sites, q.tolist(), 7)
