"""GAN Playground: the one list of pages."""

import streamlit as st

st.set_page_config(page_title="GAN Playground", page_icon="🎭", layout="wide", initial_sidebar_state=270)
st.navigation(
    {
        "": [st.Page("pages/start.py", title="Start", default=True)],
        "Playgrounds": [
            st.Page("pages/mixture_1d.py", title="1D mixture"),
            st.Page("pages/mixture_2d.py", title="2D mixture"),
            st.Page("pages/mnist.py", title="MNIST"),
        ],
        "Laboratory": [st.Page("pages/experiments.py", title="Experiments")],
    },
    position="top",
).run()
