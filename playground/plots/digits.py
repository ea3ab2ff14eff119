"""Pictures of digits: the sheet of a game, a way from latent to latent, one digit beside what it is near to."""

from collections.abc import Sequence

import numpy as np

from playground.plots.palette import shade
from playground.plots.view import Axis, Layer, View

MARGIN = 0.7  # of a tile, for the labels of rows
LARGE = 3.0  # tiles: the side of the one that is drawn large
CAPTION = 0.34  # of a tile, for a line of words


def pixels(images: np.ndarray) -> np.ndarray:
    """Images (n, 784) in [-1, 1] as uint8 tiles (n, 28, 28), paper where there is no number."""
    return np.round(np.clip(np.nan_to_num(images, nan=-1.0) + 1, 0, 2) * 127.5).astype(np.uint8).reshape(-1, 28, 28)


def digits_scene(
    images: np.ndarray, columns: int, *, iteration: int = 0, rows: Sequence[str] = (), pick: bool = False
) -> View:
    """Grid of images, uint8 (n, height, width), row by row from the top left; coordinates count tiles.

    `rows` are words before each row; tiles can be chosen if `pick`.
    """
    high = max(1, -(-len(images) // columns))
    choosing = {"pick": True, "mark": shade("fake")} if pick else {}
    layers = [Layer("images", "", "ink", {"tiles": images}, options={"columns": columns, **choosing})]
    if rows:
        layers.append(words(rows, [-0.25] * len(rows), [high - i - 0.5 for i in range(len(rows))], "right", 0.5))
    asked = f" Each row asks for one digit: {', '.join(rows)}." if rows else ""
    alt = f"{len(images)} digits in {high} rows at iteration {iteration}.{asked}"
    x, y = Axis(-MARGIN if rows else 0, columns), Axis(0, high)
    return View(tuple(layers), x, y, equal=True, bare=True, alt=alt, iteration=iteration)


def way_scene(strip: np.ndarray, here: np.ndarray, place: float, *, iteration: int = 0, what: str = "") -> View:
    """A way from latent A to latent B: tiles (n, 28, 28) at even steps, and the one at `place` (28, 28) drawn large."""
    n = len(strip)
    left = min(max(place * (n - 1) + 0.5 - LARGE / 2, 0), n - LARGE)
    at = place * (n - 1) + 0.5
    top = 1 + CAPTION + LARGE
    layers = (
        Layer("images", "", "ink", {"tiles": strip}, options={"columns": n, "at": [0, 1, 1]}),
        Layer("images", "", "ink", {"tiles": here[None]}, options={"columns": 1, "at": [left, top, LARGE]}),
        words(["A", "B"], [0.5, n - 0.5], [-CAPTION / 2] * 2, "center", CAPTION),
        words(["▼"], [at], [1 + CAPTION / 2], "center", CAPTION, "fake"),
    )
    alt = f"{n} digits on the way from latent A to latent B{what}, and the one at {place:.2f} large, at iteration {iteration}."
    return View(layers, Axis(0, n), Axis(-CAPTION, top), equal=True, bare=True, alt=alt, iteration=iteration)


def beside_scene(images: np.ndarray, captions: Sequence[str], *, iteration: int = 0) -> View:
    """A few tiles (n, 28, 28) side by side, with words below each."""
    n = len(images)
    layers = (
        Layer("images", "", "ink", {"tiles": images}, options={"columns": n, "at": [0, 1, 1]}),
        words(captions, [i + 0.5 for i in range(n)], [-0.08] * n, "center", 0.085),
    )
    alt = f"Side by side: {', '.join(captions)}."
    return View(layers, Axis(0, n), Axis(-0.16, 1), equal=True, bare=True, alt=alt, iteration=iteration)


def words(
    texts: Sequence[str], x: Sequence[float], y: Sequence[float], align: str, size: float, role: str = "muted"
) -> Layer:
    """Words at places; `size` is their height in data units, as far as that can be read."""
    options = {"texts": list(texts), "align": align, "size": size}
    return Layer("words", "", role, {"x": np.asarray(x, float), "y": np.asarray(y, float)}, options=options)
