"""The data are what they claim to be: exact densities, honest weights, modes where the papers put them."""

import itertools
import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from playground.distributions import DISTRIBUTIONS, Distribution, Mixture, apportion, mode_weights
from tests.conftest import rng

CENTRED = [name for name in DISTRIBUTIONS if name != "gaussian"]  # the one Gaussian sits off the origin on purpose


def build(
    name: str, modes: int = 8, spread: float = 0.05, separation: float = 2.0, imbalance: float = 0.0
) -> Distribution:
    return DISTRIBUTIONS[name].build(modes, spread, separation, imbalance)


def mixture(name: str, **shape: float) -> Mixture:
    made = build(name, **shape)  # type: ignore[arg-type]
    assert isinstance(made, Mixture)
    return made


MIXTURES = [name for name in DISTRIBUTIONS if build(name).log_prob is not None]


@pytest.mark.parametrize("spread", [0.05, 1.0])
@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_networks_see_data_of_order_one(name: str, spread: float) -> None:
    x = build(name, spread=spread).sample(40_000, rng()).double()
    assert float(x.square().mean().sqrt()) == pytest.approx(1, rel=0.02)
    assert x.shape == (40_000, DISTRIBUTIONS[name].dim)


@pytest.mark.parametrize("name", CENTRED)
def test_data_are_centred(name: str) -> None:
    x = build(name).sample(40_000, rng(1)).double()
    assert (x.mean(0).abs() < 5 * x.std(0) / math.sqrt(len(x)) + 1e-6).all()


@pytest.mark.parametrize("imbalance", [0.0, 0.9])
@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_modes_hold_the_mass_that_their_weights_say(name: str, imbalance: float) -> None:
    data = build(name, spread=0.005, imbalance=imbalance)
    anchors, mode_of = data.anchors
    x = data.sample(20_000, rng(2))
    nearest = mode_of[torch.cdist(x, anchors).argmin(1)]
    observed = torch.bincount(nearest, minlength=data.modes).numpy()
    expected = data.weights.double().numpy() * len(x)
    if len(expected) > 1:
        assert stats.chisquare(observed, expected * observed.sum() / expected.sum()).pvalue > 1e-4


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_equal_seeds_give_equal_draws_and_others_do_not(name: str) -> None:
    data = build(name)
    for draw in (data.sample, data.stratified):
        assert torch.equal(draw(100, rng(5)), draw(100, rng(5)))
        assert not torch.equal(draw(100, rng(5)), draw(100, rng(6)))


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_drawing_leaves_the_global_generator_alone(name: str) -> None:
    before = torch.get_rng_state()
    build(name).sample(10, rng())
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize(("spread", "modes"), [(0.1, 8), (1.0, 5)])
@pytest.mark.parametrize("name", MIXTURES)
def test_density_integrates_to_one(name: str, spread: float, modes: int) -> None:
    data = mixture(name, spread=spread, modes=modes, imbalance=0.5)
    reach, step = float(data.means.abs().max()) + 8 * data.sigma, data.sigma / (8 if data.dim == 1 else 2)
    axis = torch.arange(-reach, reach, step, dtype=torch.float64)
    points = torch.cartesian_prod(*[axis] * data.dim).reshape(-1, data.dim)
    mass = float(data.log_prob(points).exp().sum()) * step**data.dim  # the midpoint rule is exact to e⁻³⁰ here
    assert mass == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("name", MIXTURES)
def test_density_is_the_mixture_that_scipy_writes_down(name: str) -> None:
    data = mixture(name, spread=0.3, imbalance=0.5)
    x = data.sample(50, rng(3)).double()
    parts = [stats.norm.pdf(x.numpy(), mean.double().numpy(), data.sigma).prod(1) for mean in data.means]
    expected = np.log(sum(float(w) * part for w, part in zip(data.weights, parts, strict=True)))
    assert np.allclose(data.log_prob(x).numpy(), expected, atol=1e-5)


def test_two_gaussians_are_normals_around_plus_and_minus_the_separation() -> None:
    data = mixture("two-gaussians", spread=0.5, separation=2.0)
    scale = math.sqrt(2**2 + 0.5**2)  # the root mean square of the unscaled data

    def density(x: float) -> float:
        unscaled = x * scale
        return float(scale * 0.5 * (stats.norm.pdf(unscaled, -2, 0.5) + stats.norm.pdf(unscaled, 2, 0.5)))

    def ours(x: float) -> float:
        return float(data.log_prob(torch.tensor([[x]], dtype=torch.float64)).exp())

    for x in (-1.2, -0.9, 0.0, 0.4, 1.0):
        assert ours(x) == pytest.approx(density(x), rel=1e-5)
    mass, _ = integrate.quad(ours, 0, 4)
    assert mass == pytest.approx(0.5, abs=1e-6)


