"""What is said of the players, against definitions and optima."""

import math

import numpy as np
import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from playground.metrics import saturation
from playground.metrics.modes import dominant, rotation
from playground.metrics.players import accuracy, at_bound, cosine, growth, neutral, sign
from playground.objectives import OBJECTIVES

Array = NDArray[np.float64]
OUTPUTS = arrays(np.float64, st.integers(1, 40), elements=st.floats(-50, 50))
BOUND = [name for name, objective in OBJECTIVES.items() if not objective.free_level]


@given(arrays(np.float64, 50, elements=st.floats(0, 1)))
def test_saturation_is_a_pair_of_shares(probability: Array) -> None:
    fake, real = saturation(probability)
    assert fake == pytest.approx(np.mean([p <= 0.01 for p in probability]))
    assert real == pytest.approx(np.mean([p >= 0.99 for p in probability]))


@pytest.mark.parametrize("name", BOUND)
def test_the_neutral_output_is_best_where_real_and_fake_are_alike(name: str) -> None:
    """It minimises D's loss for one output on both; where others do too, it lies in their middle."""
    level = neutral(OBJECTIVES[name], np.array([3.0]), np.array([-1.0]))
    d = torch.linspace(-3, 3, 601, dtype=torch.float64) + level
    loss = OBJECTIVES[name].discriminator(d, d)
    best = d[loss <= loss.min() + 1e-12]
    assert float(best.min() + best.max()) / 2 == pytest.approx(level, abs=1e-9)


@pytest.mark.parametrize("name", sorted(OBJECTIVES.keys() - BOUND))
@given(OUTPUTS, OUTPUTS, st.floats(-100, 100))
def test_where_the_level_is_free_decisions_do_not_depend_on_it(
    name: str, d_real: Array, d_fake: Array, shift: float
) -> None:
    level, moved = (neutral(OBJECTIVES[name], d_real + by, d_fake + by) for by in (0.0, shift))
    assert level == pytest.approx((d_real.mean() + d_fake.mean()) / 2)
    assert moved == pytest.approx(level + shift, abs=1e-9)


@given(OUTPUTS, st.floats(-50, 50))
def test_accuracy_and_sign_count_decisions(d: Array, level: float) -> None:
    below, above = sum(d < level), sum(d > level)
    assert accuracy(d, level) == pytest.approx((below + 0.5 * (len(d) - below - above)) / len(d))
    assert sign(d, level) == pytest.approx((above - below) / len(d))


@given(st.integers(2, 13), st.floats(-4, 1), st.floats(-3, 3))
def test_growth_is_the_exponent_of_a_geometric_row(layers: int, slope: float, start: float) -> None:
    assert growth(10 ** (start + slope * np.arange(layers))) == pytest.approx(slope, abs=1e-9)


@pytest.mark.parametrize("norms", [[], [1.0], [1.0, 0.0, 0.0]])
def test_nothing_grows_where_there_is_nothing(norms: list[float]) -> None:
    assert math.isnan(growth(norms))


@given(st.floats(-math.pi, math.pi), st.floats(0.1, 10), st.floats(0.1, 10))
def test_the_turn_is_the_cosine_of_the_angle_between_two_moves(angle: float, one: float, other: float) -> None:
    a, b = one * np.array([1.0, 0.0]), other * np.array([math.cos(angle), math.sin(angle)])
    assert cosine(a, b) == pytest.approx(math.cos(angle), abs=1e-9)
    assert math.isnan(cosine(a, 0 * b))


@given(arrays(np.float64, 30, elements=st.floats(-2, 2)), st.floats(0.01, 1))
def test_clipped_weights_are_found_at_the_bound(weights: Array, c: float) -> None:
    size = np.abs(weights)
    assume(not ((size < c) & (size > c * (1 - 1e-5))).any())
    held = np.clip(weights, -c, c).astype(np.float32)  # as weights are
    assert at_bound(held, c) == pytest.approx(np.mean([abs(w) >= c for w in weights]))


def test_the_largest_mode_is_followed_past_measurements_without_one() -> None:
    assert dominant(np.array([0.1, 0.4, 0.4])) == 1 and math.isnan(dominant(np.zeros(3)))
    assert rotation([2.0, 2.0, 1.0, math.nan, 1.0, 2.0]) == 2
    assert rotation([math.nan]) == rotation([]) == rotation([3.0] * 10) == 0


@pytest.mark.parametrize("bad", [[], [1.0, np.nan], [np.inf], [[1.0], [2.0]]])
def test_what_are_no_numbers_is_refused_by_name(bad: list) -> None:
    for name, measure in {
        "saturation": saturation,
        "sign": lambda x: sign(x, 0.0),
        "cosine": lambda x: cosine(x, x),
        "clipped": lambda x: at_bound(np.asarray(x), 1.0),
    }.items():
        with pytest.raises(ValueError, match=f"{name} needs"):
            measure(bad)
    with pytest.raises(ValueError, match="neutral needs"):
        neutral(OBJECTIVES["wasserstein"], bad, bad)
    with pytest.raises(ValueError, match="growth needs finite"):
        growth([1.0, np.nan])
