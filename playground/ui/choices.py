"""What a page offers beside playing: its failures and their cures, its experiments, its charts."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import streamlit as st

from playground.experiments import EXPERIMENTS, Experiment
from playground.ui import pictures
from playground.ui.claims import capital, remedy
from playground.ui.keys import key_of
from playground.ui.state import Playground, editions, once, spoken

Kind = Literal["primary", "secondary", "tertiary"]
FAILURES = 3  # a click away; all others are two


def failures(here: Playground) -> None:
    """What breaks the game, what cures it, and which charts to look at meanwhile."""
    shown = {name: each for name, each in EXPERIMENTS.items() if each.page == here.page}
    broken = {name: each for name, each in shown.items() if each.failure}
    with st.container(horizontal=True, gap="xsmall", width="content"):
        if broken:
            menu(here, "Break it", "heart_broken", {name: complaint(each) for name, each in broken.items()})
            for name in telling(broken):
                opener(here, name, str(broken[name].failure))
            opened = EXPERIMENTS[here.experiment]
            heal(here, opened if opened.cure else next(iter(broken.values())))
        menu(here, "Experiments", "science", {name: each.title for name, each in shown.items() if name not in broken})
        choice(here)


def menu(here: Playground, title: str, icon: str, labels: Mapping[str, str]) -> None:
    """Experiments by name behind one button, each under its label; choosing one closes it.

    An experiment begins a new edition, and with it a menu that nobody has opened. To set the old one's state would not do:
    a browser that has not heard of it yet sends it back.
    """
    key = f"{here.page}:{here.edition}:menu:{title}"
    with st.popover(title, icon=f":material/{icon}:", key=key, on_change="rerun"), st.container(gap="xxsmall"):
        for name, label in labels.items():
            opener(here, name, label, kind="tertiary")


def complaint(failing: Experiment) -> str:
    """A failure in a menu: its name and its title, once where they begin alike."""
    name, title = str(failing.failure), failing.title
    return title if title.startswith(name) else f"{name}: {title}"


def telling(broken: Mapping[str, Experiment]) -> list[str]:
    """The first experiment of each failure, three at most."""
    first: dict[str | None, str] = {}
    for name, each in broken.items():
        first.setdefault(each.failure, name)
    return list(first.values())[:FAILURES]


def opener(here: Playground, name: str, label: str, kind: Kind = "secondary") -> None:
    """A button that starts an experiment, and says what it shows and what moves."""
    experiment = EXPERIMENTS[name]
    moved = spoken(experiment.config.changed(here.config), here.config)
    help = experiment.claim + (f"  \n{capital(moved)}" if moved else "")
    press(here, label, lambda: here.open(name), help, kind)


def heal(here: Playground, failing: Experiment) -> None:
    """The button that cures the failure at hand, and says what moves."""
    moved = "; ".join(f"{name.replace('_', ' ')}: {value}" for name, value in failing.cure.items())
    label = f"Cure it: {remedy(failing)}"
    press(here, label, lambda: here.cure(failing), f"On the weights as they are. {capital(moved)}", kind="primary")


def choice(here: Playground) -> None:
    """Which charts stand beside the picture."""
    edition, names = here.edition, pictures.available(here.kind)
    key = f"{here.page}:{edition}:charts"

    def chosen() -> None:
        picked = st.session_state[key]
        if edition != here.edition:  # a busy browser still sends what the pills before these said
            return
        here.charts = newest(beside(here), picked)
        if set(here.charts) != set(picked):
            here.edition = next(editions)

    with st.popover("Charts", icon=":material/monitoring:"):
        st.pills(
            f"At most {pictures.MOST} at a time",
            names,
            selection_mode="multi",
            default=beside(here),
            format_func=names.__getitem__,
            key=key,
            on_change=chosen,
        )


def newest(shown: Sequence[str], picked: Sequence[str]) -> tuple[str, ...]:
    """What is picked, in the order in which it was, without the oldest if it is too much; the last shown if nothing is."""
    kept = [name for name in shown if name in picked]
    return tuple([*kept, *(name for name in picked if name not in kept)][-pictures.MOST :]) or tuple(shown[-1:])


def beside(here: Playground) -> tuple[str, ...]:
    """The charts shown: those chosen, or else those that show what the experiment claims."""
    return pictures.telling(EXPERIMENTS[here.experiment]) if here.charts is None else here.charts


def press(
    here: Playground, label: str, act: Callable[[], None], help: str, kind: Kind = "secondary", **rest: Any
) -> None:
    """A button that acts once a click, or once its key is pressed if it has one."""
    key = f"{here.page}:{label}"
    click = {"on_click": once(here, label, act), "args": (here.renders,)}
    st.button(label, help=help, type=kind, key=key, shortcut=key_of(label), **click, **rest)
