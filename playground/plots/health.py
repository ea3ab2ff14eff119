"""The discriminator's health as plotly figures: its slopes, its weights, its layers, what it remembers and what it learnt.

Made as in `charts.py`; every function takes arrays, any of which may be empty or hold NaN.
"""

import numpy as np

from playground.plots.charts import BINS, Figure, bars, figure, history, level, line
from playground.plots.palette import light

LAYER_FLOOR = 1e-12  # float32 has no use for less
EDGE = 1e-6  # of c: as close to its bound as the metric counts a weight to lie at it
STEEPEST = 3.0  # a slope that is shown at least, so that 1 never lies at the edge


def slopes(norms: np.ndarray) -> Figure:
    """Histogram of ‖∇D(x)‖ at points between real and fake (n,), with the line at 1 that a 1-Lipschitz critic keeps to."""
    norms = finite(norms)
    high = max(STEEPEST, float(np.quantile(norms, 0.99)) * 1.1) if len(norms) else STEEPEST
    about = f": mean {norms.mean():.3g}, 95 % below {np.quantile(norms, 0.95):.3g}" if len(norms) else ""
    trace = bars(np.clip(norms, 0.0, high), np.linspace(0.0, high, BINS + 1), "discriminator")
    x = {"range": [0.0, high], "title": {"text": "‖∇D(x)‖ between real and fake"}}
    return figure(f"D's slope{about}", [trace], xaxis=x, yaxis=PERCENT, showlegend=False, **upright(1.0, "1-Lipschitz"))


def weights(values: np.ndarray, clip: float | None = None) -> Figure:
    """Histogram of D's weights (k,); with weight clipping ±`clip` are marked and what lies at them is counted."""
    values = finite(values)
    reach = clip * 1.15 if clip else 1.05 * float(np.abs(values).max(initial=1e-6))
    held = f": {100 * np.mean(np.abs(values) >= clip * (1 - EDGE)):.0f} % at ±c" if clip and len(values) else ""
    trace = bars(np.clip(values, -reach, reach), np.linspace(-reach, reach, BINS + 1), "discriminator")
    x = {"range": [-reach, reach], "title": {"text": "weight"}}
    marks = joined(upright(-clip, "−c"), upright(clip, "c")) if clip else {}
    return figure(f"D's weights{held}", [trace], xaxis=x, yaxis=PERCENT, showlegend=False, **marks)


def layers(norms: np.ndarray) -> Figure:
    """‖∂L_D/∂h‖ of each layer's output (layers,), the last layer first, on a log axis; zero lies on the floor.

    A straight line that falls is a gradient that vanishes on its way to the input, one that rises explodes.
    """
    norms = np.asarray(norms, dtype=float)
    known = np.where(np.isfinite(norms), np.maximum(norms, LAYER_FLOOR), np.nan)
    trace = {
        "type": "scatter",
        "mode": "lines+markers",
        "x": np.arange(len(known), 0, -1),
        "y": known.astype(np.float32),
        "line": {"color": light("discriminator"), "width": 2},
        "marker": {"size": 7},
    }
    levels = level(LAYER_FLOOR, "nothing left", "muted", log=True) if np.any(known <= LAYER_FLOOR) else {}
    x = {"autorange": "reversed", "dtick": 1, "title": {"text": "layer, from the output to the input"}}
    low, high = decades(known)
    y = {"type": "log", "exponentformat": "power", "range": [low, high], "dtick": -((low - high) // 4)}
    return figure("Gradient ‖∂L/∂h‖ from layer to layer", [trace], xaxis=x, yaxis=y, showlegend=False, **levels)


def decades(values: np.ndarray) -> tuple[int, int]:
    """The whole decades around positive values (n,), as exponents, at least two: no slope looks steeper than it is."""
    exponents = np.log10(values[np.isfinite(values)])
    low, high = np.floor(exponents.min(initial=0.0) - 0.1), np.ceil(exponents.max(initial=-20.0) + 0.1)
    return int(low), int(max(high, low + 2))


def memory(iterations: np.ndarray, accuracy_fake: np.ndarray, accuracy_past: np.ndarray) -> Figure:
    """D's accuracy on the fakes of now and on those of before, (n,) each, as shares."""
    lines = [
        line(iterations, 100 * np.asarray(accuracy_fake), "fakes of now", "fake"),
        line(iterations, 100 * np.asarray(accuracy_past), "fakes of before", "discriminator", dash="dot"),
    ]
    y = {"range": [-4, 104], "ticksuffix": " %", "tickmode": "linear", "dtick": 25}
    return history("Does D remember? Fakes it sees through", lines, yaxis=y)


def generalisation(iterations: np.ndarray, sign_train: np.ndarray, sign_held_out: np.ndarray) -> Figure:
    """E[sign D] on training samples and on held-out real ones, (n,) each: 1 calls all of them real, −1 none."""
    lines = [
        line(iterations, sign_train, "training samples", "real"),
        line(iterations, sign_held_out, "fresh real samples", "discriminator", dash="dot"),
    ]
    y = {"range": [-1.08, 1.08], "tickvals": [-1, -0.5, 0, 0.5, 1]}
    return history("Does D generalise? Mean sign of D", lines, yaxis=y)


def asked(iterations: np.ndarray, share: np.ndarray, floor: float) -> Figure:
    """Share of fakes in which the classifier reads the digit asked for (n,), below what it reads rightly of real ones."""
    levels = [level(100 * floor, f"fresh real digits {100 * floor:.1f} %", "muted")] if np.isfinite(floor) else []
    y = {"range": [-4, 112], "ticksuffix": " %", "tickmode": "linear", "dtick": 25}
    lines = [line(iterations, 100 * np.asarray(share), "as asked", "fake")]
    return history("Digits as asked (conditional games)", lines, levels, yaxis=y, showlegend=False)


PERCENT = {"ticksuffix": " %", "rangemode": "tozero"}


def finite(values: np.ndarray) -> np.ndarray:
    values = np.asarray(values, dtype=float)
    return values[np.isfinite(values)]


def upright(value: float, text: str) -> dict:
    """A dashed line across a histogram, with its name above."""
    color = light("muted")
    ends = {"x0": value, "x1": value, "xref": "x", "y0": 0, "y1": 1, "yref": "paper"}
    where = {"x": value, "xref": "x", "y": 1, "yref": "paper", "xanchor": "center", "yanchor": "bottom"}
    return {
        "shapes": [{"type": "line", "line": {"color": color, "width": 1, "dash": "dash"}} | ends],
        "annotations": [{"text": text, "showarrow": False, "font": {"color": color, "size": 12}} | where],
    }


def joined(*marks: dict) -> dict:
    """Several lines on one figure."""
    return {part: [each for mark in marks for each in mark[part]] for part in ("shapes", "annotations")}
