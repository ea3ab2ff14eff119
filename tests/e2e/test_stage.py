"""What a viewer chose on the stage stays while the picture moves; every page fits a phone."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.visitor import OVERFLOW, wait_for

PAGES = {"start": "/", "1d": "/mixture_1d", "2d": "/mixture_2d", "mnist": "/mnist"}
CHIP = "generator's pull"


def chosen(visitor) -> tuple[str, str | None]:
    """The zoom, and whether the layer is shown."""
    return visitor.data("zoom"), visitor.stage.get_by_role("button", name=CHIP).get_attribute("aria-pressed")


def test_zoom_and_legend_outlive_a_hundred_frames_and_a_hot_knob(visit):
    visitor = visit("/mixture_2d")
    visitor.page.locator(".gp-canvas").hover()
    visitor.page.mouse.wheel(0, -240)
    visitor.stage.get_by_role("button", name=CHIP).click()
    visitor.wait_for_frames(2)
    zoom, shown = first = chosen(visitor)
    assert float(zoom) > 1 and shown == "false"
    visitor.wait_for_frames(100)
    assert chosen(visitor) == first
    visitor.choose("Objective", "Wasserstein")
    visitor.wait_for_query("objective=wasserstein")
    visitor.wait_for_frames(10)
    assert chosen(visitor) == first


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("page", PAGES)
def test_a_page_fits_a_phone(visit, page, theme, tmp_path: Path):
    visitor = visit(PAGES[page], viewport={"width": 390, "height": 844}, color_scheme=theme)
    visitor.wait_for_frames(1)
    visitor.stage.scroll_into_view_if_needed()
    visitor.page.screenshot(path=tmp_path / f"{page}-{theme}.png", full_page=True)
    canvas = visitor.page.locator(".gp-canvas").bounding_box()
    assert canvas is not None and 250 < canvas["width"] <= 390
    assert visitor.page.evaluate(OVERFLOW) <= 0


@pytest.mark.parametrize("page", ["1d", "2d", "mnist"])
def test_a_laptop_shows_stage_and_four_charts_without_scrolling(visit, page):
    visitor = visit(PAGES[page])
    visitor.wait_for_frames(1)
    charts = visitor.page.locator(".gp-chart[data-draws]")
    charts.nth(3).wait_for()
    for element in (visitor.page.locator(".gp-canvas"), *(charts.nth(i) for i in range(4))):
        box = element.bounding_box()
        assert box is not None and box["y"] >= 0 and box["y"] + box["height"] <= 900


def test_chosen_charts_stay_while_they_update_and_the_sixth_takes_the_oldest_place(visit):
    visitor = visit("/mixture_2d?experiment=ring-wgan-gp")
    visitor.wait_for_frames(1)
    at_first = charts(visitor)
    assert len(at_first) == 4
    for title in ("D's slope", "D's weights"):
        menu = visitor.page.get_by_test_id("stPopoverBody")
        visitor.menu("Charts").click()
        menu.get_by_role("button", name=title).click()
        visitor.page.keyboard.press("Escape")
        expect(menu).to_have_count(0)  # or the next click meets the menu on its way out
    chosen = [*at_first[1:], "slopes", "weights"]
    wait_for(lambda: sorted(charts(visitor)), lambda shown: shown == sorted(chosen), "five charts")
    drawn = visitor.page.locator('.gp-chart[data-name="slopes"][data-draws]')
    drawn.wait_for()
    before = int(drawn.get_attribute("data-draws") or 0)
    wait_for(lambda: int(drawn.get_attribute("data-draws") or 0), lambda draws: draws > before + 2, "newer slopes")
    assert sorted(charts(visitor)) == sorted(chosen)


def charts(visitor) -> list[str]:
    """The names of the charts beside the stage, once there are any."""
    visitor.page.locator(".gp-chart").first.wait_for()
    return visitor.page.locator(".gp-chart").evaluate_all("charts => charts.map(chart => chart.dataset.name)")
