"""Pictures for slow motion: what a stage of one update looks like in 1D, in 2D, for images, and as a curve of the loss."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from playground.plots.digits import pixels
from playground.plots.estimates import histogram, kde, robust_range, step_up
from playground.plots.palette import shade
from playground.plots.scenes import landscape, pulls
from playground.plots.view import Axis, Layer, View

Array = np.ndarray
COLUMNS = 6  # of digits
REACH = 0.07  # of the axis: a move as it is drawn
FACTORS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)  # a move may be drawn enlarged
ARROWS = 48
DASHED: dict[str, Any] = {"help": "Before the update.", "options": {"dash": True}}
DOTS = {"real": {}, "fake": {"marker": "diamond"}}
CHANGED = "Blue: D's output rises here, orange: it falls; the line is where it stays."


def latents(z: Array) -> View:
    """The first two numbers of each latent, z (k, latent); of latents of one number a histogram."""
    reach = step_up(float(np.abs(z[:, :2]).max(initial=1.0)))
    if z.shape[1] == 1:
        edges, heights = histogram(z[:, 0], -reach, reach, 30)
        bars = Layer("bars", "z", "muted", {"edges": edges, "heights": heights}, "Latents of this batch.")
        return View((bars,), Axis(-reach, reach, "z"), Axis(0, 1.1 * heights.max(), "density"))
    dots = Layer(
        "points", "z", "muted", {"x": z[:, 0], "y": z[:, 1]}, "Latents of this batch: their first two numbers."
    )
    return View(
        (dots,), Axis(-reach, reach, "first number of z"), Axis(-reach, reach, "second number of z"), equal=True
    )


def losses(d: Array, real: Array, fake: Array | None, samples: Mapping[str, tuple[Array, Array]], output: str) -> View:
    """What an output costs D, over outputs d (g,), and this batch's samples on it: role -> outputs and costs, (n,) each."""
    names = ("a pair's loss", "") if fake is None else ("loss of a real", "loss of a fake")
    curves = [(names[0], "real", real)] + ([] if fake is None else [(names[1], "fake", fake)])
    values = np.concatenate([curve for _, _, curve in curves])
    low, high = float(values.min()), float(values.max())
    room = 0.08 * (high - low or 1.0)
    layers = [
        Layer("line", name, role, {"x": d, "y": curve}, "What D pays for an output.") for name, role, curve in curves
    ]
    layers += [stems(*samples[role], role) for role in samples]
    layers += [dotted(samples[role][0], samples[role][1], role, "This batch's samples.") for role in samples]
    return View(tuple(layers), Axis(float(d[0]), float(d[-1]), output), Axis(low - room, high + room, "loss"))


def stems(d: Array, cost: Array, role: str) -> Layer:
    """From no loss at all to what each sample costs, (n,) each."""
    return Layer("segments", "", role, {"x0": d, "y0": 0 * d, "x1": d, "y1": cost})


# on a line


def line_fakes(fake: Array, real: Array | None, axis: Array) -> View:
    """Histograms of the fakes, and of the reals that the generator never sees: (k, 1) each."""
    low, high = float(axis[0]), float(axis[-1])
    batches = {"fake": fake} | ({} if real is None else {"real": real})
    bars = {role: histogram(x[:, 0], low, high, 40) for role, x in batches.items()}
    top = step_up(max(float(heights.max()) for _, heights in bars.values()))
    help = {"fake": "This batch's fakes.", "real": "This batch's reals: the generator never sees them."}
    layers = [
        Layer("bars", role, role, {"edges": edges, "heights": heights}, help[role], visible=role == "fake")
        for role, (edges, heights) in bars.items()
    ]
    rug = Layer(
        "points", "each fake", "fake", {"x": fake[:, 0], "y": np.full(len(fake), -0.03 * top)}, options=DOTS["fake"]
    )
    return View((*layers, rug), Axis(low, high, "x"), Axis(-0.07 * top, top, "density"))


