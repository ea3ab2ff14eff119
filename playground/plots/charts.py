"""Histories and histograms as plotly figures, in the palette's light colours; the browser swaps in the dark ones.

A figure is a plain dict with numpy arrays in it, `go.Figure(figure)` in Python: plotly's own classes check every value
and take longer than a frame may.

Every series is (n,) beside `iterations` (n,), NaN where it was not measured. Any of them may be empty.
"""

import base64
import json
from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.special import expit

from playground.plots.estimates import robust_range
from playground.plots.palette import light

Figure = dict[str, Any]
POINTS = 400  # of a trace: what a projector can show
SIGNAL_FLOOR = 1e-12  # float32 has no use for less
CERTAIN = 0.01  # a probability closer than this to 0 or 1
BINS = 40

AXIS = {
    "gridcolor": light("grid"),
    "zeroline": False,
    "ticks": "outside",
    "ticklen": 4,
    "tickcolor": "rgba(0,0,0,0)",
    "tickfont": {"size": 12, "color": light("muted")},
    "title": {"standoff": 2, "font": {"size": 12, "color": light("muted")}},
    "automargin": True,
}
TEMPLATE = {
    "layout": {
        "font": {"color": light("ink"), "size": 13},
        "title": {"font": {"size": 15, "weight": 600}, "x": 0, "xref": "container", "xanchor": "left", "y": 0.97},
        "xaxis": AXIS | {"showgrid": False, "showline": True, "linecolor": light("floor"), "nticks": 6},
        "yaxis": AXIS | {"nticks": 5},
        "legend": {"orientation": "h", "x": 0, "y": 1.0, "yanchor": "bottom", "itemwidth": 30, "font": {"size": 12}},
        "margin": {"l": 44, "r": 12, "t": 54, "b": 8},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "hovermode": "x unified",
        "hoverlabel": {"bgcolor": light("paper"), "bordercolor": light("grid")},
        "modebar": {"bgcolor": "rgba(0,0,0,0)", "color": light("floor"), "activecolor": light("ink")},
        "bargap": 0,
    }
}


def losses(
    iterations: np.ndarray,
    loss_discriminator: np.ndarray,
    loss_generator: np.ndarray,
    equilibrium: tuple[float | None, float | None] = (None, None),
) -> Figure:
    """Both players' losses; `equilibrium` (discriminator, generator) is where they would rest, if anywhere."""
    lines = [
        line(iterations, loss_discriminator, "discriminator", "discriminator"),
        line(iterations, loss_generator, "generator", "fake"),
    ]
    rests = zip(equilibrium, ("discriminator", "fake"), strict=True)
    levels = [level(value, f"equilibrium {value:.3g}", role) for value, role in rests if value is not None]
    return history("Losses", lines, levels)


def distances(
    iterations: np.ndarray,
    emd: np.ndarray,
    emd_floor: np.ndarray | float,
    estimate: np.ndarray,
    estimate_name: str,
    estimate_ceiling: float | None = None,
    *,
    same_units: bool = False,
) -> Figure:
    """Earth mover's distance over its sampling noise, and what the discriminator itself says.

    `emd_floor` (n,) or a number is what fresh real samples score against real ones. The estimate is measured on an axis
    of its own unless it is in the `same_units`; `estimate_ceiling` is the most it can say (log 2 for Jensen–Shannon).
    """
    floor = np.broadcast_to(np.asarray(emd_floor, dtype=float), np.shape(iterations))
    axis = "y" if same_units else "y2"
    lines = [
        line(iterations, floor, "sampling noise", "floor", width=1, fill="tozeroy"),
        line(iterations, emd, "EMD", "real"),
        line(iterations, estimate, estimate_name, "discriminator", yaxis=axis, dash="dot"),
    ]
    levels = []
    if estimate_ceiling is not None:
        levels = [level(estimate_ceiling, f"ceiling {estimate_ceiling:.3g}", "discriminator", axis)]
    second = {} if same_units else {"yaxis2": _second_axis(estimate_ceiling)}
    return history("Distance to the real distribution", lines, levels, yaxis={"rangemode": "tozero"}, **second)


