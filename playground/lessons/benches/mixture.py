"""What a mode is, by hand: three bumps that add up to a density, and a tide that falls and counts its peaks."""

from functools import cache
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from playground.lessons.bench import Bench, Control, Handle, Reading, Values, handles
from playground.plots.view import Axis, Layer, View

Array = NDArray[np.float64]
NAMES = ("A", "B", "C")
PLACES, HEIGHTS, SPREAD = (-3.0, -0.4, 2.6), (0.6, 0.6, 0.4), 0.5  # at the start
REACH, TOP = 5.0, 1.45  # of the axes
GRID = np.linspace(-REACH, REACH, 1001)
MELT = 2.0  # in σ: two equal bumps nearer to each other than this have one peak
FALL, REST = 5.0, 2.5  # seconds in which the tide falls, and rests
SHOWN, PACE = 80, 20  # samples that lie on the ground, and new ones a second


def bumps(x: Array, places: Array, heights: Array, spread: float) -> Array:
    """h exp(−(x − μ)²/2σ²) of each bump, (bumps, n)."""
    return heights[:, None] * np.exp(-((x - places[:, None]) ** 2) / (2 * spread**2))


def peaks(places: Array, heights: Array, spread: float) -> Array:
    """Where the sum of the bumps turns from rising to falling, left to right, to half a step of a fine grid."""
    x = np.linspace(places.min() - spread, places.max() + spread, 4001)
    slope = ((places[:, None] - x) * bumps(x, places, heights, spread)).sum(0)
    rising = np.where(slope > 0, 1, -1)
    (turns,) = np.nonzero(np.diff(rising) < 0)
    return (x[turns] + x[turns + 1]) / 2


def parts(values: Values) -> tuple[Array, Array, float]:
    """Places, heights and the spread."""
    places, heights = (np.array([values[f"{name}{which}"] for which in NAMES]) for name in ("place", "height"))
    return places, heights, values["spread"]


def closest(places: Array) -> tuple[int, int]:
    """The two bumps that lie nearest to each other."""
    return min(combinations(range(len(places)), 2), key=lambda pair: abs(places[pair[0]] - places[pair[1]]))


def numbers(values: Values) -> Values:
    """How many peaks there are, which two bumps are closest, and how far apart they are, in σ too."""
    places, heights, spread = parts(values)
    i, j = closest(places)
    gap = float(abs(places[i] - places[j]))
    found = peaks(places, heights, spread)
    return {"peaks": len(found), "i": i, "j": j, "gap": gap, "sigmas": gap / spread}


def tide(seconds: float) -> float:
    """The water's level: it falls from the top to the ground, and rests there."""
    return TOP * max(0.0, 1 - (seconds % (FALL + REST)) / FALL)


@cache
def draws() -> tuple[Array, Array, Array]:
    """Fixed draws for samples: which bump (n,), how far from its middle in σ (n,), and how high on the picture (n,)."""
    rng = np.random.default_rng(0)
    return rng.random(2000), rng.standard_normal(2000), rng.random(2000)


def samples(values: Values, seconds: float) -> tuple[Array, Array]:
    """The newest samples of the mixture, and how high each is drawn: as many from a bump as it has of the whole mass."""
    places, heights, spread = parts(values)
    chance, normal, level = draws()
    newest = np.arange(SHOWN) + int(PACE * seconds)
    i = newest % len(chance)
    which = np.searchsorted(np.cumsum(heights) / heights.sum(), chance[i])
    return places[np.minimum(which, len(places) - 1)] + spread * normal[i], -0.04 - 0.12 * level[i]


def picture(reading: Reading, seconds: float) -> View:
    """The density, its bumps, the falling tide with the islands that it leaves, and samples on the ground."""
    places, heights, spread = parts(reading.values)
    each = bumps(GRID, places, heights, spread)
    density, level = each.sum(0), tide(seconds)
    at = peaks(places, heights, spread)
    tops = bumps(at, places, heights, spread).sum(0)
    order = np.argsort(np.argsort(-tops, kind="stable"))
    out = tops >= level
    x, y = samples(reading.values, seconds)
    flat = np.full_like(GRID, level)
    number = {"texts": [str(n + 1) for n in order[out]], "align": "center", "size": 0.3}
    layers = (
        Layer(
            "area", "density p(x)", "real", {"x": GRID, "y0": 0 * GRID, "y1": density}, "The sum of the three bumps."
        ),
        *(Layer("line", "", "muted", {"x": GRID, "y": bump}, options={"dash": True}) for bump in each),
        Layer(
            "area",
            "falling tide",
            "transport",
            {"x": GRID, "y0": flat, "y1": np.maximum(density, level)},
            "Each peak comes out of the water as an island of its own.",
        ),
        Layer("points", "samples", "real", {"x": x, "y": y}, "Fresh draws: most of them fall where p(x) is high."),
        Layer("words", "", "transport", {"x": at[out], "y": tops[out] + 0.1}, options=number),
        Layer("words", "", "ink", {"x": places, "y": heights - 0.16}, options=number | {"texts": list(NAMES)}),
        handles(CONTROLS, reading, HANDLES),
    )
    count = int(reading["peaks"])
    alt = f"Three bumps at {', '.join(f'{place:.1f}' for place in places)} add up to a density with {count} peaks."
    return View(layers, Axis(-REACH, REACH, "x"), Axis(-0.2, TOP, "p(x), scaled"), alt=alt, revision="mixture")


def says(reading: Reading) -> str:
    """How many peaks, and what the two nearest bumps are about to do."""
    one, other = (NAMES[int(reading[name])] for name in ("i", "j"))
    count = int(reading["peaks"])
    return (
        f"**{count} {'peak' if count == 1 else 'peaks'}**, so {count} {'mode' if count == 1 else 'modes'}.  \n"
        f"{one} and {other} are nearest: {reading['gap']:.1f} = **{reading['sigmas']:.1f} σ** apart. "
        f"Two of equal height melt below {MELT:g} σ = {MELT * reading['spread']:.1f}."
    )


CONTROLS = {
    **{
        f"{what}{name}": control
        for name, place, height in zip(NAMES, PLACES, HEIGHTS, strict=True)
        for what, control in (
            ("place", Control(f"place of {name}", place, -4.5, 4.5, 0.1, dragged=True)),
            ("height", Control(f"height of {name}", height, 0.1, 0.7, 0.05, dragged=True)),
        )
    },
    "spread": Control("Spread σ of each bump", SPREAD, 0.2, 1.2, 0.05, help="The standard deviation of each bump."),
}
HANDLES = [Handle(f"bump {name}", f"place{name}", f"height{name}", "ink") for name in NAMES]
MIXTURE = Bench("mixture", CONTROLS, numbers, picture, says)
