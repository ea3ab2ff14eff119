"""One fake and how hard it is told to move, by the two losses, from how sure the discriminator is of it."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, wrightomega

from playground.lessons.bench import Bench, Control, Handle, Reading, Values, handles
from playground.plots.view import Axis, Layer, View

Array = NDArray[np.float64]
LOW, HIGH = -9.0, 4.0  # of D's raw output
BOTTOM, TOP = -5.0, 10.0  # of the losses shown, in nats
GRID = np.linspace(LOW, HIGH, 160)
PERIOD, REST, SPEED = 5.0, 1.0, 2.0  # seconds of a roll, of the pause before it, and units of time a second
TANGENT = 2.5  # of raw output on either side
DISC = (0.22, 0.42)  # half the width and height of the spot that rolls


def minimax(d: Array | float) -> Array:
    """log(1 − D) of the raw output d."""
    return -np.logaddexp(0, np.asarray(d, dtype=float))


def non_saturating(d: Array | float) -> Array:
    """−log D of the raw output d."""
    return np.logaddexp(0, -np.asarray(d, dtype=float))


def roll_minimax(d: float, time: float) -> float:
    """Where d has come to under d' = σ(d): d − exp(−d) grows evenly, solved by Wright's ω."""
    return -float(np.log(wrightomega(-(d - np.exp(-d) + time)))) if d > -300 else d


def roll_non_saturating(d: float, time: float) -> float:
    """Where d has come to under d' = σ(−d): d + exp(d) grows evenly."""
    return float(np.log(wrightomega(d + np.exp(d) + time)))


def numbers(values: Values) -> Values:
    """How sure D is that it is fake, and both signals: the slopes of the losses by D's raw output."""
    real = float(expit(values["d"]))
    return {"p_fake": float(expit(-values["d"])), "signal_minimax": real, "signal_non_saturating": 1 - real}


LOSSES = (  # name, formula, role, loss, its slope, how it rolls
    ("minimax", "log(1 − D)", "violation", minimax, lambda d: -expit(d), roll_minimax),
    ("non-saturating", "−log D", "transport", non_saturating, lambda d: -expit(-d), roll_non_saturating),
)


def picture(reading: Reading, seconds: float) -> View:
    """Both losses with their tangents at the fake, and how the fake rolls down either."""
    d = reading["d"]
    time = SPEED * max(0.0, seconds % (PERIOD + REST) - REST)
    near = np.array([d - TANGENT, d + TANGENT])
    layers = []
    for name, formula, role, loss, slope, roll in LOSSES:
        at = roll(d, time)
        layers += [
            Layer("line", name, role, {"x": GRID, "y": loss(GRID)}, f"{formula}: what G pays for this fake."),
            Layer("line", "", "ink", {"x": near, "y": loss(d) + slope(d) * (near - d)}, options={"dash": True}),
            *disc(at, float(loss(at)), role),
        ]
    x = np.array([d])
    layers += [
        Layer("segments", "", "ink", {"x0": x, "y0": x * 0 + BOTTOM, "x1": x, "y1": x * 0 + TOP}),
        Layer(
            "words",
            "",
            "ink",
            {"x": x + (0.2 if d < 0 else -0.2), "y": np.array([TOP * 0.94])},
            options={
                "texts": [f"D: {percent(reading['p_fake'])} fake"],
                "align": "left" if d < 0 else "right",
                "size": 1.0,
            },
        ),
        Layer(
            "words",
            "",
            "muted",
            {"x": np.array([LOW + 0.2]), "y": np.array([BOTTOM * 0.55])},
            options={"texts": ["← surely fake"], "align": "left", "size": 1.0},
        ),
        Layer(
            "words",
            "",
            "muted",
            {"x": np.array([HIGH - 0.2]), "y": np.array([TOP * 0.62])},
            options={"texts": ["surely real →"], "align": "right", "size": 1.0},
        ),
        handles(CONTROLS, reading, HANDLES),
    ]
    alt = (
        f"A fake that D calls fake with {percent(reading['p_fake'])}: the minimax loss has the slope "
        f"{reading['signal_minimax']:.3f} there, the non-saturating one {reading['signal_non_saturating']:.3f}."
    )
    axes = Axis(LOW, HIGH, "D's raw output d for this fake"), Axis(BOTTOM, TOP, "what G pays")
    return View(tuple(layers), *axes, alt=alt, revision="sure")


def disc(x: float, y: float, role: str) -> list[Layer]:
    """A round spot on a curve."""
    angle = np.linspace(-np.pi / 2, 3 * np.pi / 2, 25)
    edge = {"x": x + DISC[0] * np.sin(angle), "y": y + DISC[1] * np.cos(angle)}
    across, up = edge["x"][:13], DISC[1] * np.cos(angle[:13])
    filled = Layer("area", "", role, {"x": across, "y0": y - up, "y1": y + up})
    return [filled, filled, filled, Layer("line", "", role, edge)]


def percent(share: float) -> str:
    """A percentage that never says 100 where it is not."""
    shown = 100 * share
    return f"{shown:.0f} %" if shown < 90 else f"{shown:.1f} %" if shown < 99.9 else f"{shown:.3f} %"


def says(reading: Reading) -> str:
    """The verdict and both signals."""
    return (
        f"D calls it fake with **{percent(reading['p_fake'])}**. How hard it is told to move: minimax "
        f"**{reading['signal_minimax']:.4f}** (that is D itself), non-saturating "
        f"**{reading['signal_non_saturating']:.4f}** (1 − D)."
    )


CONTROLS = {"d": Control("raw output d", -4.0, LOW + 1, HIGH - 1, 0.1, dragged=True)}
HANDLES = (Handle("the fake", "d", BOTTOM + 0.6, "fake"),)
SURE_FAKE = Bench("sure-fake", CONTROLS, numbers, picture, says)
