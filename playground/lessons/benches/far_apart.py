"""How hard the best discriminator pulls two Gaussians together, by how far they are apart, under three objectives."""

from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline
from scipy.special import expit

from playground import theory
from playground.lessons.bench import Bench, Control, Reading, Values
from playground.plots.view import Axis, Layer, View

Array = NDArray[np.float64]
NEAREST, FARTHEST = 0.1, 10.0  # distances that a hand can set
CURVES = {"minimax": "violation", "non-saturating": "ink", "wasserstein": "transport"}  # and their colours
NAMES = {"minimax": "minimax", "non-saturating": "non-saturating", "wasserstein": "Wasserstein"}
FORMULAS = {"minimax": "log(1 − D)", "non-saturating": "−log D", "wasserstein": "−D"}
LEFT, RIGHT = -2.6, 12.6  # of the picture
BOTTOM, TOP = -8.4, 1.6  # decimal logarithms of the gradients; beneath the gradients stand the bumps
BASE, TALL = -8.2, 2.2  # where the bumps and D(x) stand, and how tall 1 is there
PLACES = np.linspace(LEFT, RIGHT, 160)
PERIOD, REST = 8.0, 1.5  # seconds of a race, and of them at the start
COMPUTED, FINE = 40, 300  # distances at which the gradients are computed, and those of the curves through them


@lru_cache(maxsize=4096)
def pull(objective: str, d: float) -> float:
    """The generator's gradient, −E ∂L_G/∂x toward the data, at distance d, under the best discriminator."""
    return theory.PULLS[objective](d)


@cache
def curve(objective: str) -> tuple[Array, Array]:
    """Distances, closest where curves bend most, and the gradient at each, by splines between quadratures."""
    least = NEAREST / 10
    nodes, fine = (FARTHEST * np.linspace(np.sqrt(least / FARTHEST), 1, n) ** 2 for n in (COMPUTED, FINE))
    spline = CubicSpline(np.log(nodes), [np.log(pull(objective, float(d))) for d in nodes])
    return fine, np.exp(spline(np.log(fine)))


@cache
def journey(objective: str) -> tuple[Array, Array]:
    """Distances, falling, and the time that a mean which moves as fast as its gradient takes to each from the farthest."""
    d, speed = (values[::-1] for values in curve(objective))
    return d, np.concatenate([[0.0], np.cumsum(-np.diff(d) * (1 / speed[1:] + 1 / speed[:-1]) / 2)])


def brought(objective: str, d: float, time: float) -> float:
    """The distance that is left after this time, of d at first."""
    distances, times = journey(objective)
    start = np.interp(-d, -distances, times)
    return float(np.interp(start + time, times, distances))


def best_discriminator(x: Array, d: float) -> Array:
    """p/(p + q) of reals N(0, 1) and fakes N(d, 1)."""
    return expit(theory.optimal_logit(d / 2 - x, d))


def numbers(values: Values) -> Values:
    """The three gradients at this distance."""
    return {objective: pull(objective, values["d"]) for objective in CURVES}


def race_time(seconds: float) -> float:
    """How long the three have run: they wait at the start, run, and start again."""
    return max(0.0, seconds % PERIOD - REST)


def bump(name: str, role: str, at: float, help: str) -> Layer:
    """A Gaussian's density as an area on the ground."""
    heights = BASE + TALL * theory.density(PLACES, at)
    return Layer("area", name, role, {"x": PLACES, "y0": np.full_like(PLACES, BASE), "y1": heights}, help)


def picture(reading: Reading, seconds: float) -> View:
    """The gradients over the distance, three runners on them, and beneath both bumps and the best D."""
    d, time = reading["d"], race_time(seconds)
    layers = [
        bump("real", "real", 0.0, "The reals' density, around 0."),
        bump("fake", "fake", d, "The fakes' density, around the distance that you set."),
        Layer(
            "line",
            "the best D(x)",
            "discriminator",
            {"x": PLACES, "y": BASE + TALL * best_discriminator(PLACES, d)},
            "From 1 over the reals to 0 over the fakes, flat on both sides.",
            options={"dash": True},
        ),
    ]
    for objective, role in CURVES.items():
        distances, gradients = curve(objective)
        heights = np.log10(gradients)
        at = np.array([brought(objective, d, time)])
        layers += [
            Layer(
                "line",
                NAMES[objective],
                role,
                {"x": distances, "y": heights},
                f"The generator's gradient where its loss is {FORMULAS[objective]}.",
            ),
            Layer(
                "words",
                "",
                role,
                {"x": at, "y": np.interp(at, distances, heights)},
                options={"texts": ["●"], "align": "center", "size": 1},
            ),
        ]
    gradients = np.log10([reading[objective] for objective in CURVES])
    ends = {"x0": np.array([d]), "y0": np.array([BASE]), "x1": np.array([d]), "y1": np.array([gradients.max()])}
    layers.append(Layer("segments", "", "muted", ends))
    said = ", ".join(f"{name} {reading[objective]:.2g}" for objective, name in NAMES.items())
    alt = f"Two Gaussians {d:.1f} apart, and the generator's gradients over the distance, now {said}."
    x = Axis(LEFT, RIGHT, "distance d of the fakes from the reals")
    return View(tuple(layers), x, Axis(BOTTOM, TOP, "gradient, power of ten"), alt=alt, revision="far-apart")


def says(reading: Reading) -> str:
    """The three gradients in numbers."""
    said = " · ".join(f"{name} **{reading[objective]:.2g}**" for objective, name in NAMES.items())
    times = reading["wasserstein"] / reading["minimax"]
    return (
        f"Gradients at d = {reading['d']:.1f}: {said}.  \nMinimax pulls {times:,.{0 if times > 100 else 1}f} times less than "
        "Wasserstein. Each ● is where its loss has pulled the fakes by now."
    )


CONTROLS = {
    "d": Control("How far apart are they?", 2.0, NEAREST, FARTHEST, 0.1, help="Distance of the means, in deviations")
}
FAR_APART = Bench("far-apart", CONTROLS, numbers, picture, says, height=440)
