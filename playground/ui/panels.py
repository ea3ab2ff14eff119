"""What can be opened below the picture: one panel at a time, so that a page stays short and a browser quick."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from playground.ui import digits
from playground.ui.state import Playground, editions


@dataclass(frozen=True)
class Panel:
    """One thing to open: its name on the button, on which pages it makes sense, how it is drawn, and what it is for."""

    title: str
    fits: Callable[[Playground], bool]
    draw: Callable[[Playground], None]
    help: str


PANELS: dict[str, Panel] = {
    digits.NAME: Panel(
        "Digits up close",
        digits.fits,
        digits.draw,
        "the way between two latents, one digit on request, and the training images nearest to a tile.",
    ),
}


def panels(here: Playground) -> None:
    """The buttons, and the panel that is open."""
    offered = {name: panel for name, panel in PANELS.items() if panel.fits(here)}
    if not offered:
        return
    edition, key = here.edition, f"{here.page}:{here.edition}:panel"

    def chosen() -> None:
        if edition == here.edition:  # a busy browser still sends what the buttons before these said
            here.panel = st.session_state[key]

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
    here.panel, here.edition = name, next(editions)
