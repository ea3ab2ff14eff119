"""Distances and counts against scipy, against definitions, and against what fresh real data score."""

import math

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from scipy import stats
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist

from playground.config import Config
from playground.distributions import DISTRIBUTIONS, Mixture
from playground.metrics import CAPTURED, HIGH_QUALITY, Modes, captured, emd, saturation
from playground.yardstick import Yardstick, data_of, yardstick_of
from tests.conftest import rng

Array = NDArray[np.float64]
PLACES = st.floats(-100, 100, width=32)
GAUSSIANS = [name for name in DISTRIBUTIONS if isinstance(data_of(Config(data=name)), Mixture)]


def clouds(dim: int, most: int = 40) -> st.SearchStrategy[tuple[Array, Array]]:
    """Pairs of samples of one size."""
    cloud = st.integers(1, most).flatmap(lambda n: arrays(np.float64, (2, n, dim), elements=PLACES))
    return cloud.map(lambda pair: (pair[0], pair[1]))


# --- earth mover's distance -------------------------------------------------------------------------------------------


@given(clouds(1))
def test_on_a_line_emd_is_scipys_wasserstein_distance(pair: tuple[Array, Array]) -> None:
    real, fake = pair
    assert emd(real, fake) == pytest.approx(stats.wasserstein_distance(real[:, 0], fake[:, 0]), abs=1e-9)


@given(st.integers(2, 3).flatmap(clouds))
def test_in_space_emd_is_the_cheapest_assignment(pair: tuple[Array, Array]) -> None:
    cost = cdist(*pair)
    rows, columns = linear_sum_assignment(cost)
    assert emd(*pair) == pytest.approx(cost[rows, columns].mean(), abs=1e-7)


@given(st.integers(1, 2).flatmap(clouds), PLACES)
def test_moving_a_cloud_costs_the_length_of_the_move(pair: tuple[Array, Array], shift: float) -> None:
    real, _ = pair
    moved = real + shift
    assert emd(real, moved) == pytest.approx(abs(shift) * math.sqrt(real.shape[1]), abs=1e-6)


@given(st.integers(1, 2).flatmap(clouds), st.floats(0.1, 10), st.randoms(use_true_random=False))
def test_emd_is_a_distance_between_clouds(pair: tuple[Array, Array], scale: float, random) -> None:
    real, fake = pair
    order = random.sample(range(len(real)), len(real))
    assert emd(real, real[order]) == pytest.approx(0, abs=1e-9)
    assert emd(real, fake) == pytest.approx(emd(fake, real), abs=1e-7)
    assert emd(scale * real, scale * fake) == pytest.approx(scale * emd(real, fake), rel=1e-6, abs=1e-7)
    assert emd(real, fake) >= np.linalg.norm(real.mean(0) - fake.mean(0)) - 1e-7  # Jensen
    assert emd(real, fake) <= emd(real, 0 * real) + emd(0 * real, fake) + 1e-7


