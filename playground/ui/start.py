"""The Start page: one game that plays by itself, and cards that open the experiments."""

import streamlit as st

from playground.experiments import EXPERIMENTS, Experiment
from playground.lessons import LESSONS
from playground.ui.course import course
from playground.ui.experiments import PAGES, STYLE, open_link
from playground.ui.lesson import FILES
from playground.ui.live import watch
from playground.ui.terms import with_terms

BEST = (  # one of each kind
    "ring-wgan-gp",
    "vanishing-gradient-1d",
    "mode-collapse-2d",
    "dirac-gan",
    "weight-histogram",
    "mnist-few-digits",
)
WHAT = (
    "A generator turns noise into fakes. A discriminator looks at real and fake samples and "
    "says which is which. Each learns from the other, and when their skills fall out of balance, training fails: in ways you "
    "can see, name and cure."
)
HERE = (
    "Right here, a generator (orange) learns a ring of eight blobs (blue) from a Wasserstein critic, whose opinion is "
    "the landscape beneath. **Everything on these pages is trained live; nothing is recorded.**"
)


def start() -> None:
    """The whole page."""
    st.html(STYLE)
    left, right = st.columns([4, 5], gap="large", vertical_alignment="center")
    with left:
        st.title("Why does my GAN fail?")
        st.markdown(with_terms(WHAT), unsafe_allow_html=True)
        st.markdown(with_terms(HERE), unsafe_allow_html=True)
        with st.container(horizontal=True):
            st.page_link(PAGES["2d"], label="Play with it", icon=":material/play_arrow:")
            st.page_link(
                PAGES["2d"],
                label="See it fail",
                icon=":material/heart_broken:",
                query_params={"experiment": "mode-collapse-2d"},
            )
    with right:
        watch("ring-wgan-gp")
    learn()
    st.header("Six experiments to begin with")
    cards([(name, EXPERIMENTS[name]) for name in BEST])
    st.page_link("pages/experiments.py", label=f"All {len(EXPERIMENTS)} experiments", icon=":material/science:")


def learn() -> None:
    """The way into the course, and how far this session has come on it."""
    mine = course()
    done = sum(map(mine.finished, LESSONS))
    st.header(f"Learn it in {len(LESSONS)} lessons")
    st.markdown(
        "Each lesson is a few sentences beside a live experiment, with things to try that the page checks. "
        + (f"**{done} of {len(LESSONS)} done.**" if done else "Begin with the first, or open the one you need.")
    )
    with st.container(horizontal=True, gap="small", key="gp-course"):
        for i, (name, lesson) in enumerate(LESSONS.items(), 1):
            icon = ":material/check_circle:" if mine.finished(name) else ":material/radio_button_unchecked:"
            st.page_link(FILES[name], label=f"{i}. {lesson.title}", icon=icon, width="content")


def cards(experiments: list[tuple[str, Experiment]]) -> None:
    """As many to a row as there is room for, each opening its playground."""
    with st.grid(min_column_width=340, border=True):
        for name, experiment in experiments:
            with st.container(gap="small", height="stretch", vertical_alignment="distribute"):
                with st.container(gap="xsmall"):
                    st.markdown(f"**{experiment.title}**")
                    st.caption(experiment.claim)
                with st.container(key=f"gp-open-{name}"):
                    open_link(name, experiment, "Open", {}, ":material/play_arrow:")
