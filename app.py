"""GAN Playground: the one list of pages."""

import streamlit as st

from playground.ui.delivery import delivered

with delivered():
    st.set_page_config(page_title="GAN Playground", page_icon="🎭", layout="wide", initial_sidebar_state=270)
    st.navigation(
        {
            "": [st.Page("pages/start.py", title="Start", default=True)],
            "Lessons": [
                st.Page("pages/two_players.py", title="Two players"),
                st.Page("pages/binary_cross_entropy.py", title="Binary cross-entropy"),
                st.Page("pages/taking_turns.py", title="Taking turns"),
                st.Page("pages/balance_of_skill.py", title="Balance of skill"),
                st.Page("pages/mode_collapse.py", title="Modes and mode collapse"),
                st.Page("pages/vanishing_gradients.py", title="Vanishing gradients"),
                st.Page("pages/earth_movers_distance.py", title="Earth mover's distance"),
                st.Page("pages/wasserstein_loss.py", title="Wasserstein loss"),
                st.Page("pages/lipschitz.py", title="The 1-Lipschitz condition"),
                st.Page("pages/drawing_images.py", title="Drawing images"),
                st.Page("pages/conditional_generation.py", title="Conditional generation"),
                st.Page("pages/stability.py", title="Stability"),
                st.Page("pages/reading_a_sick_gan.py", title="Reading a sick GAN"),
                st.Page("pages/glossary.py", title="Glossary"),
            ],
            "Playgrounds": [
                st.Page("pages/mixture_1d.py", title="1D mixture"),
                st.Page("pages/mixture_2d.py", title="2D mixture"),
                st.Page("pages/mnist.py", title="MNIST"),
            ],
            "Laboratory": [st.Page("pages/experiments.py", title="Experiments")],
        },
        position="top",
    ).run()
