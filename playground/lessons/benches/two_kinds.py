"""Cats and dogs by their weight: what each kind looks like, what all animals look like, and which kind a weight speaks for."""

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from playground.lessons.bench import Bench, Control, Handle, Reading, Values, handles
from playground.plots.view import Axis, Layer, View

Array = NDArray[np.float64]
DEVIATION = 1.5  # of either kind's weight, in kg
LOW, HIGH = 0.0, 16.0  # of the weights shown, in kg
TOP = 0.3  # of the left axis
GRID = np.linspace(LOW, HIGH, 200)
PERIOD = 8.0  # seconds of the swing of the animal that comes by itself


def likelihood(x: Array | float, mean: float) -> Array:
    """P(X | Y): the density of a kind's weights in 1/kg."""
    return norm.pdf(x, mean, DEVIATION)


def evidence(x: Array | float, values: Values) -> Array:
    """P(X): the density of all animals' weights in 1/kg."""
    share = values["share"]
    return (1 - share) * likelihood(x, values["cat"]) + share * likelihood(x, values["dog"])


def posterior(x: Array | float, values: Values) -> Array:
    """P(dog | X) by Bayes' rule; in logarithms, so that it has a value where both densities vanish."""
    share = values["share"]
    cat, dog = (norm.logpdf(x, values[kind], DEVIATION) for kind in ("cat", "dog"))
    return np.exp(np.log(share) + dog - np.logaddexp(np.log(1 - share) + cat, np.log(share) + dog))


def numbers(values: Values) -> Values:
    """The three probabilities at the chosen weight."""
    x = values["x"]
    return {
        "as_cat": float(likelihood(x, values["cat"])),
        "as_dog": float(likelihood(x, values["dog"])),
        "all": float(evidence(x, values)),
        "p_dog": float(posterior(x, values)),
    }


def passing(seconds: float) -> float:
    """The weight of the animal that comes by itself, in kg."""
    return (LOW + HIGH) / 2 - (HIGH - LOW - 2) / 2 * float(np.cos(2 * np.pi * seconds / PERIOD))


def picture(reading: Reading, seconds: float) -> View:
    """Both kinds' densities, that of all, and the probability of a dog on the right axis."""
    values, zero, moving = reading.values, 0 * GRID, passing(seconds)
    cats = (1 - values["share"]) * likelihood(GRID, values["cat"])
    dogs = values["share"] * likelihood(GRID, values["dog"])
    at = np.array([moving, moving])
    here = np.array([values["x"]])
    layers = [
        Layer("area", "cats", "transport", {"x": GRID, "y0": zero, "y1": cats}, "P(x | cat), times the share of cats."),
        Layer("area", "dogs", "violation", {"x": GRID, "y0": zero, "y1": dogs}, "P(x | dog), times the share of dogs."),
        Layer("line", "P(x)", "ink", {"x": GRID, "y": cats + dogs}, "All animals: the sum.", options={"dash": True}),
        Layer(
            "line",
            "P(dog | x)",
            "discriminator",
            {"x": GRID, "y": posterior(GRID, values)},
            "How likely an animal of this weight is a dog.",
            right=True,
        ),
        Layer("line", "", "muted", {"x": at, "y": np.array([0.0, float(posterior(moving, values))])}, right=True),
        Layer("segments", "", "ink", {"x0": here, "y0": zero[:1], "x1": here, "y1": zero[:1] + TOP}),
        Layer(
            "words",
            "",
            "muted",
            {"x": np.clip(at[:1], 2.8, HIGH - 2.8), "y": np.array([TOP * 0.94])},
            options={"texts": [f"{moving:.1f} kg: dog {100 * float(posterior(moving, values)):.0f} %"],
                     "align": "center", "size": 1.0},
        ),
        handles(CONTROLS, reading, HANDLES),
    ]  # fmt: skip
    alt = (
        f"Weights of cats and dogs. At {values['x']:.1f} kg an animal is a dog with probability {reading['p_dog']:.2f}."
    )
    y = Axis(-0.07 * TOP, TOP, "density")
    return View(
        tuple(layers), Axis(LOW, HIGH, "weight x in kg"), y, Axis(0, 1, "P(dog | x)"), alt=alt, revision="kinds"
    )


def says(reading: Reading) -> str:
    """Bayes' rule with its numbers."""
    share = reading["share"]
    above = f"{share:.2f} · {reading['as_dog']:.3f}"
    return (
        f"At **{reading['x']:.1f} kg**: P(x | cat) = {reading['as_cat']:.3f}, P(x | dog) = {reading['as_dog']:.3f}, "
        f"P(x) = {reading['all']:.3f} per kg.  \n"
        f"Bayes' rule: P(dog | x) = {above} / {reading['all']:.3f} = **{reading['p_dog']:.2f}**"
    )


CONTROLS = {
    "x": Control("weight x", 4.0, LOW, HIGH, 0.1, dragged=True),
    "cat": Control("cats' mean weight", 5.0, 2.0, 8.0, 0.1, dragged=True),
    "dog": Control("dogs' mean weight", 10.0, 6.0, 14.0, 0.1, dragged=True),
    "share": Control("share of dogs, P(dog)", 0.5, 0.02, 0.98, 0.02, help="Of all animals that come by."),
}
HANDLES = (
    Handle("your animal's weight", "x", 0.0, "discriminator"),
    Handle("cats' mean weight", "cat", 0.05 * TOP, "ink"),
    Handle("dogs' mean weight", "dog", 0.05 * TOP, "ink"),
)
TWO_KINDS = Bench("two-kinds", CONTROLS, numbers, picture, says)
