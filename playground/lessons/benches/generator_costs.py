"""What a fake costs the generator: minimax's log(1 − D) and the non-saturating −log D, over the probability D(G(z))."""

import numpy as np

from playground.lessons.bench import Bench, Control, Handle, Reading, Values, handles
from playground.plots.view import Axis, Layer, View

EDGE = 0.01  # as near as D(G(z)) can come to 0 and 1
PERIOD = 5.0  # seconds of the swing of the fake that shows itself
TOP = 4.7
D = np.linspace(EDGE, 1 - EDGE, 197)


def minimax(d: np.ndarray | float) -> np.ndarray:
    """log(1 − D), at most 0."""
    return np.log1p(-np.asarray(d))


def non_saturating(d: np.ndarray | float) -> np.ndarray:
    """−log D, at least 0."""
    return -np.log(np.asarray(d))


def numbers(values: Values) -> Values:
    """Both costs, and how strongly each falls as D's raw output on the fake rises: D and 1 − D."""
    d = values["d"]
    pulls = {"pull_minimax": d, "pull_non_saturating": 1 - d}
    return {"minimax": float(minimax(d)), "non_saturating": float(non_saturating(d)), **pulls}


def picture(reading: Reading, seconds: float) -> View:
    """Both curves, the fake in hand on each, and one that rolls along them by itself."""
    d, rolling = reading["d"], 0.5 + (0.5 - EDGE) * np.sin(2 * np.pi * seconds / PERIOD)
    both = np.array([minimax(rolling), non_saturating(rolling)])
    mine = np.array([reading["minimax"], reading["non_saturating"]])
    layers = (
        Layer(
            "line",
            "minimax: log(1 − D)",
            "violation",
            {"x": D, "y": minimax(D)},
            "It hardly pulls where D is sure that it is fake.",
        ),
        Layer(
            "line",
            "non-saturating: −log D",
            "fake",
            {"x": D, "y": non_saturating(D)},
            "It pulls hardest where D is sure.",
        ),
        Layer("points", "a fake that moves", "muted", {"x": np.full(2, rolling), "y": both}),
        Layer("segments", "", "ink", {"x0": np.full(1, d), "y0": mine[:1], "x1": np.full(1, d), "y1": mine[1:]}),
        Layer("points", "", "ink", {"x": np.full(2, d), "y": mine}, options={"marker": "diamond"}),
        handles(CONTROLS, reading, [Handle("D of the fake", "d", 0.0, "fake")]),
    )
    alt = f"Both costs of a fake that D gives {d:.2f}: minimax {mine[0]:.2f}, non-saturating {mine[1]:.2f}."
    return View(layers, Axis(0.0, 1.0, "D(G(z))"), Axis(-TOP, TOP, "cost"), alt=alt, revision="generator's costs")


def says(reading: Reading) -> str:
    """How hard each pulls."""
    return (
        f"D gives this fake **{reading['d']:.2f}**. It costs {reading['minimax']:.2f} under minimax, "
        f"{reading['non_saturating']:.2f} under non-saturating.  \nPull on the generator, per unit of D's raw output: minimax "
        f"**{reading['pull_minimax']:.2f}**, non-saturating **{reading['pull_non_saturating']:.2f}**."
    )


CONTROLS = {"d": Control("D(G(z))", 0.5, EDGE, 1 - EDGE, 0.01, dragged=True)}
GENERATOR_COSTS = Bench("generator's costs", CONTROLS, numbers, picture, says)
