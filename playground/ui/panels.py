"""What can be opened below the picture: one panel at a time, so that a page stays short and a browser quick."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

import streamlit as st

from playground.ui import digits, slow
from playground.ui.state import Playground, editions
from playground.ui.strip import strip


@dataclass(frozen=True)
class Panel:
    """One thing to open: its name on the button, on which pages it makes sense, how it is drawn, and what it is for."""

    title: str
    fits: Callable[[Playground], bool]
    draw: Callable[[Playground], None]
    help: str
    opened: Callable[[Playground], None] = lambda here: None  # what a hand that opens it does to the run


PANELS: dict[str, Panel] = {
    "slow": Panel(
        "Slow motion",
        lambda here: True,
        slow.draw,
        "One iteration of this game, stage by stage, with its own numbers. Pauses the game and plays one iteration.",
        slow.opened,
    ),
    "seeds": Panel(
        "All seeds",
        lambda here: here.kind != "mnist",
        strip,
        "the same game from many seeds at once, as small pictures sorted by what went wrong; a click shows one large",
    ),
    digits.NAME: Panel(
        "Digits up close",
        digits.fits,
        digits.draw,
        "the way between two latents, one digit on request, and the training images nearest to a tile.",
    ),
}


def panels(here: Playground, only: Collection[str] = tuple(PANELS)) -> None:
    """The buttons, and the panel that is open."""
    offered = {name: panel for name, panel in PANELS.items() if panel.fits(here) and name in only}
    if not offered:
        return
    edition, key = here.edition, f"{here.page}:{here.edition}:panel"

    def chosen() -> None:
        if edition == here.edition:  # a busy browser still sends what the buttons before these said
            switch(here, st.session_state[key])

    st.segmented_control(
        "Look closer",
        offered,
        default=here.panel if here.panel in offered else None,
        format_func=lambda name: offered[name].title,
        key=key,
        on_change=chosen,
        help="  \n".join(f"**{panel.title}**: {panel.help}" for panel in offered.values()),
    )
    if here.panel in offered:
        offered[here.panel].draw(here)


def show(here: Playground, name: str | None) -> None:
    """Open a panel, or close the one that is open, from elsewhere than its button."""
    here.edition = next(editions)
    switch(here, name)


def switch(here: Playground, name: str | None) -> None:
    """Note which panel is open, and begin what it shows."""
    if name in PANELS and name != here.panel:
        PANELS[name].opened(here)
    here.panel = name
