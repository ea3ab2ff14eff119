"""Dirt and holes: two histograms to drag, and the plan that moves one into the other, grain by grain, with what it costs."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from playground.lessons.bench import Bench, Control, Handle, Reading, Values, handles
from playground.plots.view import Axis, Layer, View

Array = NDArray[np.float64]
DIRT, HOLES = (4, 2, 0, 0, 1, 1, 0), (0, 0, 3, 2, 1, 1, 1)  # shovels at first, place by place
PLACES = np.arange(1.0, len(DIRT) + 1)
TALLEST = 6  # shovels in a place, at most
SKY = 4.2  # how high above the ground the farthest grains fly
PLANS = ("cheapest", "wasteful")
GRAINS = 48
ACROSS = 4  # grains side by side in a column
WIDTH = 0.76  # of a column
PERIOD, FLIGHT = 7.0, 2.0  # seconds of a whole move, and of one grain's way


def shares(values: Values, kind: str) -> Array:
    """Each place's share of all dirt, or of all holes, (places,); even where there is none at all."""
    amounts = np.abs([values[f"{kind}{i}"] for i in range(1, len(PLACES) + 1)])
    total = amounts.sum()
    return amounts / total if total else np.full(len(PLACES), 1 / len(PLACES))


def plan(dirt: Array, holes: Array) -> Array:
    """How much goes from where to where, (places, places): what lies leftmost fills what is leftmost open.

    On a line no plan is cheaper. It is read off both cumulative sums: the share that goes from i to j is the length of the
    overlap of their intervals.
    """
    ends = [np.concatenate([[0.0], np.cumsum(each)]) for each in (dirt, holes)]
    highest = np.minimum(ends[0][1:, None], ends[1][None, 1:])
    lowest = np.maximum(ends[0][:-1, None], ends[1][None, :-1])
    return np.maximum(highest - lowest, 0.0)


def wasteful(dirt: Array, holes: Array) -> Array:
    """The dearest plan: what lies leftmost fills what is rightmost open."""
    return plan(dirt, holes[::-1])[:, ::-1]


def distances() -> Array:
    """Steps between places, (places, places)."""
    return np.abs(PLACES[:, None] - PLACES)


def chosen(values: Values) -> Array:
    """The plan that is carried out."""
    return (plan, wasteful)[int(values["plan"])](shares(values, "dirt"), shares(values, "hole"))


def numbers(values: Values) -> Values:
    """The cost of the plan and of the cheapest (the EMD), its dearest move, and the least and longest way of any dirt."""
    moved, best = chosen(values), plan(shares(values, "dirt"), shares(values, "hole"))
    i, j = np.unravel_index(int((moved * distances()).argmax()), moved.shape)
    ways = distances()[moved > 1e-9]
    return {
        "cost": float((moved * distances()).sum()),
        "emd": float((best * distances()).sum()),
        "amount": float(moved[i, j]),
        "distance": float(distances()[i, j]),
        "from": float(PLACES[i]),
        "to": float(PLACES[j]),
        "shortest": float(ways.min()),
        "longest": float(ways.max()),
    }


@lru_cache(maxsize=32)
def grains(dirt: tuple[float, ...], holes: tuple[float, ...], *, waste: bool) -> tuple[Array, Array, Array, Array]:
    """Where each grain lies in its heap and in its hole: x0, y0, x1, y1, (GRAINS,), in the order in which they leave.

    The grains are even quantiles, so that each stands for the same share, and a plan on a line is a matching of quantiles.
    """
    at = (np.arange(GRAINS) + 0.5) / GRAINS
    starts, ends = heap(np.asarray(dirt), at), heap(np.asarray(holes), at)
    if waste:
        ends = ends[:, ::-1]
    return starts[0], starts[1], ends[0], -ends[1]


