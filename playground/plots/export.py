"""Pictures to take away: a View as a plotly figure, and figures as one web page that needs nothing else."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from html import escape
from pathlib import Path
from string import Template
from typing import Any

import numpy as np
from plotly.offline import get_plotlyjs

from playground.plots.charts import AXIS, TEMPLATE, Figure, pack
from playground.plots.palette import DIVERGING, PALETTE, light
from playground.plots.view import Axis, Layer, View

PAGE = Template((Path(__file__).parent / "export.html").read_text())
HEAD = 7.0  # pixels of an arrow's head
GAP = 1  # pixels of paper between two tiles
SYMBOLS = {"dot": "circle", "diamond": "diamond"}
Trace = dict[str, Any]


def figure(view: View) -> Figure:
    """A View as a plotly figure in light colours; a layer that is off at first is off, and its legend entry turns it on."""
    traces = [trace for layer in view.layers for trace in traces_of(layer)]
    return {"data": traces, "layout": {"template": TEMPLATE} | _layout(view)}


def traces_of(layer: Layer) -> list[Trace]:
    """A layer's traces, the one that stands in the legend last; clicking that one moves them all."""
    traces = TRACES[layer.kind](layer)
    shared = {"name": layer.name, "visible": True if layer.visible else "legendonly"}
    shared |= {"legendgroup": layer.name, "yaxis": "y2" if layer.right else "y"}
    shown = [{"showlegend": False}] * (len(traces) - 1) + [{"showlegend": bool(layer.name)}]
    return [trace | shared | legend for trace, legend in zip(traces, shown, strict=True)]


def points(layer: Layer) -> list[Trace]:
    symbol = SYMBOLS[layer.options.get("marker", "dot")]
    marker = {"color": light(layer.role), "symbol": symbol, "size": 6, "opacity": 0.72}
    return [_scatter(layer.made()["x"], layer.made()["y"], mode="markers", marker=marker)]


def field(layer: Layer) -> list[Trace]:
    """A heat map."""
    low, high = layer.options["range"]
    stops = [[i / (len(DIVERGING) - 1), light(role)] for i, role in enumerate(DIVERGING)]
    heat = {"type": "heatmap", "zmin": low, "zmax": high, "colorscale": stops, "zsmooth": "best"}
    return [heat | {"colorbar": {"thickness": 12, "outlinewidth": 0, "title": {"text": layer.name}}} | _spread(layer)]


def contours(layer: Layer) -> list[Trace]:
    """Every level as a line of its own: plotly's contours have even steps only."""
    place, dash = _spread(layer), "dash" if layer.options.get("dash") else "solid"
    low, high = layer.options["range"]
    return [
        _contour(place, level, layer, 1.6 if np.isclose(level, (low + high) / 2) else 0.9, dash)
        for level in layer.options["levels"]
    ]


def region(layer: Layer) -> list[Trace]:
    """Where the values are above the middle of their range: tinted, with its border."""
    place = _spread(layer)
    inside = np.where(place["z"] > 0, 1, np.nan).astype(np.float32)
    tint = [[i, _see_through(layer.role, 0.3)] for i in (0, 1)]
    about = {"colorscale": tint, "showscale": False, "hoverinfo": "skip"}
    return [{"type": "heatmap"} | place | {"z": inside} | about, _contour(place, 0.0, layer, 1.4, "solid")]


def _spread(layer: Layer) -> dict[str, Any]:
    """A field's values over its extent."""
    values = np.asarray(layer.made()["values"], dtype=np.float32)
    x0, x1, y0, y1 = layer.options["extent"]
    return {"x": np.linspace(x0, x1, values.shape[1]), "y": np.linspace(y0, y1, values.shape[0]), "z": values}


def _contour(place: dict[str, Any], level: float, layer: Layer, width: float, dash: str) -> Trace:
    one = {"coloring": "none", "start": level, "end": level, "size": 1}
    ink = {"color": light(layer.role), "width": width, "dash": dash}
    return {"type": "contour", "contours": one, "line": ink, "hoverinfo": "skip", "showscale": False} | place


def mesh(layer: Layer) -> list[Trace]:
    """The lines of the grid of latents, both ways."""
    x, y = (np.asarray(layer.made()[name], dtype=float) for name in "xy")
    ways = [np.pad(np.stack([a, b]), ((0, 0), (0, 0), (0, 1)), constant_values=np.nan) for a, b in ((x, y), (x.T, y.T))]
    across, up = np.concatenate([way.reshape(2, -1) for way in ways], axis=1)
    return [_lines(across, up, layer, width=0.8, opacity=0.5)]


