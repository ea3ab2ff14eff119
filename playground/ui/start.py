"""The Start page: one game that plays by itself, and cards that open the experiments."""

import streamlit as st

from playground.experiments import EXPERIMENTS, Experiment
from playground.ui.live import watch

PAGES = {"1d": "pages/mixture_1d.py", "2d": "pages/mixture_2d.py", "mnist": "pages/mnist.py"}
GROUPS = {"1d": "On a line", "2d": "In the plane", "mnist": "Real digits"}


def start() -> None:
    """The whole page."""
    left, right = st.columns([4, 5], gap="large", vertical_alignment="center")
    with left:
        st.title("Why does my GAN fail?")
        st.markdown(
            "A **generator** turns noise into fakes. A **discriminator** looks at real and fake samples and says which is "
            "which. Each learns from the other, and when their skills fall out of balance, training fails: in ways you can "
            "see, name and cure."
        )
        st.markdown(
            "Right here, a generator (orange) learns a ring of eight blobs (blue) from a Wasserstein critic, whose opinion is "
            "the landscape beneath. **Everything on these pages is trained live; nothing is recorded.**"
        )
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
    for page, title in GROUPS.items():
        st.subheader(title)
        cards([(name, each) for name, each in EXPERIMENTS.items() if each.page == page])


def cards(experiments: list[tuple[str, Experiment]]) -> None:
    """Three to a row, each opening its playground."""
    for row in range(0, len(experiments), 3):
        for column, (name, experiment) in zip(st.columns(3), experiments[row : row + 3], strict=False):
            with column, st.container(border=True, height="stretch"):
                st.markdown(f"**{experiment.title}**")
                st.caption(experiment.claim)
                st.page_link(
                    PAGES[experiment.page],
                    label="Open",
                    icon=":material/arrow_forward:",
                    query_params={"experiment": name},
                )
