"""Stability: the orbits and numbers of the Dirac-GAN's bench are those that Mescheder et al. 2018 prove."""

import itertools
import math

import numpy as np
import pytest

from playground.dirac import METHODS, Rules
from playground.lessons.bench import Reading
from playground.lessons.benches.dirac_plane import (
    DIRAC_PLANE,
    NAMES,
    REST,
    SPEED,
    STEPS,
    drawn,
    fate,
    force,
    orbit,
    spectrum,
)


def reading(name: str, **values: float) -> Reading:
    return DIRAC_PLANE.reading({"method": NAMES.index(name)} | values)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("minimax", "spirals outward"),
        ("non-saturating", "keeps circling"),
        ("wasserstein-clip", "keeps circling"),
        ("wasserstein-penalty", "keeps circling"),
        ("r1", "comes to rest"),
        ("instance-noise", "comes to rest"),
        ("consensus", "spirals inward"),
    ],
)
def test_the_fate_of_each_method_at_the_start(name: str, wanted: str) -> None:
    assert fate(reading(name)) == wanted


@pytest.mark.parametrize("h", [0.05, 0.2, 1.0])
def test_minimax_grows_by_the_root_of_one_plus_a_quarter_of_h_squared(h: float) -> None:
    at = reading("minimax", step=h)
    assert at["factor"] == pytest.approx(math.sqrt(1 + h**2 / 4))
    path = np.hypot(*orbit("minimax", "simultaneous", Rules(step=h), 1e-6, 0.0).T)
    assert path[10] / path[0] == pytest.approx(at["factor"] ** 10, rel=1e-6)


@pytest.mark.parametrize("gamma", [0.1, 0.5, 1.0, 2.0])
@pytest.mark.parametrize("moves", [0, 1])
def test_r1s_numbers_are_the_roots_of_its_polynomials(gamma: float, moves: int) -> None:
    """λ² + γλ + ¼ of the force; μ² − (2 − hγ)μ + 1 − hγ + h²/4 of a step at once, and in turns h²/4 less of both."""
    at, h = reading("r1", penalty=gamma, moves=moves), 0.2
    roots = np.roots([1, gamma, 0.25])
    assert sorted([at["real"], at["real2"]]) == pytest.approx(sorted(roots.real), abs=1e-6)
    assert at["imaginary"] == pytest.approx(abs(roots.imag).max(), abs=1e-6)
    trace, end = 2 - h * gamma - moves * h**2 / 4, 1 - h * gamma + (1 - moves) * h**2 / 4
    assert at["factor"] == pytest.approx(np.abs(np.roots([1, -trace, end])).max(), abs=1e-6)


def test_r1_is_fastest_at_critical_damping() -> None:
    factors = {gamma: reading("r1", penalty=gamma)["factor"] for gamma in np.arange(0.05, 2.01, 0.05)}
    assert min(factors, key=factors.__getitem__) == pytest.approx(1.0)
    assert min(factors.values()) == pytest.approx(0.9)


def test_minimax_in_turns_neither_grows_nor_shrinks() -> None:
    at = reading("minimax", moves=1)
    assert at["factor"] == pytest.approx(1) and fate(at) == "keeps circling"


def test_instance_noise_without_noise_is_minimax() -> None:
    quiet, minimax = reading("instance-noise", noise=0.0), reading("minimax")
    for number in ("real", "imaginary", "factor", "radius"):
        assert quiet[number] == pytest.approx(minimax[number], abs=1e-9)


def test_where_the_force_jumps_there_are_no_eigenvalues_and_the_page_says_so() -> None:
    at = reading("wasserstein-penalty")
    assert math.isnan(at["real"]) and math.isnan(at["factor"])
    assert "no eigenvalues" in spectrum(at) and "nan" not in DIRAC_PLANE.says(at)


@pytest.mark.parametrize("name", NAMES)
def test_arrows_point_where_the_force_does(name: str) -> None:
    arrows = force(name, Rules())
    v1, v2 = METHODS[name].v(arrows["x"], arrows["y"], Rules())
    cross, along = arrows["u"] * v2 - arrows["v"] * v1, arrows["u"] * v1 + arrows["v"] * v2
    np.testing.assert_allclose(cross, 0, atol=1e-12)
    assert (along >= 0).all() and np.hypot(arrows["u"], arrows["v"]).max() < 0.37


@pytest.mark.parametrize("moves", [0, 1])
@pytest.mark.parametrize("name", NAMES)
def test_no_corner_of_the_sliders_breaks_it(name: str, moves: int) -> None:
    for step, penalty, noise, start in itertools.product((0.05, 1.0), (0.05, 2.0), (0.0, 2.0), (0.0, 2.5)):
        at = reading(name, moves=moves, step=step, penalty=penalty, noise=noise, theta=start, psi=start)
        assert DIRAC_PLANE.says(at) and DIRAC_PLANE.picture(at, 4.0).alt


def test_the_orbit_grows_and_begins_again() -> None:
    steps = [drawn(seconds) for seconds in np.linspace(0, STEPS / SPEED + REST - 1e-6, 100)]
    assert steps == sorted(steps) and (steps[0], steps[-1]) == (0, STEPS) and drawn(STEPS / SPEED + REST) == 0
