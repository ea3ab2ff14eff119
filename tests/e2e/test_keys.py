"""Everything that a mouse does, keys do; and one list says which."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from playground.ui.keys import RUN, SHORTCUTS, listed
from tests.e2e.looks import LOOKS, in_every_look
from tests.e2e.visitor import OVERFLOW, Visitor, wait_for

PAGE = "/mixture_2d"


def ready(visitor: Visitor) -> Locator:
    """The button of the list, once it is there."""
    button = visitor.page.get_by_role("button", name="Keyboard shortcuts")
    button.wait_for()
    return button


@in_every_look
def test_a_question_mark_opens_the_list_and_escape_closes_it(visit, look: str, tmp_path: Path):
    visitor = visit(PAGE, **LOOKS[look])
    button = ready(visitor)
    button.focus()
    visitor.page.keyboard.press("?")
    dialog = visitor.page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(dialog).to_be_visible()
    visitor.page.screenshot(path=tmp_path / f"keys-{look}.png")
    rows = [row for group in listed().values() for row in group]
    assert dialog.locator("dd").all_inner_texts() == [does for _, does in rows]
    assert [dt.locator("kbd").all_inner_texts() for dt in dialog.locator("dt").all()] == [keys for keys, _ in rows]
    assert visitor.page.evaluate(OVERFLOW) <= 0
    visitor.page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(button).to_be_focused()


def test_a_click_opens_the_list_and_a_click_beside_it_closes_it(visit):
    visitor = visit(PAGE)
    button, dialog = ready(visitor), visitor.page.get_by_role("dialog", name="Keyboard shortcuts")
    button.click()
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_be_hidden()
    button.click()
    visitor.page.mouse.click(5, 5)
    expect(dialog).to_be_hidden()


def test_no_key_acts_while_the_list_is_read(visit):
    visitor = visit(PAGE)
    ready(visitor).click()
    visitor.page.keyboard.press("p")
    visitor.page.keyboard.press("?")  # closes
    expect(visitor.page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_hidden()
    expect(visitor.button("Pause")).to_be_visible()
    visitor.wait_for_frames(2)
    visitor.page.keyboard.press("p")
    visitor.button("Play").wait_for()


def test_a_question_mark_in_a_text_is_a_text(visit):
    visitor = visit(PAGE)
    ready(visitor)
    visitor.unfold("Seeds")
    visitor.knob("stNumberInput", "Seed").locator("input").focus()
    visitor.page.keyboard.press("?")
    expect(visitor.page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_hidden()


def test_each_button_shows_the_key_that_the_list_gives_it(visit):
    visitor = visit(PAGE)
    ready(visitor)
    keys = {label: shortcut.keys[0] for shortcut in SHORTCUTS if shortcut.where == RUN for label in shortcut.buttons}
    for label, key in keys.items():
        if label in ("Play", "Pause"):
            (visitor.play if label == "Pause" else visitor.pause)()
        words = visitor.button(label).inner_text().split()
        assert words[-1] == key, words


def test_the_keys_of_the_run_act(visit):
    visitor = visit(PAGE)
    ready(visitor)
    visitor.wait_for_iteration(3)
    visitor.page.keyboard.press("p")
    visitor.button("Play").wait_for()
    rested = visitor.still()
    for steps, key in enumerate("sdg", 1):
        visitor.page.keyboard.press(key)
        visitor.wait_for_iteration(rested + steps, rested + steps)
    visitor.page.keyboard.press("x")
    visitor.wait_for_iteration(0, 0)
    visitor.page.keyboard.press("n")
    visitor.wait_for_query("seed=1")


@pytest.mark.parametrize("key", ["+", "="])
def test_the_keys_of_the_picture_act(visit, key: str):
    visitor = visit(PAGE)
    canvas = visitor.page.locator(".gp-canvas")
    canvas.focus()
    visitor.page.keyboard.press(key)
    wait_for(lambda: float(visitor.data("zoom")), lambda zoom: zoom > 1, "a larger picture")
    visitor.page.keyboard.press("-")
    wait_for(lambda: float(visitor.data("zoom")), lambda zoom: zoom == 1, "the picture as it was")
    for arrow in ("ArrowLeft", "ArrowUp"):
        visitor.page.keyboard.press(arrow)
        again = visitor.stage.get_by_role("button", name="Show everything again")
        expect(again).to_be_visible()
        visitor.page.keyboard.press("0" if arrow == "ArrowUp" else "Escape")
        expect(again).to_be_hidden()
