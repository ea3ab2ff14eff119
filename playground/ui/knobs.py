"""The knobs of a Config as widgets, by group; only those that matter for the present game."""

import math
from collections.abc import Callable, Iterable
from typing import Any

import streamlit as st

from playground.config import KNOBS, Knob, Value, digits_of
from playground.constraints import CONSTRAINTS
from playground.distributions import DISTRIBUTIONS
from playground.objectives import OBJECTIVES
from playground.ui.state import Playground

GROUPS = {"data": "Data", "players": "Players", "game": "Game", "tricks": "Tricks", "run": "Seeds"}
STOPS: dict[str, tuple[float, ...]] = {"ema": (0.0, 0.9, 0.95, 0.99, 0.995, 0.999, 0.9999)}  # worth choosing
TITLES = {
    **{name: entry.title for table in (DISTRIBUTIONS, OBJECTIVES, CONSTRAINTS) for name, entry in table.items()},
    "mlp": "Perceptrons",
    "conv-resize": "Convolutions, resize",
    "conv-transposed": "Convolutions, transposed",
    "adam": "Adam",
    "rmsprop": "RMSProp",
    "sgd": "SGD",
    "relu": "ReLU",
    "leaky-relu": "Leaky ReLU",
}


def knobs(here: Playground) -> None:
    """All groups in the sidebar; moving a widget moves the run."""
    with st.sidebar:
        st.caption("↻ starts a new game; everything else acts on the running one.")
        for group, title in GROUPS.items():
            names = [name for name, knob in KNOBS.items() if knob.group == group]
            if any(KNOBS[name].relevant(here.config) for name in names):
                key = f"{here.page}:group:{group}"
                with st.expander(title, expanded=group == "game", key=key, on_change="rerun") as folder:
                    here.folders[key] = bool(folder.open)
                    for name in names if folder.open else ():  # a browser takes a while to draw a widget
                        with st.container():  # a place of its own: one that moved down would forget its last key press
                            if KNOBS[name].relevant(here.config):
                                draw(here, name)


def draw(here: Playground, name: str) -> None:
    """One knob, set to the Config's value; the Config is the truth, the widget its mirror.

    The value is the widget's default. Session state would tell it to the browser once only, and where two runs of the script
    follow each other closely, the second's widget takes the place of the first's before the browser has seen either.
    """
    knob, edition = KNOBS[name], here.edition
    key = f"{here.page}:{edition}:{name}"

    def moved() -> None:
        value = st.session_state[key]
        outdated = edition != here.edition  # a busy browser still sends what the widgets before these said
        if value is not None and value != [] and not outdated:  # nothing chosen keeps what was
            here.hear(name, from_widget(name, value))

    widget(here, name, knob)(
        label=knob.label if knob.hot else f"{knob.label} ↻",
        key=key,
        help=knob.help,
        on_change=moved,
    )


def from_widget(name: str, value: Any) -> Value:
    if name != "digits":
        return value
    return "all" if len(value) == 10 else ",".join(str(digit) for digit in sorted(value))


def widget(here: Playground, name: str, knob: Knob) -> Callable[..., Any]:
    """The kind of widget that suits a knob."""
    value = getattr(here.config, name)
    if name == "digits":
        shown = list(digits_of(value))
        return lambda **rest: st.pills(options=list(range(10)), selection_mode="multi", default=shown, **rest)
    if knob.choices:
        choices = [choice for choice in knob.choices if name != "data" or belongs(choice, here.kind)]
        return lambda **rest: st.selectbox(options=choices, index=choices.index(value), format_func=title, **rest)
    if knob.log or name in STOPS:
        options = sorted({value, *(STOPS.get(name) or scale(knob))})
        return lambda **rest: st.select_slider(options=options, value=value, format_func="{:g}".format, **rest)
    number: type[int | float] = int if isinstance(knob.default, int) else float
    ends = {"min_value": number(knob.low), "max_value": number(knob.high), "value": number(value)}
    if number is int and knob.high > 100:
        return lambda **rest: st.number_input(step=1, **ends, **rest)
    step = 1 if number is int else 0.05 if knob.high <= 2 else 0.1
    return lambda **rest: st.slider(step=step, **ends, **rest)


def title(choice: str) -> str:
    """A choice as a person would name it."""
    return TITLES.get(choice, choice.capitalize())


def belongs(data: str, page: str) -> bool:
    """Whether a page can show this data."""
    return (f"{DISTRIBUTIONS[data].dim}d" if data in DISTRIBUTIONS else "mnist") == page


def scale(knob: Knob) -> Iterable[float]:
    """Stops of a logarithmic slider: powers of two for counts, 1-2-5 steps for rates."""
    if isinstance(knob.default, int):
        return [2**i for i in range(int(math.log2(knob.low)), int(math.log2(knob.high)) + 1)]
    decades = range(math.floor(math.log10(knob.low)), math.ceil(math.log10(knob.high)) + 1)
    stops = [float(f"{digit}e{decade}") for decade in decades for digit in (1, 2, 5)]
    return [stop for stop in stops if knob.low <= stop <= knob.high]
