"""A bench on the page: its picture, the numbers that follow from its values, its sliders."""

import time
from collections.abc import Callable

import streamlit as st

from playground.lessons.bench import Control
from playground.ui import components
from playground.ui.course import Workbench
from playground.ui.fragments import fragment
from playground.ui.live import TICK
from playground.ui.words import say

FRAMES = 3  # pictures a tick: ten a second


def workbench(here: Workbench, judge: Callable[[], bool], *, arriving: bool) -> None:
    """The whole bench; of a page that arrives, the picture alone. `judge` says at every tick whether the page has more to say."""
    fragment(look, TICK, here, judge, arriving)
    if not arriving:
        fragment(hands, None, here)


def look(here: Workbench, judge: Callable[[], bool], greet: bool) -> None:
    """One tick of the picture and its numbers."""
    now, reading = time.monotonic() - here.opened, here.reading
    views = [here.bench.picture(reading, now + TICK * i / FRAMES) for i in range(FRAMES)]
    components.stage(views, f"{here.page}:stage", here.bench.height, heard={"moved": here.hear}, greet=greet)
    say(here.bench.says(reading), here.page)
    if judge():
        st.rerun()


def hands(here: Workbench) -> None:
    """Sliders, choices, and buttons that set several values."""
    shown = {name: each for name, each in here.bench.controls.items() if not each.dragged}
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        for name, control in shown.items():
            draw(here, name, control)
        for label, values in here.bench.buttons.items():
            st.button(label, key=f"{here.page}:{label}", on_click=here.put, args=(dict(values),))


def draw(here: Workbench, name: str, control: Control) -> None:
    """One slider, or a row of choices."""
    key, value = f"{here.page}:{here.edition}:{name}", here.values[name]
    edition = here.edition

    def moved() -> None:
        chosen = st.session_state[key]
        if chosen is not None and edition == here.edition:
            here.values[name] = float(control.choices.index(chosen) if control.choices else chosen)

    rest = {"key": key, "on_change": moved, "help": control.help or None}
    if control.choices:
        st.segmented_control(control.label, control.choices, default=control.choices[int(value)], **rest)
    else:
        number = int if float(control.step).is_integer() else float  # a whole number has no decimals
        ends = (number(control.low), number(control.high), number(value))
        st.slider(control.label, *ends, step=number(control.step), width=260, **rest)
