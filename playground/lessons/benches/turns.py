"""One iteration as a picture: what flows where on each player's turn, whose weights move, and who is held still."""

import numpy as np
from numpy.typing import NDArray

from playground.lessons.bench import Bench, Control, Reading, Values
from playground.plots.view import Axis, Layer, View

Array = NDArray[np.float64]
BATCH = 64  # samples of each kind in a turn
TURN = 3.2  # seconds of a turn
FORWARD, BACKWARD = 0.5, 0.9  # shares of a turn by which samples, and then gradients, have arrived
DOTS, APART = 7, 0.035  # in a stream, and how far apart in shares of the way
WIDE, HIGH = 10.0, 6.4  # of the picture
ROW = 4.5  # the height of noise, G and fakes
PLACES = {  # centres
    "noise z": (0.8, ROW),
    "G": (2.9, ROW),
    "fakes": (5.0, ROW),
    "real data": (5.0, 2.5),
    "D": (7.2, 3.5),
    "verdict": (9.2, 3.5),
}
HALF = {"G": (0.62, 0.6), "D": (0.62, 0.6)}  # half the width and height of a box
STEPS = (1, 2, 3, 5)  # choices of k
STRIP = (0.5, 9.5, 0.35, 1.0)  # of the turns: left, right, bottom, top


def steps(values: Values) -> int:
    """k, the number of D's turns in an iteration."""
    return STEPS[int(values["k"])]


def turn_at(values: Values, seconds: float) -> tuple[int, float]:
    """Which turn of the iteration it is, from 0, the last of them the generator's; and how much of it has passed."""
    k, passed = steps(values), seconds / TURN
    if values["turn"] == 0:
        return int(passed) % (k + 1), passed % 1
    return (0 if values["turn"] == 1 else k), passed % 1


def numbers(values: Values) -> Values:
    """What either player sees in an iteration, and how often it moves."""
    k = float(steps(values))
    return {
        "real_d": k * BATCH,
        "fake_d": k * BATCH,
        "real_g": 0.0,
        "fake_g": float(BATCH),
        "moves_d": k,
        "moves_g": 1.0,
    }


def stream(way: tuple[str, ...], share: float) -> tuple[Array, Array]:
    """Dots on their way along these places when the first of them has come so far; those not under way are left out."""
    corners = np.array([PLACES[name] for name in way])
    lengths = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(corners, axis=0).T))])
    gone = share * (1 + DOTS * APART) - APART * np.arange(DOTS)
    gone = gone[(gone > 0) & (gone < 1)] * lengths[-1]
    return np.interp(gone, lengths, corners[:, 0]), np.interp(gone, lengths, corners[:, 1])


def box(name: str, role: str, lit: int) -> list[Layer]:
    """A player whose turn it is, the darker the more it is lit, or (0) one that is held still."""
    (x, y), (w, h) = PLACES[name], HALF[name]
    across = np.array([x - w, x + w])
    edge = {"x": x + w * np.array([-1, 1, 1, -1, -1]), "y": y + h * np.array([-1, -1, 1, 1, -1])}
    filled = Layer("area", "", role, {"x": across, "y0": across * 0 + y - h, "y1": across * 0 + y + h})
    outline = Layer("line", "", role if lit else "muted", edge, options={"dash": lit == 0})
    return [*[filled] * lit, outline]


def words(role: str, said: dict[str, tuple[float, float]]) -> Layer:
    """Words centred at their places."""
    places = np.array(list(said.values()))
    options = {"texts": list(said), "align": "center", "size": 0.3}
    return Layer("words", "", role, {"x": places[:, 0], "y": places[:, 1]}, options=options)


def strip(k: int, now: int, passed: float) -> list[Layer]:
    """The turns of an iteration in a row, and where in it we are."""
    left, right, bottom, top = STRIP
    edges = np.linspace(left, right, k + 2)
    middles, y = (edges[:-1] + edges[1:]) / 2, (bottom + top) / 2
    cell = edges[now : now + 2]
    role = "fake" if now == k else "discriminator"
    at = np.array([cell[0] + passed * (cell[1] - cell[0])] * 2)
    ends = np.array([bottom, top])
    return [
        Layer("area", "", role, {"x": cell, "y0": cell * 0 + bottom, "y1": cell * 0 + top}),
        Layer("segments", "", "muted", {"x0": edges, "y0": edges * 0 + bottom, "x1": edges, "y1": edges * 0 + top}),
        *[Layer("line", "", "muted", {"x": edges[[0, -1]], "y": np.full(2, y)}) for y in (bottom, top)],
        Layer("line", "", role, {"x": at, "y": ends}),
        Layer(
            "words",
            "",
            "discriminator",
            {"x": middles[:-1], "y": middles[:-1] * 0 + y},
            options={"texts": ["D"] * k, "align": "center", "size": 0.3},
        ),
        words("fake", {"G": (float(middles[-1]), y)}),
        words("muted", {"the turns of one iteration": ((left + right) / 2, top + 0.3)}),
    ]


