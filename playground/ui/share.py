"""Sharing and taking away: a link to the run, its history as a table, its figures as a page."""

import csv
import io
from concurrent.futures import CancelledError
from urllib.parse import urlencode

import streamlit as st

from playground.config import KNOBS, Config
from playground.diagnosis import diagnose
from playground.experiments import EXPERIMENTS
from playground.plots import export
from playground.report import write_history
from playground.snapshot import Snapshot
from playground.training import Trainer
from playground.ui import components, pictures
from playground.ui.choices import beside
from playground.ui.scene import scene
from playground.ui.state import Playground

PATIENCE = 20.0  # seconds that a download waits for the run's next pause between two bursts


def share(here: Playground) -> None:
    """The button in the control row and what it opens. A file is made when it is asked for, apart from the page."""
    name = f"{here.experiment}-seed-{here.config.seed}"
    address, dark = str(st.context.url or ""), st.context.theme.type == "dark"
    with st.popover("Share", icon=":material/share:"), st.container(gap="small"):
        st.markdown(
            "**Link to this run**", help="Who opens it plays the same game: the same settings and the same seed."
        )
        components.link(here.written, key=f"{here.page}:link")
        st.markdown("**Take away**")
        with st.container(horizontal=True, gap="small"):
            st.download_button(
                "History (CSV)",
                data=lambda: history(here),
                file_name=f"{name}.csv",
                mime="text/csv",
                icon=":material/table:",
                key=f"{here.page}:history",
                on_click="ignore",
                help="Losses and every metric over time, a row for each seed and iteration.",
            )
            st.download_button(
                "Figures (HTML)",
                data=lambda: figures(here, address, dark=dark),
                file_name=f"{name}.html",
                mime="text/html",
                icon=":material/monitoring:",
                key=f"{here.page}:figures",
                on_click="ignore",
                help="The picture and the charts as they are now, to zoom and to hover, in one page that works offline.",
            )
        st.caption("The picture alone, as PNG or SVG: *Save* beside it. A chart: the camera in its corner.")


def history(here: Playground) -> str:
    """The run's history as a CSV table, as `python -m playground train --history` writes it."""
    try:
        return here.run.ask(table).result(PATIENCE)
    except CancelledError:
        raise RuntimeError(
            "this run could not be set up, so it has no history; reset it or choose other settings"
        ) from None


def table(trainer: Trainer) -> str:
    """All that a trainer has recorded, as CSV."""
    text = io.StringIO(newline="")
    write_history(csv.writer(text), trainer)
    return text.getvalue()


def figures(here: Playground, address: str, *, dark: bool) -> str:
    """The picture that is seen and the charts beside it as one page."""
    snapshot = here.seen(here.run.snapshot)
    if snapshot is None:
        raise RuntimeError("this run has no picture yet; try again in a moment")
    view = scene(snapshot)
    charts = {name: make() for name, make in pictures.figures(snapshot, beside(here)).items()}
    return export.document(
        EXPERIMENTS[here.experiment].title,
        said(snapshot),
        {view.alt: export.figure(view), **charts},
        settings(snapshot.config),
        link(address, here.written),
        {layer.name: layer.help for layer in view.layers if layer.name},
        dark=dark,
    )


def said(snapshot: Snapshot) -> list[str]:
    """Where the run stood, and the verdict."""
    verdict, seed = diagnose(snapshot), snapshot.config.seed + snapshot.member
    emd = f"EMD {snapshot.emd:.3f}, where real against real scores {snapshot.floor:.3f} (in {snapshot.space})"
    return [
        f"Iteration {snapshot.iteration:,}, seed {seed}. {emd}.",
        f"{verdict.name}: {verdict.text} {verdict.cure}".strip(),
    ]


def settings(config: Config) -> dict[str, str]:
    """Every knob that matters in this game, under its label."""
    return {knob.label: f"{getattr(config, name)}" for name, knob in KNOBS.items() if knob.relevant(config)}


def link(address: str, query: dict[str, str]) -> str:
    """The page's address with a query, as the browser would have it."""
    return f"{address}?{urlencode(query)}" if query else address
