"""What a hand does is heard in its order, a page is delivered, and a script that waits gives way."""

import asyncio
import threading
import time

import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.runtime.scriptrunner import script_runner
from streamlit.runtime.state import SafeSessionState, SessionState
from streamlit.testing.v1 import AppTest

from playground.ui import delivery
from playground.ui.delivery import Attentive, delivered, wait


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
    monkeypatch.setattr(delivery, "give_way", lambda: server.done.append("given way"))
    with delivered():
        server.thread.start()
    assert server.done == ["drawn", "given way"]
    server.eventloop.call_soon_threadsafe(server.eventloop.stop)
    server.thread.join(10)
    server.eventloop.close()


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
    monkeypatch.setattr(script_runner, "SafeSessionState", SafeSessionState)
    assert "heard" not in clicked().session_state, "Streamlit has learnt to hear a hand out: `Attentive` may go"
    monkeypatch.setattr(script_runner, "SafeSessionState", Attentive)
    assert clicked().session_state["heard"] == 4


def test_a_request_is_called_back_for_before_a_newer_one_has_its_turn():
    asked: list[str] = []
    state = Attentive(SessionState(), lambda: asked.append("a newer request"))
    state.on_script_will_rerun(None)
    assert asked == []
    assert "nothing" not in state and asked, "afterwards it gives way again"


class Heard(dict[str, object]):
    """A session's state that notes what it is told."""

    def __init__(self) -> None:
        self.told: list[list[str]] = []

    def on_script_will_rerun(self, widgets: WidgetStates | None) -> None:
        self.told.append([each.id for each in widgets.widgets] if widgets else [])


def test_of_two_moves_the_older_is_never_heard_last_and_no_click_is_forgotten():
    session = Heard()
    older, newer = (Attentive(session, lambda: None) for _ in range(2))  # type: ignore[arg-type]
    move, click = WidgetState(id="slider", int_value=2), WidgetState(id="button", trigger_value=True)
    for state in (older, newer, older, newer):
        state.on_script_will_rerun(WidgetStates(widgets=[move, click]))
    assert session.told == [["slider", "button"], ["slider", "button"], ["button"], ["slider", "button"]]


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