def saturation(d_real: np.ndarray, d_fake: np.ndarray, probability: bool) -> Figure:
    """Histogram of the discriminator's raw outputs for real (n,) and fake (m,), as probabilities where they are logits.

    The title says how much of each is beyond doubt, for that is where a logistic loss has no slope left; of a critic,
    whose outputs have no such bound, it says the gap between the means.
    """
    real, fake = (np.asarray(d, dtype=float)[np.isfinite(d)] for d in (d_real, d_fake))
    title, shown, low, high = (_saturated if probability else _unbounded)(real, fake)
    edges = np.linspace(low, high, BINS + 1)
    traces = [bars(values, edges, role) for values, role in zip(shown, ("real", "fake"), strict=True)]
    x = {"range": [low, high], "title": {"text": "D(x)" if probability else "critic's score"}}
    return figure(title, traces, xaxis=x, yaxis={"ticksuffix": " %", "rangemode": "tozero"}, barmode="overlay")


def signal(iterations: np.ndarray, generator_signal: np.ndarray) -> Figure:
    """What reaches the generator, ‖∂L_G/∂x‖, on a logarithmic axis; zero and less than the floor lie on the floor."""
    values = np.asarray(generator_signal, dtype=float)
    clipped = np.where(np.isfinite(values), np.maximum(values, SIGNAL_FLOOR), np.nan)
    levels = [level(SIGNAL_FLOOR, "nothing left", "muted", log=True)] if np.any(values <= SIGNAL_FLOOR) else []
    y = {"type": "log", "exponentformat": "power", "nticks": 5}
    lines = [line(iterations, clipped, "signal", "fake")]
    return history("Generator's signal ‖∂L/∂x‖", lines, levels, yaxis=y, showlegend=False)


def modes(iterations: np.ndarray, captured: np.ndarray, total: int) -> Figure:
    """How many of the data's `total` modes hold at least a fifth of their mass, as they are won and lost."""
    steps = line(iterations, captured, "captured", "fake")
    steps["line"]["shape"] = "hv"
    y = {"range": [-0.04 * total, 1.12 * total], "nticks": 5}
    return history("Modes captured", [steps], [level(total, f"all {total}", "muted")], yaxis=y, showlegend=False)


def shares(names: Sequence[str], values: np.ndarray) -> Figure:
    """The share of the samples in each mode (modes,), with the line where all would be equal."""
    bars = {"type": "bar", "x": list(names), "y": 100 * np.asarray(values), "marker": {"color": light("fake")}}
    even = level(100 / max(len(names), 1), "even", "muted")
    y = {"ticksuffix": " %", "rangemode": "tozero"}
    return figure(
        "Digits among the samples", [bars], xaxis={"type": "category"}, yaxis=y, showlegend=False, bargap=0.2, **even
    )


def history(title: str, lines: Sequence[dict], levels: Sequence[dict] = (), **layout: Any) -> Figure:
    """Lines over iterations with levels across them; `layout` is plotly's."""
    x = {"title": {"text": "iteration"}, "rangemode": "tozero"}
    shapes = [shape for each in levels for shape in each["shapes"]]
    notes = [note for each in levels for note in each["annotations"]]
    return figure(title, lines, xaxis=x, shapes=shapes, annotations=notes, **layout)


def line(
    iterations: np.ndarray,
    values: np.ndarray,
    name: str,
    role: str,
    *,
    dash: str = "solid",
    width: int = 2,
    **trace: Any,
) -> dict:
    """One series (n,) of a history, thinned to what can be seen."""
    x, y = thin(np.asarray(iterations), np.asarray(values, dtype=float))
    style = {"color": light(role), "width": width, "dash": dash}
    finite = np.where(np.isfinite(y), y, np.nan).astype(np.float32)
    return {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "y": finite,
        "name": name,
        "line": style,
        "connectgaps": True,
    } | trace