def picture(reading: Reading, seconds: float) -> View:
    """Noise, players, samples and verdict; dots that flow forward, then gradients that flow back."""
    k = steps(reading.values)
    now, passed = turn_at(reading.values, seconds)
    generators = now == k
    ways = [("noise z", "G", "fakes", "D", "verdict")] + [("real data", "D", "verdict")] * (not generators)
    back = ("verdict", "D", "fakes", "G") if generators else ("verdict", "D")
    forward, backward = passed / FORWARD, (passed - FORWARD) / (BACKWARD - FORWARD)
    moved = "G" if generators else "D"
    still = "D" if generators else "G"
    lit = 1 if passed < BACKWARD else 3
    pairs = [("noise z", "G"), ("G", "fakes"), ("fakes", "D"), ("real data", "D"), ("D", "verdict")]
    ends = [between(*pair) for pair in pairs if pair[0] != "real data" or not generators]
    x, y, u, v = np.array(ends).T
    streams = [stream(way, forward) for way in ways]
    layers = [
        Layer("arrows", "", "muted", {"x": x, "y": y, "u": u, "v": v}),
        *box("G", "fake", lit * generators),
        *box("D", "discriminator", lit * (not generators)),
        words("ink", {caption(moved, passed): (WIDE / 2, HIGH - 0.3)}),
        words("ink", {name: at for name, at in PLACES.items() if name != "real data" or not generators}),
        *([words("muted", {"real data: not used": PLACES["real data"]})] * generators),
        words("ink", {f"{moved} learns": label(moved)}),
        words("muted", {f"{still} is held still": label(still)}),
        Layer("points", "fakes", "fake", dict(zip("xy", streams[0], strict=True)), "From noise, through G, to D."),
        Layer(
            "points",
            "reals",
            "real",
            dict(zip("xy", streams[-1] if not generators else (np.zeros(0), np.zeros(0)), strict=True)),
            "Real data goes to D, and to D alone.",
        ),
        Layer(
            "points",
            "gradient",
            "violation",
            dict(zip("xy", stream(back, backward), strict=True)),
            "Which way to change, from the verdict back to whoever moves.",
            options={"marker": "diamond"},
        ),
        *strip(k, now, passed),
    ]
    alt = (
        f"The {'generator' if generators else 'discriminator'}'s turn, {now + 1} of {k + 1}: "
        f"{moved}'s weights move, {still} is held still."
    )
    return View(tuple(layers), Axis(0, WIDE), Axis(0, HIGH), bare=True, alt=alt, revision="turns")


def caption(player: str, passed: float) -> str:
    """What happens in this part of a turn."""
    if passed < FORWARD:
        return "1 · samples flow forward, D gives its verdict"
    return f"2 · the gradient flows back to {player}" if passed < BACKWARD else f"3 · {player}'s weights take a step"


def between(start: str, end: str) -> tuple[float, float, float, float]:
    """An arrow from one place to another that touches neither: x, y, u, v."""
    (x0, y0), (x1, y1) = PLACES[start], PLACES[end]
    length = float(np.hypot(x1 - x0, y1 - y0))
    gap = 0.78 / length
    return x0 + gap * (x1 - x0), y0 + gap * (y1 - y0), (1 - 2 * gap) * (x1 - x0), (1 - 2 * gap) * (y1 - y0)


def label(player: str) -> tuple[float, float]:
    """Where it is said whether a player moves."""
    x, y = PLACES[player]
    return x, y + HALF[player][1] + 0.3


def says(reading: Reading) -> str:
    """Who has seen what after an iteration."""
    k = steps(reading.values)
    times = "once" if k == 1 else f"{k} times"
    return (
        f"In one iteration, with {BATCH} samples of a kind a turn, **D** sees {reading['real_d']:.0f} reals and "
        f"{reading['fake_d']:.0f} fakes and moves {times}.  \n"
        f"**G** sees **no real sample at all**: it gets {reading['fake_g']:.0f} gradients through D, and moves once."
    )


CONTROLS = {
    "turn": Control("Whose turn", 0, choices=("As they play", "D's turn", "G's turn")),
    "k": Control("Steps k of D", 0, choices=tuple(map(str, STEPS)), help="Turns of D before each turn of G."),
}
TURNS = Bench("turns", CONTROLS, numbers, picture, says)
