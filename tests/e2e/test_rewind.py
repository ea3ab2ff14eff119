"""Looking back: the slider shows what was, in every figure; play goes on from now; a fork goes on from then."""

import time

from playwright.sync_api import Locator, expect

from tests.e2e.looks import LOOKS, on_every_page
from tests.e2e.test_live import PATHS
from tests.e2e.visitor import Visitor, wait_for


def slider(visitor: Visitor) -> Locator:
    return visitor.stage.get_by_role("slider", name="Rewind")


def back_to(visitor: Visitor, place: int) -> int:
    """Put the slider somewhere; the iteration that is seen then."""
    script = "(slider, place) => { slider.value = place; slider.dispatchEvent(new Event('input')); }"
    slider(visitor).evaluate(script, place)
    wait_for(lambda: visitor.tape["place"], lambda seen: seen == place, f"moment {place}")
    return visitor.tape["seen"]


def rested(visitor: Visitor) -> int:
    """Look back from a run that plays, which pauses it; the iteration where it rests."""
    back_to(visitor, 5)
    visitor.button("Play").wait_for()
    return visitor.tape["now"]


@on_every_page
def test_a_viewer_looks_back_plays_on_from_now_or_forks_off_from_then(visit, page: str, look: str):
    visitor = visit(PATHS[page], **LOOKS[look])
    wait_for(lambda: (visitor.tape or {}).get("count", 0), lambda count: count > 12, "a dozen moments", 120)
    now = rested(visitor)
    every_figure_shows_the_moment_looked_back_at(visitor, now)
    an_arrow_key_leads_to_the_next_moment(visitor)
    a_button_leads_back_to_now(visitor, now)
    play_goes_on_from_now(visitor, now)
    a_fork_trains_on_from_the_moment_shown(visitor)


def every_figure_shows_the_moment_looked_back_at(visitor: Visitor, now: int) -> None:
    past = back_to(visitor, 4)
    assert past < now
    visitor.read("looking back from iteration")
    visitor.page.locator('.gp-chart[data-name="losses"]').scroll_into_view_if_needed()  # out of sight it is not drawn
    visitor.page.locator('.gp-chart[data-name="losses"][data-draws]').wait_for()
    losses = visitor.page.locator('.gp-chart[data-name="losses"] .js-plotly-plot')
    script = "plot => Math.max(...plot._fullData[0].x)"
    wait_for(lambda: losses.evaluate(script), lambda last: last <= past, "the losses until then")


def an_arrow_key_leads_to_the_next_moment(visitor: Visitor) -> None:
    slider(visitor).press("ArrowRight")
    wait_for(lambda: visitor.tape["place"], lambda place: place == 5, "the next moment")


def a_button_leads_back_to_now(visitor: Visitor, now: int) -> None:
    latest = visitor.tape["now"]
    visitor.stage.get_by_role("button", name="Now").click()
    assert visitor.still() == latest >= now  # an iteration that was on when the run was told to rest is played


def play_goes_on_from_now(visitor: Visitor, now: int) -> None:
    back_to(visitor, 2)
    visitor.play()
    visitor.wait_for_iteration(now + 1)
    assert visitor.game == 0 and visitor.tape["place"] is None


def a_fork_trains_on_from_the_moment_shown(visitor: Visitor) -> None:
    now = rested(visitor)
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
