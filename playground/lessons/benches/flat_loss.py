"""Where the generator's loss is flat: a fake on the curves of two losses, rolling down each as fast as its slope allows."""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, wrightomega

from playground.lessons.bench import Bench, Control, Handle, Reading, Values, handles
from playground.plots.view import Axis, Layer, View

Array = NDArray[np.float64]
LOW, HIGH = -8.0, 4.0  # of the raw output
BOTTOM, TOP = -4.6, 8.6  # of the losses
PERIOD, REST = 7.0, 1.0  # seconds of a roll, and of them at rest before it
GRID = np.linspace(LOW, HIGH, 241)
TANGENT = 0.9  # half its length along the raw output


def minimax_loss(a: ArrayLike) -> Array:
    """log(1 − σ(a)): what a minimax generator pays for a fake with raw output a."""
    return -np.logaddexp(0.0, a)


def non_saturating_loss(a: ArrayLike) -> Array:
    """−log σ(a)."""
    return np.logaddexp(0.0, -np.asarray(a))


def minimax_slope(a: ArrayLike) -> Array:
    """Of the minimax loss: −σ(a)."""
    return -expit(np.asarray(a, dtype=float))


def non_saturating_slope(a: ArrayLike) -> Array:
    """Of the non-saturating loss: −(1 − σ(a))."""
    return -expit(-np.asarray(a, dtype=float))


def minimax_roll(a: ArrayLike, time: ArrayLike) -> Array:
    """Where descent along the minimax loss, da/dt = σ(a), has brought a raw output: a − e⁻ᵃ grows with time."""
    grown = np.asarray(np.asarray(a, dtype=float) - np.exp(-np.asarray(a, dtype=float)) + time, dtype=float)
    return grown + np.real(np.asarray(wrightomega(-grown)))


def non_saturating_roll(a: ArrayLike, time: ArrayLike) -> Array:
    """The same along the non-saturating loss, da/dt = σ(−a): a + eᵃ grows with time."""
    grown = np.asarray(np.asarray(a, dtype=float) + np.exp(np.asarray(a, dtype=float)) + time, dtype=float)
    return grown - np.real(np.asarray(wrightomega(grown)))


def numbers(values: Values) -> Values:
    """The probability D(x), both slopes as lengths, and how often the smaller fits into the larger."""
    probability = float(expit(values["a"]))
    minimax, other = float(-minimax_slope(values["a"])), float(-non_saturating_slope(values["a"]))
    return {"probability": probability, "minimax": minimax, "non-saturating": other, "ratio": other / minimax}


def roll_time(seconds: float) -> float:
    """The time that a fake has rolled: it rests, rolls on, and starts again."""
    return max(0.0, seconds % PERIOD - REST)


def ball(name: str, a: float, height: float, slope: float) -> list[Layer]:
    """A fake on its curve, with the slope it feels."""
    along = a + np.array([-TANGENT, TANGENT])
    tangent = {"x": along, "y": height + slope * (along - a)}
    place = {"x": np.array([a]), "y": np.array([height])}
    return [
        Layer("line", name, "fake", tangent, "The slope of the loss where the fake is now: what the generator feels."),
        Layer("words", "", "fake", place, options={"texts": ["●"], "align": "center", "size": 1}),
    ]


def picture(reading: Reading, seconds: float) -> View:
    """Both losses and D(x) over the raw output, the fake as the hand has it, and where it has rolled to."""
    a, time = reading["a"], roll_time(seconds)
    first, second = float(minimax_roll(a, time)), float(non_saturating_roll(a, time))
    heights = float(minimax_loss(a)), float(non_saturating_loss(a))
    layers = (
        Layer(
            "line", "D(x)", "discriminator", {"x": GRID, "y": expit(GRID)}, "From 0, surely fake, to 1, surely real."
        ),
        Layer("line", "minimax, log(1 − D)", "violation", {"x": GRID, "y": minimax_loss(GRID)}, "Flat on the left."),
        Layer(
            "line",
            "non-saturating, −log D",
            "ink",
            {"x": GRID, "y": non_saturating_loss(GRID)},
            "Steep on the left, flat where D is fooled already.",
        ),
        Layer(
            "segments",
            "",
            "muted",
            {"x0": np.full(2, a), "y0": np.full(2, BOTTOM), "x1": np.full(2, a), "y1": np.array(heights)},
        ),
        *ball("the fake and its slope", first, float(minimax_loss(first)), float(minimax_slope(first))),
        *ball("", second, float(non_saturating_loss(second)), float(non_saturating_slope(second))),
        handles(CONTROLS, reading, [Handle("the fake's raw output", "a", BOTTOM + 0.35, "fake")]),
    )
    alt = (
        f"Losses over D's raw output. The fake is at {a:.1f}, where minimax has slope {reading['minimax']:.2g} and the "
        f"non-saturating loss {reading['non-saturating']:.2g}."
    )
    x = Axis(LOW - 0.4, HIGH + 0.4, "raw output of D:  surely fake  ←  0  →  surely real")
    return View(layers, x, Axis(BOTTOM, TOP, "loss of the generator"), alt=alt, revision="flat-loss")


def says(reading: Reading) -> str:
    """Both slopes in numbers."""
    return (
        f"D gives this fake {100 * reading['probability']:.2g} %. Slope of minimax: **{reading['minimax']:.2g}**, of the "
        f"non-saturating loss: **{reading['non-saturating']:.2g}**, {reading['ratio']:.3g} times as much."
    )


CONTROLS = {"a": Control("raw output", -1.0, LOW, HIGH, 0.1, dragged=True)}
FLAT_LOSS = Bench("flat-loss", CONTROLS, numbers, picture, says)
