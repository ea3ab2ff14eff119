"""The population strip: all seeds of a run as small pictures under their verdicts; a click shows one large."""

from typing import Any

import streamlit as st

from playground.plots.strip import strip_scene
from playground.plots.view import encode_all
from playground.portraits import Portrait, grouped, headline
from playground.ui import components
from playground.ui.album import Sitting
from playground.ui.choices import press
from playground.ui.fragments import fragment
from playground.ui.state import Playground
from playground.yardstick import yardstick_of

TICK = 0.5  # seconds between two looks for news
MANY = 16  # seeds that one click trains
TILES = {
    16: (116, 3),
    36: (96, 3),
    64: (80, 4),
}  # for so many seeds: px of a tile, and how many stand side by side at least


def strip(here: Playground) -> None:
    """The whole panel."""
    if here.config.population == 1:
        invite(here)
        return
    here.album.look(here.run)
    fragment(seeds, TICK if here.album.behind(here.run) else None, here)


def invite(here: Playground) -> None:
    """For a single seed: what many would show."""
    with st.container(border=True):
        st.markdown(
            f"**One seed is an anecdote.** Train {MANY} copies of this game that differ in nothing but their seed (first "
            "weights, data and noise), and see how many fail, and how."
        )
        with st.container(horizontal=True, gap="small"):
            press(
                here,
                f"Train {MANY} seeds at once",
                lambda: gather(here, here.config.seed, MANY),
                f"Starts a new game: population 1 → {MANY}. The first of them is the seed that you see now",
                kind="primary",
                icon=":material/grid_view:",
            )
            first = here.config.seed
            if here.siblings and first in here.siblings and here.siblings != range(first, first + MANY):
                back(here, here.siblings)


def back(here: Playground, siblings: range) -> None:
    """The button to the population that this seed was opened from."""
    press(
        here,
        f"Back to seeds {siblings.start} to {siblings[-1]}",
        lambda: gather(here, siblings.start, len(siblings)),
        f"Starts all {len(siblings)} of them anew",
        icon=":material/undo:",
    )


def gather(here: Playground, seed: int, population: int) -> None:
    """Train so many seeds from this one on, and go on showing the one that is shown."""
    shown = here.config.seed - seed
    here.move(seed=seed, population=population)
    if here.config.population == population:
        here.member = shown
    here.run.play()


def seeds(here: Playground) -> None:
    """One tick: the sentence, the pictures, and what to do with the one that is chosen."""
    sitting = here.album.look(here.run)
    seed, key = here.config.seed + here.member, f"{here.page}:strip"
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="gp-seeds"):
        st.markdown(
            f"**{headline(sitting.seeds)}.**" if sitting else f"Looking at all {here.config.population} seeds …"
        )
        st.markdown(f"Shown large above: **seed {seed}**", width="content")
        press(here, "Open this seed alone", lambda: alone(here), promise(seed, sitting), icon=":material/open_in_full:")
    st.caption(legend(sitting))
    components.strip(frame(here, sitting) if sitting else b"", key, lambda: choose(here, key))
    if here.outdated:
        here.answer()
        st.rerun()


def legend(sitting: Sitting | None) -> str:
    """How to read a tile."""
    measured = "modes it covers" if sitting is None or sitting.seeds[0].modes_total > 1 else "EMD"
    return (
        f"Each tile is a seed, on the same axes: blue is real, orange its fakes (those beyond at the edge); below, its number "
        f"and the {measured}. Click one to show it large."
    )


def promise(seed: int, sitting: Sitting | None) -> str:
    """What opening a seed alone gives."""
    text = (
        f"Trains seed {seed} by itself, from its first iteration and with the knobs as they stand now: the same first "
        "weights, data and noise, and so the same run"
    )
    if sitting is None or sitting.exact:
        return text
    return text + ", up to rounding, which a long run can amplify"


def choose(here: Playground, key: str) -> None:
    """A tile was clicked: show its seed large. One of another population, from a busy browser, counts for nothing."""
    seed = st.session_state.get(key, {}).get("chosen")
    member = -1 if seed is None else int(seed) - here.config.seed
    if 0 <= member < here.config.population:
        here.member = member


def alone(here: Playground) -> None:
    """Replay the seed that is shown as a run of its own."""
    first, population = here.config.seed, here.config.population
    here.move(seed=first + here.member, population=1)
    if here.config.population == 1:
        here.siblings = range(first, first + population)
        here.notes = [
            f"Started seed {here.config.seed} by itself, one of {population}: the same first weights, data and noise."
        ]
        here.run.play()


def frame(here: Playground, sitting: Sitting) -> bytes:
    """What the browser draws."""
    ruler = yardstick_of(sitting.config)
    fakes = [each.fake for each in sitting.seeds]
    view = strip_scene(
        ruler.reference, fakes, ruler.density, iteration=sitting.iteration, alt=f"{headline(sitting.seeds)}."
    )
    size, across = next(px for most, px in TILES.items() if len(fakes) <= most)
    first = sitting.config.seed
    groups = [group(name, some, first) for name, some in grouped(sitting.seeds).items()]
    return encode_all([view], groups=groups, chosen=first + here.member, size=size, across=across)


def group(name: str, some: list[Portrait], first: int) -> dict[str, Any]:
    """The seeds of one verdict, in the browser's words."""
    tone = "ill" if some[0].verdict.ill else "well" if name == "Healthy" else "open"
    return {"name": name, "tone": tone, "tiles": [tile(each, each.seed - first) for each in some]}


def tile(each: Portrait, member: int) -> dict[str, Any]:
    """One seed: its number, the layer with its fakes, and the same in words."""
    found = f"{each.modes}/{each.modes_total}" if each.modes_total > 1 else f"EMD {short(each.emd)}"
    modes = f"{each.modes} of {each.modes_total} modes, " if each.modes_total > 1 else ""
    label = f"Seed {each.seed}: {each.verdict.name}, {modes}EMD {short(each.emd)}"
    return {"seed": each.seed, "layer": 1 + member, "found": found, "label": label, "help": each.verdict.text}


def short(value: float) -> str:
    """Two digits after the point, and none before it where that would be 0."""
    return f"{value:.2f}".removeprefix("0")
