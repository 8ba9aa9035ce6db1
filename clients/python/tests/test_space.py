"""Spaces: the check of many configurations equals the one of each; networks; samples; ConfigSpace."""
import numpy as np
import pytest

from eahas import NoConfiguration, RefusedConfiguration, Space
from eahas.axes import Axis
from eahas.regnet import RegNet
from eahas.search.ledger import Axis as LedgerAxis
from eahas.suggest import suggest
from eahas.values import ln, ln_one, power, power_one

REGNET = {"derived": "regnet", "params": [
    {"name": "depth", "kind": "integer", "low": 6, "high": 15},
    {"name": "w0", "kind": "integer", "low": 48, "high": 128, "step": 8},
    {"name": "wa", "kind": "linear", "low": 8, "high": 32, "step": 0.1},
    {"name": "wm", "kind": "linear", "low": 2.5, "high": 3, "step": 0.001},
    {"name": "group_w", "kind": "integer", "low": 1, "high": 32},
]}
NETWORK = {"depth": 10, "w0": 64, "wa": 16, "wm": 2.5, "group_w": 8}
MIXED = {"params": [
    {"name": "a", "kind": "log", "low": 0.001, "high": 1, "step": 0.001},
    {"name": "b", "kind": "choice", "choices": ["x", "1", 2, "true"], "weights": [1, 2, 3, 4]},
    {"name": "c", "kind": "integer", "low": 1, "high": 1000, "log": True, "when": {"param": "b", "in": ["x", 2]}},
    {"name": "d", "kind": "ordinal", "choices": [1, 10, 100], "log": True, "optional": True},
    {"name": "e", "kind": "ordinal", "choices": ["small", "large"], "when": {"param": "c", "in": [5, 6, 7]}},
    {"name": "f", "kind": "linear", "low": -1, "high": 1, "when": {"param": "e", "in": ["large"]}},
]}


def test_zero_apart():
    """0 beside a logarithm is a quarter of the range below its low end, as in the Go package features
    (TestZeroApart)."""
    space = Space({"params": [
        {"name": "wd", "kind": "log", "low": 1e-5, "high": 1e-2, "zero": True},
        {"name": "few", "kind": "ordinal", "log": True, "choices": [0, 1e-5, 1e-4, 1e-3]},
    ]})
    wd, few = space
    np.testing.assert_allclose(
        wd.scaled(np.array([0, 1e-5, 1e-4, 1e-2, np.nan])), [-0.25, 0, 1 / 3, 1, np.nan], atol=1e-12
    )
    np.testing.assert_allclose(few.scaled(np.array([0, 1e-5, 1e-4, 1e-3])), [-0.25, 0, 0.5, 1], atol=1e-12)
    assert {"wd": 0, "few": 0} in space and {"wd": 1e-6, "few": 0} not in space
    assert list(wd.accepts(np.array([0, 1e-3, -1e-3]))) == [True, True, False]
    drawn = [c["wd"] for c in space.sample(1, 200)]
    assert 0 in drawn and all(c == 0 or 1e-5 <= c <= 1e-2 for c in drawn)


def test_zero_apart_in_other_tools():
    """Optuna asks for 0 first; ConfigSpace's range begins below low; a driver's range, too. All give 0 and values of
    the range alone."""
    optuna = pytest.importorskip("optuna")
    space = Space({"params": [{"name": "wd", "kind": "log", "low": 1e-5, "high": 1e-2, "zero": True}]})
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=1))
    seen = {suggest(study.ask(), space)["wd"] for _ in range(40)}
    assert 0 in seen and len(seen) > 5 and all({"wd": x} in space for x in seen)

    theirs = pytest.importorskip("ConfigSpace").ConfigurationSpace(seed=1)
    theirs.add(space.to_configspace()["wd"])
    drawn = [c["wd"] for c in theirs.sample_configuration(200)]
    assert 10 < drawn.count(0) < 50 and all({"wd": x} in space for x in drawn)
    hp = theirs["wd"]
    for x in (0, 1e-5, 3e-4, 1e-2):
        assert hp.legal_value(x) and abs(float(hp.to_value(hp.to_vector(x))) - x) <= 1e-9 * x
    assert not hp.legal_value(5e-6)

    driven = LedgerAxis("wd", True, low=1e-5, high=1e-2, log=True, zero=True)
    assert driven.at(driven.reach) == 0 and driven.at(9e-6) == 1e-5 and driven.at(1e-3) == 1e-3
    assert LedgerAxis("lr", True, low=1e-5, high=1e-2, log=True).reach == 1e-5


