"""The cost of an iteration against width, batch and population, on logarithmic axes: one page of HTML."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from plotly.subplots import make_subplots

if TYPE_CHECKING:
    from benchmarks.step import Result

COLOURS = {"ours": "#d55e00", "autograd": "#999999", "bare": "#0072b2", "jax": "#009e73", "limit": "#000000"}
NAMES = {"ours": "ours", "autograd": "our autograd", "bare": "bare loop", "jax": "JAX", "limit": "products alone"}
AXES = {  # along what, and which cases stand beside each other
    "width": lambda case: case.depth == 2 and case.batch == 256 and case.population == 1,
    "batch": lambda case: case.depth == 2 and case.width == 16 and case.population == 1,
    "population": lambda case: case.depth == 2 and case.width == 16 and case.batch == 256,
}


def save(results: Sequence["Result"], file: Path) -> None:
    """Three panels of the gradient penalty's game, as HTML that needs nothing else."""
    figure = make_subplots(cols=3, subplot_titles=list(AXES), shared_yaxes=True)
    for column, (axis, belongs) in enumerate(AXES.items(), 1):
        shown = sorted(
            (r for r in results if r.case.game == "GP" and belongs(r.case)), key=lambda r: getattr(r.case, axis)
        )
        for name, colour in COLOURS.items():
            points = [(getattr(r.case, axis), r.times[name]) for r in shown if name in r.times]
            x, y = zip(*points, strict=True) if points else ((), ())
            line = {"color": colour, "dash": "dot" if name == "limit" else "solid"}
            figure.add_scatter(x=x, y=y, name=NAMES[name], line=line, col=column, row=1, showlegend=column == 1)
    figure.update_xaxes(type="log")
    figure.update_yaxes(type="log", title_text="milliseconds an iteration", col=1)
    figure.update_yaxes(type="log")
    figure.update_layout(title="WGAN-GP, 5 critic steps", template="plotly_white", width=1200, height=480)
    figure.write_html(file, include_plotlyjs=True)