def line_judged(
    axis: Array, d: Array, samples: Mapping[str, tuple[Array, Array]], title: str, before: Array | None = None
) -> View:
    """D over x, (g,), and where it was before; samples (k,) on it by role, as x and output, and as ticks below."""
    x, y = Axis(float(axis[0]), float(axis[-1]), "x"), output_axis(d, title)
    layers = [Layer("line", "D", "discriminator", {"x": axis, "y": d}, "The discriminator's output for x.")]
    if before is not None:
        layers += [risen(axis, before, d, y), Layer("line", "D before", "optimum", {"x": axis, "y": before}, **DASHED)]
    layers += [dotted(*samples[role], role, "This batch's samples, each at its output.") for role in samples]
    layers += [ticks(samples[role][0], role, row, y) for row, role in enumerate(samples)]
    return View(tuple(layers), x, y)


def ticks(x: Array, role: str, row: int, y: Axis) -> Layer:
    """A tick for each sample along the foot of the picture."""
    high = 0.035 * (y.high - y.low)
    foot = np.full(len(x), y.low + row * high)
    return Layer("segments", "", role, {"x0": x, "y0": foot, "x1": x, "y1": foot + 0.85 * high})


def risen(axis: Array, before: Array, after: Array, y: Axis) -> Layer:
    """How D's outputs changed along the axis, enlarged if it must be."""
    some = spread(len(axis))
    factor = enlarged((after - before)[:, None], (y.high - y.low) * 2)
    v = factor * (after - before)[some]
    name = "D's change" + (f", × {factor}" if factor > 1 else "")
    arrays = {"x": axis[some], "y": before[some], "u": 0 * v, "v": v}
    return Layer("arrows", name, "arrows", arrays, "From D before the update toward D after it.")


def output_axis(d: Array, title: str) -> Axis:
    """From 0 to 1 for a probability, else what is needed."""
    return Axis(-0.04, 1.04, title) if title == "D(x)" else Axis(*robust_range(d), title)


def upright(x: Array, d: Array, push: Array, y: Axis) -> Layer:
    """Arrows at samples (k,) as long as the push on D's output is strong, the strongest a fifth of the axis."""
    some = spread(len(x))
    v = push[some] / (np.abs(push).max(initial=0.0) or 1.0) * 0.2 * (y.high - y.low)
    help = "How strongly each sample's loss pushes D's output at its place, −∂ℓ/∂d."
    return Layer("arrows", "push on D", "arrows", {"x": x[some], "y": d[some], "u": 0 * v, "v": v}, help)


def sideways(x: Array, d: Array, pull: Array, axis: Array) -> Layer:
    """Arrows at fakes (k,) along x, a strong one a tenth of the axis."""
    some = spread(len(x))
    strong = float(np.quantile(np.abs(pull), 0.9)) or 1.0
    u = np.clip(pull[some] / strong, -1.5, 1.5) * 0.1 * (axis[-1] - axis[0])
    help = "Where the generator's loss pulls each fake, −∂L_G/∂x; lengths are relative to a strong pull of this batch."
    return Layer("arrows", "pull on the fakes", "arrows", {"x": x[some], "y": d[some], "u": u, "v": 0 * u}, help)


def line_moved(before: Array, after: Array, axis: Array) -> View:
    """The fakes' density before and after an update, (k, 1) each, and how each of some moved."""
    earlier, later = kde(before[:, 0], axis), kde(after[:, 0], axis)
    top = step_up(1.1 * max(float(earlier.max()), float(later.max())))
    some = spread(len(before))
    factor = enlarged(after - before, float(axis[-1] - axis[0]))
    rows = top * (0.03 + 0.03 * (np.arange(len(some)) % 7))  # so that neighbours do not hide each other
    u = factor * (after - before)[some, 0]
    layers = (
        Layer("line", "fakes before", "optimum", {"x": axis, "y": earlier}, "Density.", options={"dash": True}),
        Layer("line", "fakes after", "fake", {"x": axis, "y": later}, "Density, for the same latents."),
        Layer("arrows", moves_name(factor), "arrows", {"x": before[some, 0], "y": rows, "u": u, "v": 0 * u}, MOVED),
    )
    return View(layers, Axis(float(axis[0]), float(axis[-1]), "x"), Axis(-0.03 * top, top, "density"))


