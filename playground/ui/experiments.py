"""The Experiments page: every experiment as a card with what it claims, whether that was seen, and a link that opens it."""

from collections.abc import Callable, Iterable
from html import escape
from itertools import groupby
from pathlib import Path

import streamlit as st

from playground.config import KNOBS
from playground.experiments import EXPERIMENTS, Experiment
from playground.ui.claims import Claim, capital, claims, is_of, number, remedy
from playground.ui.live import begin
from playground.ui.state import spoken
from playground.verify import record

STYLE = Path(__file__).parent / "frontend" / "cards.css"
PAGES = {"1d": "pages/mixture_1d.py", "2d": "pages/mixture_2d.py", "mnist": "pages/mnist.py"}
NAMES = {"1d": "1D", "2d": "2D", "mnist": "MNIST"}
GROUPS = {  # in the order on the page, and what each is about
    "Failures and their cures": "Each fails in a way of its own, and is cured on the same weights.",
    "Wasserstein and the critic": "What keeps a critic 1-Lipschitz, and what its estimate is then worth.",
    "Modes": "How many of the data's peaks a generator finds, keeps and forgets.",
    "Tricks that help": "One idea each, on players that fail without it.",
    "Theory": "Games small enough to be calculated.",
    "Digits": "The same failures on real images; each takes minutes.",
}
RATES = {"generator_lr", "discriminator_lr"}


def is_a_trick(experiment: Experiment) -> bool:
    """Whether it shows what one trick does: a knob of that group, R1 from the start, or two learning rates."""
    start = experiment.config.changed(type(experiment.config)())
    compared = {name for variant in experiment.variants.values() for name in variant}
    return any(KNOBS[name].group == "tricks" for name in start) or start.get("constraint") == "r1" or compared == RATES


KINDS: tuple[tuple[str, Callable[[Experiment], bool]], ...] = (  # the first that fits
    ("Digits", lambda experiment: experiment.page == "mnist"),
    ("Theory", lambda experiment: bool(experiment.analysis)),
    ("Modes", lambda experiment: experiment.config.data == "grid"),
    (
        "Wasserstein and the critic",
        lambda experiment: experiment.page == "2d" and experiment.config.objective == "wasserstein",
    ),
    ("Failures and their cures", lambda experiment: experiment.failure is not None),
    ("Tricks that help", is_a_trick),
    ("Theory", lambda experiment: experiment.config.generator_steps == 0),
    ("Modes", lambda experiment: True),
)


def group(experiment: Experiment) -> str:
    """The heading under which it stands."""
    return next(title for title, fits in KINDS if fits(experiment))


def experiments() -> None:
    """The whole page."""
    begin()
    st.html(STYLE)
    st.title("Experiments")
    st.caption(summary())
    pages, failing = choice()
    shown = [
        (name, each)
        for name, each in EXPERIMENTS.items()
        if each.page in (pages or NAMES) and (each.failure or not failing)
    ]
    for title, about in GROUPS.items():
        members = [(name, each) for name, each in shown if group(each) == title]
        if members:
            st.header(title)
            st.caption(about)
            cards(members)
    if not shown:
        st.info("No experiment fits both.")


def summary() -> str:
    """What the page is, and how far its claims have been checked."""
    said = (
        "Each card claims something, says what must be observed if it is so, and how many seeds showed it: a full dot is a "
        "seed that did. A claim stands if 13 of 16 do. To check one again: `python -m playground verify NAME`."
    )
    known = {name: record()[name] for name, each in EXPERIMENTS.items() if is_of(each, record().get(name, {}))}
    if not known:
        return said
    return f"{said} {sum(each['held'] for each in known.values())} of {len(known)} experiments held when last verified."


def choice() -> tuple[list[str], bool]:
    """The pages whose experiments to show (none: all), and whether only those that show a failure."""
    with st.container(horizontal=True, vertical_alignment="center", gap="medium", key="gp-choice"):
        pages = st.pills(
            "Page", NAMES, selection_mode="multi", format_func=NAMES.__getitem__, label_visibility="collapsed"
        )
        return pages, st.toggle("Shows a failure")


