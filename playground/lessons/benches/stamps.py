"""A transposed convolution step by step: each number of a small grid stamps the kernel onto a larger one."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from playground.checkerboard import overlap
from playground.lessons.bench import Bench, Control, Reading, Values
from playground.plots.view import Axis, Layer, View

Array = NDArray[np.float64]
INPUT = np.array([[1.0, 2, 1], [2, 3, 1], [1, 1, 2]])
SIDE = len(INPUT)
BEAT, REST = 0.9, 3  # seconds a step, and steps for which the finished output is left to look at
SQUARE, LEFT, GAP = 11.0, 4.5, 1.5  # sides of the output and of the input in the picture, and what is between them
CAPTION = 0.9  # room for a line of words
FAINT, DARK = 25, 115  # of 255: cells stay light enough to read numbers on
KERNEL_MOST = 5


def output_side(kernel: int, stride: int, inputs: int = SIDE) -> int:
    """(n − 1)·s + k."""
    return (inputs - 1) * stride + kernel


@lru_cache(maxsize=256)
def stamped(kernel: int, stride: int, steps: int) -> Array:
    """The output after so many steps, one an input, with a kernel of ones."""
    out = np.zeros((output_side(kernel, stride),) * 2)
    for row, column in list(np.ndindex(INPUT.shape))[:steps]:
        top, left = row * stride, column * stride
        out[top : top + kernel, left : left + kernel] += INPUT[row, column]
    return out


def numbers(values: Values) -> Values:
    """The output's side, and the most and fewest writes that a place within a large output gets."""
    kernel, stride = int(values["kernel"]), int(values["stride"])
    writes = overlap(kernel, stride)
    return {"side": output_side(kernel, stride), "most": writes.max(), "least": writes.min()}


def tiles(values: Array, most: float, left: float, top: float, side: float) -> list[Layer]:
    """A grid of numbers: cells the darker the larger, their lines, and the numbers; what is 0 stays empty."""
    rows, columns = values.shape
    shade = np.where(values > 0, FAINT + (DARK - FAINT) * values / most, 0).astype(np.uint8)
    y, x = (each.ravel() for each in np.mgrid[0:rows, 0:columns])
    seen = values.ravel() > 0
    across, down = np.arange(columns + 1) * side + left, top - np.arange(rows + 1) * side
    lines = {
        "x0": np.concatenate([across, np.full(rows + 1, left)]),
        "y0": np.concatenate([np.full(columns + 1, top), down]),
        "x1": np.concatenate([across, np.full(rows + 1, left + columns * side)]),
        "y1": np.concatenate([np.full(columns + 1, top - rows * side), down]),
    }
    middle = {"x": left + (x[seen] + 0.48) * side, "y": top - (y[seen] + 0.5) * side}
    texts = [f"{value:g}" for value in values.ravel()[seen]]
    return [
        Layer(
            "images",
            "",
            "ink",
            {"tiles": shade.reshape(-1, 1, 1)},
            options={"columns": columns, "at": [left, top, side]},
        ),
        Layer("segments", "", "muted", lines),
        Layer("words", "", "ink", middle, options={"texts": texts, "align": "center", "size": 0.45 * side}),
    ]


def frame(left: float, top: float, side: float) -> tuple[Array, Array]:
    """A square's outline, with the pen lifted after it."""
    x = left + side * np.array([0, 1, 1, 0, 0, np.nan])
    y = top - side * np.array([0, 0, 1, 1, 0, np.nan])
    return x, y


def picture(reading: Reading, seconds: float) -> View:
    """Input and stamp to the left, the output as far as it has come to the right."""
    kernel, stride, n = int(reading["kernel"]), int(reading["stride"]), int(reading["side"])
    step = int(seconds / BEAT) % (SIDE**2 + REST)
    row, column = divmod(min(step, SIDE**2 - 1), SIDE)
    value = INPUT[row, column]
    x0, cell, source, part = LEFT + GAP, SQUARE / n, LEFT / SIDE, LEFT / KERNEL_MOST
    frames = [
        frame(column * source, SQUARE - row * source, source),
        frame(0, LEFT, kernel * part),
        frame(x0 + column * stride * cell, SQUARE - row * stride * cell, kernel * cell),
    ]
    x, y = (np.concatenate(each) for each in zip(*frames, strict=True))
    captions = ["input", f"stamp: {value:g} × kernel", f"output after {min(step + 1, SIDE**2)} of {SIDE**2} stamps"]
    places = {"x": np.array([0.0, 0.0, x0]), "y": np.array([SQUARE, LEFT, SQUARE]) + CAPTION / 2}
    done = stamped(kernel, stride, SIDE**2).max()
    layers = [
        *tiles(INPUT, INPUT.max(), 0, SQUARE, source),
        *tiles(np.full((kernel, kernel), value), INPUT.max(), 0, LEFT, part),
        *tiles(stamped(kernel, stride, step + 1), done, x0, SQUARE, cell),
        *(Layer("line", "this step", "fake", {"x": x, "y": y}) for _ in range(step < SIDE**2)),
        Layer("words", "", "muted", places, options={"texts": captions, "align": "left", "size": 0.55}),
    ]
    alt = (
        f"Stamp {step + 1}: the input's {value:g} times a {kernel} by {kernel} kernel of ones, {stride} places from the last, "
        f"is added to an output of {n} by {n}."
    )
    across, up = Axis(-0.1, x0 + SQUARE + 0.1), Axis(-0.1, SQUARE + CAPTION)
    return View(tuple(layers), across, up, equal=True, bare=True, alt=alt, revision="stamps")


def says(reading: Reading) -> str:
    """How large the output is, and how often places are written to."""
    kernel, stride, most, least = (int(reading[name]) for name in ("kernel", "stride", "most", "least"))
    how = f"all {most} times" if most == least else f"between {least} and {most} times"
    how = "once each" if most == least == 1 else how
    return (
        f"Output side: (n − 1)·s + k = ({SIDE} − 1)·{stride} + {kernel} = **{int(reading['side'])}**.  \n"
        f"Away from the edges, places are written **{how}**."
    )


CONTROLS = {
    "kernel": Control("Kernel side k", 3, 1, KERNEL_MOST, 1, help="The stamp is k × k, all its weights are 1."),
    "stride": Control("Stride s", 2, 1, 3, 1, help="How far the stamp moves for the next number of the input."),
}
STAMPS = Bench("stamps", CONTROLS, numbers, picture, says, height=440)
