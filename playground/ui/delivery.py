"""A script and its browser: what a hand does is heard, all that a page draws gets there, and who waits gives way."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import streamlit as st
from streamlit.delta_generator_singletons import context_dg_stack, get_default_dg_stack_value
from streamlit.runtime import Runtime
from streamlit.runtime.state.safe_session_state import SafeSessionState

PATIENCE = 1.0  # seconds


def hear_out() -> None:
    """Let Streamlit call back for all that a hand did before it turns to a newer request.

    By itself it may leave a request for a newer one before it has called back, or in the midst of a callback that reads the
    session's state: of two quick clicks the first is then never heard, and of a slider the last move.
    """
    SafeSessionState.on_script_will_rerun = _call_back  # type: ignore[method-assign]


def _call_back(state: SafeSessionState, *request: Any, **more: Any) -> None:
    give_way = state._yield_callback
    object.__setattr__(state, "_yield_callback", lambda: None)
    try:
        with state._lock:
            state._state.on_script_will_rerun(*request, **more)
    finally:
        object.__setattr__(state, "_yield_callback", give_way)


@contextmanager
def delivered() -> Iterator[None]:
    """Around a run of the whole page: it begins at the top of the page, and ends when the server has taken over all of it.

    A script that follows a fragment's tick in the same thread would begin inside that fragment. And one that has ended while
    some of what it drew is on its way loses that, if a tick comes just then: Streamlit starts another script for the tick,
    and takes nothing more from the one before. What a hand has just moved or opened is then known here, and never shown.
    """
    hear_out()
    context_dg_stack.set(get_default_dg_stack_value())
    yield
    if Runtime.exists():  # else there is no browser either
        taken = threading.Event()
        Runtime.instance()._get_async_objs().eventloop.call_soon_threadsafe(taken.set)  # behind all that was drawn
        taken.wait(PATIENCE)


def wait(while_so: Callable[[], bool], seconds: float) -> None:
    """Wait as long as something is so, for some seconds at most, and only while nobody asks for another run of the page."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and while_so():
        time.sleep(0.01)
        st.session_state.get("nothing")  # where it is read, Streamlit ends a script for a newer request