@pytest.mark.parametrize("modes", [1, 2, 4, 6, 7])
def test_emd_to_a_ring_with_modes_missing(modes: int) -> None:
    """All mass on some adjacent modes of a ring of radius 2: a transport between two tiny discrete laws."""
    angle = 2 * np.pi * np.arange(8) / 8
    ring = 2 * np.stack([np.cos(angle), np.sin(angle)], 1)
    copies = math.lcm(8, modes)
    real, fake = np.repeat(ring, copies // 8, axis=0), np.repeat(ring[:modes], copies // modes, axis=0)
    assert emd(real, fake) == pytest.approx(stats.wasserstein_distance_nd(ring, ring[:modes]), abs=1e-9)
    if modes == 1:  # the mean chord from one corner of an octagon
        assert emd(real, fake) == pytest.approx(0.5 / math.tan(math.pi / 16))


@pytest.mark.parametrize(
    ("real", "fake"),
    [
        (np.zeros((0, 2)), np.zeros((0, 2))),
        (np.zeros((3, 2)), np.zeros((4, 2))),
        (np.zeros((3, 1)), np.zeros((3, 2))),
        (np.zeros(3), np.zeros(3)),
    ],
)
def test_clouds_of_different_or_no_size_are_refused_by_shape(real: Array, fake: Array) -> None:
    with pytest.raises(ValueError, match="of one shape") as error:
        emd(real, fake)
    assert str(real.shape) in str(error.value) and str(fake.shape) in str(error.value)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("dim", [1, 2])
def test_clouds_with_infinities_are_refused(bad: float, dim: int) -> None:
    good, broken = np.zeros((3, dim)), np.zeros((3, dim))
    broken[1] = bad
    for pair in ((good, broken), (broken, good)):
        with pytest.raises(ValueError, match="finite"):
            emd(*pair)


# --- modes ------------------------------------------------------------------------------------------------------------


def ring(sigma: float = 0.05) -> tuple[Modes, Array]:
    angle = 2 * np.pi * np.arange(8) / 8
    means = np.stack([np.cos(angle), np.sin(angle)], 1)
    return Modes(means, np.arange(8), sigma, np.full(8, 1 / 8)), means


def test_a_cloud_in_the_middle_of_the_ring_belongs_to_no_mode() -> None:
    modes, _ = ring()
    cloud = 0.05 * np.random.default_rng(0).standard_normal((500, 2))
    assert not modes.shares(cloud).any() and captured(modes.shares(cloud), modes.weights) == 0
    assert modes.high_quality(cloud) == 0


@given(st.lists(st.integers(0, 7), min_size=1, max_size=60))
def test_shares_count_the_samples_at_each_mode(picks: list[int]) -> None:
    modes, means = ring()
    expected = np.bincount(picks, minlength=8) / len(picks)
    assert np.allclose(modes.shares(means[picks]), expected) and modes.high_quality(means[picks]) == 1


@given(arrays(np.float64, (30, 2), elements=st.floats(-3, 3)), st.floats(0.005, 1))
def test_belonging_and_quality_are_what_their_definitions_say(x: Array, sigma: float) -> None:
    modes, means = ring(sigma)
    distance = cdist(x, means)
    near, reach = distance.min(1), max(3 * sigma, math.sin(math.pi / 8))  # half a chord of the ring
    assume(not np.isclose(near, reach).any() and not np.isclose(near, 3 * sigma).any())
    assume(not np.isclose(np.diff(np.sort(distance, 1)[:, :2], axis=1), 0).any())  # no ties
    expected = np.bincount(distance.argmin(1)[near < reach], minlength=8) / len(x)
    assert np.allclose(modes.shares(x), expected)
    assert modes.high_quality(x) == pytest.approx((near < HIGH_QUALITY * sigma).mean())


def test_one_mode_alone_owns_every_sample() -> None:
    modes = Modes(np.zeros((1, 1)), np.zeros(1, dtype=int), 0.1, np.ones(1))
    assert modes.shares(np.array([[100.0], [0.0]])) == [1.0] and modes.high_quality(np.array([[100.0], [0.0]])) == 0.5


def test_a_mode_is_captured_from_a_fifth_of_its_mass_on() -> None:
    weights = np.array([0.5, 0.25, 0.25])
    assert captured(np.array([CAPTURED * 0.5, CAPTURED * 0.25 - 1e-9, 0.0]), weights) == 1
    assert captured(weights, weights) == 3


@given(arrays(np.float64, 50, elements=st.floats(0, 1)))
def test_saturation_is_a_pair_of_shares(probability: Array) -> None:
    fake, real = saturation(probability)
    assert fake == np.mean([p <= 0.01 for p in probability]) and real == np.mean([p >= 0.99 for p in probability])


# --- what perfect fakes score -----------------------------------------------------------------------------------------


def fresh(config: Config, yardstick: Yardstick, draws: int) -> list[dict[str, float]]:
    """Scores of fresh real samples: what a perfect generator would get."""
    random = rng(12345)
    return [yardstick.measure(data_of(config).sample(yardstick.samples, random))[0] for _ in range(draws)]


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_fresh_real_samples_land_on_the_floor_and_have_every_mode(name: str) -> None:
    config = Config(data=name)
    yardstick = yardstick_of(config)
    scores = fresh(config, yardstick, 128 if DISTRIBUTIONS[name].dim == 1 else 24)
    assert np.mean([score["emd"] for score in scores]) == pytest.approx(yardstick.floor, rel=0.25)
    assert {score["modes"] for score in scores} == {len(yardstick.weights)}


@pytest.mark.parametrize("name", GAUSSIANS)
def test_real_gaussians_are_within_three_sigma_as_often_as_chi_square_says(name: str) -> None:
    config = Config(data=name)
    expected = stats.chi2(DISTRIBUTIONS[name].dim).cdf(HIGH_QUALITY**2)  # 99.73 % on a line, 98.89 % in the plane
    observed = np.mean([score["high_quality"] for score in fresh(config, yardstick_of(config), 8)])
    assert observed == pytest.approx(expected, abs=4 * math.sqrt(expected * (1 - expected) / (8 * 2048)))


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_the_reference_is_real_and_holds_every_mode_evenly(name: str) -> None:
    config = Config(data=name, imbalance=0.5)
    yardstick = yardstick_of(config)
    shares = yardstick.look(torch.tensor(yardstick.reference))[1]
    assert np.abs(shares - yardstick.weights).max() < 0.02 and 0 < yardstick.floor < 0.5


def test_shrunken_fakes_score_worse_than_real_ones() -> None:
    """And a generator that lost half of the ring is worse than one that is a little off everywhere."""
    config = Config(data="ring")
    yardstick, data = yardstick_of(config), data_of(config)
    x = data.sample(yardstick.samples, rng(1))
    half = torch.where(x[:, :1] > 0, x, -x)
    scores = [yardstick.measure(fake)[0]["emd"] for fake in (x, 0.9 * x, half)]
    assert scores == sorted(scores)
    assert 3 <= yardstick.measure(half)[0]["modes"] <= 5  # two of the eight straddle the line


@settings(max_examples=6)
@given(
    st.sampled_from(sorted(DISTRIBUTIONS)),
    st.integers(1, 49),
    st.floats(0.005, 2),
    st.floats(0, 10),
    st.floats(0, 0.99),
)
def test_every_shape_has_a_yardstick(name: str, modes: int, spread: float, separation: float, imbalance: float) -> None:
    config = Config(data=name, modes=modes, spread=spread, separation=separation, imbalance=imbalance)
    yardstick = yardstick_of(config)
    scores, shares = yardstick.measure(data_of(config).sample(yardstick.samples, rng()))
    assert all(math.isfinite(score) for score in scores.values())
    assert shares.shape == yardstick.weights.shape and shares.sum() <= 1 + 1e-9
    assert scores["largest_share"] == shares.max()
