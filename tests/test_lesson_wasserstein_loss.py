"""The benches of the lesson on the Wasserstein loss: curves against the objectives, measures against quadrature."""

import numpy as np
import pytest
import torch
from scipy.integrate import quad
from scipy.stats import norm, wasserstein_distance

from playground.lessons.benches.plain_score import COUNTS, GRID, LOG, PLAIN, PLAIN_SCORE, SLOPES, STEPS
from playground.lessons.benches.two_verdicts import REAL, TWO_VERDICTS, probability, score, slopes
from playground.objectives import OBJECTIVES


@pytest.mark.parametrize(("step", "objective"), [(LOG, "minimax"), (PLAIN, "wasserstein")])
def test_what_samples_count_is_minus_the_loss_of_the_discriminator(step: int, objective: str) -> None:
    real, fake = COUNTS[step]
    d_real, d_fake = GRID, GRID[::-1].copy()
    loss = OBJECTIVES[objective].discriminator(torch.from_numpy(d_real), torch.from_numpy(d_fake)).numpy()
    np.testing.assert_allclose(real(d_real) + fake(d_fake), -loss, atol=1e-12)


@pytest.mark.parametrize("step", range(len(STEPS)))
def test_slopes_are_those_of_the_curves(step: int) -> None:
    h = 1e-5
    for curve, slope in zip(COUNTS[step], SLOPES[step], strict=True):
        np.testing.assert_allclose(slope(GRID), (curve(GRID + h) - curve(GRID - h)) / (2 * h), atol=1e-8)


def test_only_without_log_and_sigmoid_a_sure_fake_still_pulls() -> None:
    pulls = [PLAIN_SCORE.reading({"step": step, "d_fake": -6.0})["pull"] for step in range(len(STEPS))]
    assert max(pulls[:PLAIN]) < 0.01
    assert pulls[PLAIN] == 1


@pytest.mark.parametrize("fake", [2.0, -4.0])
def test_the_verdicts_are_the_best_ones_of_two_bells(fake: float) -> None:
    x = np.linspace(-5, 6, 45)
    p, q = norm.pdf(x, REAL), norm.pdf(x, fake)
    np.testing.assert_allclose(probability(x, fake), p / (p + q), atol=1e-12)
    gain = quad(lambda t: float(score(np.array(t), fake)) * (norm.pdf(t, REAL) - norm.pdf(t, fake)), -15, 15)[0]
    assert gain == pytest.approx(REAL - fake, abs=1e-6)  # the duality's bound is reached
    h = 1e-5
    for verdict, slope in zip((probability, score), slopes(0.3, fake), strict=True):
        assert slope == pytest.approx(np.diff(verdict(np.array([0.3 - h, 0.3 + h]), fake))[0] / (2 * h), abs=1e-8)


def test_both_measures_against_quadrature_and_scipy() -> None:
    reading = TWO_VERDICTS.reading({"fake": 2.0})

    def term(x: float) -> float:
        p, q = norm.pdf(x, REAL), norm.pdf(x, 2.0)
        return float(0.5 * (p * np.log(2 * p / (p + q)) + q * np.log(2 * q / (p + q))))

    assert reading["js"] == pytest.approx(quad(term, -6, 12)[0], abs=1e-6)
    at = norm.ppf((np.arange(4000) + 0.5) / 4000)
    assert reading["wasserstein"] == pytest.approx(wasserstein_distance(at + REAL, at + 2.0), abs=1e-9)