def level(value: float, text: str, role: str, axis: str = "y", *, log: bool = False) -> dict:
    """A dashed level across a whole figure, with its name at the right end."""
    color = light(role)
    ends = {"x0": 0, "x1": 1, "xref": "paper", "y0": value, "y1": value, "yref": axis}
    height = np.log10(value) if log else value  # plotly places notes, but not shapes, by the exponent
    where = {"x": 1, "xref": "paper", "xanchor": "right", "y": height, "yref": axis, "yanchor": "bottom"}
    font = {"color": color, "size": 12, "shadow": ", ".join([f"0 0 3px {light('paper')}"] * 4)}  # a halo over the data
    return {
        "shapes": [{"type": "line", "line": {"color": color, "width": 1, "dash": "dash"}} | ends],
        "annotations": [{"text": text, "showarrow": False, "font": font} | where],
    }


def thin(x: np.ndarray, y: np.ndarray, most: int = POINTS) -> tuple[np.ndarray, np.ndarray]:
    """At most so many points that keep every peak: the lowest and the highest of each stretch. x, y are (n,)."""
    if len(x) <= most:
        return x, y
    stretch = -(-len(x) // (most // 2))
    rows = -(-len(x) // stretch)
    padded = np.full(rows * stretch, np.nan)
    padded[: len(y)] = y
    padded = padded.reshape(rows, stretch)
    low = np.where(np.isnan(padded), np.inf, padded).argmin(axis=1)
    high = np.where(np.isnan(padded), -np.inf, padded).argmax(axis=1)
    kept = np.unique(np.arange(rows)[:, None] * stretch + np.stack([low, high], axis=1))
    return x[kept], y[kept]


def figure(title: str, traces: Sequence[dict], **layout: Any) -> Figure:
    """Traces under a title; `layout` is plotly's."""
    return {"data": list(traces), "layout": {"template": TEMPLATE, "title": {"text": title}} | layout}


def pack(figure: Figure) -> str:
    """A figure as plotly.js reads it fastest: JSON, with an array's bytes in 32 bits a number."""
    return json.dumps(figure, default=_packed, separators=(",", ":"))


def _packed(array: np.ndarray) -> dict[str, str]:
    narrow = array.astype("<f4" if array.dtype.kind == "f" else "<i4")
    shape = {"shape": ", ".join(map(str, array.shape))} if array.ndim > 1 else {}
    return {"dtype": narrow.dtype.str[1:], "bdata": base64.b64encode(narrow.tobytes()).decode()} | shape


def bars(values: np.ndarray, edges: np.ndarray, role: str) -> dict:
    """The share of the values (n,) between each two edges, in percent."""
    counts, _ = np.histogram(values, edges)
    percent = (100.0 * counts / max(len(values), 1)).astype(np.float32)
    style = {"color": light(role), "line": {"width": 0}}
    return {
        "type": "bar",
        "x": (edges[1:] + edges[:-1]) / 2,
        "y": percent,
        "name": role,
        "opacity": 0.65,
        "marker": style,
    }


def _saturated(real: np.ndarray, fake: np.ndarray) -> tuple[str, list[np.ndarray], float, float]:
    """(title, values to draw, low, high) of logits."""
    shown = [expit(real), expit(fake)]
    sure_fake, sure_real = _share(shown[1] < CERTAIN), _share(shown[0] > 1 - CERTAIN)
    return f"D(x): {sure_fake} of fakes < 1 %, {sure_real} of reals > 99 %", shown, 0.0, 1.0


def _unbounded(real: np.ndarray, fake: np.ndarray) -> tuple[str, list[np.ndarray], float, float]:
    """(title, values to draw, low, high) of a critic's scores."""
    low, high = robust_range(np.concatenate([real, fake]))
    gap = f": real − fake = {real.mean() - fake.mean():.3g}" if len(real) and len(fake) else ""
    return f"Critic's scores{gap}", [np.clip(values, low, high) for values in (real, fake)], low, high


def _share(where: np.ndarray) -> str:
    return f"{100 * where.mean():.0f} %" if len(where) else "none"


def _second_axis(ceiling: float | None) -> dict:
    """The discriminator's own axis, on the right and in its colour."""
    style = {
        "overlaying": "y",
        "side": "right",
        "showgrid": False,
        "tickfont": {"color": light("discriminator"), "size": 12},
    }
    top = {} if ceiling is None else {"range": [0.0, 1.15 * ceiling]}
    return AXIS | style | {"rangemode": "tozero", "tickmode": "auto", "nticks": 5} | top
