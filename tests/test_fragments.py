"""Parts that are drawn alone have a place of their own, so that nothing moves up into it when they are gone for a moment."""

from pathlib import Path

from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block, Text

ROOT = Path(__file__).resolve().parent.parent


def test_a_fragment_is_the_only_thing_in_its_place():
    def script():
        import streamlit as st

        from playground.ui.fragments import fragment

        def part(word: str, other: str) -> None:
            st.text(word)
            st.text(other)

        st.text("before")
        fragment(part, None, "first", "second")
        st.text("after")

    app = AppTest.from_function(script).run()
    before, place, after = app.main.children.values()
    assert isinstance(before, Text) and isinstance(place, Block) and isinstance(after, Text)
    (part,) = place.children.values()
    assert isinstance(part, Block)
    assert [each.value for each in part if isinstance(each, Text)] == ["first", "second"]


def test_nobody_makes_a_fragment_without_a_place():
    made = [file.name for file in (ROOT / "playground").rglob("*.py") if "st.fragment(" in file.read_text()]
    assert made == ["fragments.py"]
