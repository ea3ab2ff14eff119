"""Perfect fakes land on the noise floor of every metric, and worse ones beside it, whatever their number and places."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from playground.config import Config
from playground.distributions import DISTRIBUTIONS, Mixture
from playground.metrics import HIGH_QUALITY, METRICS, emd
from playground.ruler import Yardstick
from playground.yardstick import data_of, mixture_ruler, yardstick_of
from tests.conftest import rng

GAUSSIANS = [name for name in DISTRIBUTIONS if isinstance(data_of(Config(data=name)), Mixture)]
OF_SAMPLES = [name for name, metric in METRICS.items() if metric.samples]


def fresh(config: Config, yardstick: Yardstick, draws: int, n: int = 0) -> list[dict[str, float]]:
    """Scores of fresh real samples: what a perfect generator would get."""
    random = rng(12345)
    return [yardstick.measure(data_of(config).sample(n or yardstick.samples, random)) for _ in range(draws)]


@pytest.mark.slow
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


@pytest.mark.slow
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
    undefined = {"as_asked", "confidence", "frechet", "precision", "recall", "memorised"} | (
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
