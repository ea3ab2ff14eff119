"""A script and its browser: what a hand does is heard, all that a page draws gets there, and who waits gives way."""

import itertools
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import streamlit as st
from streamlit.proto.WidgetStates_pb2 import WidgetStates
from streamlit.runtime import Runtime
from streamlit.runtime.scriptrunner import script_runner
from streamlit.runtime.state import SafeSessionState, SessionState

PATIENCE = 1.0  # seconds
TRIGGERS = (
    "trigger_value",
    "string_trigger_value",
    "chat_input_value",
    "json_trigger_value",
)  # that a click sends once
HEARD = "_heard"  # of a session's state: the number of the newest script that has called back
_numbers = itertools.count(1)
_calling = threading.Lock()


class Attentive(SafeSessionState):
    """A script's view of its session that hears a hand out: it calls back for all that came, in the order in which it came.

    Streamlit's own leaves a request for a newer one before it has called back, or in the midst of a callback that reads the
    state: of two quick clicks the first is then never heard. And the scripts of two requests call back at once: of two quick
    moves the older one is then sometimes heard last, and stays.
    """

    def __init__(self, state: SessionState, yield_callback: Callable[[], None]) -> None:
        super().__init__(state, yield_callback)
        object.__setattr__(self, "_number", next(_numbers))  # of its script

    def on_script_will_rerun(self, fresh_widget_states: WidgetStates | None, **more: Any) -> None:
        with _calling, self._lock:
            newest = self._state[HEARD] if HEARD in self._state else 0  # noqa: SIM401  (it has no get)
            if fresh_widget_states is not None and newest > self._number:
                clicks = [each for each in fresh_widget_states.widgets if each.WhichOneof("value") in TRIGGERS]
                fresh_widget_states = WidgetStates(widgets=clicks)
            self._state[HEARD] = max(newest, self._number)
            give_way = self._yield_callback
            object.__setattr__(self, "_yield_callback", lambda: None)
            try:
                self._state.on_script_will_rerun(fresh_widget_states, **more)
            finally:
                object.__setattr__(self, "_yield_callback", give_way)


@contextmanager
def delivered() -> Iterator[None]:
    """Around a run of the whole page: it ends when the server has taken over all that was drawn; a few milliseconds.

    A script that has ended while some of it is on its way loses that, if a fragment's tick comes just then: Streamlit starts
    another script for the tick, and takes nothing more from the one before. What a hand has just moved or opened is then
    known here, and never shown. A script that has not ended takes the tick itself.
    """
    script_runner.SafeSessionState = Attentive  # type: ignore[misc]
    yield
    if Runtime.exists():  # else there is no browser either
        taken = threading.Event()
        Runtime.instance()._get_async_objs().eventloop.call_soon_threadsafe(taken.set)  # behind all that was drawn
        taken.wait(PATIENCE)
        give_way()  # or this script would clear away the fragments of one that has begun meanwhile


def give_way() -> None:
    """End this script here if there is a newer request: where it reads the session's state, Streamlit looks for one."""
    st.session_state.get("nothing")


def wait(while_so: Callable[[], bool], seconds: float) -> None:
    """Wait as long as something is so, for some seconds at most, and only while nobody asks for another run of the page."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and while_so():
        time.sleep(0.01)
        give_way()
