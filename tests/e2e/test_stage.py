"""What a viewer chose on the stage and beside it stays while the picture moves."""

import time

from playwright.sync_api import expect

from tests.e2e.visitor import Visitor, wait_for

CHIP = "generator's pull"
RESTING = 0.5  # seconds: longer than the picture takes a turn of the wheel for the page's (SCROLLING in gestures.js)


def chosen(visitor: Visitor) -> tuple[str, str | None]:
    """The zoom, and whether the layer is shown."""
    return visitor.data("zoom"), visitor.stage.get_by_role("button", name=CHIP).get_attribute("aria-pressed")


def test_what_a_viewer_chose_stays_while_the_picture_moves(visit):
    visitor = visit("/mixture_2d?experiment=ring-wgan-gp")
    zoom_and_legend_outlive_a_hundred_frames_and_a_hot_knob(visitor)
    chosen_charts_stay_while_they_update_and_the_sixth_takes_the_oldest_place(visitor)


def zoomed(visitor: Visitor) -> bool:
    """Turn the wheel over the picture once the page rests, for it takes no turn that began as the page's; whether it grew."""
    visitor.page.locator(".gp-canvas").hover()  # where its foot is off the screen, this moves the page
    time.sleep(RESTING)
    visitor.page.mouse.wheel(0, -240)
    visitor.wait_for_frames(1)
    return float(visitor.data("zoom")) > 1


def zoom_and_legend_outlive_a_hundred_frames_and_a_hot_knob(visitor: Visitor) -> None:
    wait_for(lambda: zoomed(visitor), bool, "a larger picture")
    visitor.stage.get_by_role("button", name=CHIP).click()
    visitor.wait_for_frames(2)
    zoom, shown = first = chosen(visitor)
    assert float(zoom) > 1 and shown == "false"
    visitor.wait_for_frames(100)
    assert chosen(visitor) == first
    visitor.choose("Objective", "Hinge")
    visitor.wait_for_query("objective=hinge")
    visitor.wait_for_frames(10)
    assert chosen(visitor) == first


def chosen_charts_stay_while_they_update_and_the_sixth_takes_the_oldest_place(visitor: Visitor) -> None:
    at_first = charts(visitor)
    assert len(at_first) == 4
    for title in ("D's slope", "D's weights"):
        menu = visitor.page.get_by_test_id("stPopoverBody")
        visitor.menu("Charts").click()
        menu.get_by_role("button", name=title).click()
        visitor.page.keyboard.press("Escape")
        expect(menu).to_have_count(0)  # or the next click meets the menu on its way out
    wanted = [*at_first[1:], "slopes", "weights"]
    wait_for(lambda: sorted(charts(visitor)), lambda shown: shown == sorted(wanted), "five charts")
    drawn = visitor.page.locator('.gp-chart[data-name="slopes"][data-draws]')
    drawn.wait_for()
    before = int(drawn.get_attribute("data-draws") or 0)
    wait_for(lambda: int(drawn.get_attribute("data-draws") or 0), lambda draws: draws > before + 2, "newer slopes")
    assert sorted(charts(visitor)) == sorted(wanted)


def charts(visitor: Visitor) -> list[str]:
    """The names of the charts beside the stage, once there are any."""
    visitor.page.locator(".gp-chart").first.wait_for()
    return visitor.page.locator(".gp-chart").evaluate_all("charts => charts.map(chart => chart.dataset.name)")
