"""Modes by their definitions, perfect fakes at the noise floors, and a table that says what everything is."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from scipy import stats
from scipy.spatial.distance import cdist

from playground.config import Config
from playground.distributions import DISTRIBUTIONS, Mixture
from playground.metrics import CAPTURED, HIGH_QUALITY, METRICS, Look, Modes, captured, emd
from playground.metrics.__main__ import document
from playground.metrics.modes import reverse_kl
from playground.objectives import OBJECTIVES
from playground.ruler import Yardstick
from playground.yardstick import data_of, mixture_ruler, yardstick_of
from tests.conftest import rng

Array = NDArray[np.float64]
GAUSSIANS = [name for name in DISTRIBUTIONS if isinstance(data_of(Config(data=name)), Mixture)]
OF_SAMPLES = [name for name, metric in METRICS.items() if metric.samples]
DOCS = Path(__file__).resolve().parent.parent / "docs" / "metrics.md"


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


@given(arrays(np.float64, 6, elements=st.floats(0, 1)), arrays(np.float64, 6, elements=st.floats(0.01, 1)))
def test_reverse_kl_is_scipys_relative_entropy(shares: Array, weights: Array) -> None:
    assume(shares.sum() > 0.01)
    assert reverse_kl(shares, weights) == pytest.approx(stats.entropy(shares, weights), abs=1e-9)


@pytest.mark.parametrize("m", range(1, 9))
def test_even_shares_of_some_of_eight_modes_are_log_8_over_m_away(m: int) -> None:
    assert reverse_kl(np.arange(8) < m, np.full(8, 1 / 8)) == pytest.approx(math.log(8 / m))


@pytest.mark.parametrize("bad", [[0.0, 0.0], [1.0], [np.nan, 1.0], [-1.0, 2.0]])
def test_what_are_no_shares_is_refused(bad: list[float]) -> None:
    with pytest.raises(ValueError, match="reverse_kl needs"):
        reverse_kl(bad, [0.5, 0.5])


# --- what perfect fakes score -----------------------------------------------------------------------------------------


def fresh(config: Config, yardstick: Yardstick, draws: int, n: int = 0) -> list[dict[str, float]]:
    """Scores of fresh real samples: what a perfect generator would get."""
    random = rng(12345)
    return [yardstick.measure(data_of(config).sample(n or yardstick.samples, random)) for _ in range(draws)]


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_fresh_real_samples_land_on_every_floor(name: str) -> None:
    """The mean over other draws differs from the floor by no more than the noise of both."""
    config = Config(data=name)
    yardstick = yardstick_of(config)
    scores = fresh(config, yardstick, 32)
    for metric in OF_SAMPLES:
        values, floor = np.array([score[metric] for score in scores]), yardstick.floors[metric]
        if np.isnan(floor):
            assert np.isnan(values).all(), metric
            continue
        noise = float(values.std(ddof=1)) * math.sqrt(1 / len(values) + 1 / 16)
        assert abs(values.mean() - floor) <= 5 * noise + 1e-9, metric
    assert yardstick.floor == yardstick.floors["emd"] > 0
    assert yardstick.floors["modes"] == yardstick.floors["modes_any"] == len(yardstick.weights)


@pytest.mark.parametrize("name", GAUSSIANS)
def test_floors_are_what_is_known_of_equal_laws(name: str) -> None:
    """Density 1 and coverage 1 − 2⁻ᵏ (Naeem et al.), (K − 1)/2n for reverse KL, (B − 1)/8n for JS (both by χ²)."""
    yardstick = yardstick_of(Config(data=name))
    assert yardstick.floors["density"] == pytest.approx(1, abs=0.06)
    assert yardstick.floors["coverage"] == pytest.approx(1 - 2**-5, abs=0.02)
    assert yardstick.bins is not None
    for metric, degrees, per in (("reverse_kl", len(yardstick.weights), 2), ("js", len(yardstick.bins.mass), 8)):
        expected = (degrees - 1) / (per * yardstick.samples)
        noise = math.sqrt(2 / max(degrees - 1, 1) / (16 if METRICS[metric].dear else 256))  # of a mean of χ² numbers
        assert yardstick.floors[metric] == pytest.approx(expected, rel=0.1 + 4 * noise, abs=1e-9)
    assert yardstick.floors["kl"] < 6 * yardstick.floors["js"]


def test_only_metrics_of_samples_have_a_floor() -> None:
    floors = yardstick_of(Config()).floors
    assert list(floors) == OF_SAMPLES and len(floors) == len(OF_SAMPLES)
    with pytest.raises(KeyError, match="only metrics of samples"):
        floors["estimate"]


@pytest.mark.parametrize("name", GAUSSIANS)
def test_real_gaussians_are_within_three_sigma_as_often_as_chi_square_says(name: str) -> None:
    config = Config(data=name)
    expected = stats.chi2(DISTRIBUTIONS[name].dim).cdf(HIGH_QUALITY**2)  # 99.73 % on a line, 98.89 % in the plane
    ruler = mixture_ruler(config)
    observed = np.mean([ruler.high_quality(data_of(config).sample(2048, rng(seed)).numpy()) for seed in range(8)])
    assert observed == pytest.approx(expected, abs=4 * math.sqrt(expected * (1 - expected) / (8 * 2048)))


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_the_reference_is_real_and_holds_every_mode_evenly(name: str) -> None:
    config = Config(data=name, imbalance=0.5)
    yardstick = yardstick_of(config)
    seen = yardstick.look(torch.tensor(yardstick.reference))
    assert np.abs(seen.nearest_shares - yardstick.weights).max() < 0.02 and 0 < yardstick.floor < 0.5
    assert np.array_equal(seen.mode, yardstick.reference_mode)


@pytest.mark.parametrize("name", ["two-gaussians", "ring", "swiss-roll"])
@pytest.mark.parametrize("n", [300, 512, 5000])
def test_any_number_of_fakes_can_be_measured(name: str, n: int) -> None:
    config = Config(data=name)
    yardstick = yardstick_of(config)
    (scores,) = fresh(config, yardstick, 1, n)
    assert scores["modes"] == len(yardstick.weights)
    assert scores["emd"] < 6 * yardstick.floor
    assert all(math.isfinite(scores[metric]) for metric in OF_SAMPLES if math.isfinite(yardstick.floors[metric]))


@pytest.mark.parametrize("name", ["two-gaussians", "ring"])
def test_duplicated_fakes_are_no_worse_where_only_shares_count(name: str) -> None:
    config = Config(data=name)
    yardstick = yardstick_of(config)
    x = data_of(config).sample(len(yardstick.reference), rng(5))
    once, twice = yardstick.measure(x), yardstick.measure(x.repeat_interleave(2, 0))
    for metric in ("modes", "modes_any", "high_quality", "largest_share", "reverse_kl", "js"):
        assert twice[metric] == pytest.approx(once[metric]), metric


@pytest.mark.parametrize("name", ["two-gaussians", "ring", "swiss-roll"])
def test_fakes_far_out_of_range_are_far_away(name: str) -> None:
    """With all samples at one place, 1000 away, the EMD is the mean distance to the reference."""
    yardstick = yardstick_of(Config(data=name))
    x = torch.full((yardstick.samples, yardstick.dim), 1000.0)
    scores = yardstick.measure(x)
    wanted = np.linalg.norm(yardstick.reference - 1000.0, axis=1).mean()
    assert scores["emd"] == pytest.approx(wanted) and scores["sliced"] <= wanted
    assert scores["modes_any"] == scores["high_quality"] == scores["density"] == scores["coverage"] == 0
    if yardstick.bins is not None:
        assert scores["js"] == pytest.approx(math.log(2), abs=0.05)


def test_shrunken_fakes_score_worse_than_real_ones() -> None:
    """And a generator that lost half of the ring is worse than one that is a little off everywhere."""
    config = Config(data="ring")
    yardstick, data = yardstick_of(config), data_of(config)
    x = data.sample(yardstick.samples, rng(1))
    half = torch.where(x[:, :1] > 0, x, -x)
    scores = [yardstick.measure(fake) for fake in (x, 0.9 * x, half)]
    assert [score["emd"] for score in scores] == sorted(score["emd"] for score in scores)
    assert 3 <= scores[2]["modes"] <= 5  # two of the eight straddle the line
    assert scores[1]["emd_shape"] > 4 * scores[0]["emd_shape"] and scores[1]["emd_mass"] < 2 * scores[0]["emd_mass"]
    assert scores[2]["emd_mass"] > 4 * scores[0]["emd_mass"] and scores[2]["emd_shape"] < 2 * scores[0]["emd_shape"]


@settings(max_examples=12)
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
    x = data_of(config).sample(yardstick.samples, rng())
    scores, seen = yardstick.measure(x), yardstick.look(x)
    undefined = {"confidence", "frechet", "precision", "recall", "memorised"} | (
        set() if isinstance(data_of(config), Mixture) else {"js", "kl"}
    )
    assert {metric for metric, score in scores.items() if not math.isfinite(score)} == undefined
    assert seen.shares.shape == yardstick.weights.shape and seen.shares.sum() <= 1 + 1e-9
    assert scores["largest_share"] == seen.shares.max() and seen.nearest_shares.sum() == pytest.approx(1)


@pytest.mark.parametrize("name", ["two-gaussians", "ring", "mnist"])
@pytest.mark.parametrize("bad", [math.nan, math.inf, None])
def test_fakes_that_are_none_are_refused(name: str, bad: float | None) -> None:
    yardstick = yardstick_of(Config(data=name))
    x = torch.zeros(0 if bad is None else 8, yardstick.dim)
    x[4:5] = bad or 0.0
    with pytest.raises(ValueError, match=r"needs (finite|samples)"):
        yardstick.measure(x)


# --- the optimal discriminator ----------------------------------------------------------------------------------------


def seen_by(d, objective: str, data: str, fake: Array) -> Look:
    """A look at fakes (n, dim) by a discriminator d: points -> raw outputs."""
    config = Config(data=data)
    real = data_of(config).sample(2048, rng(4)).double().numpy()
    samples = yardstick_of(config).look(torch.tensor(fake, dtype=torch.float32))
    nothing = np.zeros(0)
    return Look(
        samples,
        OBJECTIVES[objective],
        real,
        d(real),
        d(fake),
        d(real),
        nothing,
        0.0,
        0.0,
        0.0,
        nothing,
        0.0,
        nothing,
        (),
        (),
    )


@pytest.mark.parametrize("objective", ["minimax", "non-saturating", "least-squares"])
@pytest.mark.parametrize("data", ["two-gaussians", "ring"])
def test_the_optimal_discriminator_is_near_the_optimum_and_a_blind_one_is_as_far_as_its_answers(
    objective: str, data: str
) -> None:
    """Fakes from a broad Gaussian, whose density is known; only the kernel estimate stands between."""
    law, dim = data_of(Config(data=data)), DISTRIBUTIONS[data].dim
    broad = stats.multivariate_normal(np.zeros(dim), 1.0)
    fake = np.random.default_rng(0).standard_normal((2048, dim))
    assert isinstance(law, Mixture)

    def best(x: Array) -> Array:
        p = law.log_prob(torch.tensor(x)).exp().numpy()
        return OBJECTIVES[objective].optimum(p, np.reshape(broad.pdf(x), len(x)), np.zeros(len(x)))

    probability = OBJECTIVES[objective].probability
    assert probability is not None
    optimal = seen_by(best, objective, data, fake)
    gap = METRICS["optimum_gap"].measure(optimal)
    assert gap < 0.05
    blind = replace(optimal, d_real=optimal.d_real * 0 + 50, d_fake=optimal.d_fake * 0 + 50)  # all is real
    answers = np.concatenate([probability(optimal.d_real[:256]), probability(optimal.d_fake[:256])])
    assert METRICS["optimum_gap"].measure(blind) == pytest.approx((1 - answers).mean(), abs=0.05)


@pytest.mark.parametrize("data", GAUSSIANS)
def test_half_is_optimal_for_perfect_fakes(data: str) -> None:
    fake = data_of(Config(data=data)).sample(2048, rng(5)).double().numpy()
    look = seen_by(lambda x: np.zeros(len(x)), "non-saturating", data, fake)
    assert METRICS["optimum_gap"].measure(look) < (0.03 if DISTRIBUTIONS[data].dim == 1 else 0.08)


# --- the table --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", METRICS)
def test_every_metric_says_what_it_is_and_where_it_comes_from(name: str) -> None:
    metric = METRICS[name]
    assert metric.title and metric.definition and metric.source and metric.better in ("lower", "higher", "")
    assert metric.definition.count("$") % 2 == 0 and "|" not in metric.definition
    assert "http" in metric.source or metric.source == "ours"


def test_the_page_about_metrics_is_up_to_date() -> None:
    assert DOCS.read_text() == document()  # else: python -m playground.metrics > docs/metrics.md
    rows = [line for line in document().splitlines() if line.startswith("| `")]
    assert len(rows) == len(METRICS) and len({row.count("|") for row in rows}) == 1


def test_two_shapes_of_one_size_are_told_apart_by_the_distance_alone() -> None:
    """A rotated ring has all its modes' mass, and none of its places: what counts and what measures differ."""
    config = Config(data="ring")
    yardstick, x = yardstick_of(config), data_of(config).sample(2048, rng(3))
    turn = math.pi / 8
    turned = x @ torch.tensor([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
    scores = yardstick.measure(turned)
    assert scores["high_quality"] == 0 and scores["modes_any"] == 0
    radius = float(np.linalg.norm(yardstick.centres[0]))
    assert scores["emd"] == pytest.approx(2 * radius * math.sin(turn / 2), rel=0.1)
    assert scores["emd"] == pytest.approx(emd(yardstick.reference, turned[:512].numpy()))
