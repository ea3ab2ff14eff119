"""Slow motion: opening it pauses and plays one iteration, every stage can be reached, and its numbers are its picture's."""

import re

import numpy as np
import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.looks import LOOKS, on_every_page
from tests.e2e.test_live import PLAIN
from tests.e2e.visitor import OVERFLOW, PATIENCE, wait_for

STAGES = (
    "Draw z",
    "G makes fakes",
    "D judges real and fake",
    "D's loss",
    "D's gradient",
    "D is updated",
    "G's turn: its loss",
    "G's gradient",
    "G is updated",
)


class Slow:
    """The panel, as a visitor sees it."""

    def __init__(self, visitor) -> None:
        self.visitor, self.page = visitor, visitor.page

    @property
    def picture(self) -> Locator:
        return self.page.locator('[class*="st-key-slow"] .gp-stage[data-iteration]')

    @property
    def main(self) -> Locator:
        return self.page.locator(".gp-stage[data-iteration]").first

    def open(self) -> None:
        self.tab.click()
        self.picture.wait_for()

    @property
    def tab(self) -> Locator:
        return self.page.get_by_role("radio", name="Slow motion")

    def at(self, number: int, count: int, title: str) -> None:
        """Wait for a stage: its place, its title, its picture and its diagram."""
        self.visitor.read(f"Stage {number} of {count}")
        expect(self.page.get_by_role("heading", name=title)).to_be_visible()
        name = re.compile(re.escape(f"{title}. "))
        expect(self.picture.get_by_role("img", name=name)).to_be_visible(timeout=1000 * PATIENCE)
        expect(self.page.locator(".gp-flow").get_by_role("img", name=name)).to_be_visible()

    def number(self, name: str) -> float:
        """A number of the table."""
        row = self.page.locator("tr").filter(has=self.page.get_by_role("cell", name=name, exact=True))
        return float(row.locator("td").nth(1).inner_text().replace("−", "-"))

    def layer(self, name: str) -> dict[str, np.ndarray]:
        """Arrays of the panel's picture, in data units."""
        script = """(stage, name) => Object.fromEntries(Object.entries(
            stage.view.layers.find((layer) => layer.name === name).arrays).map(([key, values]) => [key, [...values]]))"""
        return {key: np.array(values) for key, values in self.picture.evaluate(script, name).items()}

    def iterations(self) -> tuple[int, int]:
        """Of the main picture and of the panel's."""
        return int(self.main.get_attribute("data-iteration") or -1), int(
            self.picture.get_attribute("data-iteration") or -2
        )

    def together(self) -> int:
        """The iteration, once both pictures show the same."""
        return wait_for(self.iterations, lambda both: both[0] == both[1], "one iteration in both pictures")[0]


@on_every_page
def test_every_stage_can_be_reached_and_stays_until_another_iteration_is_wanted(visit, page: str, look: str):
    visitor = visit(PLAIN[page], **LOOKS[look])
    visitor.wait_for_iteration(2)
    slow = Slow(visitor)
    slow.open()
    visitor.button("Play").wait_for()
    every_stage_is_a_step_away_and_says_what_its_picture_shows(slow, page)
    every_stage_is_a_key_away_from_the_next(slow)
    a_stage_stays_when_the_panel_is_closed_and_opened(slow)
    a_stage_stays_while_the_game_plays_on(slow)
    another_iteration_starts_at_its_first_stage_and_rests(slow)


def every_stage_is_a_step_away_and_says_what_its_picture_shows(slow: Slow, page: str) -> None:
    for i, title in enumerate(STAGES, 1):
        slow.at(i, len(STAGES), title)
        assert slow.page.evaluate(OVERFLOW) <= 0
        CHECKS.get((page, title), CHECKS.get(title, nothing))(slow)
        if i < len(STAGES):
            slow.visitor.press("Next")
    slow.together()
    expect(slow.visitor.button("Next")).to_be_disabled()


