"""A hand's move is heard, also where Streamlit gets a newer request while it calls back."""

from streamlit.testing.v1 import AppTest

HEARD: list[tuple[str, int]] = []


def page() -> None:
    import streamlit as st
    from streamlit.runtime.scriptrunner import get_script_run_ctx
    from streamlit.runtime.scriptrunner_utils.script_requests import RerunData

    from playground.ui.told import told
    from tests.test_told import HEARD

    def moved(key: str) -> None:
        context = get_script_run_ctx()
        assert context is not None and context.script_requests is not None
        context.script_requests.request_rerun(RerunData(page_script_hash=context.page_script_hash))  # a quicker hand
        value = told(key) if key == "told" else st.session_state[key]
        HEARD.append((key, value))

    for key in ("told", "read"):
        st.slider(key, 0, 9, key=key, on_change=moved, args=(key,))


def test_a_move_is_heard_though_a_newer_request_waits():
    app = AppTest.from_function(page).run()
    HEARD.clear()
    app.slider(key="told").set_value(4).run()
    assert HEARD == [("told", 4)] and not app.exception
    app.slider(key="read").set_value(4).run()
    assert HEARD == [("told", 4)], "Streamlit has learnt to finish its callbacks: `told` may go"


def test_a_widget_that_has_left_the_page_has_told_nothing():
    def nothing() -> None:
        import streamlit as st

        from playground.ui.told import told

        st.write(repr(told("gone")))

    assert AppTest.from_function(nothing).run().markdown[0].value == "None"
