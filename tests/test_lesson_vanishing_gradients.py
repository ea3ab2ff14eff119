"""The figures on vanishing gradients say what calculus and quadrature say."""

from collections.abc import Callable

import numpy as np
import pytest
from scipy.integrate import quad, solve_ivp
from scipy.special import expit
from scipy.stats import norm

from playground.lessons.benches import far_apart, flat_loss
from playground.lessons.benches.far_apart import CURVES, FAR_APART
from playground.lessons.benches.flat_loss import FLAT_LOSS

ROLLS = {
    "minimax": (flat_loss.minimax_loss, flat_loss.minimax_slope, flat_loss.minimax_roll),
    "non-saturating": (flat_loss.non_saturating_loss, flat_loss.non_saturating_slope, flat_loss.non_saturating_roll),
}


@pytest.mark.parametrize("name", ROLLS)
def test_a_slope_is_its_loss_derivative(name: str) -> None:
    loss, slope, _ = ROLLS[name]
    a, h = np.linspace(-8, 4, 25), 1e-5
    np.testing.assert_allclose((loss(a + h) - loss(a - h)) / (2 * h), slope(a), atol=1e-8)


def test_the_losses_are_those_of_the_paper() -> None:
    a = np.linspace(-8, 4, 25)
    np.testing.assert_allclose(flat_loss.minimax_loss(a), np.log(1 - expit(a)), atol=1e-12)
    np.testing.assert_allclose(flat_loss.non_saturating_loss(a), -np.log(expit(a)), atol=1e-12)


@pytest.mark.parametrize("start", [-8.0, -3.0, 0.0, 4.0])
@pytest.mark.parametrize("name", ROLLS)
def test_a_fake_rolls_as_the_differential_equation_says(name: str, start: float) -> None:
    _, slope, roll = ROLLS[name]
    solved = solve_ivp(lambda t, a: -slope(a), (0, 6), [start], rtol=1e-9, atol=1e-11).y[0, -1]
    assert float(roll(start, 6.0)) == pytest.approx(solved, abs=1e-6)


def test_only_minimax_is_flat_where_the_discriminator_is_sure_of_a_fake() -> None:
    reading = FLAT_LOSS.reading({"a": -8.0})
    assert reading["minimax"] < 1e-3 and reading["non-saturating"] > 0.999
    assert reading["probability"] == pytest.approx(1 / (1 + np.exp(8)))


@pytest.mark.parametrize("d", [0.5, 2.0, 6.0])
def test_a_pull_is_the_mean_slope_under_the_best_discriminator(d: float) -> None:
    """E_q of d·D* and d·(1 − D*), with reals N(0, 1) and fakes N(d, 1), by adaptive quadrature."""

    def mean(f: Callable[[np.ndarray], np.ndarray]) -> float:
        return quad(lambda x: f(far_apart.best_discriminator(np.array(x), d)) * norm.pdf(x, d), d - 10, d + 10)[0]

    reading = FAR_APART.reading({"d": d})
    assert reading["minimax"] == pytest.approx(d * mean(lambda p: p), rel=1e-6)
    assert reading["non-saturating"] == pytest.approx(d * mean(lambda p: 1 - p), rel=1e-6)
    assert reading["wasserstein"] == 1


def test_the_best_discriminator_is_the_share_of_the_real_density() -> None:
    x, d = np.linspace(-3, 8, 12), 5.0
    np.testing.assert_allclose(far_apart.best_discriminator(x, d), norm.pdf(x) / (norm.pdf(x) + norm.pdf(x, d)))


@pytest.mark.parametrize("objective", CURVES)
def test_the_curves_pass_through_what_is_computed(objective: str) -> None:
    d, gradients = far_apart.curve(objective)
    for at in (1.05, 4.3, 9.7):
        assert np.interp(at, d, np.log(gradients)) == pytest.approx(np.log(far_apart.pull(objective, at)), abs=2e-3)


def test_runners_cover_what_their_gradient_gives_them() -> None:
    assert far_apart.brought("wasserstein", 6.0, 2.5) == pytest.approx(3.5, abs=0.01)
    assert far_apart.brought("minimax", 8.0, 6.0) == pytest.approx(8.0, abs=0.01)
    solved = solve_ivp(lambda t, d: [-far_apart.pull("non-saturating", float(d[0]))], (0, 1), [4.0], rtol=1e-6).y[0, -1]
    assert far_apart.brought("non-saturating", 4.0, 1.0) == pytest.approx(solved, abs=0.02)
