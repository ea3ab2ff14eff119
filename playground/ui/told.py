"""What a hand has told a widget."""

from typing import Any

import streamlit as st


def told(key: str) -> Any:
    """The value of the widget called `key`, for the callback of its change; None if it has left the page.

    Not `st.session_state[key]`: at that read Streamlit may stop a script for a newer request. In a callback it then drops
    the rest of it, and as the widget's value is noted already, nobody ever hears of the move. A copy is read in one go.
    """
    return st.session_state.to_dict().get(key)
