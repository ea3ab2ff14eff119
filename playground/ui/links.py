"""A page's state and its address: what a link asks for, what it got wrong, and what the address says of a run."""

from collections.abc import Collection
from difflib import get_close_matches

import streamlit as st

from playground.config import DATA, nearest
from playground.device import choose_device
from playground.distributions import DISTRIBUTIONS
from playground.engine import Run
from playground.experiments import EXPERIMENTS
from playground.ui.state import Playground, introduction

MOST_TROUBLES = 8  # sentences about one link
TITLES = {"1d": "1D mixture", "2d": "2D mixture", "mnist": "MNIST"}


def playground(page: str, default: str) -> Playground:
    """This session's state of a page; made from the URL on the first visit, or when a link brought a new query."""
    key = f"playground:{page}"
    query = st.query_params.to_dict()
    here: Playground | None = st.session_state.get(key)
    if here is None or here.is_link(query):
        repeated = [name for name in query if len(st.query_params.get_all(name)) > 1]
        here = st.session_state[key] = from_query(page, default, query, here.run if here else None, repeated)
    here.begin()
    here.write(to_query(here, default))
    if query != here.written:
        st.query_params.from_dict(here.written)
    return here


def from_query(
    page: str, default: str, query: dict[str, str], run: Run | None, repeated: Collection[str] = ()
) -> Playground:
    """The nearest valid page to what a URL asks for, with a sentence or two for each thing it got wrong.

    Of `repeated` parameters the query holds the last value.
    """
    settings = dict(query)
    name = settings.pop("experiment", default)
    troubles = [
        f"{again[:80]} is given more than once. Using the last, {again[:80]}={query[again][:80]}." for again in repeated
    ]
    if name not in EXPERIMENTS or EXPERIMENTS[name].page != page:
        troubles.append(f"{misplaced(name, page)} Opened {default}.")
        name = default
    base = EXPERIMENTS[name].config
    if settings.get("data") in DATA and page_of(str(settings["data"])) != page:
        data = settings.pop("data")
        troubles.append(
            f"data={data} is on the page {TITLES[page_of(data)]}, this is {TITLES[page]}. Using data={base.data}."
        )
    config, more = nearest(settings, base)
    if run is None:
        run = Run(config, choose_device(requested_device()))
    else:
        run.start(config)
    run.play()
    notes = [introduction(name, config)] if query.get("experiment") == name else []
    return Playground(page, name, config, run, notes=notes, troubles=foremost(troubles + more), written=query)


def misplaced(name: str, page: str) -> str:
    """Why a page cannot open an experiment of this name."""
    if name in EXPERIMENTS:
        there = TITLES.get(EXPERIMENTS[name].page, "of another kind")
        return f"The experiment {name!r} is on the page {there}, this is {TITLES[page]}."
    here = [known for known, experiment in EXPERIMENTS.items() if experiment.page == page]
    near = get_close_matches(name, here, n=3)
    hint = f"did you mean {' or '.join(near)}?" if near else f"this page has {', '.join(here)}."
    return f"There is no experiment {name[:80]!r}; {hint}"


def foremost(troubles: list[str]) -> list[str]:
    """The first few, and how many more there are."""
    more = len(troubles) - MOST_TROUBLES
    return troubles if more <= 0 else [*troubles[:MOST_TROUBLES], f"{more} more of this link's parameters were wrong."]


def to_query(here: Playground, default: str) -> dict[str, str]:
    """The URL's query: the experiment and what differs from it."""
    named = {} if here.experiment == default else {"experiment": here.experiment}
    return named | here.config.to_params(here.base)


def page_of(data: str) -> str:
    """The playground page that can show data of this name."""
    return f"{DISTRIBUTIONS[data].dim}d" if data in DISTRIBUTIONS else "mnist"


def requested_device() -> str | None:
    """What follows `--device` in `streamlit run app.py -- --device NAME`."""
    import sys

    return sys.argv[sys.argv.index("--device") + 1] if "--device" in sys.argv[:-1] else None
