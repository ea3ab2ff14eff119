"""The bench of cones: slopes and verdicts against differences of the curves themselves."""

import numpy as np
import pytest

from playground.lessons.benches.cones import (
    CONES,
    CURVES,
    DRAWN,
    KINK,
    SINE,
    SQUARE,
    WIDE,
    curve,
    outside,
    slopes,
    steepest,
)

FINE = np.linspace(-WIDE, WIDE, 3001)


@pytest.mark.parametrize("chosen", range(len(CURVES)))
def test_the_steepest_slope_is_the_largest_quotient_of_differences(chosen: int) -> None:
    values = CONES.start | {"curve": float(chosen)}
    quotients = np.abs(np.diff(curve(values, FINE)) / np.diff(FINE))
    assert steepest(values) == pytest.approx(quotients.max(), abs=5e-3)


@pytest.mark.parametrize("chosen", range(len(CURVES)))
@pytest.mark.parametrize("x", [-3.0, -1.5, -0.4, 0.0, 0.7, 1.5, 3.0])
def test_slopes_are_one_sided_derivatives(chosen: int, x: float) -> None:
    values, h = CONES.start | {"curve": float(chosen)}, 1e-7
    left, right = slopes(values, x)
    at = float(curve(values, x))
    if x > -WIDE:
        assert left == pytest.approx((at - float(curve(values, x - h))) / h, abs=1e-5)
    if x < WIDE:
        assert right == pytest.approx((float(curve(values, x + h)) - at) / h, abs=1e-5)


@pytest.mark.parametrize("chosen", [SINE, KINK])
def test_no_cone_catches_a_1_lipschitz_curve(chosen: int) -> None:
    values = CONES.start | {"curve": float(chosen)}
    assert not any(outside(values, at).any() for at in np.linspace(-WIDE, WIDE, 61))


@pytest.mark.parametrize("chosen", [SQUARE, DRAWN])
def test_a_curve_that_is_too_steep_leaves_some_cone(chosen: int) -> None:
    values = CONES.start | {"curve": float(chosen)}
    assert any(outside(values, at).any() for at in np.linspace(-WIDE, WIDE, 61))


def test_a_parabola_leaves_the_cone_at_its_foot_beyond_one() -> None:
    assert CONES.reading({"x": 0.0})["outside"] == pytest.approx((WIDE - 1) / WIDE, abs=0.01)
