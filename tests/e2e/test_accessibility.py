"""Everybody can use every page: axe-core finds nothing serious, and the picture and its controls have names.

https://github.com/dequelabs/axe-core, as packed by axe-playwright-python.
"""

import re
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import expect

from tests.e2e.looks import LOOKS, in_every_look
from tests.e2e.server import ROOT
from tests.e2e.visitor import Visitor

LIVE = ("/mixture_1d", "/mixture_2d", "/mnist")
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


def arrived(visitor: Visitor, path: str) -> None:
    """Wait for a whole page: its widgets come after the picture."""
    visitor.page.get_by_role("heading", level=1).wait_for()
    if path in LIVE:
        visitor.page.get_by_role("button", name="Keyboard shortcuts").wait_for()
        visitor.page.locator(".gp-chart").first.wait_for()
    elif path == "/experiments":
        visitor.page.locator(".gp-card").first.wait_for()


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


@in_every_look
@pytest.mark.parametrize("path", pages())
def test_a_page_has_no_grave_fault_and_one_title_with_what_stands_below_it(visit, path: str, look: str):
    visitor = visit(**LOOKS[look])
    visitor.page.goto(f"{visitor.url}{path}")
    arrived(visitor, path)
    assert grave(visitor) == []
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
def test_what_a_page_opens_has_no_grave_fault(visit, theme: str):
    visitor = visit("/mixture_2d", color_scheme=theme)
    arrived(visitor, "/mixture_2d")
    for what, opens in OPENED.items():
        opens(visitor)
        visitor.wait_for_motion()
        assert grave(visitor) == [], what
        visitor.page.keyboard.press("Escape")
        expect(visitor.page.get_by_test_id("stPopoverBody")).to_have_count(0)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_warning_and_switched_off_layers_have_no_grave_fault(visit, theme: str):
    visitor = visit("/mixture_2d?objective=wgan", color_scheme=theme)
    arrived(visitor, "/mixture_2d")
    visitor.read("objective must be one of")
    visitor.stage.get_by_role("button", name="real", exact=True).click()
    visitor.pause()
    assert grave(visitor) == []


@pytest.mark.parametrize("path", ["/", *LIVE])
def test_the_picture_has_words_that_follow_it_and_every_chart_and_button_a_name(visit, path: str):
    visitor = visit(path)
    visitor.wait_for_iteration(1)
    canvas = visitor.page.locator(".gp-canvas")
    assert canvas.get_attribute("role") == "img" and "iteration" in str(canvas.get_attribute("aria-label"))
    assert canvas.get_attribute("tabindex") == "0" and "arrow keys" in str(canvas.get_attribute("aria-description"))
    if path not in LIVE:
        return
    visitor.page.locator(".gp-chart[data-draws]").nth(3).wait_for()
    for chart in visitor.page.locator(".gp-chart[data-draws] [role=group]").all():
        assert chart.get_attribute("aria-label")
        for button in chart.locator(".modebar-btn").all():
            assert button.get_attribute("aria-label")


def test_the_excuses_are_still_needed(visit):
    """A rule that Streamlit has learnt to keep leaves the list."""
    visitor = visit("/", **LOOKS["dark-phone"])
    visitor.page.evaluate(AXE_SCRIPT)
    found = visitor.page.evaluate("axe.run(document, { resultTypes: ['violations'] })")["violations"]
    assert {rule for rule, _, _ in THEIRS} <= {rule["id"] for rule in found}
