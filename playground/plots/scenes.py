"""Snapshots as pictures: what a 1D, a 2D and an image game look like at one moment."""

from collections.abc import Sequence

import numpy as np
from scipy.special import expit

from playground.plots import overlays
from playground.plots.estimates import ARROW_DECADES, arrow_lengths, histogram, kde, robust_range, step_up
from playground.plots.view import Axis, Layer, View

ARROW_LENGTH = 0.07  # of the axis: a gradient of `reference`
ARROWS_1D = 40
ROWS_1D = 7
ARROWS_2D = 200
SAMPLES = 1000

HELP = {
    "density": "The exact density that real samples are drawn from.",
    "real": "Samples of the real distribution.",
    "fake": "What the generator makes of fixed latents, so that only learning moves them.",
    "histogram": "Histogram of the generated samples.",
    "kde": "Smoothed density of the generated samples.",
    "probability": "The discriminator's probability that a sample at this place is real: blue real, orange fake.",
    "critic": "The critic's raw score: blue = judged more real than the median place, orange = less.",
    "arrows": "Where the generator's loss pulls each fake, −∂L_G/∂x. Length is relative, logarithmic: full at {0:g}, "
    "a tenth at {1:g}, nothing for a vanished gradient.",
}

# name and help of the discriminator's line and of its optimum, for a critic (False) and a probability (True)
LINES = {
    False: (
        "critic",
        "The critic's raw score of x.",
        "optimal critic",
        "The best possible critic against this generator, up to a constant.",
    ),
    True: (
        "D(x)",
        "The discriminator's probability that x is real.",
        "optimal D",
        "The best possible discriminator against this generator, p / (p + q).",
    ),
}


def line_scene(
    *,
    real: np.ndarray,
    fake: np.ndarray,
    grid_x: np.ndarray,
    density: np.ndarray,
    d_grid: np.ndarray,
    probability: bool,
    optimum: np.ndarray | None = None,
    arrows: np.ndarray | None = None,
    iteration: int = 0,
    reference: float = 1.0,
    extra: Sequence[Layer] = (),
) -> View:
    """One-dimensional game: exact and generated density, the discriminator and its optimum, the generator's arrows.

    real (n, 1) and fake (m, 1) samples; grid_x, density, d_grid (raw outputs) and optimum are (g,). With `probability`
    the discriminator is drawn as expit(d) and `optimum` is a probability; without, both are raw scores.
    arrows (m, 1) are −∂L_G/∂x at the fakes; a gradient as large as `reference` is drawn at full length.
    """
    x = Axis(float(grid_x[0]), float(grid_x[-1]), "x")
    shown = expit(d_grid) if probability else d_grid
    right = Axis(0.0, 1.0, "D(x)") if probability else Axis(*robust_range(shown), "critic")
    edges, heights = histogram(fake[:, 0], x.low, x.high)
    smooth = kde(fake[:, 0], grid_x)
    top = step_up(1.3 * max(float(np.max(density)), min(float(np.max(smooth)), 4 * float(np.max(density)))))
    layers = [
        Layer("area", "real density", "real", {"x": grid_x, "y0": 0 * grid_x, "y1": density}, HELP["density"]),
        Layer("bars", "fake histogram", "fake", {"edges": edges, "heights": heights}, HELP["histogram"]),
        Layer("line", "fake density", "fake", {"x": grid_x, "y": smooth}, HELP["kde"]),
        *_discriminator_lines(grid_x, shown, optimum, LINES[probability]),
        Layer("points", "real samples", "real", _rug(real, -0.035 * top), HELP["real"], visible=False),
        *_arrows_1d(fake, arrows, x, top, reference),
        *extra,
    ]
    kind = "discriminator" if probability else "critic"
    alt = f"Real and generated density over x and the {kind} at iteration {iteration}. {_where('Fakes', fake)}"
    y = Axis(-0.07 * top, top, "density")
    return View(tuple(layers), x, y, right, alt=alt, iteration=iteration)


