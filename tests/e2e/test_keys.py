"""Everything that a mouse does, keys do; and one list says which."""

from pathlib import Path

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


def dialog(visitor: Visitor) -> Locator:
    """The list."""
    return visitor.page.get_by_role("dialog", name="Keyboard shortcuts")


@in_every_look
def test_a_key_opens_the_list_of_keys_and_those_of_the_picture_act(visit, look: str, tmp_path: Path):
    visitor = visit(PAGE, **LOOKS[look])
    a_question_mark_opens_the_list_and_escape_closes_it(visitor, tmp_path / f"keys-{look}.png")
    for plus in "+=":  # on one key of many keyboards
        keys_enlarge_the_picture_and_move_it(visitor, plus)


def a_question_mark_opens_the_list_and_escape_closes_it(visitor: Visitor, screenshot: Path) -> None:
    button = ready(visitor)
    button.focus()
    visitor.page.keyboard.press("?")
    expect(dialog(visitor)).to_be_visible()
    visitor.page.screenshot(path=screenshot)
    rows = [row for group in listed().values() for row in group]
    assert dialog(visitor).locator("dd").all_inner_texts() == [does for _, does in rows]
    terms = dialog(visitor).locator("dt").all()
    assert [term.locator("kbd").all_inner_texts() for term in terms] == [keys for keys, _ in rows]
    assert visitor.page.evaluate(OVERFLOW) <= 0
    visitor.page.keyboard.press("Escape")
    expect(dialog(visitor)).to_be_hidden()
    expect(button).to_be_focused()


def keys_enlarge_the_picture_and_move_it(visitor: Visitor, plus: str) -> None:
    visitor.page.locator(".gp-canvas").focus()
    visitor.page.keyboard.press(plus)
    wait_for(lambda: float(visitor.data("zoom")), lambda zoom: zoom > 1, "a larger picture")
    visitor.page.keyboard.press("-")
    wait_for(lambda: float(visitor.data("zoom")), lambda zoom: zoom == 1, "the picture as it was")
    for arrow in ("ArrowLeft", "ArrowUp"):
        visitor.page.keyboard.press(arrow)
        again = visitor.stage.get_by_role("button", name="Show everything again")
        expect(again).to_be_visible()
        visitor.page.keyboard.press("0" if arrow == "ArrowUp" else "Escape")
        expect(again).to_be_hidden()


def test_the_list_opens_by_a_click_and_the_keys_of_the_run_act_except_while_it_is_read(visit):
    visitor = visit(PAGE)
    a_click_opens_the_list_and_a_click_beside_it_closes_it(visitor)
    no_key_acts_while_the_list_is_read(visitor)
    each_button_shows_the_key_that_the_list_gives_it(visitor)
    the_keys_of_the_run_act(visitor)
    a_question_mark_in_a_text_is_a_text(visitor)


def a_click_opens_the_list_and_a_click_beside_it_closes_it(visitor: Visitor) -> None:
    button = ready(visitor)
    button.click()
    expect(dialog(visitor)).to_be_visible()
    dialog(visitor).get_by_role("button", name="Close").click()
    expect(dialog(visitor)).to_be_hidden()
    button.click()
    visitor.page.mouse.click(5, 5)
    expect(dialog(visitor)).to_be_hidden()


def no_key_acts_while_the_list_is_read(visitor: Visitor) -> None:
    ready(visitor).click()
    visitor.page.keyboard.press("p")
    visitor.page.keyboard.press("?")  # closes
    expect(dialog(visitor)).to_be_hidden()
    expect(visitor.button("Pause")).to_be_visible()
    visitor.wait_for_frames(2)
    visitor.page.keyboard.press("p")
    visitor.button("Play").wait_for()
    visitor.play()


def each_button_shows_the_key_that_the_list_gives_it(visitor: Visitor) -> None:
    keys = {label: shortcut.keys[0] for shortcut in SHORTCUTS if shortcut.where == RUN for label in shortcut.buttons}
    for label, key in keys.items():
        if label in ("Play", "Pause"):
            (visitor.play if label == "Pause" else visitor.pause)()
        words = visitor.button(label).inner_text().split()
        assert words[-1] == key, words


def the_keys_of_the_run_act(visitor: Visitor) -> None:
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


def a_question_mark_in_a_text_is_a_text(visitor: Visitor) -> None:
    visitor.unfold("Seeds")
    visitor.knob("stNumberInput", "Seed").locator("input").focus()
    visitor.page.keyboard.press("?")
    expect(dialog(visitor)).to_be_hidden()
