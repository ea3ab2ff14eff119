"""A run of the whole page begins at its top, and a script that waits gives way."""

import asyncio
import threading
import time
import tomllib
from pathlib import Path

import pytest
from streamlit.delta_generator_singletons import context_dg_stack, get_default_dg_stack_value
from streamlit.runtime.state import SafeSessionState, SessionState
from streamlit.testing.v1 import AppTest

from playground.ui import delivery
from playground.ui.delivery import delivered, hear_out, wait

UNPATCHED = SafeSessionState.on_script_will_rerun


def test_a_page_begins_at_its_top_wherever_a_tick_has_left_off():
    top = get_default_dg_stack_value()
    context_dg_stack.set((*top, *top))
    with delivered():
        assert context_dg_stack.get() == top


class Busy:
    """A server whose loop has something else to do yet."""

    def __init__(self) -> None:
        self.eventloop, self.done = asyncio.new_event_loop(), []
        self.eventloop.call_soon(lambda: (time.sleep(0.2), self.done.append("drawn")))
        self.thread = threading.Thread(target=self.eventloop.run_forever, daemon=True)

    def exists(self) -> bool:
        return True

    def instance(self) -> "Busy":
        return self

    _get_async_objs = instance


def test_a_page_ends_when_the_server_has_taken_over_what_it_drew(monkeypatch: pytest.MonkeyPatch):
    server = Busy()
    monkeypatch.setattr(delivery, "Runtime", server)
    with delivered():
        server.thread.start()
    assert server.done == ["drawn"]
    server.eventloop.call_soon_threadsafe(server.eventloop.stop)
    server.thread.join(10)
    server.eventloop.close()


def test_one_script_at_a_time_calls_back():
    settings = tomllib.loads((Path(__file__).parents[1] / ".streamlit" / "config.toml").read_text())
    assert settings["runner"] == {"fastReruns": False}


def clicked() -> AppTest:
    """An app whose second request comes while the callbacks of the first are called."""

    def page() -> None:
        import streamlit as st
        from streamlit.runtime.scriptrunner import get_script_run_ctx
        from streamlit.runtime.scriptrunner_utils.script_requests import RerunData

        def moved() -> None:
            context = get_script_run_ctx()
            assert context is not None and context.script_requests is not None
            context.script_requests.request_rerun(RerunData(page_script_hash=context.page_script_hash))
            st.session_state["heard"] = st.session_state["slider"]

        st.slider("slider", 0, 9, key="slider", on_change=moved)

    app = AppTest.from_function(page).run()
    return app.slider(key="slider").set_value(4).run()


def test_a_move_is_heard_though_a_newer_request_waits(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(SafeSessionState, "on_script_will_rerun", UNPATCHED)
    assert "heard" not in clicked().session_state, "Streamlit has learnt to hear a hand out: `hear_out` may go"
    hear_out()
    assert clicked().session_state["heard"] == 4


def test_of_two_requests_at_once_both_are_called_back():
    asked: list[str] = []
    state = SafeSessionState(SessionState(), lambda: asked.append("a newer request"))
    hear_out()
    state.on_script_will_rerun(None)
    assert asked == []
    assert "nothing" not in state and asked, "afterwards it gives way again"


def test_waiting_ends_with_its_reason_or_with_its_time():
    asked = []
    wait(lambda: asked.append(len(asked)) or len(asked) < 3, 5.0)
    assert asked == [0, 1, 2]
    begun = time.monotonic()
    wait(lambda: True, 0.1)
    assert 0.1 <= time.monotonic() - begun < 2.0


def test_a_script_that_waits_gives_way_to_a_newer_request():
    def page() -> None:
        import streamlit as st
        from streamlit.runtime.scriptrunner import get_script_run_ctx
        from streamlit.runtime.scriptrunner_utils.script_requests import RerunData

        from playground.ui.delivery import wait

        st.session_state["runs"] = st.session_state.get("runs", 0) + 1
        if st.session_state["runs"] == 1:
            context = get_script_run_ctx()
            assert context is not None and context.script_requests is not None
            context.script_requests.request_rerun(RerunData(page_script_hash=context.page_script_hash))
            wait(lambda: True, 60.0)

    begun = time.monotonic()
    app = AppTest.from_function(page, default_timeout=30).run()
    assert app.session_state["runs"] == 2 and time.monotonic() - begun < 20