def trails(layer: Layer) -> list[Trace]:
    """Each sample's way as one line."""
    ways = [np.stack([np.asarray(layer.made()[name], dtype=float)[t] for name in "xy"]) for t in range(_moments(layer))]
    across, up = _broken(*ways)
    return [_lines(across, up, layer, width=1.2, opacity=0.4)]


def _moments(layer: Layer) -> int:
    return len(layer.made()["x"])


def gap(layer: Layer) -> list[Trace]:
    """Two curves, the second filled down to the first."""
    arrays, edges = layer.made(), layer.options["edges"]
    low, high = (_lines(arrays["x"], arrays[name], layer, width=1.8) for name in ("y0", "y1"))
    for trace, edge in zip((low, high), edges, strict=True):
        trace["line"]["color"] = edge[0]
    return [low, high | {"fill": "tonexty", "fillcolor": _see_through(layer.role, 0.3)}]


def arrows(layer: Layer) -> list[Trace]:
    """Shafts as one broken line, with heads that turn with them on the screen, however the axes are scaled."""
    x, y, u, v = (np.asarray(layer.made()[name], dtype=float) for name in ("x", "y", "u", "v"))
    seen = np.hypot(u, v) > 0  # a vanished gradient is nothing, not a dot
    across, up = _broken(np.stack([x, y])[:, seen], np.stack([x + u, y + v])[:, seen])
    sizes = np.tile([0.0, HEAD, 0.0], int(seen.sum()))
    heads = {"symbol": "arrow", "angleref": "previous", "size": sizes, "color": light(layer.role), "line": {"width": 0}}
    return [_lines(across, up, layer, width=1.2, opacity=0.7) | {"mode": "lines+markers", "marker": heads}]


def line(layer: Layer) -> list[Trace]:
    dash = "dash" if layer.options.get("dash") else "solid"
    return [_lines(layer.made()["x"], layer.made()["y"], layer, width=2.4, dash=dash)]


def area(layer: Layer) -> list[Trace]:
    """An unseen lower edge, and an upper one that is filled down to it."""
    low = _lines(layer.made()["x"], layer.made()["y0"], layer, width=0) | {"hoverinfo": "skip"}
    high = _lines(layer.made()["x"], layer.made()["y1"], layer, width=2)
    return [low, high | {"fill": "tonexty", "fillcolor": _see_through(layer.role, 0.2)}]


def bars(layer: Layer) -> list[Trace]:
    edges = np.asarray(layer.made()["edges"], dtype=float)
    style = {"color": light(layer.role), "opacity": 0.34, "line": {"width": 0}}
    place = {"x": (edges[1:] + edges[:-1]) / 2, "width": np.diff(edges), "y": np.asarray(layer.made()["heights"])}
    return [{"type": "bar", "marker": style} | place]


def segments(layer: Layer) -> list[Trace]:
    ends = [np.stack([np.asarray(layer.made()[f"{axis}{end}"], dtype=float) for axis in "xy"]) for end in (0, 1)]
    across, up = _broken(*ends)
    return [_lines(across, up, layer, width=1, opacity=0.45)]