def plane_scene(
    *,
    real: np.ndarray,
    fake: np.ndarray,
    grid_x: np.ndarray,
    grid_y: np.ndarray,
    d_grid: np.ndarray,
    probability: bool,
    arrows: np.ndarray | None = None,
    iteration: int = 0,
    reference: float = 1.0,
    beneath: Sequence[Layer] = (),
    extra: Sequence[Layer] = (),
) -> View:
    """Two-dimensional game: the discriminator as a heat map under real samples, fakes and the generator's arrows.

    real (n, 2), fake (m, 2), grid_x (w,), grid_y (h,), d_grid (h, w) raw outputs with row 0 at grid_y[0], arrows (m, 2)
    = −∂L_G/∂x at the fakes. Layers `beneath` lie between the heat map and the samples, `extra` ones on top.
    """
    x, y = Axis(float(grid_x[0]), float(grid_x[-1])), Axis(float(grid_y[0]), float(grid_y[-1]))
    extent = x.low, x.high, y.low, y.high
    layers = [
        *landscape(d_grid, extent, probability),
        *beneath,
        Layer("points", "real", "real", _dots(real), HELP["real"]),
        Layer("points", "fake", "fake", _dots(fake), HELP["fake"], options={"marker": "diamond"}),
        *pulls(fake, arrows, x.high - x.low, reference),
        *extra,
    ]
    where = f"{_where('Fakes', fake)} {_where('Real samples', real)}"
    alt = f"Real and fake samples in the plane at iteration {iteration}. {where}"
    return View(tuple(layers), x, y, equal=True, alt=alt, iteration=iteration)


def drawn(d: np.ndarray, probability: bool) -> tuple[np.ndarray, tuple[float, float]]:
    """The discriminator's raw outputs as they are drawn, and the ends of the colours."""
    values = expit(d) if probability else d
    return values, (0.0, 1.0) if probability else robust_range(values)


def landscape(d: np.ndarray, extent: tuple[float, ...], probability: bool) -> list[Layer]:
    """The discriminator's raw outputs d (h, w) as a field and its contours."""
    values, ends = drawn(d, probability)
    name, text = ("D(x)", HELP["probability"]) if probability else ("critic", HELP["critic"])
    options = {"extent": extent, "range": ends}
    return [
        Layer("field", name, "discriminator", {"values": values}, text, options=options),
        overlays.contours(values, extent, ends, probability=probability),
    ]


def _discriminator_lines(
    x: np.ndarray, d: np.ndarray, optimum: np.ndarray | None, names: tuple[str, ...]
) -> list[Layer]:
    """The discriminator in use and, dashed, the best one, on the right axis."""
    name, text, best, about = names
    line = Layer("line", name, "discriminator", {"x": x, "y": d}, text, right=True)
    if optimum is None:
        return [line]
    return [line, Layer("line", best, "optimum", {"x": x, "y": optimum}, about, right=True, options={"dash": True})]


def _arrows_1d(fake: np.ndarray, arrows: np.ndarray | None, x: Axis, top: float, reference: float) -> list[Layer]:
    """A few dozen arrows along the x-axis, in rows so that neighbours do not hide each other."""
    if arrows is None or not len(fake):
        return []
    chosen = np.linspace(0, len(fake) - 1, min(ARROWS_1D, len(fake))).astype(int)
    start, pull = fake[chosen, 0], arrows[chosen, 0]
    u = np.sign(pull) * arrow_lengths(np.abs(pull), reference) * ARROW_LENGTH * (x.high - x.low)
    rows = top * (0.02 + 0.016 * (np.arange(len(start)) % ROWS_1D))
    arrays = {"x": start, "y": rows, "u": u, "v": np.zeros_like(u)}
    return [Layer("arrows", "generator's pull", "arrows", arrays, _arrow_help(reference))]


def pulls(fake: np.ndarray, arrows: np.ndarray | None, width: float, reference: float) -> list[Layer]:
    if arrows is None:
        return []
    arrows = arrows[:ARROWS_2D]
    norms = np.linalg.norm(arrows, axis=1, keepdims=True)  # (m, 1)
    drawn = arrows / np.maximum(norms, 1e-30) * arrow_lengths(norms, reference) * ARROW_LENGTH * width
    arrays = {"x": fake[: len(drawn), 0], "y": fake[: len(drawn), 1], "u": drawn[:, 0], "v": drawn[:, 1]}
    return [Layer("arrows", "generator's pull", "arrows", arrays, _arrow_help(reference))]


def _arrow_help(reference: float) -> str:
    return HELP["arrows"].format(reference, reference / 10.0**ARROW_DECADES)


def _dots(samples: np.ndarray) -> dict[str, np.ndarray]:
    return {"x": samples[:SAMPLES, 0], "y": samples[:SAMPLES, 1]}


def _rug(samples: np.ndarray, y: float) -> dict[str, np.ndarray]:
    shown = samples[:SAMPLES, 0]
    return {"x": shown, "y": np.full(len(shown), y)}


def _where(name: str, samples: np.ndarray) -> str:
    """A sentence with mean and spread, for those who cannot see the picture."""
    if not len(samples):
        return f"{name}: none."
    mean, spread = (", ".join(f"{value:.2f}" for value in stat(samples, axis=0)) for stat in (np.mean, np.std))
    return f"{name}: mean {mean}, spread {spread}."
