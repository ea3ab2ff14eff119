"""The best discriminator and the best critic of the same two bells on a line: what they say, and what they measure."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from playground import theory
from playground.lessons.bench import Bench, Control, Handle, Reading, Values, handles
from playground.plots.view import Axis, Layer, View

Array = NDArray[np.float64]
REAL = 4.0  # where the real bell N(REAL, 1) stands
FARTHEST = 8.0  # distance that the fakes' bell can have
LOW, HIGH = REAL - FARTHEST - 2.5, REAL + 2.5  # of the picture
GRID = np.linspace(LOW, HIGH, 241)
TALL = 1.0  # of the axis of densities
SCORES = 7.0  # of the axis of outputs, both ways
ARM = 0.8  # half the length of a tangent, along x
PERIOD = 9.0  # seconds of the place's swing


@lru_cache(maxsize=256)
def measured(distance: float) -> dict[str, float]:
    """What both measure between the two bells, and how hard each pulls the fakes' mean toward the data."""
    return {
        "js": theory.jensen_shannon(distance),
        "wasserstein": theory.wasserstein(distance),
        "pull_bce": theory.PULLS["minimax"](distance),
        "pull_critic": theory.PULLS["wasserstein"](distance),
    }


def numbers(values: Values) -> Values:
    """Of the distance that the hand has set."""
    distance = REAL - values["fake"]
    return {"distance": distance} | measured(round(distance, 6))


def probability(x: Array, fake: float) -> Array:
    """The best discriminator's, p / (p + q), of the real bell p and the fakes' bell q."""
    return expit(theory.optimal_logit(x - (REAL + fake) / 2, REAL - fake))


def score(x: Array, fake: float) -> Array:
    """The best critic's, 0 halfway between the bells."""
    return theory.OPTIMA["wasserstein"][0](x - (REAL + fake) / 2, REAL - fake)


def slopes(x: float, fake: float) -> tuple[float, float]:
    """Of the probability and of the score at x."""
    p = float(probability(np.array(x), fake))
    return (REAL - fake) * p * (1 - p), float(np.sign(REAL - fake))


def swing(seconds: float) -> float:
    """The place where both slopes are shown: through all of the picture and back."""
    return (LOW + HIGH) / 2 + ((HIGH - LOW) / 2 - ARM) * float(np.sin(2 * np.pi * seconds / PERIOD))


def picture(reading: Reading, seconds: float) -> View:
    """Both bells, both verdicts over x on one axis, and a place that moves with the slopes there."""
    fake, at = reading["fake"], swing(seconds)
    p, c = float(probability(np.array(at), fake)), float(score(np.array(at), fake))
    rise = ARM * np.array(slopes(at, fake))
    place, y, gap = np.full(2, at), np.array([p, c]), np.full(2, np.nan)
    zero = np.zeros_like(GRID)
    real, fakes = theory.density(GRID, REAL), theory.density(GRID, fake)
    layers = [
        Layer("area", "real", "real", {"x": GRID, "y0": zero, "y1": real}, "The real samples' density."),
        Layer("area", "fake", "fake", {"x": GRID, "y0": zero, "y1": fakes}, "The fakes' density. Drag it."),
        Layer(
            "line", "best D(x)", "discriminator", {"x": GRID, "y": probability(GRID, fake)}, "From 0 to 1.", right=True
        ),
        Layer(
            "line", "best critic c(x)", "transport", {"x": GRID, "y": score(GRID, fake)}, "Without bounds.", right=True
        ),
        Layer(
            "line",
            "slope",
            "ink",
            {
                "x": np.stack([place - ARM, place + ARM, gap], 1).ravel(),
                "y": np.stack([y - rise, y + rise, gap], 1).ravel(),
            },
            "What pulls a fake at this place.",
            right=True,
        ),
        handles(CONTROLS, reading, [Handle("mean of the fakes", "fake", 0.0, "fake")]),
    ]
    alt = (
        f"Real samples about {REAL:g}, fakes about {fake:g}. The best discriminator steps from 0 to 1 between them, the best "
        f"critic rises evenly. JS {reading['js']:.3f}, Wasserstein distance {reading['wasserstein']:.2f}."
    )
    right = Axis(-SCORES, SCORES, "output")
    return View(
        tuple(layers),
        Axis(LOW, HIGH, "x"),
        Axis(-0.06 * TALL, TALL, "density"),
        right,
        alt=alt,
        revision="two-verdicts",
    )


def says(reading: Reading) -> str:
    """What both measure and how hard both pull."""
    return (
        f"Distance {reading['distance']:.1f}: D measures **JS {reading['js']:.3f}** of at most {theory.LOG2:.3f}, the critic "
        f"**W {reading['wasserstein']:.1f}**.  \nMean pull on the fakes: D **{reading['pull_bce']:.4f}**, "
        f"critic **{reading['pull_critic']:.0f}**"
    )


CONTROLS = {"fake": Control("mean of the fakes", 2.0, REAL - FARTHEST, REAL - 0.5, 0.25, dragged=True)}
TWO_VERDICTS = Bench("two-verdicts", CONTROLS, numbers, picture, says)
