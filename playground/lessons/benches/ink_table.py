"""Two features of a digit, which one it is and how much ink it takes: P(X, Y), P(X) and P(X | Y) as a table of draws."""

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.lessons.bench import Bench, Control, Reading, Values
from playground.plots.view import Axis, Layer, View

Array = NDArray[np.float64]
DIGITS = (0, 1, 7)  # Y
INKS = ("little ink", "some ink", "much ink")  # X
CUTS = (0.09, 0.135)  # mean brightness of a training image between which it takes some ink
INK_OF = np.array(
    [[0.013, 0.172, 0.815], [0.766, 0.219, 0.015], [0.225, 0.540, 0.235]]
)  # P(X | Y) of MNIST, digit by ink
ONES = 0.3  # P(Y = 1) at the start; the others share the rest
ANY = 0  # among the choices: no digit is asked for
DRAWS, PACE, REST = 300, 25, 4.0  # draws in all, a second, and seconds for which they all lie there
ROW, FIRST = 0.34, 1.3  # height of a row of the table, and where the lowest begins


def digit_law(ones: float) -> Array:
    """P(Y), (digits,)."""
    law = np.full(len(DIGITS), (1 - ones) / (len(DIGITS) - 1))
    law[DIGITS.index(1)] = ones
    return law


def joint(ones: float) -> Array:
    """P(X, Y) = P(X | Y) P(Y), (digits, inks)."""
    return INK_OF * digit_law(ones)[:, None]


def law_of(ones: float, asked: int) -> Array:
    """P(X), each column summed; or P(X | Y), a row divided by its sum, (inks,)."""
    table = joint(ones)
    return table.sum(0) if asked == ANY else table[asked - 1] / table[asked - 1].sum()


def numbers(values: Values) -> Values:
    """P(X) and what the bars show, ink by ink; P(Y) of the digit asked for, or 1."""
    asked, table = int(values["asked"]), joint(values["ones"])
    shown, row = law_of(values["ones"], asked), 1.0 if asked == ANY else float(table[asked - 1].sum())
    bars = {f"bar{i}": float(p) for i, p in enumerate(shown)}
    return bars | {f"all{i}": float(p) for i, p in enumerate(table.sum(0))} | {"row": row}


@cache
def chances() -> Array:
    """Fixed draws, uniform: for the digit, the ink, and the place in a cell, (n, 4)."""
    rng = np.random.default_rng(3)
    return rng.random((DRAWS, 4))


def draws(ones: float) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Digit and ink of each draw, as numbers of row and column, (n,) each."""
    chance = chances()
    row = np.searchsorted(np.cumsum(digit_law(ones))[:-1], chance[:, 0], side="right")
    column = (np.cumsum(INK_OF, 1)[row, :-1] <= chance[:, 1, None]).sum(1)
    return row, column


def drawn(seconds: float) -> int:
    """How many draws lie there: one after the other, then all for a while, then anew."""
    return int(min(DRAWS, PACE * (seconds % (DRAWS / PACE + REST))))


def words(
    texts: list[str], x: NDArray[Any], y: NDArray[Any], role: str = "muted", align: str = "center", size: float = 0.1
) -> Layer:
    return Layer("words", "", role, {"x": x, "y": y}, options={"texts": texts, "align": align, "size": size})


def floor(row: int) -> float:
    """Where a row of the table begins; the first digit's is the highest."""
    return FIRST + ROW * (len(DIGITS) - 1 - row)


def table_layers(values: Values) -> list[Layer]:
    """The table's cells with their probabilities, and the row that is asked for."""
    asked, table = int(values["asked"]), joint(values["ones"])
    ends = np.array([floor(row) for row in range(len(DIGITS))])
    lines = np.append(ends, FIRST + ROW * len(DIGITS))
    grid = {
        "x0": np.append(np.zeros(len(lines)), np.arange(4.0)),
        "x1": np.append(np.full(len(lines), 3.0), np.arange(4.0)),
        "y0": np.append(lines, np.full(4, lines.min())),
        "y1": np.append(lines, np.full(4, lines.max())),
    }
    x, y = np.tile(np.arange(3) + 0.96, 3), np.repeat(ends, 3) + ROW - 0.07
    layers = [
        Layer("segments", "", "muted", grid),
        words([f"{p:.2f}" for p in table.ravel()], x, y, "ink", "right"),
        words([f"Y = {digit}" for digit in DIGITS], np.full(3, -0.08), ends + ROW / 2, "ink", "right"),
    ]
    if asked != ANY:
        low, high = floor(asked - 1), floor(asked - 1) + ROW
        frame = {"x": np.array([0.0, 3, 3, 0, 0]), "y": np.array([low, low, high, high, low])}
        layers.append(Layer("line", "", "real", frame))
    return layers


