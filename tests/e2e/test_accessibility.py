"""Everybody can use every page: axe-core finds nothing serious, the picture and its controls have names, all fits.

https://github.com/dequelabs/axe-core, as packed by axe-playwright-python.
"""

import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Locator, expect

from tests.e2e.looks import LOOKS
from tests.e2e.server import ROOT
from tests.e2e.visitor import OVERFLOW, Visitor

LIVE = ("/mixture_1d", "/mixture_2d", "/mnist")
MOVING = ("/", *LIVE)
STILL = ("/experiments", "/glossary")  # without a moving picture
GRAVE = ("serious", "critical")
# What Streamlit's own widgets violate: (rule, selector of the elements that may, why). Anything else is ours.
THEIRS = (
    # the menu of a phone puts its groups' <div>s between <ul> and <li>
    ("list", '[data-testid="stSidebarNavItems"]', "its <ul> holds <div>s"),
    ("listitem", '[data-testid="stSidebarNavItems"] li', "its <li>s stand in <div>s"),
)

HEADINGS = """[...document.querySelectorAll('h1, h2, h3, h4')]
    .filter((heading) => heading.checkVisibility()).map((heading) => +heading.tagName[1])"""


def pages() -> list[str]:
    """The addresses of all pages, from app.py."""
    files = re.findall(r'st\.Page\("pages/(\w+)\.py"', (ROOT / "app.py").read_text())
    return ["/" if name == "start" else f"/{name}" for name in files]


def lessons() -> list[str]:
    """The pages of which there are many alike."""
    return [path for path in pages() if path not in (*MOVING, *STILL)]


def visits() -> list[tuple[str, str]]:
    """Which page in which look: each in both, but a lesson in the one in which test_lessons.py does not see it."""
    by_turns = [(path, list(LOOKS)[(i + 1) % len(LOOKS)]) for i, path in enumerate(lessons())]
    return [(path, look) for path in (*MOVING, *STILL) for look in LOOKS] + by_turns


def arrived(visitor: Visitor, path: str) -> None:
    """Wait for a whole page: its widgets come after the picture."""
    visitor.page.get_by_role("heading", level=1).wait_for()
    if path not in STILL:
        visitor.stage.wait_for()
    if path in LIVE:
        visitor.page.get_by_role("button", name="Keyboard shortcuts").wait_for()
        visitor.page.locator(".gp-chart").first.wait_for()
    elif path == "/experiments":
        visitor.page.locator(".gp-card").last.wait_for()
        visitor.wait_for_motion()  # words that fade in are pale for a moment


def grave(visitor: Visitor) -> list[str]:
    """Every serious or critical violation that is ours: rule, element, what axe says of it."""
    if not visitor.page.evaluate("'axe' in window"):
        visitor.page.evaluate(AXE_SCRIPT)
    found = visitor.page.evaluate("axe.run(document, { resultTypes: ['violations'], elementRef: false })")
    nodes = [(rule, node) for rule in found["violations"] if rule["impact"] in GRAVE for node in rule["nodes"]]
    return [describe(rule, node) for rule, node in nodes if not excused(visitor, rule["id"], node)]


def excused(visitor: Visitor, rule: str, node: dict[str, Any]) -> bool:
    """Whether an element is one of those that Streamlit draws so."""
    matches = "([target, selector]) => document.querySelector(target)?.matches(selector)"
    return any(
        rule == name and visitor.page.evaluate(matches, [node["target"][-1], selector]) for name, selector, _ in THEIRS
    )


def describe(rule: dict[str, Any], node: dict[str, Any]) -> str:
    said = [check["message"] for check in (*node["any"], *node["all"], *node["none"])]
    return f"{rule['id']}: {node['html'][:200]} {' '.join(said)[:300]}"


def test_every_page_is_visited():
    assert {path for path, _ in visits()} == set(pages())
    assert {look for path, look in visits() if path in lessons()} == set(LOOKS)


@pytest.mark.parametrize(("path", "look"), visits())
def test_everybody_can_use_a_page(visit, path: str, look: str, tmp_path: Path):
    visitor = visit(**LOOKS[look])
    visitor.page.goto(f"{visitor.url}{path}")
    arrived(visitor, path)
    if path in MOVING:
        the_picture_has_words_that_follow_it(visitor)
        the_picture_fits_its_window(visitor)
    if path in LIVE and look == "light-laptop":
        stage_and_four_charts_are_seen_without_scrolling(visitor)
        every_chart_and_every_button_of_it_has_a_name(visitor)
    has_one_title_with_what_stands_below_it(visitor)
    assert grave(visitor) == []
    visitor.page.screenshot(path=tmp_path / f"{path.strip('/')}-{look}.png", full_page=True)
    assert visitor.page.evaluate(OVERFLOW) <= 0


