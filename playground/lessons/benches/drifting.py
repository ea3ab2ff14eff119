"""Two bumps that drift apart: what the Jensen–Shannon divergence and the earth mover's distance say about it."""

from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline

from playground import theory
from playground.lessons.bench import Bench, Control, Handle, Reading, Values, handles
from playground.plots.view import Axis, Layer, View

Array = NDArray[np.float64]
FARTHEST = 10.0
LEFT, RIGHT = -3.0, 13.0
TOP, EMD_TOP = 0.85, 11.0  # of the two axes
ROOM = 1.04  # how much of a right axis the canvas shows, above its top too
PLACES = np.linspace(LEFT, RIGHT, 161)
COMPUTED = 31  # distances at which JS is computed
STEPS = np.linspace(0.0, FARTHEST, 101)
PERIOD = 9.0  # seconds of a drift to and fro


js_at = lru_cache(maxsize=1024)(theory.jensen_shannon)


@cache
def divergences() -> Array:
    """JS at each of the distances, (101,), by splines through those computed."""
    nodes = np.linspace(0.0, FARTHEST, COMPUTED)
    return CubicSpline(nodes, [js_at(float(d)) for d in nodes])(STEPS)


def numbers(values: Values) -> Values:
    """JS and EMD, what is missing to log 2, and how much each changes with one more unit of distance."""
    d = values["d"]
    js, emd = js_at(d), theory.wasserstein(d)
    return {
        "js": js,
        "emd": emd,
        "missing": 1 - js / theory.LOG2,
        "js_gain": js_at(d + 1) - js,
        "emd_gain": theory.wasserstein(d + 1) - emd,
    }


def drift(seconds: float) -> float:
    """How far the bump that moves by itself is away now."""
    return FARTHEST / 2 * (1 - float(np.cos(2 * np.pi * seconds / PERIOD)))


def bump(name: str, role: str, at: float, help: str) -> Layer:
    """A Gaussian's density."""
    heights = theory.density(PLACES, at)
    return Layer("area", name, role, {"x": PLACES, "y0": np.zeros_like(PLACES), "y1": heights}, help)


def picture(reading: Reading, seconds: float) -> View:
    """The bumps, one of which drifts, and both distances as curves over how far it is."""
    d, now = reading["d"], drift(seconds)
    js_now, emd_now = float(np.interp(now, STEPS, divergences())), theory.wasserstein(now)
    emd_height = TOP / (EMD_TOP * ROOM) * emd_now
    layers = (
        Layer("line", "EMD", "transport", {"x": STEPS, "y": STEPS}, "The distance itself.", right=True),
        bump("real", "real", 0.0, "The reals' density, around 0."),
        bump("fake", "fake", d, "The fakes' density. Drag its dot."),
        Layer("line", "a fake that drifts", "muted", {"x": PLACES, "y": theory.density(PLACES, now)}, "By itself."),
        Layer(
            "line", "JS", "discriminator", {"x": STEPS, "y": divergences()}, "The Jensen–Shannon divergence in nats."
        ),
        Layer(
            "line",
            "log 2",
            "optimum",
            {"x": np.array([LEFT, RIGHT]), "y": np.full(2, theory.LOG2)},
            "JS can never be more.",
            options={"dash": True},
        ),
        Layer(
            "segments",
            "",
            "muted",
            {
                "x0": np.array([now]),
                "y0": np.zeros(1),
                "x1": np.array([now]),
                "y1": np.full(1, max(js_now, emd_height)),
            },
        ),
        Layer(
            "words",
            "",
            "discriminator",
            {"x": np.array([now]), "y": np.array([js_now])},
            options={"texts": ["●"], "align": "center", "size": 1},
        ),
        Layer(
            "words",
            "",
            "transport",
            {"x": np.array([now]), "y": np.array([emd_height])},
            options={"texts": ["●"], "align": "center", "size": 1},
        ),
        handles(CONTROLS, reading, [Handle("distance of the fakes", "d", 0.0, "fake")]),
    )
    alt = f"Two bumps {d:.1f} apart: JS {reading['js']:.3f}, earth mover's distance {reading['emd']:.1f}."
    x = Axis(LEFT, RIGHT, "how far the fakes are from the reals")
    return View(layers, x, Axis(0.0, TOP, "JS · density"), Axis(0.0, EMD_TOP, "EMD"), alt=alt, revision="drifting")


def says(reading: Reading) -> str:
    """Both distances, and what one more step would change."""
    return (
        f"{reading['d']:.1f} apart: JS **{reading['js']:.4f}** of log 2 = {theory.LOG2:.4f}, EMD **{reading['emd']:.1f}**.  \n"
        f"One step farther changes JS by {reading['js_gain']:.2g} and the EMD by {reading['emd_gain']:.0f}."
    )


CONTROLS = {"d": Control("distance", 1.5, 0.0, FARTHEST, 0.1, dragged=True)}
DRIFTING = Bench("drifting", CONTROLS, numbers, picture, says)
