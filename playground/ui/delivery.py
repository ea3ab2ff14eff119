"""A script and its browser: all that a page draws gets there, and a script that waits lets a newer request go first."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import streamlit as st
from streamlit.delta_generator_singletons import context_dg_stack, get_default_dg_stack_value
from streamlit.runtime import Runtime

PATIENCE = 1.0  # seconds


@contextmanager
def delivered() -> Iterator[None]:
    """Around a run of the whole page: it begins at the top of the page, and ends when the server has taken over all of it.

    A script that follows a fragment's tick in the same thread would begin inside that fragment. And one that has ended while
    some of what it drew is on its way loses that, if a tick comes just then: Streamlit starts another script for the tick,
    and takes nothing more from the one before. What a hand has just moved or opened is then known here, and never shown.
    """
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