def heap(amounts: Array, at: Array) -> Array:
    """Places and heights, (2, grains), of the grains at these quantiles of a histogram, stacked in its columns."""
    upto = np.cumsum(amounts) / amounts.sum()
    column = np.minimum(np.searchsorted(upto, at), len(amounts) - 1)
    rank = np.arange(len(at)) - np.searchsorted(column, column)
    rows = np.ceil(np.bincount(column, minlength=len(amounts)) / ACROSS)[column]
    x = PLACES[column] + WIDTH * ((rank % ACROSS + 0.5) / ACROSS - 0.5)
    return np.stack([x, amounts[column] * (rank // ACROSS + 0.5) / np.maximum(rows, 1)])


def flown(seconds: float) -> Array:
    """How much of its way each grain has made, 0 … 1, (GRAINS,): one leaves after the other, and then all start again."""
    leaves = np.linspace(0.5, PERIOD - FLIGHT - 0.5, GRAINS)
    share = np.clip((seconds % PERIOD - leaves) / FLIGHT, 0.0, 1.0)
    return share * share * (3 - 2 * share)


def amounts_of(values: Values, kind: str) -> tuple[float, ...]:
    """What a hand has piled up, or dug, place by place; something everywhere if nothing anywhere."""
    amounts = tuple(abs(values[f"{kind}{i}"]) for i in range(1, len(PLACES) + 1))
    return amounts if any(amounts) else (0.01,) * len(PLACES)


def columns(values: Values, kind: str, name: str, role: str, help: str) -> Layer:
    """A histogram's bars, up for dirt and down for holes."""
    edges = np.sort(np.concatenate([PLACES - WIDTH / 2, PLACES + WIDTH / 2]))
    heights = np.zeros(2 * len(PLACES) - 1)
    heights[::2] = [values[f"{kind}{i}"] for i in range(1, len(PLACES) + 1)]
    return Layer("bars", name, role, {"edges": edges, "heights": heights}, help)


def arcs(moved: Array) -> dict[str, Array]:
    """The ways of the plan as arcs over the ground, in one line that the pen lifts between."""
    t, lines = np.linspace(0, 1, 24), [(np.array([np.nan]), np.array([np.nan]))]
    for i, j in np.argwhere((moved > 1e-9) & (distances() > 0)):
        lines.append((PLACES[i] + (PLACES[j] - PLACES[i]) * t, np.append(rise(t, distances()[i, j])[:-1], np.nan)))
    x, y = (np.concatenate(each) for each in zip(*lines, strict=True))
    return {"x": x, "y": y}


def rise(share: Array, way: Array | float) -> Array:
    """How high above the straight line a grain flies: the higher, the farther."""
    return 4 * share * (1 - share) * SKY * np.sqrt(np.asarray(way) / (len(PLACES) - 1))


def picture(reading: Reading, seconds: float) -> View:
    """Heaps above the ground, holes beneath, the grains on their way, and what has been paid."""
    values, moved = reading.values, chosen(reading.values)
    dirt, holes = amounts_of(values, "dirt"), amounts_of(values, "hole")
    x0, y0, x1, y1 = grains(dirt, holes, waste=bool(values["plan"]))
    share = flown(seconds)
    x, y = x0 + (x1 - x0) * share, y0 + (y1 - y0) * share + rise(share, np.abs(np.rint(x1 - x0)))
    paid = reading["cost"] * float((share >= 1).mean())
    layers = (
        columns(values, "dirt", "dirt: the fakes", "fake", "What the generator has piled up. Drag the dots."),
        columns(values, "hole", "holes: the reals", "real", "What is wanted where. Drag the dots."),
        Layer("line", "the plan", "transport", arcs(moved), "From where to where dirt goes.", options={"dash": True}),
        Layer("points", f"1/{GRAINS} of all dirt", "ink", {"x": x, "y": y}, "A grain on its way."),
        Layer(
            "words",
            "",
            "transport",
            {"x": np.array([PLACES[-1] + 0.5]), "y": np.array([TALLEST + 0.65])},
            options={"texts": [f"paid so far: {paid:.2f} of {reading['cost']:.2f}"], "align": "right", "size": 0.2},
        ),
        handles(CONTROLS, reading, HANDLES),
    )
    alt = f"Heaps of dirt and holes at {len(PLACES)} places. The {PLANS[int(values['plan'])]} plan costs {reading['cost']:.2f}."
    x_axis, y_axis = Axis(0.4, len(PLACES) + 0.6, "place"), Axis(-TALLEST - 0.4, TALLEST + 1.2, "shovels")
    return View(layers, x_axis, y_axis, alt=alt, revision="dirt")


def says(reading: Reading) -> str:
    """The dearest move, and the sum."""
    least = f", the least there is is {reading['emd']:.2f}" if reading["cost"] > reading["emd"] + 1e-9 else ": the EMD"
    return (
        f"Dearest move, from {reading['from']:.0f} to {reading['to']:.0f}: {reading['amount']:.3f} of the dirt × "
        f"{reading['distance']:.0f} steps = {reading['amount'] * reading['distance']:.3f}.  \n"
        f"All moves together cost **{reading['cost']:.2f}**{least}. All dirt counts as 1, all holes too."
    )


CONTROLS = {
    **{f"dirt{i}": Control(f"dirt at {i}", each, 0, TALLEST, 1, dragged=True) for i, each in enumerate(DIRT, 1)},
    **{f"hole{i}": Control(f"hole at {i}", -each, -TALLEST, 0, 1, dragged=True) for i, each in enumerate(HOLES, 1)},
    "plan": Control("Plan", 0, choices=PLANS, help="Which dirt goes into which hole"),
}
HANDLES = [
    handle
    for i in range(1, len(PLACES) + 1)
    for handle in (
        Handle(f"dirt at {i}", i - WIDTH / 4, f"dirt{i}", "fake"),
        Handle(f"hole at {i}", i + WIDTH / 4, f"hole{i}", "real"),
    )
]
DIRT_AND_HOLES = Bench("dirt", CONTROLS, numbers, picture, says, height=460)
