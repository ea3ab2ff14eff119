"""Modes by their definitions, the optimal discriminator, and a table that says what everything is."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from scipy import stats
from scipy.spatial.distance import cdist

from playground.config import Config
from playground.distributions import DISTRIBUTIONS, Mixture
from playground.metrics import CAPTURED, HIGH_QUALITY, METRICS, Look, Modes, captured
from playground.metrics.__main__ import document
from playground.metrics.modes import reverse_kl
from playground.objectives import OBJECTIVES
from playground.yardstick import data_of, yardstick_of
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
    fake = np.random.default_rng(0).standard_normal((2048, dim))
    assert isinstance(law, Mixture)

    def best(x: Array) -> Array:
        p = law.log_prob(torch.tensor(x)).exp().numpy()
        q = np.exp(-np.square(x).sum(1) / 2) / (2 * np.pi) ** (dim / 2)
        return np.asarray(OBJECTIVES[objective].optimum(p, q, np.zeros(len(x))), dtype=np.float64)

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