# in the plane


def plane(axis: Array, samples: Mapping[str, Array], above: Sequence[Layer] = (), below: Sequence[Layer] = ()) -> View:
    """Samples (k, 2) by role, over and under other layers."""
    ends = Axis(float(axis[0]), float(axis[-1]))
    dots = [dotted(x[:, 0], x[:, 1], role, f"This batch's {role}s.") for role, x in samples.items()]
    return View((*below, *dots, *above), ends, ends, equal=True)


def judged(axis: Array, d: Array, probability: bool) -> list[Layer]:
    """D over the plane, raw outputs (g, g)."""
    return landscape(d, extent(axis), probability)


def changed(axis: Array, change: Array, name: str) -> list[Layer]:
    """Where an output rises and where it falls, (g, g), and the line between."""
    reach = float(np.quantile(np.abs(change[np.isfinite(change)]), 0.98)) if np.isfinite(change).any() else 1.0
    options = {"extent": extent(axis), "range": (-reach or -1.0, reach or 1.0)}
    values = {"values": change}
    border = Layer("contours", "no change", "discriminator", values, UNCHANGED, options=options | {"levels": [0.0]})
    return [Layer("field", name, "discriminator", values, CHANGED, options=options), border]


def plane_pulls(fake: Array, pull: Array, axis: Array) -> list[Layer]:
    """Arrows −∂L_G/∂x at the fakes, (k, 2) each."""
    return pulls(fake, pull, float(axis[-1] - axis[0]), 1.0)


def plane_moves(before: Array, after: Array, axis: Array) -> Layer:
    """How each fake moved, (k, 2) each, enlarged if it must be."""
    factor = enlarged(after - before, float(axis[-1] - axis[0]))
    u, v = (factor * (after - before)).T
    return Layer("arrows", moves_name(factor), "arrows", {"x": before[:, 0], "y": before[:, 1], "u": u, "v": v}, MOVED)


def extent(axis: Array) -> tuple[float, float, float, float]:
    return float(axis[0]), float(axis[-1]), float(axis[0]), float(axis[-1])


UNCHANGED = "Where the update leaves the output as it was."
MOVED = "From where each fake was before the update toward where it is after it, for the same latents."


def moves_name(factor: int) -> str:
    return "each fake's move" + (f", × {factor}" if factor > 1 else "")


def enlarged(moves: Array, width: float) -> int:
    """The largest factor by which a typical move (k, dim) stays within reach."""
    typical = float(np.nan_to_num(np.quantile(np.linalg.norm(moves, axis=1), 0.9)))
    return max([factor for factor in FACTORS if factor * typical <= REACH * width], default=1)


# digits

Tile = tuple[Array, str, str]  # an image (784,) between -1 and 1, what stands on it, and the role that it is of


def digits(tiles: Sequence[Tile]) -> View:
    """Images row by row, each with its words."""
    images = pixels(np.stack([image for image, _, _ in tiles]))
    options = {
        "columns": COLUMNS,
        "labels": [text for _, text, _ in tiles],
        "tints": [shade(role) for _, _, role in tiles],
    }
    rows = -(-len(tiles) // COLUMNS)
    layer = Layer("images", "", "ink", {"tiles": images}, options=options)
    return View((layer,), Axis(0, COLUMNS), Axis(0, rows), equal=True, bare=True)


def relative(images: Array) -> Array:
    """Signed images, all but the strongest points between -1 and 1: (k, 784)."""
    return images / (float(np.quantile(np.abs(images), 0.99)) or 1.0)


def paired(first: Sequence[Tile], second: Sequence[Tile]) -> list[Tile]:
    """Rows of one kind and of the other in turn."""
    rows = range(0, len(first), COLUMNS)
    return [tile for row in rows for kind in (first, second) for tile in kind[row : row + COLUMNS]]


def dotted(x: Array, y: Array, role: str, help: str) -> Layer:
    return Layer("points", role, role, {"x": x, "y": y}, help, options=DOTS[role])


def spread(n: int) -> Array:
    """Some of n places, evenly."""
    return np.linspace(0, n - 1, min(ARROWS, n)).astype(int)