def wild(rng, space, inside):
    """A value on most axes: allowed ones, texts of them, neighbours, nonsense."""
    config, drawn = {}, inside[rng.integers(len(inside))]
    for a in space.axes:
        v = inside[rng.integers(len(inside))].get(a.name) if rng.random() < 0.2 else drawn.get(a.name)
        how = rng.integers(0, 30)
        if how == 0 or v is None and how < 20:
            continue
        if how == 1:
            v = rng.choice([0.5, 7, 1e-3, -1, 1e9])
        elif how == 2:
            v = ["x", True, False, "", "nan", None, float("nan"), 5, "5", 1, "large"][rng.integers(0, 11)]
        elif how == 3 and v is not None:
            v = str(v)
        elif how == 4 and isinstance(v, (int, float)):
            v = v * (1 + rng.choice([1e-7, 1e-5, 1e-3]))
        config[a.name] = v
    return config


@pytest.mark.parametrize(
    "description", [MIXED, {**REGNET, "constraints": [{"quantity": "params", "low": 1e5, "high": 1e6}]}]
)
def test_many_are_checked_as_each(description):
    space, rng = Space(description), np.random.default_rng(0)
    inside = space.sample(0, 300)
    configs = [wild(rng, space, inside) for _ in range(3000)] + inside
    want = [c in space for c in configs]
    assert 300 <= sum(want) < 2900
    assert list(space.accepts(configs)) == want
    for c, ok in zip(configs[:200], want):
        assert ok or pytest.raises(RefusedConfiguration, space.checked, [c])


@pytest.mark.parametrize("constraint", [
    {"quantity": "params", "high": 1000}, {"quantity": "flops", "low": 1e15, "high": 1e16},
    {"quantity": "stages", "low": 3, "high": 4}])
def test_constraints_on_derived_quantities_are_held(constraint):
    Space({**REGNET, "constraints": [{"quantity": "params", "high": 1e9}]}).check(NETWORK)
    with pytest.raises(RefusedConfiguration) as e:
        Space({**REGNET, "constraints": [constraint]}).check(NETWORK)
    assert e.value.axis == constraint["quantity"]


def test_samples_keep_constraints():
    space = Space({**REGNET, "constraints": [{"quantity": "params", "high": 3e5}]})
    free = Space(REGNET)
    assert not space.accepts(free.sample(0, 200)).all()
    assert space.accepts(space.sample(0, 500)).all()
    assert all(c in space for c in space.sample(1, 20))
    near = space.nearest(free.sample(3))
    assert near in space and space.nearest(near) == near


def test_impossible_constraints_are_told(monkeypatch):
    monkeypatch.setattr("eahas.sampling.MOST_DRAWS", 10_000)
    with pytest.raises(NoConfiguration):
        Space({**REGNET, "constraints": [{"quantity": "params", "high": 1}]}).sample(0)


def test_samples_follow_the_weights():
    drawn = Space(MIXED).sample(0, 20_000)
    share = np.array([sum(c["b"] == v for c in drawn) for v in ("x", "1", 2, "true")]) / 20_000
    assert np.allclose(share, [0.1, 0.2, 0.3, 0.4], atol=0.02)
    assert all(("c" in c) == (c["b"] in ("x", 2)) for c in drawn)


def test_many_networks_equal_each():
    free = Space(REGNET)
    net, rng = RegNet(REGNET), np.random.default_rng(0)
    x = np.array([[c[n] for n in net.axes] for c in free.sample(2, 2000)], float)
    x[:100, 0], x[100:150, 1], x[150:200, 2] = rng.uniform(0, 60, 100), 8.5, 0
    x[200:300, 3] = rng.uniform(1.0001, 1.5, 100)  # many stages
    nets = net.networks(list(x.T))
    sizes = net.sizes(nets)
    few, sizes_of_few = net.each(list(x[:300].T))
    assert np.array_equal(few.valid, nets.valid[:300]) and np.array_equal(
        few.width[few.valid], nets.width[:300][few.valid]
    )
    assert np.array_equal(sizes_of_few.flops[few.valid], sizes.flops[:300][few.valid])
    for i, row in enumerate(x):
        one = net.network(list(row))
        assert (one is not None) == nets.valid[i]
        if one is not None:
            n = nets.stages[i]
            assert one.stages == [
                tuple(map(int, s)) for s in zip(nets.width[i, :n], nets.depth[i, :n], nets.group[i, :n])
            ]
            assert one.possible == nets.possible[i]
            assert net.count(one) == (sizes.params[i], sizes.flops[i], sizes.acts[i])


