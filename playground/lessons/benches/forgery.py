"""Being the generator: noise rains down, and two features catch as much of it as a border lets through."""

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from playground.lessons.bench import Bench, Control, Handle, Reading, Values, handles
from playground.plots.view import Axis, Layer, View

Array = NDArray[np.float64]
PLACES, SHARES = (-1.5, 1.5), (0.8, 0.2)  # of the data's two features: where they are, and their mass
WIDTH = 0.35  # standard deviation of a feature
REACH, TOP = 3.0, 1.0  # of the picture; noise enters at TOP, fakes lie at 0
HALF = 0.45  # the height of the tallest density
COUNT, PERIOD = 60, 3.0  # drops on their way, and the seconds of a fall
GRID = np.linspace(-REACH, REACH, 200)
RANKS = (np.arange(400) + 0.5) / 400
RNG = np.random.default_rng(0)
SPOTS = RNG.permutation(COUNT)  # which drop comes when


def mixture(x: Array, places: tuple[float, ...], shares: tuple[float, ...]) -> Array:
    """The density of features of one width at these places, with these shares."""
    return sum((share * norm.pdf(x, at, WIDTH) for at, share in zip(places, shares, strict=True)), np.zeros_like(x))


def generate(z: Array, values: Values) -> Array:
    """G(z): noise left of the border goes to the feature A, the rest to B, each spread out like a bell."""
    border, share = values["border"], float(norm.cdf(values["border"]))
    left = z < border
    rank = np.where(left, norm.cdf(z) / share, (norm.cdf(z) - share) / (1 - share))
    return np.where(left, values["a"], values["b"]) + WIDTH * norm.ppf(np.clip(rank, 1e-3, 1 - 1e-3))


def quantiles(places: tuple[float, ...], shares: tuple[float, ...]) -> Array:
    """A mixture's quantiles at `RANKS`, from its distribution function on a fine grid."""
    fine = np.linspace(-2 * REACH, 2 * REACH, 4001)
    below = sum(share * norm.cdf(fine, at, WIDTH) for at, share in zip(places, shares, strict=True))
    return np.interp(RANKS, below, fine)


REAL = quantiles(PLACES, SHARES)


def numbers(values: Values) -> Values:
    """The share of the noise that each feature gets, and the earth mover's distance between fakes and data."""
    share = float(norm.cdf(values["border"]))
    fake = quantiles((values["a"], values["b"]), (share, 1 - share))
    return {"share_a": share, "share_b": 1 - share, "emd": float(np.abs(fake - REAL).mean())}


def drops(values: Values, seconds: float) -> tuple[Array, Array]:
    """Where the falling samples are, (n,) each."""
    z = norm.ppf((SPOTS + 0.5) / COUNT)
    fallen = (np.arange(COUNT) / COUNT + seconds / PERIOD) % 1
    way = np.clip((fallen - 0.1) / 0.8, 0, 1)
    smooth = way**2 * (3 - 2 * way)
    return z + smooth * (generate(z, values) - z), TOP * (1 - way)


def picture(reading: Reading, seconds: float) -> View:
    """Noise above, the fakes that it becomes below, before the data."""
    values, zero = reading.values, 0 * GRID
    scale = HALF / float(mixture(GRID, PLACES, SHARES).max())
    real = scale * mixture(GRID, PLACES, SHARES)
    fake = scale * mixture(GRID, (values["a"], values["b"]), (reading["share_a"], reading["share_b"]))
    noise = TOP + 0.35 * HALF * norm.pdf(GRID) / norm.pdf(0)
    x, y = drops(values, seconds)
    border = np.array([values["border"]])
    layers = [
        Layer("area", "data", "real", {"x": GRID, "y0": zero, "y1": real}, "A frequent and a rare feature."),
        Layer("area", "fakes", "fake", {"x": GRID, "y0": zero, "y1": fake}, "What your generator makes of the noise."),
        Layer("area", "noise z", "muted", {"x": GRID, "y0": zero + TOP, "y1": noise}, "A bell of random numbers."),
        Layer("points", "z on its way to G(z)", "fake", {"x": x, "y": y}, "Each number becomes one fake."),
        Layer("segments", "", "ink", {"x0": border, "y0": border * 0 + 0.78, "x1": border, "y1": border * 0 + 1.2}),
        Layer(
            "words",
            "",
            "ink",
            {"x": np.array([-REACH * 0.97, REACH * 0.97]), "y": np.array([1.1, 1.1])},
            options={"texts": [f"{100 * reading['share_a']:.0f} % to A"], "align": "left", "size": 1.0},
        ),
        Layer(
            "words",
            "",
            "ink",
            {"x": np.array([REACH * 0.97]), "y": np.array([1.1])},
            options={"texts": [f"{100 * reading['share_b']:.0f} % to B"], "align": "right", "size": 1.0},
        ),
        handles(CONTROLS, reading, HANDLES),
    ]
    alt = (
        f"Noise falls: {100 * reading['share_a']:.0f} % becomes feature A at {values['a']:.1f}, the rest B at "
        f"{values['b']:.1f}. Distance from the data: {reading['emd']:.2f}."
    )
    return View(
        tuple(layers),
        Axis(-REACH, REACH, "noise z above, fake G(z) below"),
        Axis(-0.06, 1.22),
        alt=alt,
        revision="rain",
    )


def says(reading: Reading) -> str:
    """The shares, wanted and given, and the distance."""
    return (
        f"A gets {100 * reading['share_a']:.0f} % of the noise (in the data: {100 * SHARES[0]:.0f} %), "
        f"B {100 * reading['share_b']:.0f} % ({100 * SHARES[1]:.0f} %).  \n"
        f"Distance between fakes and data: **{reading['emd']:.2f}**"
    )


CONTROLS = {
    "a": Control("place of feature A", -0.6, -REACH, REACH, 0.1, dragged=True),
    "b": Control("place of feature B", 0.6, -REACH, REACH, 0.1, dragged=True),
    "border": Control("border in the noise", 0.0, -2.0, 2.0, 0.05, dragged=True),
}
HANDLES = (
    Handle("feature A", "a", 0.0, "fake"),
    Handle("feature B", "b", 0.0, "fake"),
    Handle("border between noise for A and noise for B", "border", TOP, "ink"),
)
FORGERY = Bench("forgery", CONTROLS, numbers, picture, says)
