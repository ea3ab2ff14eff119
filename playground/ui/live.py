"""A live page: run control, the moving pictures, the verdict, failures and cures."""

import gc
import re
import time
from bisect import bisect_left
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager

from playground.device import choose_device
from playground.engine import Run
from playground.experiments import EXPERIMENTS
from playground.fast import step
from playground.plots.view import encode
from playground.snapshot import Snapshot
from playground.ui import components, pictures
from playground.ui.choices import beside as shown_beside
from playground.ui.choices import failures, press
from playground.ui.delivery import wait
from playground.ui.digits import picking
from playground.ui.fragments import fragment
from playground.ui.knobs import knobs
from playground.ui.links import playground
from playground.ui.panels import panels
from playground.ui.scene import scene
from playground.ui.share import share
from playground.ui.state import FIRST_LOOK, Playground
from playground.ui.terms import with_terms
from playground.ui.words import formulas, say, words

STYLE = Path(__file__).parent / "frontend" / "page.css"
BUSY = '<div class="gp-busy" role="progressbar" aria-label="Preparing the game" {}></div>'
TICK = 0.3  # seconds between two ticks, each of which brings the frames since the last one
PATIENCE = 3.0  # seconds to wait for a first or a paused picture
PICTURE = "picture"  # the moving one, where one figure is shown at a time
LOW, LARGE = 400, 540  # pixels high, of a picture with charts beneath it, and of a figure that is shown alone


@cache
def warm_up() -> None:
    """Play and draw one step, so that all that torch and plotly import late is there; then let no collection walk it.

    Streamlit collects garbage after every frame, and walking torch's objects, which never die, takes longer than a frame.
    """
    step.ready(wait=PATIENCE)  # once compiled, it loads in this time
    run, until = Run(EXPERIMENTS["ring-gan"].config), time.monotonic() + 10 * PATIENCE
    run.step()
    while (run.tick() is None or not run.settled) and time.monotonic() < until:
        time.sleep(0.01)
    if run.snapshot is not None:
        encode(scene(run.snapshot))
        for figure in pictures.figures(run.snapshot, pictures.available("2d")).values():
            figure()
    gc.collect()
    gc.freeze()


def begin() -> None:
    """What every page needs first."""
    if PagesManager.uses_pages_directory:  # a fresh server runs pages/ alone until app.py has called st.navigation
        PagesManager.uses_pages_directory = False
        st.rerun()
    st.html(STYLE)
    warm_up()


def live(page: str, default: str, title: str, about: str) -> None:
    """A whole playground page: its moving picture, and everything that moves it.

    At first the picture alone, for a browser takes seconds for all the rest.
    """
    begin()
    here = playground(page, default)
    with st.container(horizontal=True, vertical_alignment="center", key="gp-head"):
        st.title(title, width="content")
        st.caption(with_terms(about), unsafe_allow_html=True)
    with st.container():  # there also when empty: what stands below keeps its place, and with it zoom and legend
        for trouble in here.troubles:
            st.warning(plain(trouble), icon="⚠️")
    with st.container(horizontal=True, gap="small", key="gp-control"):
        if not here.arriving:
            control(here)
            with st.container(horizontal=True, gap="xsmall", width="content"):  # where the first row has room
                share(here)
                components.keys(f"{here.page}:keys")
            failures(here)
    current(here)  # a game that rests soon needs no ticks
    here.ticking = here.moving
    fragment(frame, TICK if here.ticking else None, here)
    if here.arriving:
        st.sidebar.caption("Preparing the knobs …")
    else:
        panels(here)
        formulas(here)
        knobs(here)


def plain(text: str) -> str:
    """A text as Markdown that shows just this text: a link's values may hold anything, an image's address as well."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", text)


def watch(name: str) -> None:
    """An experiment's moving picture alone, playing by itself."""
    begin()
    here = st.session_state.get("watched")
    if here is None:
        config = EXPERIMENTS[name].config
        here = st.session_state["watched"] = Playground("start", name, config, Run(config, choose_device()))
        here.run.play()
    fragment(glance, TICK, here)