def images(layer: Layer) -> list[Trace]:
    """All tiles as one heat map from paper to ink, with gaps between them; coordinates count tiles."""
    tiles, columns = np.asarray(layer.made()["tiles"]), layer.options["columns"]
    rows, (height, width) = max(1, -(-len(tiles) // columns)), tiles.shape[1:]
    left, top, side = layer.options.get("at", (0, rows, 1))
    sheet = np.full((rows * (height + GAP), columns * (width + GAP)), np.nan, np.float32)
    for i, tile in enumerate(tiles):
        down, right = i // columns * (height + GAP), i % columns * (width + GAP)
        sheet[down : down + height, right : right + width] = tile
    across, up = side / (width + GAP), side / (height + GAP)
    pixels = {"z": sheet[::-1], "x0": left + across / 2, "dx": across, "y0": top - side * rows + up / 2, "dy": up}
    scale = [[0, light("paper")], [1, light("ink")]]
    about = {"colorscale": scale, "showscale": False, "hoverinfo": "skip", "zmin": 0, "zmax": 255}
    return [{"type": "heatmap"} | about | pixels]


def words(layer: Layer) -> list[Trace]:
    """Texts at places."""
    side = {"left": "middle right", "right": "middle left", "center": "middle center"}[layer.options["align"]]
    about = {"text": list(layer.options["texts"]), "textposition": side, "textfont": {"color": light(layer.role)}}
    return [_scatter(layer.made()["x"], layer.made()["y"], mode="text", hoverinfo="skip", **about)]


TRACES: dict[str, Callable[[Layer], list[Trace]]] = {
    "points": points,
    "field": field,
    "contours": contours,
    "region": region,
    "arrows": arrows,
    "line": line,
    "area": area,
    "gap": gap,
    "bars": bars,
    "segments": segments,
    "mesh": mesh,
    "trails": trails,
    "images": images,
    "words": words,
    "handles": points,
}


def _scatter(x: np.ndarray, y: np.ndarray, **rest: Any) -> Trace:
    return {"type": "scatter", "x": np.asarray(x, dtype=np.float32), "y": np.asarray(y, dtype=np.float32)} | rest


def _lines(
    x: np.ndarray, y: np.ndarray, layer: Layer, *, width: float, dash: str = "solid", opacity: float = 1
) -> Trace:
    style = {"color": light(layer.role), "width": width, "dash": dash}
    return _scatter(x, y, mode="lines", line=style, opacity=opacity, connectgaps=False)


def _broken(*stops: np.ndarray) -> np.ndarray:
    """Lines through stops, each (2, n), as one (2, n · (stops + 1)) with NaN between any two."""
    rest = np.full_like(stops[0], np.nan)
    return np.stack([*stops, rest], axis=-1).reshape(2, -1)


def _see_through(role: str, alpha: float) -> str:
    return f"{light(role)}{round(255 * alpha):02x}"


def _layout(view: View) -> dict[str, Any]:
    """Axes as the canvas has them."""
    hidden = {"visible": False} if view.bare else {}
    across = {"range": [view.x.low, view.x.high], "title": {"text": view.x.title}} | hidden
    up = {"range": [view.y.low, view.y.high], "title": {"text": view.y.title}} | hidden
    up |= {"scaleanchor": "x", "constrain": "domain"} if view.equal else {}
    across |= {"constrain": "domain"} if view.equal else {}
    legend = {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"}
    layout = {"xaxis": across, "yaxis": up, "legend": legend, "hovermode": "closest", "bargap": 0}
    return layout | ({"yaxis2": _right(view.right, view.y)} if view.right else {})


def _right(axis: Axis, left: Axis) -> dict[str, Any]:
    """The axis on the right: its low end lies on the left one's zero, so that D(x) = 0 is where a density is 0."""
    zero = max(left.low, min(0.0, left.high))
    unit = (axis.high - axis.low) * 1.04 / (left.high - zero)
    ends = [axis.low + (end - zero) * unit for end in (left.low, left.high)]
    return AXIS | {
        "overlaying": "y",
        "side": "right",
        "showgrid": False,
        "range": ends,
        "tickmode": "auto",
        "nticks": 6,
        "title": {"text": axis.title},
    }


def document(
    title: str,
    said: Sequence[str],
    figures: Mapping[str, Figure],
    settings: Mapping[str, str],
    link: str,
    legend: Mapping[str, str],
    *,
    dark: bool,
) -> str:
    """One page of HTML with everything in it, plotly too: sentences, figures by their description, settings, a link."""
    shown = {name: json.loads(pack(each)) for name, each in figures.items()}
    text = _dark(json.dumps(shown)) if dark else json.dumps(shown)
    return PAGE.substitute(
        title=escape(title),
        said="".join(f"<p>{escape(sentence)}</p>" for sentence in said),
        link=escape(link, quote=True),
        legend=_section("What the first figure shows", legend),
        settings=_section("Settings", settings),
        figures=text.replace("</", "<\\/"),  # or it could end the script that holds it
        plotly=get_plotlyjs(),
        scheme="dark" if dark else "light",
        **{
            role: getattr(PALETTE[role], "dark" if dark else "light")
            for role in ("ink", "paper", "muted", "grid", "real")
        },
    )


def _section(title: str, entries: Mapping[str, str]) -> str:
    """A heading over names and texts; nothing if there are none."""
    rows = (f"<div><dt>{escape(name)}</dt><dd>{escape(text)}</dd></div>" for name, text in entries.items())
    return f"<h2>{title}</h2><dl>{''.join(rows)}</dl>" if entries else ""


def _dark(text: str) -> str:
    """A figure's JSON with every colour of the palette replaced by its dark twin, an added opacity kept."""
    twins = {shade.light: shade.dark for shade in PALETTE.values()}
    return re.sub(r"#[0-9a-f]{6}(?=[^0-9a-z]|[0-9a-f]{2}\b)", lambda found: twins.get(found[0], found[0]), text)
