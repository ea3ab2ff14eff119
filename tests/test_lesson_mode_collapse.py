"""The mixture by hand: its peaks are those of the exact density, and two equal bumps melt at 2σ exactly."""

import numpy as np
import pytest
import torch
from scipy.signal import find_peaks

from playground.distributions import Mixture
from playground.lessons.benches.mixture import CONTROLS, FALL, MELT, MIXTURE, NAMES, bumps, peaks, samples, tide


@pytest.mark.parametrize("spread", [0.2, 0.5, 1.2])
@pytest.mark.parametrize(("sigmas", "count"), [(0.0, 1), (1.99, 1), (2.01, 2), (4.0, 2)])
def test_two_equal_bumps_have_two_peaks_only_beyond_two_sigma(spread: float, sigmas: float, count: int) -> None:
    places = np.array([0.3, 0.3 + sigmas * spread])
    assert len(peaks(places, np.ones(2), spread)) == count
    assert MELT == 2


def test_a_peak_lies_where_the_fixed_point_says() -> None:
    """Of bumps at ±m: x = m tanh(mx/σ²)."""
    m, spread = 1.3, 0.8
    x = 1.0
    for _ in range(200):
        x = m * np.tanh(m * x / spread**2)
    assert peaks(np.array([-m, m]), np.ones(2), spread) == pytest.approx([-x, x], abs=2e-3)


def test_unequal_bumps_may_melt_earlier() -> None:
    places = np.array([0.0, 2.1])
    assert len(peaks(places, np.ones(2), 1.0)) == 2
    assert len(peaks(places, np.array([1.0, 0.3]), 1.0)) == 1


@pytest.mark.parametrize("seed", range(5))
def test_peaks_are_those_of_the_playgrounds_exact_density(seed: int) -> None:
    rng = np.random.default_rng(seed)
    places, heights, spread = rng.uniform(-4.5, 4.5, 3), rng.uniform(0.1, 0.7, 3), rng.uniform(0.2, 1.2)
    weights = torch.tensor(heights / heights.sum())
    law = Mixture(torch.tensor(places)[:, None], spread, weights)
    x = np.linspace(-9, 9, 20001)
    density = law.log_prob(torch.tensor(x)[:, None]).exp().numpy()
    assert peaks(places, heights, spread) == pytest.approx(x[find_peaks(density)[0]], abs=5e-3)
    assert bumps(x, places, heights, spread).sum(0) / density == pytest.approx(
        heights.sum() * spread * np.sqrt(2 * np.pi), rel=1e-6
    )


def test_samples_come_from_the_bumps_as_often_as_they_weigh() -> None:
    values = MIXTURE.start | {"spread": 0.2}
    x = np.concatenate([samples(values, seconds)[0] for seconds in range(0, 100, 4)])
    places = np.array([values[f"place{name}"] for name in NAMES])
    heights = np.array([values[f"height{name}"] for name in NAMES])
    shares = np.bincount(np.abs(x[:, None] - places).argmin(1), minlength=3) / len(x)
    assert shares == pytest.approx(heights / heights.sum(), abs=0.03)


def test_the_tide_falls_from_above_every_peak_to_the_ground() -> None:
    assert tide(0) > sum(sorted(control.high for name, control in CONTROLS.items() if "height" in name)[:2])
    assert tide(FALL) == 0 and tide(FALL / 2) == tide(0) / 2
