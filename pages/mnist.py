"""A GAN on real handwritten digits."""

import streamlit as st

from playground.ui.live import live

live(
    "mnist",
    default="mnist-gan",
    title="MNIST",
    about="A small network learns to draw digits from 60,000 handwritten ones. Each tile follows one fixed latent, so only "
    "learning changes it.",
)
st.caption(
    "MNIST: Yann LeCun, Corinna Cortes, Christopher Burges; CC BY-SA 3.0. Distances and modes are measured by a classifier "
    "of our own, beside what fresh real digits score."
)