def cards(members: Iterable[tuple[str, Experiment]]) -> None:
    """As many to a row as there is room for."""
    with st.grid(min_column_width=340, gap="small", border=True):
        for name, experiment in members:
            with st.container(gap="small", height="stretch", vertical_alignment="distribute", key=f"gp-card-{name}"):
                st.html(card(name, experiment))
                links(name, experiment)


def links(name: str, experiment: Experiment) -> None:
    """Links that open the playground: as the experiment starts, and as each variant does."""
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center", key=f"gp-open-{name}"):
        open_link(name, experiment, "Open", {}, ":material/play_arrow:")
        for variant in experiment.variants:
            knobs = experiment.variant(variant).to_params(experiment.config)
            open_link(name, experiment, variant, knobs, ":material/alt_route:")


def open_link(name: str, experiment: Experiment, label: str, knobs: dict[str, str], icon: str) -> None:
    """One link with its Config in the query."""
    query = {"experiment": name, **knobs}
    help = spoken(dict(knobs), experiment.config) or None
    st.page_link(PAGES[experiment.page], label=label, icon=icon, query_params=query, help=help, width="content")


def card(name: str, experiment: Experiment) -> str:
    """What a card says, as HTML."""
    found = claims(name, experiment, record())
    failure = f"<span>{escape(experiment.failure)}</span>" if experiment.failure else ""
    parts = [
        f'<p class="gp-kind">{NAMES[experiment.page]}{failure}</p>',
        f'<h3 id="{name}">{escape(experiment.title)}</h3>',
        f"<p>{escape(experiment.claim)}</p>",
        f'<p class="gp-watch"><b>Watch</b> {escape(experiment.watch)}</p>',
        evidence(found),
        f'<p class="gp-cure"><b>Cure</b> {escape(capital(remedy(experiment)))}</p>' if experiment.cure else "",
        f'<p class="gp-foot">{source(experiment.source)}<code>verify {name}</code>{took(name, found)}</p>',
    ]
    return f'<div class="gp-card">{"".join(parts)}</div>'


def evidence(found: list[Claim]) -> str:
    """All claims: those of the experiment itself, then those of each variant under its name."""
    order = ["", *(each.where for each in found)]
    found = sorted(found, key=lambda each: order.index(each.where))
    rows = [
        (f'<li class="gp-where">{escape(where)}</li>' if where else "") + "".join(row(each) for each in same)
        for where, same in groupby(found, lambda each: each.where)
    ]
    return f'<ul class="gp-claims">{"".join(rows)}</ul>' if rows else ""


def row(claim: Claim) -> str:
    """One claim, what was seen, and a dot a seed."""
    return f'<li><span class="gp-claim">{escape(claim.text)}</span>' + (
        f'<span class="gp-seen">{dots(claim)}{escape(claim.seen)}</span></li>' if claim.seen else "</li>"
    )


def dots(claim: Claim) -> str:
    """One dot a seed, full where it showed what was claimed; its value on hovering."""
    marks = [
        f'<i class="{"gp-yes" if good else "gp-no"}" title="seed {seed}: {number(value)}"></i>'
        for seed, (value, good) in enumerate(zip(claim.observed, claim.good, strict=True))
    ]
    return f'<span class="gp-dots" aria-hidden="true">{"".join(marks)}</span>' if marks else ""


def source(text: str) -> str:
    """A source with its address behind its name."""
    name, _, address = text.rpartition(", ")
    return f'<a href="{escape(address)}" target="_blank" rel="noopener">{escape(name)}</a>'


def took(name: str, found: list[Claim]) -> str:
    """How long the verification took."""
    seen = any(claim.observed for claim in found)
    return f"<span>{number(round(record()[name]['seconds']))} s</span>" if seen else "<span>not verified yet</span>"