def glance(here: Playground) -> None:
    """One tick of a picture alone."""
    snapshot = current(here)
    components.stage([scene(each) for each in here.run.frames()], key="start:stage")
    if snapshot is not None:
        st.caption(f"Iteration {snapshot.iteration:,} · {int(snapshot.metrics['modes'][-1])} of 8 modes found")


def control(here: Playground) -> None:
    """Play, pause, steps, reset, new seed: one row, always in the same place."""
    run = here.run
    with st.container(horizontal=True, gap="xsmall", width="content"):
        if run.playing:
            press(here, "Pause", run.pause, "Rest where it is", icon=":material/pause:")
        else:
            press(here, "Play", run.play, "Train on", icon=":material/play_arrow:", kind="primary")
        press(here, "Step", lambda: here.go_on(run.step), "One iteration of both players", icon=":material/skip_next:")
        press(here, "D only", lambda: here.go_on(lambda: run.step(generator=False)), "Only the discriminator's updates")
        press(here, "G only", lambda: here.go_on(lambda: run.step(discriminator=False)), "Only the generator's updates")
        press(
            here, "Reset", lambda: here.go_on(run.reset), "The same first weights and draws", icon=":material/replay:"
        )
        press(here, "New seed", lambda: reseed(here), "Other weights and draws", icon=":material/casino:")


def reseed(here: Playground) -> None:
    """The next seeds that this population has not seen."""
    here.move(seed=(here.config.seed + here.config.population) % 2**31)


def frame(here: Playground, beside: bool = True) -> None:
    """One tick: words and pictures, the charts `beside` the moving one, or beneath a lower one. Runs alone while it plays.

    The same elements in the same places at every tick, or the browser would make the pictures anew.
    """
    newest = current(here)
    snapshot = here.seen(newest)
    st.html(BUSY.format("" if here.run.building else "hidden"))
    say(words(here, snapshot), here.page)
    left, right = st.columns([6, 7], gap="small") if beside else (st.container(), st.container())
    with left:
        shown = here.run.frames() if snapshot is newest else [snapshot]
        views = [scene(each) for each in shown if each]
        tile, pick = picking(here, snapshot)
        heard = {"moment": here.look_back, "fork": here.fork, "tile": pick}
        if here.solo in (None, PICTURE):
            height = LARGE if here.solo else 510 if beside else LOW
            turning = tape(here, snapshot, newest)
            components.stage(views, f"{here.page}:stage", height, turning, tile, heard, greet=here.arriving)
    if not here.arriving and here.solo != PICTURE:
        with right:
            stamp = snapshot and (id(here.run), snapshot.game, snapshot.iteration, snapshot.member, snapshot.config)
            names, height = (shown_beside(here), 220) if here.solo is None else ((here.solo,), LARGE)
            figures = pictures.figures(snapshot, names) if snapshot else {}
            components.charts(figures, f"{here.page}:charts", stamp, height=height, at_once=not here.run.playing)
    looked = here.arriving and seen(here.page, here.opened)
    if here.outdated:
        here.answer()
        st.rerun()
    if looked:
        st.rerun()


def seen(page: str, opened: float) -> bool:
    """Whether a browser has drawn a page's first picture, or should have long ago: it may get all the rest."""
    return components.drawn(f"{page}:stage") or time.monotonic() - opened > FIRST_LOOK


def tape(here: Playground, snapshot: Snapshot | None, newest: Snapshot | None) -> dict[str, Any] | None:
    """What the slider beneath the picture shows: how many moments, which of them is seen, when that was, when now is."""
    kept = here.run.tape.pictures(here.member)
    if snapshot is None or newest is None or len(kept) < 2:
        return None
    place = None if here.moment is None else bisect_left([each.number for each in kept], here.moment)
    return {"count": len(kept), "place": place, "seen": snapshot.iteration, "now": newest.iteration}


def current(here: Playground) -> Snapshot | None:
    """The newest snapshot; waits a little for the first, and for a paused one to be the right one unless a tick brings it."""
    follows = here.run.playing or here.ticking

    def wanting() -> bool:
        snapshot = here.run.tick(here.member)
        return not (here.run.settled or (follows and snapshot is not None))

    wait(wanting, PATIENCE)
    return here.run.tick(here.member)
