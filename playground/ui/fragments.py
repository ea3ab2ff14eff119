"""Parts of a page that are drawn alone, again and again."""

from collections.abc import Callable
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx


def fragment(draw: Callable[..., None], every: float | None, *arguments: Any) -> None:
    """Draw this part now, and alone every so many seconds from then on (None: only when a hand moves a widget in it).

    It stands in a place of its own. A tick that begins before the browser has got the run of the whole page makes Streamlit
    throw away what that run said of the fragment, and the browser take it off the page until the tick brings it back:
    whatever came next would move up into its place, and be overwritten there.
    """
    with st.container():
        st.fragment(draw, run_every=every)(*arguments)


def in_fragment_run() -> bool:
    """Whether only a fragment runs now, so that what the page drew before is still there."""
    context = get_script_run_ctx()
    return bool(context and context.fragment_ids_this_run)