@pytest.mark.parametrize("name", MIXTURES)
def test_every_mode_has_the_spread_it_was_given(name: str) -> None:
    data = mixture(name, spread=0.05)
    draws = 20_000  # the standard error of a σ from so many is .5 %
    x = data.stratified(draws * data.modes, rng(4)).double().view(data.modes, draws, data.dim)
    assert torch.allclose(x.mean(1), data.means.double(), atol=5 * data.sigma / math.sqrt(draws))
    assert (x.std(1) / data.sigma - 1).abs().max() < 0.03
    assert float((x - data.means.double()[:, None]).square().mean().sqrt()) == pytest.approx(data.sigma, rel=0.03)


def test_noise_around_a_half_circle_has_the_spread_it_was_given() -> None:
    moons = build("two-moons", spread=0.1)
    anchors = moons.anchors[0][:200]  # the upper half circle
    centre, radius = (anchors[0] + anchors[-1]) / 2, float((anchors[0] - anchors[-1]).norm()) / 2
    upper = moons.stratified(20_000, rng())[:10_000]
    assert float(((upper - centre).norm(dim=1) - radius).std()) == pytest.approx(moons.sigma, rel=0.05)


@pytest.mark.parametrize("modes", [2, 3, 8, 25])
def test_a_ring_has_as_many_distinct_modes_as_it_says(modes: int) -> None:
    means = mixture("ring", modes=modes).means
    gaps = [float((a - b).norm()) for a, b in itertools.combinations(means, 2)]
    radius = float(means[0].norm())
    assert len(means) == modes and torch.allclose(means.norm(dim=1), torch.tensor(radius))
    chord = 2 * radius * math.sin(math.pi / modes)  # of 1/modes of a turn
    assert min(gaps) == pytest.approx(chord, rel=1e-4)


@pytest.mark.parametrize(("wanted", "got"), [(25, 25), (24, 25), (9, 9), (10, 9), (1, 1), (2, 1)])
def test_a_grid_is_square(wanted: int, got: int) -> None:
    data = mixture("grid", modes=wanted)
    assert data.modes == got and len({(round(float(x), 4), round(float(y), 4)) for x, y in data.means}) == got


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_modes_have_names_weights_and_anchors(name: str) -> None:
    data = build(name, imbalance=0.3)
    anchors, mode_of = data.anchors
    assert len(data.mode_names) == len(set(data.mode_names)) == data.modes == len(data.weights)
    assert set(mode_of.tolist()) == set(range(data.modes)) and anchors.shape == (len(mode_of), data.dim)
    assert float(data.weights.sum()) == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_only_the_named_knobs_shape_a_distribution(name: str) -> None:
    usual = {"modes": 8, "spread": 0.05, "separation": 2.0, "imbalance": 0.0}
    other = {"modes": 5, "spread": 0.2, "separation": 1.0, "imbalance": 0.5}
    x = DISTRIBUTIONS[name].build(*usual.values()).sample(64, rng())
    for knob in usual:
        y = DISTRIBUTIONS[name].build(*(usual | {knob: other[knob]}).values()).sample(64, rng())
        assert torch.allclose(x, y, atol=1e-6) != (knob in DISTRIBUTIONS[name].knobs), knob


@given(st.integers(2, 49), st.floats(0, 0.99))
def test_the_rarest_mode_is_as_rare_as_the_imbalance_says(modes: int, imbalance: float) -> None:
    weights = mode_weights(modes, imbalance).double()
    assert float(weights.sum()) == pytest.approx(1, abs=1e-5)
    assert float(weights.min() / weights.max()) == pytest.approx(1 - imbalance, rel=1e-4)


@given(st.lists(st.integers(1, 1000), min_size=1, max_size=49), st.integers(0, 3000))
def test_apportioned_counts_add_up_and_lie_within_one_of_their_share(parts: list[int], n: int) -> None:
    weights = torch.tensor(parts, dtype=torch.float64) / sum(parts)
    counts = apportion(weights, n)
    assert int(counts.sum()) == n and ((counts - weights * n).abs() < 1).all() and (counts >= 0).all()


@pytest.mark.parametrize("n", [1, 511, 512, 2048])
@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_stratified_draws_have_exact_mode_counts(name: str, n: int) -> None:
    data = build(name, spread=0.005, imbalance=0.5)
    anchors, mode_of = data.anchors
    counts = torch.bincount(mode_of[torch.cdist(data.stratified(n, rng()), anchors).argmin(1)], minlength=data.modes)
    assert int(counts.sum()) == n
    assert ((counts - data.weights * n).abs() < 1 + 1e-3).all()


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_every_allowed_shape_gives_finite_samples(name: str) -> None:
    for modes, spread, separation, imbalance in itertools.product((1, 49), (0.005, 2.0), (0.0, 10.0), (0.0, 0.99)):
        data = DISTRIBUTIONS[name].build(modes, spread, separation, imbalance)
        assert torch.isfinite(data.sample(100, rng())).all() and torch.isfinite(data.stratified(100, rng())).all()
