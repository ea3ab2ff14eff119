"""The figure of one sure fake: its signals are slopes, and its fakes roll by the equations of motion."""

import pytest
from scipy.integrate import solve_ivp
from scipy.special import expit

from playground.lessons.benches.sure_fake import LOSSES, SURE_FAKE


@pytest.mark.parametrize("d", [-8.0, -1.9, 0.0, 2.5])
@pytest.mark.parametrize("which", range(2))
def test_a_signal_is_the_slope_of_its_loss(which: int, d: float) -> None:
    name, _, _, loss, slope, _ = LOSSES[which]
    numeric = (loss(d + 1e-5) - loss(d - 1e-5)) / 2e-5
    assert slope(d) == pytest.approx(numeric, rel=1e-5, abs=1e-9)
    signal = SURE_FAKE.numbers({"d": d})[f"signal_{name.replace('-', '_')}"]
    assert signal == pytest.approx(-numeric, rel=1e-5, abs=1e-9)


@pytest.mark.parametrize("d", [-8.0, -1.9, 2.5])
@pytest.mark.parametrize("which", range(2))
def test_a_fake_rolls_as_an_integrator_says(which: int, d: float) -> None:
    _, _, _, _, slope, roll = LOSSES[which]
    end = solve_ivp(lambda _, y: -slope(y), (0, 8), [d], rtol=1e-9, atol=1e-9).y[0, -1]
    assert roll(d, 8.0) == pytest.approx(end, abs=1e-6)


def test_the_minimax_signal_is_d_itself() -> None:
    assert SURE_FAKE.numbers({"d": -1.9})["signal_minimax"] == pytest.approx(expit(-1.9))
    assert SURE_FAKE.numbers({"d": -7.5})["p_fake"] > 0.999
