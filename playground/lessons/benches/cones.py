"""The 1-Lipschitz condition on paper: curves, the double cone of slopes ±1 at a point, and what breaks out of it."""

import numpy as np
from numpy.typing import NDArray

from playground.lessons.bench import Bench, Control, Handle, Reading, Values, handles
from playground.plots.view import Axis, Layer, View

Array = NDArray[np.float64]
SQUARE, SINE, KINK, DRAWN = range(4)
CURVES = ("x²", "sin x", "|x|", "drawn")
WIDE = 3.0  # the curves are looked at from -WIDE to WIDE
KNOTS = np.arange(-3.0, 4.0, 1.5)  # of the drawn curve
HEIGHTS = (-0.75, 0.0, 2.25, 1.5, 2.0)  # where they stand at first: one piece is too steep
LOW, HIGH = -2.5, 4.5  # of the vertical axis
GRID = np.linspace(-WIDE, WIDE, 241)
PERIOD = 10.0  # seconds of the swing of the point that shows itself
ARM = 0.7  # half the length of a tangent, along x
TOLERANCE = 1e-9  # beyond a slope of 1


def heights(values: Values) -> Array:
    """Of the drawn curve's knots."""
    return np.array([values[f"y{i}"] for i in range(len(KNOTS))])


def curve(values: Values, x: Array | float) -> Array:
    """The chosen curve at x."""
    x, chosen = np.asarray(x, dtype=float), int(values["curve"])
    if chosen == DRAWN:
        return np.interp(x, KNOTS, heights(values))
    return (x**2, np.sin(x), np.abs(x))[chosen]


def slopes(values: Values, x: float) -> tuple[float, float]:
    """Of the chosen curve at x, to the left and to the right: they differ at a kink."""
    chosen = int(values["curve"])
    if chosen == DRAWN:
        pieces = np.diff(heights(values)) / np.diff(KNOTS)
        last = len(pieces) - 1
        left, right = (int(np.clip(np.searchsorted(KNOTS, x, side) - 1, 0, last)) for side in ("left", "right"))
        return float(pieces[left]), float(pieces[right])
    if chosen == KINK:
        return (1.0 if x > 0 else -1.0), (-1.0 if x < 0 else 1.0)
    slope = (2 * x, np.cos(x))[chosen]
    return float(slope), float(slope)


def steepest(values: Values) -> float:
    """The largest slope of the chosen curve, up or down, between -WIDE and WIDE."""
    chosen = int(values["curve"])
    if chosen == DRAWN:
        return float(np.abs(np.diff(heights(values)) / np.diff(KNOTS)).max())
    return (2 * WIDE, 1.0, 1.0)[chosen]


def outside(values: Values, at: float) -> NDArray[np.bool_]:
    """Where on the grid the curve has left the cone at a place: |f(x) − f(at)| > |x − at|."""
    return np.abs(curve(values, GRID) - curve(values, at)) > np.abs(GRID - at) + TOLERANCE


def numbers(values: Values) -> Values:
    """How steep the curve is at the point and anywhere, and the share of it outside the point's cone."""
    slope = max(slopes(values, values["x"]), key=abs)
    return {
        "slope": slope,
        "steepest": steepest(values),
        "outside": float(outside(values, values["x"]).mean()),
    }


def swing(seconds: float) -> float:
    """The place of the point that shows itself."""
    return (WIDE - ARM) * float(np.sin(2 * np.pi * seconds / PERIOD))


def tangent(values: Values, at: float) -> Layer:
    """The curve's slope at the point that shows itself, on either side of it; pink where it is beyond ±1."""
    left, right = slopes(values, at)
    y = float(curve(values, at))
    steep = max(abs(left), abs(right)) > 1 + TOLERANCE
    reach = [ARM * 2**0.5 / (1 + s * s) ** 0.5 for s in (left, right)]  # as long on a steep piece as on a flat one
    arrays = {
        "x": np.array([at - reach[0], at, at + reach[1]]),
        "y": np.array([y - reach[0] * left, y, y + reach[1] * right]),
    }
    role = "violation" if steep else "transport"
    return Layer("line", "slope that drifts", role, arrays, "Green up to slope 1, pink where it is steeper.")


def picture(reading: Reading, seconds: float) -> View:
    """The curve, the double cone at the point, and what of the curve is outside."""
    values, at, ghost = reading.values, reading["x"], swing(seconds)
    y, f = float(curve(values, at)), curve(values, GRID)
    out = outside(values, at)
    far = np.linspace(-WIDE, WIDE, 121)
    points = [Handle("point", "x", y, "ink")]
    if values["curve"] == DRAWN:
        points += [Handle(f"knot {i + 1}", float(knot), f"y{i}", "discriminator") for i, knot in enumerate(KNOTS)]
    layers = [
        Layer(
            "area",
            "cone of slopes ±1",
            "transport",
            {"x": far, "y0": y - np.abs(far - at), "y1": y + np.abs(far - at)},
            "From the point on, a 1-Lipschitz curve stays in here.",
        ),
        Layer("line", "", "transport", {"x": far, "y": y - np.abs(far - at)}),
        Layer("line", "the curve", "discriminator", {"x": GRID, "y": f}),
        Layer("line", "outside the cone", "violation", {"x": GRID, "y": np.where(out, f, np.nan)}, "It grew too fast."),
        tangent(values, ghost),
        Layer("points", "", "muted", {"x": np.array([ghost]), "y": np.atleast_1d(curve(values, ghost))}),
        handles(CONTROLS, reading, points),
    ]
    alt = (
        f"The curve {CURVES[int(values['curve'])]} with a cone at x = {at:.2f}: slope {reading['slope']:.2f} there, "
        f"{reading['outside']:.0%} of the curve outside the cone. Steepest anywhere: {reading['steepest']:.2f}."
    )
    return View(tuple(layers), Axis(-WIDE, WIDE, "x"), Axis(LOW, HIGH, "f(x)"), alt=alt, revision="cones")


def says(reading: Reading) -> str:
    """The slopes, and the verdict."""
    within = reading["steepest"] <= 1 + TOLERANCE
    verdict = "**1-Lipschitz**: no cone catches it" if within else "**Not** 1-Lipschitz: steeper than 1 somewhere"
    return (
        f"Slope at your point {reading['slope']:+.2f}; outside its cone {reading['outside']:.0%} of the curve.  \n"
        f"Steepest between −{WIDE:g} and {WIDE:g}: **{reading['steepest']:.2f}**. {verdict}."
    )


CONTROLS = {
    "curve": Control("Curve", SQUARE, choices=CURVES),
    "x": Control("point", 0.0, -WIDE, WIDE, 0.1, dragged=True),
    **{
        f"y{i}": Control(f"knot {i + 1}", start, LOW + 0.5, HIGH - 0.5, 0.25, dragged=True)
        for i, start in enumerate(HEIGHTS)
    },
}
CONES = Bench("cones", CONTROLS, numbers, picture, says)
