"""The earth mover's distance of samples: never quite that of their laws, and not 0 between two samples of one law."""

from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from playground.lessons.bench import Bench, Control, Reading, Values
from playground.metrics.transport import emd
from playground.plots.view import Axis, Layer, View
from playground.theory import REACH, STEP

Array = NDArray[np.float64]
SIZES = (16, 64, 256, 1024, 4096)  # samples of each
TWICE = 2  # fresh draws a second
KEPT = 8  # draws that stay in the picture
LOW, HIGH = 0.9, 3.9  # of the decimal logarithm of n
BOTTOM, TOP = -0.09, 1.0  # of the EMD, with room for the numbers of samples
INSET = (2.15, 3.8, 0.5, 0.88)  # x0, x1, y0, y1 of the corner that shows the samples
EDGES = np.linspace(-4.0, 5.0, 19)  # of their histograms
TALLEST = 0.7  # density that still fits there
LARGEST_SHIFT = 0.4


@cache
def floor_factor() -> float:
    """C of the floor C/√n between two samples of N(0, 1): 2/√π · ∫√(Φ(1 − Φ)).

    √n · EMD tends to √2 · ∫|B(Φ)| with a Brownian bridge B, and E|B(t)| = √(2t(1 − t)/π). Del Barrio et al. 1999,
    https://doi.org/10.1214/aop/1022677394.
    """
    x = np.arange(-REACH, REACH, STEP)
    return float(2 / np.sqrt(np.pi) * np.sqrt(ndtr(x) * ndtr(-x)).sum() * STEP)


def floor_of(n: Array | float) -> Array:
    """The mean EMD of two samples of one law, of n each."""
    return floor_factor() / np.sqrt(n)


@lru_cache(maxsize=64)
def drawn(draw: int, n: int) -> tuple[Array, Array]:
    """Two sorted samples of N(0, 1), (n, 1) each; the same for the same number of the draw."""
    rng = np.random.default_rng([draw, n])
    real, fake = np.sort(rng.standard_normal((2, n)))
    return real[:, None], fake[:, None]


@lru_cache(maxsize=256)
def measured(draw: int, n: int, shift: float) -> float:
    """The EMD of one draw whose fakes are shifted."""
    real, fake = drawn(draw, n)
    return emd(real, fake + shift)


def numbers(values: Values) -> Values:
    """How many samples, the exact distance of the laws, and the floor."""
    n = SIZES[int(values["n"])]
    return {"size": float(n), "exact": values["shift"], "floor": float(floor_of(n))}


def inset(samples: Array, name: str, role: str) -> Layer:
    """A sample's histogram in the corner."""
    x0, x1, y0, y1 = INSET
    heights = np.histogram(samples[:, 0], EDGES, density=True)[0]
    x = x0 + (x1 - x0) * (EDGES - EDGES[0]) / (EDGES[-1] - EDGES[0])
    steps = np.minimum(y0 + (y1 - y0) * heights / TALLEST, y1)
    return Layer("line", name, role, {"x": np.repeat(x, 2)[1:-1], "y": np.repeat(steps, 2)})


def picture(reading: Reading, seconds: float) -> View:
    """The last draws' distances over their size, with the exact one and the floor; the newest samples in the corner."""
    n, shift, draw = int(reading["size"]), reading["exact"], int(seconds * TWICE)
    at, newest = np.log10(SIZES), drawn(draw, n)
    along = np.linspace(LOW, HIGH, 80)
    old = [(np.log10(size), measured(draw - k, size, shift)) for k in range(1, KEPT) for size in SIZES if draw >= k]
    x, y = np.array(old).reshape(-1, 2).T
    now = np.array([measured(draw, size, shift) for size in SIZES])
    mine = np.log10(n)
    layers = (
        inset(newest[0], "a real sample", "real"),
        inset(newest[1] + shift, "a fake sample", "fake"),
        Layer(
            "area",
            "noise floor",
            "floor",
            {"x": along, "y0": np.zeros_like(along), "y1": floor_of(10**along)},
            "The mean EMD of two samples of one distribution: it falls like 1/√n.",
        ),
        Layer(
            "line",
            "exact EMD",
            "transport",
            {"x": along[[0, -1]], "y": np.full(2, shift)},
            "Of the two distributions themselves.",
            options={"dash": True},
        ),
        Layer(
            "points",
            "draws, the newest ●",
            "ink",
            {"x": x, "y": y},
            "The EMD of two samples of each size, in the last seconds.",
        ),
        Layer(
            "words", "", "ink", {"x": at, "y": now}, options={"texts": ["●"] * len(SIZES), "align": "center", "size": 1}
        ),
        Layer(
            "words",
            "",
            "muted",
            {"x": at, "y": np.full(len(SIZES), BOTTOM / 2)},
            options={"texts": [f"n = {size}" for size in SIZES], "align": "center", "size": 0.01},
        ),
        Layer(
            "segments",
            "",
            "ink",
            {"x0": np.array([mine]), "y0": np.zeros(1), "x1": np.array([mine]), "y1": np.full(1, INSET[2] - 0.03)},
        ),
        Layer(
            "words",
            "",
            "muted",
            {"x": np.array([(INSET[0] + INSET[1]) / 2]), "y": np.array([0.94])},
            options={
                "texts": [f"newest, {n} of each: EMD {measured(draw, n, shift):.3f}"],
                "align": "center",
                "size": 0.05,
            },
        ),
    )
    alt = f"EMD of two samples of {n}: about {max(shift, reading['floor']):.2f}, exact {shift:.2f}, floor {reading['floor']:.3f}."
    x_axis = Axis(LOW, HIGH, "samples of each, as a power of ten")
    return View(layers, x_axis, Axis(BOTTOM, TOP, "EMD"), alt=alt, revision="sampled")


def says(reading: Reading) -> str:
    """The exact distance beside the floor."""
    exact, floor = reading["exact"], reading["floor"]
    seen = "hides in the noise" if exact < 2 * floor else "stands out"
    verdict = (
        f"A shift of {exact:.2f} {seen}." if exact else "Both samples come from one distribution, and yet they differ."
    )
    return f"{reading['size']:.0f} samples of each: exact EMD **{exact:.2f}**, noise floor **{floor:.3f}**. {verdict}"


CONTROLS = {
    "n": Control("Samples of each", 0, choices=tuple(map(str, SIZES)), help="How many are drawn, twice a second"),
    "shift": Control(
        "Shift of the fakes",
        0.2,
        0.0,
        LARGEST_SHIFT,
        0.05,
        help="How far the fakes' distribution is from that of the reals: the exact EMD",
    ),
}
SAMPLED_DISTANCE = Bench("sampled-distance", CONTROLS, numbers, picture, says)