def every_stage_is_a_key_away_from_the_next(slow: Slow) -> None:
    for i, title in list(enumerate(STAGES, 1))[-2::-1]:
        slow.page.keyboard.press("b")
        slow.at(i, len(STAGES), title)
    expect(slow.visitor.button("Back")).to_be_disabled()


def a_stage_stays_when_the_panel_is_closed_and_opened(slow: Slow) -> None:
    first = slow.together()
    slow.visitor.press("Next")
    slow.at(2, 9, "G makes fakes")
    slow.tab.click()  # closed and opened again, it is the same iteration
    expect(slow.picture).to_have_count(0)
    slow.open()
    assert slow.together() == first


def a_stage_stays_while_the_game_plays_on(slow: Slow) -> None:
    first = slow.together()
    slow.visitor.play()
    slow.visitor.read("the game has moved on")
    slow.at(2, 9, "G makes fakes")
    assert slow.iterations()[1] == first
    slow.visitor.press("Next")
    slow.at(3, 9, "D judges real and fake")
    assert slow.iterations()[1] == first


def another_iteration_starts_at_its_first_stage_and_rests(slow: Slow) -> None:
    first = slow.iterations()[1]
    slow.visitor.press("Another iteration")
    slow.at(1, 9, "Draw z")
    slow.visitor.button("Play").wait_for()
    assert slow.together() > first
    slow.visitor.read("the game rests right after it")


def nothing(slow: Slow) -> None:
    pass


def losses_are_the_points(slow: Slow) -> None:
    means = [float(slow.layer(role)["y"].mean()) for role in ("real", "fake")]
    assert means == pytest.approx([slow.number("by the reals"), slow.number("by the fakes")], rel=0.01, abs=0.005)
    assert sum(means) == pytest.approx(slow.number("D's loss"), rel=0.01, abs=0.005)


def outputs_are_the_points(slow: Slow) -> None:
    for role in ("real", "fake"):
        assert slow.layer(role)["y"].mean() == pytest.approx(slow.number(f"mean D({role})"), abs=0.003)


def examples_are_the_first_points(slow: Slow) -> None:
    fakes = slow.page.locator("table").filter(has=slow.page.get_by_role("columnheader", name="G(z)", exact=True))
    texts = fakes.locator("tbody tr td:nth-child(3)")
    expect(texts).to_have_count(4)
    told = [
        [float(value) for value in text.replace("−", "-").strip("()").split(",")] for text in texts.all_inner_texts()
    ]
    points = slow.layer("fake")
    drawn = np.stack([points["x"], points["y"]], 1)[: len(told)]
    assert np.abs(drawn - told).max() < 0.01


def digits_carry_what_d_says(slow: Slow) -> None:
    labels = slow.picture.evaluate("stage => stage.view.layers[0].options.labels")
    assert [label.split()[0] for label in labels] == ["real"] * 12 + ["fake"] * 12
    assert all(0 <= float(label.split()[1]) <= 1 for label in labels)


CHECKS = {
    "D's loss": losses_are_the_points,
    ("1d", "D judges real and fake"): outputs_are_the_points,
    ("2d", "G makes fakes"): examples_are_the_first_points,
    ("mnist", "D judges real and fake"): digits_carry_what_d_says,
}


def test_of_several_updates_each_is_a_click_away(visit):
    visitor = visit("/mixture_2d?experiment=ring-wgan-gp")
    visitor.wait_for_iteration(2)
    slow = Slow(visitor)
    slow.open()
    slow.at(1, 33, "Draw z")
    for turn, stage, title in (("D 3", 13, "Draw z · update 3 of 5"), ("G 1", 31, "G's turn: its loss")):
        visitor.page.get_by_role("radio", name=turn).click()
        visitor.read(f"Stage {stage} of 33")
        expect(visitor.page.get_by_role("heading", name=title)).to_be_visible()
        expect(visitor.page.get_by_role("radio", name=turn)).to_have_count(1)  # the row before it has gone
    visitor.press("Back")
    slow.at(30, 33, "D is updated")
    expect(visitor.page.get_by_role("radio", name="D 5")).to_be_checked()
