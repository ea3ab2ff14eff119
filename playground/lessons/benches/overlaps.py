"""Where stamps overlap: a map of how often each place is written to, beside resize and convolution."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from playground.checkerboard import overlap, phase_sums, resized, unevenness
from playground.lessons.bench import Bench, Control, Reading, Values
from playground.plots.view import Axis, Layer, View

Array = NDArray[np.float64]
INPUTS = 8  # a side of the flat image that is enlarged
DURATION, REST = 6.0, 3.0  # seconds that all stamps take, and for which the whole is seen
CAPTION, GAP = 0.14, 0.08  # in sides of a map


@lru_cache(maxsize=512)
def pressed(kernel: int, stride: int, steps: int, *, resize: bool) -> Array:
    """The map after so many stamps of ones; a resize before the convolution makes the stamp softer at its edge."""
    line = resized(np.ones(kernel), stride) if resize else np.ones(kernel)
    stamp, side = np.outer(line, line), (INPUTS - 1) * stride + len(line)
    out = np.zeros((side, side))
    for row, column in list(np.ndindex(INPUTS, INPUTS))[:steps]:
        top, left = row * stride, column * stride
        out[top : top + len(line), left : left + len(line)] += stamp
    return out


def numbers(values: Values) -> Values:
    """Most over fewest writes within a large map (∞ where a place gets none), for both ways."""
    kernel, stride = int(values["kernel"]), int(values["stride"])
    flat = phase_sums(resized(np.ones((kernel, kernel)), stride), stride)
    ratio, variation = unevenness(overlap(kernel, stride))
    return {"ratio": ratio, "variation": variation, "resized": unevenness(flat)[0]}


def progress(seconds: float) -> int:
    """How many of the stamps are down: ever more, then all of them for a while, then it starts again."""
    share = min(1.0, seconds % (DURATION + REST) / DURATION)
    return 1 + int(share * (INPUTS**2 - 1))


def picture(reading: Reading, seconds: float) -> View:
    """Both maps side by side, as far as the stamps have come: the darker, the more often written to."""
    kernel, stride, steps = int(reading["kernel"]), int(reading["stride"]), progress(seconds)
    layers: list[Layer] = []
    for i, resize in enumerate((False, True)):
        whole = pressed(kernel, stride, INPUTS**2, resize=resize).max()
        tile = np.round(235 * pressed(kernel, stride, steps, resize=resize) / whole).astype(np.uint8)
        left = i * (1 + GAP)
        layers.append(Layer("images", "", "ink", {"tiles": tile[None]}, options={"columns": 1, "at": [left, 1, 1]}))
        edge = {"x": left + np.array([0, 1, 1, 0, 0]), "y": np.array([0.0, 0, 1, 1, 0])}
        layers.append(Layer("line", "", "grid", edge))
    for texts, y in (
        (("transposed convolution", "resize, then convolution"), 1 + CAPTION / 2),
        ([f"most : least = {shown(reading[name])} : 1" for name in ("ratio", "resized")], -CAPTION / 2),
    ):
        at = {"x": np.array([0.5, 1.5 + GAP]), "y": np.full(2, y)}
        layers.append(Layer("words", "", "ink", at, options={"texts": list(texts), "align": "center", "size": 0.05}))
    alt = (
        f"Two maps of a flat image enlarged with kernel {kernel} and stride {stride}: by a transposed convolution the most "
        f"written places get {shown(reading['ratio'])} times the least, by resize and convolution all get the same."
    )
    axes = Axis(-0.01, 2 + GAP + 0.01), Axis(-CAPTION, 1 + CAPTION)
    return View(tuple(layers), *axes, equal=True, bare=True, alt=alt, revision="overlaps")


def shown(ratio: float) -> str:
    return "∞" if np.isinf(ratio) else f"{ratio:.3g}"


def says(reading: Reading) -> str:
    """Whether the overlap is even, and why."""
    kernel, stride = int(reading["kernel"]), int(reading["stride"])
    if kernel % stride == 0:
        return f"{kernel} is {kernel // stride} × {stride}: **even**. Each place gets the same number of stamps."
    why = "some places get none" if kernel < stride else f"it leaves a remainder of {kernel % stride}"
    return (
        f"{kernel} is not a multiple of {stride} ({why}): **uneven**, a pattern that comes back every {stride} pixels."
    )


CONTROLS = {
    "kernel": Control("Kernel side k", 3, 1, 7, 1, help="The stamp is k × k, all its weights are 1."),
    "stride": Control("Stride s", 2, 1, 4, 1, help="How many times larger the output is along each side."),
}
OVERLAPS = Bench("overlaps", CONTROLS, numbers, picture, says, height=420)