def test_logarithms_and_powers_of_one_and_many():
    x = np.concatenate([np.random.default_rng(0).uniform(0.5, 20, 2000), [1, 2, 0.5, 2**0.5, 1e-300, 1e300]])
    assert [ln_one(v) for v in x] == list(ln(x)) and np.allclose(ln(x), np.log(x), rtol=1e-15, atol=1e-16)
    n = np.arange(len(x)) % 9
    assert [power_one(v, k) for v, k in zip(x[:2000], n)] == list(power(x[:2000], n[:2000]))


def test_configspace_keeps_the_space():
    cs = pytest.importorskip("ConfigSpace")
    space = Space(MIXED)
    theirs = space.to_configspace(seed=1)
    assert theirs["a"].log and theirs["c"].log and len(theirs.conditions) == 3
    for c in theirs.sample_configuration(200):
        assert dict(c) in space
    # The library's own sampling and neighbourhoods stay inside, too: the grid and the conditions hold.
    for c in cs.ConfigurationSpace.sample_configuration(theirs, 200):
        assert dict(c) in space
    bound = Space({**REGNET, "constraints": [{"quantity": "params", "high": 3e5}]}).to_configspace(seed=2)
    assert all(dict(c) in bound.eahas_space for c in bound.sample_configuration(20))
    inside = 0
    for c in Space(REGNET).sample(5, 100):
        try:
            cs.Configuration(bound, values=c)
            inside += 1
            assert c in bound.eahas_space
        except cs.exceptions.ForbiddenValueError:
            assert c not in bound.eahas_space
    assert 0 < inside < 100
    assert bound.to_serialized_dict()["forbiddens"]


def test_ties_of_widths_and_levels():
    """The digest that features/ln_test.go pins."""
    import hashlib

    wa = Space({"params": [{"name": "wa", "kind": "log", "low": 8, "high": 32, "step": 0.1}]})["wa"].values()
    rows = [(15, w0, a, wm, 8) for wm in (2.5, 2.56, 2.6, 2.75, 2.89, 3) for w0 in range(48, 129, 8) for a in wa]
    nets = RegNet(REGNET).networks(list(np.array(rows, float).T))
    h = hashlib.sha256()
    for w, d, n, possible in zip(nets.width.astype(int), nets.depth.astype(int), nets.stages, nets.possible):
        h.update(("".join("%d %d " % s for s in zip(w[:n], d[:n])) + "%d\n" % possible).encode())
    assert len(rows) == 15906 and h.hexdigest() == "244cf75b0167f706b380581c29f90ff80b882a296d8bc7524dce2f7a57231df7"
    one = RegNet(REGNET)
    assert all(one.network(list(r)).possible == p for r, p in zip(rows[::7], nets.possible[::7]))


def test_bits_of_log10():
    """The digest that features/log10_test.go pins: training rows are equally near, or not, by these bits."""
    import hashlib

    from eahas.values import log10

    n = np.arange(1.0, 20_001)
    digest = hashlib.sha256(log10(n * n / 128).astype("<f8").tobytes()).hexdigest()
    assert digest == "36a2a840f6dd955eadbb70dc579ae8aac2a9f8aaefdb81948477cb9c181f851f"


def test_truth_is_one_choice():
    """However a log spells true, it is one choice; a space with several spellings keeps them apart."""
    axis = Axis.of({"name": "nesterov", "kind": "choice", "choices": ["False", "True"]})
    assert [axis.index(v) for v in ("true", "True", "TRUE", True, "false", "tRUE", "1")] == [1, 1, 1, 1, 0, -1, -1]
    both = Axis.of({"name": "x", "kind": "choice", "choices": ["True", "true"]})
    assert [both.index(v) for v in ("True", "true", True)] == [0, 1, 1]