def the_picture_has_words_that_follow_it(visitor: Visitor) -> None:
    visitor.wait_for_iteration(1)
    canvas = visitor.page.locator(".gp-canvas")
    assert canvas.get_attribute("role") == "img" and "iteration" in str(canvas.get_attribute("aria-label"))
    assert canvas.get_attribute("tabindex") == "0" and "arrow keys" in str(canvas.get_attribute("aria-description"))


def the_picture_fits_its_window(visitor: Visitor) -> None:
    canvas = visitor.page.locator(".gp-canvas").bounding_box()
    assert canvas is not None and 250 < canvas["width"] <= visitor.page.evaluate("window.innerWidth")


def drawn_charts(visitor: Visitor) -> Locator:
    """The four charts beside the picture, once they have been drawn."""
    charts = visitor.page.locator(".gp-chart[data-draws]")
    charts.nth(3).wait_for()
    return charts


def stage_and_four_charts_are_seen_without_scrolling(visitor: Visitor) -> None:
    charts = drawn_charts(visitor)
    for element in (visitor.page.locator(".gp-canvas"), *(charts.nth(i) for i in range(4))):
        box = element.bounding_box()
        assert box is not None and box["y"] >= 0 and box["y"] + box["height"] <= 900


def every_chart_and_every_button_of_it_has_a_name(visitor: Visitor) -> None:
    for chart in drawn_charts(visitor).locator("[role=group]").all():
        assert chart.get_attribute("aria-label")
        for button in chart.locator(".modebar-btn").all():
            assert button.get_attribute("aria-label")


def has_one_title_with_what_stands_below_it(visitor: Visitor) -> None:
    levels = visitor.page.evaluate(HEADINGS)
    assert levels.count(1) == 1 and levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels)), levels


def open_share(visitor: Visitor) -> None:
    visitor.menu("Share").click()
    visitor.page.get_by_role("button", name="Copy link").wait_for()


def open_charts(visitor: Visitor) -> None:
    visitor.menu("Charts").click()
    visitor.page.get_by_test_id("stPopoverBody").get_by_role("button").first.wait_for()


def open_failures(visitor: Visitor) -> None:
    visitor.menu("Break it").click()
    visitor.page.get_by_test_id("stPopoverBody").get_by_role("button").first.wait_for()


def open_keys(visitor: Visitor) -> None:
    visitor.page.get_by_role("button", name="Keyboard shortcuts").click()
    visitor.page.get_by_role("dialog", name="Keyboard shortcuts").wait_for()


def open_save(visitor: Visitor) -> None:
    visitor.stage.get_by_role("button", name="Save").click()
    visitor.stage.get_by_role("menuitem").first.wait_for()


def open_knobs(visitor: Visitor) -> None:
    for group in ("Data", "Players", "Tricks", "Seeds"):
        visitor.unfold(group)
    visitor.knob("stNumberInput", "Seed").wait_for()


OPENED: dict[str, Callable[[Visitor], None]] = {
    "share": open_share,
    "charts": open_charts,
    "failures": open_failures,
    "keys": open_keys,
    "save": open_save,
    "knobs": open_knobs,
}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_warning_switched_off_layers_and_what_a_page_opens_have_no_grave_fault(visit, theme: str):
    visitor = visit("/mixture_2d?objective=wgan", color_scheme=theme)
    arrived(visitor, "/mixture_2d")
    visitor.read("objective must be one of")
    visitor.stage.get_by_role("button", name="real", exact=True).click()
    visitor.pause()
    assert grave(visitor) == []
    for what, opens in OPENED.items():
        opens(visitor)
        visitor.wait_for_motion()
        assert grave(visitor) == [], what
        visitor.page.keyboard.press("Escape")
        expect(visitor.page.get_by_test_id("stPopoverBody")).to_have_count(0)


def test_the_excuses_are_still_needed(visit):
    """A rule that Streamlit has learnt to keep leaves the list."""
    visitor = visit("/", **LOOKS["dark-phone"])
    visitor.page.evaluate(AXE_SCRIPT)
    found = visitor.page.evaluate("axe.run(document, { resultTypes: ['violations'] })")["violations"]
    assert {rule for rule, _, _ in THEIRS} <= {rule["id"] for rule in found}
