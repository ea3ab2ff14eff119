"""The Glossary page: all terms and their definitions."""

import streamlit as st

from playground.glossary import GLOSSARY
from playground.ui.live import begin


def glossary() -> None:
    """The whole page."""
    begin()
    st.title("Glossary")
    st.caption("Every term that the lessons use. On a lesson's page, hover over a dotted word, or tab to it.")
    rows = [f"**{name.capitalize()}**  \n{term.definition}" for name, term in sorted(GLOSSARY.items())]
    st.markdown("\n\n".join(rows))
