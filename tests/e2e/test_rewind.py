"""Looking back: the slider shows what was, in every figure; play goes on from now; a fork goes on from then."""

import time

import pytest
from playwright.sync_api import expect

from tests.e2e.visitor import Visitor, wait_for

PATHS = {"1d": "/mixture_1d", "2d": "/mixture_2d", "mnist": "/mnist"}
HERE = {"width": 1440, "height": 900}


def slider(visitor: Visitor):
    return visitor.stage.get_by_role("slider", name="Rewind")


def back_to(visitor: Visitor, place: int) -> int:
    """Put the slider somewhere; the iteration that is seen then."""
    script = "(slider, place) => { slider.value = place; slider.dispatchEvent(new Event('input')); }"
    slider(visitor).evaluate(script, place)
    wait_for(lambda: visitor.tape["place"], lambda seen: seen == place, f"moment {place}")
    return visitor.tape["seen"]


@pytest.mark.parametrize("page", PATHS)
def test_every_figure_shows_the_moment_looked_back_at_and_play_goes_on_from_now(visit, page):
    visitor = visit(PATHS[page])
    wait_for(lambda: (visitor.tape or {}).get("count", 0), lambda count: count > 12, "a dozen moments", 120)
    visitor.page.locator('.gp-chart[data-name="losses"][data-draws]').wait_for()
    back_to(visitor, 5)
    visitor.button("Play").wait_for()
    rested = visitor.tape["now"]
    past = back_to(visitor, 4)
    assert past < rested
    visitor.read("looking back from iteration")
    losses = visitor.page.locator('.gp-chart[data-name="losses"] .js-plotly-plot')
    script = "plot => Math.max(...plot._fullData[0].x)"
    wait_for(lambda: losses.evaluate(script), lambda last: last <= past, "the losses until then")
    slider(visitor).press("ArrowRight")
    wait_for(lambda: visitor.tape["place"], lambda place: place == 5, "the next moment")
    visitor.stage.get_by_role("button", name="Now").click()
    assert visitor.wait_for_iteration(rested, rested) == rested
    back_to(visitor, 2)
    visitor.play()
    visitor.wait_for_iteration(rested + 1)
    assert visitor.game == 0 and visitor.tape["place"] is None


@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (390, "dark")])
@pytest.mark.parametrize("page", PATHS)
def test_a_fork_trains_on_from_the_moment_shown(visit, page, width, theme):
    visitor = visit(PATHS[page], viewport=HERE | {"width": width}, color_scheme=theme)
    wait_for(lambda: (visitor.tape or {}).get("count", 0), lambda count: count > 10, "ten moments", 120)
    back_to(visitor, 5)
    visitor.button("Play").wait_for()
    now = visitor.tape["now"]
    past = back_to(visitor, 0)
    assert past < now
    visitor.stage.get_by_role("button", name="Fork from here").click()
    visitor.wait_for_game(1)
    visitor.read(f"Forked at iteration {past:,}")
    first = min(iteration for game, iteration in visitor.drawn() if game == 1)
    visitor.wait_for_iteration(first + 1)
    assert visitor.tape["place"] is None
    expect(visitor.button("Pause")).to_be_visible()


def test_three_hundred_moments_are_kept_and_each_is_there_at_once(visit):
    visitor = visit("/mixture_2d?experiment=gan-lab")
    wait_for(lambda: (visitor.tape or {}).get("count", 0), lambda count: count >= 300, "300 moments", 180)
    back_to(visitor, 250)
    visitor.button("Play").wait_for()
    time.sleep(1)
    seen = [back_to(visitor, place) for place in range(0, 300, 15)]
    assert seen == sorted(seen) and len(set(seen)) == len(seen)
