"""A GAN on a line: every density can be seen."""

import streamlit as st

from playground.ui.live import live

st.title("1D mixture")
st.markdown(
    "The generator (orange) bends noise until it looks like the data (blue); the discriminator (violet) says at every "
    "place how real it finds a sample. The dashed line is the best discriminator there could be."
)
live("1d", default="two-gaussians-1d")
