"""The Glossary page: all terms and their definitions."""

import streamlit as st

from playground.glossary import GLOSSARY
from playground.ui.claims import capital
from playground.ui.live import begin


def glossary() -> None:
    """The whole page."""
    begin()
    st.title("Glossary")
    st.caption("Every term that the lessons use. On a lesson's page, hover over a dotted word, or tab to it.")
    names = sorted(GLOSSARY, key=str.lower)
    rows = [f"**{capital(name)}**  \n{GLOSSARY[name].definition}" for name in names]
    st.markdown("\n\n".join(rows))