def picture(reading: Reading, seconds: float) -> View:
    """Above, draws of (X, Y) fall into a table; below, the shares of ink among those that count."""
    asked, ones, count = int(reading["asked"]), reading["ones"], drawn(seconds)
    row, column = (each[:count] for each in draws(ones))
    spot = chances()[:count, 2:]
    x = column + 0.05 + 0.7 * spot[:, 0]
    y = np.array([floor(r) for r in row]) + ROW * (0.1 + 0.8 * spot[:, 1]) if count else np.zeros(0)
    counts = np.full(count, True) if asked == ANY else row == asked - 1
    kept = np.bincount(column[counts], minlength=3) / max(1, int(counts.sum()))
    exact = law_of(ones, asked)
    edges = np.sort(np.concatenate([np.arange(3) + 0.25, np.arange(3) + 0.75]))
    tops = np.zeros(5)
    tops[::2] = kept
    at = np.arange(3) + 0.5
    gaps = np.array([0.2, 0.8, np.nan])
    law = {"x": (np.arange(3)[:, None] + gaps).ravel(), "y": np.repeat(exact, 3)}
    name = "P(X)" if asked == ANY else f"P(X | Y = {DIGITS[asked - 1]})"
    layers = [
        *table_layers(reading.values),
        Layer("points", "other digits", "muted", {"x": x[~counts], "y": y[~counts]}, "Draws that do not count."),
        Layer(
            "points",
            "draws that count",
            "real",
            {"x": x[counts], "y": y[counts]},
            "All, or those of the digit asked for.",
        ),
        Layer("bars", "their shares", "real", {"edges": edges, "heights": tops}, "Of the draws so far that count."),
        Layer("line", "exact", "ink", law, "Where the shares end up, after draws without end."),
        words([f"{100 * p:.0f} %" for p in exact], at, np.maximum(exact, kept) + 0.07, "ink"),
        words(list(INKS), at, np.full(3, -0.08)),
        words(["P(X, Y)", name], np.full(2, -0.08), np.array([FIRST + 3 * ROW + 0.07, 0.5]), "real", "right"),
    ]
    alt = f"A table of digit by ink with draws in its cells; below, {name}: " + ", ".join(
        f"{ink} {100 * p:.0f} %" for ink, p in zip(INKS, exact, strict=True)
    )
    top = FIRST + ROW * len(DIGITS)
    return View(tuple(layers), Axis(-0.75, 3.02), Axis(-0.15, top + 0.12), bare=True, alt=alt, revision="ink")


def says(reading: Reading) -> str:
    """How the tallest bar comes about."""
    asked, table = int(reading["asked"]), joint(reading["ones"])
    i = int(np.argmax([reading[f"bar{k}"] for k in range(3)]))
    if asked == ANY:
        terms = " + ".join(f"{p:.3f}" for p in table[:, i])
        return f"P(X = {INKS[i]}): the column summed, {terms} = **{reading[f'bar{i}']:.3f}**. Every draw counts."
    part, digit = table[asked - 1, i], DIGITS[asked - 1]
    return (
        f"P(X = {INKS[i]} | Y = {digit}): the cell over its row, {part:.3f} / {reading['row']:.3f} = "
        f"**{reading[f'bar{i}']:.3f}**. Only the {digit}s count."
    )


CONTROLS = {
    "asked": Control("Y: the digit asked for", ANY, choices=("any", *map(str, DIGITS))),
    "ones": Control("P(Y = 1): how common ones are", ONES, 0.1, 0.8, 0.05, help="The other digits share the rest."),
}
INK_TABLE = Bench("ink", CONTROLS, numbers, picture, says)
