"""From cross-entropy to Wasserstein's loss in two cuts: raw outputs under sigmoid and log, under the sigmoid, as they are."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from playground.lessons.bench import Bench, Control, Handle, Reading, Values, handles
from playground.plots.view import Axis, Layer, View

Array = NDArray[np.float64]
Curve = Callable[[Array], Array]
REACH = 6.0  # of the raw outputs, both ways
TOP = 6.5  # of the vertical axis, both ways
PERIOD = 8.0  # seconds of the swing of the pair that shows itself
ARM = 1.4  # half the length of a tangent, along d
GRID = np.linspace(-REACH, REACH, 241)
LOG, SIGMOID, PLAIN = range(3)
STEPS = ("log and sigmoid", "sigmoid only", "neither")

# what a raw output d counts, if its sample is real and if it is fake
COUNTS: tuple[tuple[Curve, Curve], ...] = (
    (lambda d: -np.logaddexp(0, -d), lambda d: -np.logaddexp(0, d)),  # log σ(d), log(1 − σ(d))
    (lambda d: expit(d), lambda d: expit(-d)),  # σ(d), 1 − σ(d)
    (lambda d: d, lambda d: -d),
)
# their slopes in d
SLOPES: tuple[tuple[Curve, Curve], ...] = (
    (lambda d: expit(-d), lambda d: -expit(d)),
    (lambda d: expit(d) * expit(-d), lambda d: -expit(d) * expit(-d)),
    (lambda d: np.ones_like(d), lambda d: -np.ones_like(d)),
)
NAMES = (("log σ(d)", "log(1 − σ(d))"), ("σ(d)", "1 − σ(d)"), ("c", "−c"))


def both(curves: tuple[Curve, Curve], at: tuple[float, float]) -> list[float]:
    """The real sample's curve at its raw output, and the fake's at its own."""
    return [float(curve(np.array(d))) for curve, d in zip(curves, at, strict=True)]


def numbers(values: Values) -> Values:
    """What the two samples count, their sum, which D makes large and G small, and how steep the fake's curve is."""
    step, at = int(values["step"]), (values["d_real"], values["d_fake"])
    real, fake = both(COUNTS[step], at)
    _, slope = both(SLOPES[step], at)
    return {"real": real, "fake": fake, "value": real + fake, "pull": abs(slope)}


def swing(seconds: float) -> float:
    """The raw output of the pair that shows itself."""
    return (REACH - ARM) * float(np.cos(2 * np.pi * seconds / PERIOD))


def tangents(step: int, at: tuple[float, float], role: str, name: str, help: str) -> Layer:
    """A short stroke along either curve, for a real sample and a fake."""
    d = np.array(at)
    y, rise = np.array(both(COUNTS[step], at)), ARM * np.array(both(SLOPES[step], at))
    gap = np.full(2, np.nan)
    arrays = {"x": np.stack([d - ARM, d + ARM, gap], 1).ravel(), "y": np.stack([y - rise, y + rise, gap], 1).ravel()}
    return Layer("line", name, role, arrays, help)


def picture(reading: Reading, seconds: float) -> View:
    """Both curves over the raw output, a real and a fake sample to drag along them, and how steep they are there."""
    step, ghost = int(reading["step"]), swing(seconds)
    real, fake = COUNTS[step]
    names = NAMES[step]
    points = [
        Handle("the real sample's raw output", "d_real", reading["real"], "real"),
        Handle("the fake's raw output", "d_fake", reading["fake"], "fake"),
    ]
    layers = [
        Layer(
            "line", f"a real counts {names[0]}", "real", {"x": GRID, "y": real(GRID)}, "What D's raw output d is worth."
        ),
        Layer(
            "line", f"a fake counts {names[1]}", "fake", {"x": GRID, "y": fake(GRID)}, "What D's raw output d is worth."
        ),
        tangents(step, (ghost, ghost), "muted", "a pair that moves", "How steep both curves are, from end to end."),
        Layer("points", "", "muted", {"x": np.full(2, ghost), "y": np.array(both(COUNTS[step], (ghost, ghost)))}),
        tangents(
            step, (reading["d_real"], reading["d_fake"]), "ink", "slope", "Where it is flat, nothing can be learned."
        ),
        handles(CONTROLS, reading, points),
    ]
    alt = (
        f"What a real and a fake sample count, with {STEPS[step]}: the real one {reading['real']:.2f} at raw output "
        f"{reading['d_real']:g}, the fake {reading['fake']:.2f} at {reading['d_fake']:g}, slope {reading['pull']:.3f}."
    )
    x, y = Axis(-REACH - 0.4, REACH + 0.4, "raw output d"), Axis(-TOP, TOP, "counts")
    return View(tuple(layers), x, y, alt=alt, revision="plain-score")


def says(reading: Reading) -> str:
    """The sum that the game is about, and the slope under the fake."""
    return (
        f"Real {reading['real']:+.2f}, fake {reading['fake']:+.2f}: together **{reading['value']:+.2f}**, which D raises and G "
        f"lowers.  \nSlope under the fake, all that G learns from: **{reading['pull']:.4f}**"
    )


CONTROLS = {
    "step": Control("Between d and the sum", 0, choices=STEPS, help="What the last layer and the loss do to d."),
    "d_real": Control("the real sample's raw output", 3.0, -REACH, REACH, 0.5, dragged=True),
    "d_fake": Control("the fake's raw output", -1.0, -REACH, REACH, 0.5, dragged=True),
}
PLAIN_SCORE = Bench("plain-score", CONTROLS, numbers, picture, says)
