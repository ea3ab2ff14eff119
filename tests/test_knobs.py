"""Widgets mirror the Config: each tells the browser its value by itself, whichever run of the script drew it."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Widget

NAMES = ("objective", "discriminator_steps", "generator_lr", "gradient_target", "seed", "spread", "digits")


def script() -> None:
    from types import SimpleNamespace

    import streamlit as st

    from playground.config import Config
    from playground.ui.knobs import draw

    moved = st.session_state.setdefault("moved", {"objective": "wasserstein", "discriminator_steps": 5, "seed": 7})
    here: Any = SimpleNamespace(page="2d", edition=0, config=Config(data="mnist", digits="1,7").with_(**moved))
    here.hear = lambda name, value: moved.update({name: value})
    for name in ("objective", "discriminator_steps", "generator_lr", "gradient_target", "seed", "spread", "digits"):
        draw(here, name)


def defaults(app: AppTest) -> list[Any]:
    """What each widget shows a browser that has never heard of it."""
    return [
        *(each.options[each.proto.default] for each in app.selectbox),
        *(each.proto.default[0] for each in app.slider),
        *(each.options[int(each.proto.default[0])] for each in app.select_slider),
        *(each.proto.default for each in app.number_input),
        *(each.proto.default for each in app.get("button_group")),
    ]


@pytest.mark.parametrize("runs", [1, 2, 3])
def test_a_widget_that_replaces_another_unseen_shows_the_same_value(runs: int) -> None:
    """A busy server sends the newest of two drawings only: the first may have told the value in vain."""
    app = AppTest.from_function(script).run()
    wanted = defaults(app)
    assert wanted[:3] == ["Wasserstein", 5, 1.0] and 7 in wanted
    for _ in range(runs):
        app.run()
    assert not app.exception and defaults(app) == wanted


def test_a_moved_widget_moves_the_config_and_stays() -> None:
    app = AppTest.from_function(script).run()
    app.slider[0].set_value(3).run()
    assert app.session_state["moved"]["discriminator_steps"] == 3 and app.slider[0].value == 3
    app.selectbox[0].select("hinge").run()
    assert app.session_state["moved"]["objective"] == "hinge" and app.slider[0].value == 3


def sidebar() -> None:
    from types import SimpleNamespace
    from typing import Any

    import streamlit as st

    from playground.config import Config
    from playground.ui.knobs import knobs

    config = Config(objective="wasserstein", constraint=st.session_state.get("constraint", "none"))
    here: Any = SimpleNamespace(page="2d", edition=0, config=config, folders={}, hear=lambda name, value: None)
    knobs(here)


def places(app: AppTest) -> dict[str, int]:
    """Where each widget of the open group stands in it."""
    (game,) = [each for each in app.sidebar.expander if each.label == "Game"]
    shown = {at: [each for each in place if isinstance(each, Widget)] for at, place in game.children.items()}
    return {widget.label: at for at, widgets in shown.items() for widget in widgets}  # type: ignore[attr-defined]


def test_a_knob_keeps_its_place_when_others_come_and_go() -> None:
    """A browser makes a widget that moves anew, and forgets a key press that it has not yet sent."""
    app = AppTest.from_function(sidebar).run()
    before = places(app)
    app.session_state["constraint"] = "gradient-penalty"
    after = places(app.run())
    assert len(after) > len(before) > 5
    assert {label: after[label] for label in before} == before
