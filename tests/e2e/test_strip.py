"""All seeds at once: small pictures under their verdicts, one click from large, two from a run of its own."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.visitor import OVERFLOW, PATIENCE, Visitor, wait_for

SEEDS = 16
PATHS = {"1d": "/mixture_1d?experiment=mode-collapse-1d", "2d": "/mixture_2d?experiment=ring-gan"}
LABEL = re.compile(r"Seed \d+: [A-Z][\w -]+, \d+ of \d+ modes, EMD \d*\.\d\d")
COUNT = re.compile(r"(?:^|, |All )(\d+)")
BLANK = """canvas => new Set(new Uint32Array(
    canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.buffer)).size < 5"""
BOXES = """groups => groups.map((group) => [...group.querySelectorAll(".gp-tile")].map((tile) => {
    const { left, right, top } = tile.getBoundingClientRect();
    return [left, right, top];
}))"""  # of the tiles of each group
Losses = dict[tuple[int, float], float]  # by player and iteration
pages = pytest.mark.parametrize("page", PATHS)


def strip(visitor: Visitor) -> Locator:
    """The small pictures, once they are drawn."""
    return visitor.page.locator(".gp-strip[data-draws]")


def tile(visitor: Visitor, seed: int) -> Locator:
    return strip(visitor).locator(f'.gp-tile[data-seed="{seed}"]')


def panel(visitor: Visitor) -> Locator:
    """The button that opens the strip and closes it."""
    return visitor.page.get_by_test_id("stButtonGroup").get_by_text("All seeds", exact=True)


def opened(visitor: Visitor) -> None:
    panel(visitor).click()
    strip(visitor).wait_for()


def shown(visitor: Visitor, seed: int) -> None:
    """Wait until a seed is shown large."""
    visitor.read(f"seed {seed}, one of {SEEDS}")
    expect(tile(visitor, seed)).to_have_attribute("aria-pressed", "true")


def headline(visitor: Visitor) -> str:
    return strip(visitor).get_attribute("aria-label") or ""


def rested(visitor: Visitor) -> int:
    """Pause, and wait until the strip shows where the run rests."""
    at = visitor.pause()
    expect(strip(visitor)).to_have_attribute("data-at", str(at), timeout=1000 * PATIENCE)
    return at


def losses(visitor: Visitor) -> Losses:
    """The drawn losses by player and iteration; of a long history each player's line has points of its own."""
    plot = visitor.page.locator('.gp-chart[data-name="losses"] .js-plotly-plot')
    lines = plot.evaluate("plot => plot._fullData.slice(0, 2).map(line => [Array.from(line.x), Array.from(line.y)])")
    return {(player, at): loss for player, line in enumerate(lines) for at, loss in zip(*line, strict=True)}


def still(visitor: Visitor, at: int, other: Losses | None = None) -> Losses:
    """The losses of a run that rests, up to about iteration `at`, once they stand; and once they are not the `other` ones."""
    seen = [losses(visitor)]
    visitor.page.locator('.gp-chart[data-name="losses"]').scroll_into_view_if_needed()  # out of sight it is not drawn

    def same() -> bool:
        seen.append(losses(visitor))
        up_to_date = max(iteration for _, iteration in seen[-1]) > at - 10
        return up_to_date and seen[-1] == seen[-2] and seen[-1] != other

    wait_for(same, bool, f"losses up to {at} at rest", pause=1.0)
    return seen[-1]


@pytest.mark.parametrize(("page", "width", "theme"), [("2d", 1440, "light"), ("1d", 390, "dark")])
def test_all_seeds_are_there_under_their_verdicts_and_a_click_shows_one_large(
    visit, page, theme, width, tmp_path: Path
):
    visitor = visit(f"{PATHS[page]}&population={SEEDS}", viewport={"width": width, "height": 900}, color_scheme=theme)
    visitor.wait_for_iteration(310)
    opened(visitor)
    rested(visitor)
    visitor.page.screenshot(path=tmp_path / f"{page}-{theme}-{width}.png", full_page=True)
    assert visitor.page.evaluate(OVERFLOW) <= 0
    assert strip(visitor).get_attribute("data-dark") == str(theme == "dark").lower()
    tiles = strip(visitor).locator(".gp-tile")
    expect(tiles).to_have_count(SEEDS)
    assert sorted(tiles.evaluate_all("tiles => tiles.map(tile => Number(tile.dataset.seed))")) == list(range(SEEDS))
    assert all(LABEL.fullmatch(label) for label in tiles.evaluate_all("all => all.map(each => each.ariaLabel)"))
    assert not any(canvas.evaluate(BLANK) for canvas in strip(visitor).locator("canvas").all())
    visitor.wait_for_motion()
    rows = strip(visitor).locator(".gp-group").evaluate_all(BOXES)
    assert all(len({top for _, _, top in row[:3]}) == 1 for row in rows)  # three side by side
    assert all(left >= 0 and right <= width for row in rows for left, right, _ in row)

    said = [int(count) for count in COUNT.findall(headline(visitor).replace(f" of {SEEDS}", ""))]
    groups = strip(visitor).locator(".gp-group")
    counts = [int(text) for text in groups.locator("b").all_inner_texts()]
    assert sum(counts) == SEEDS and sorted(said) == sorted(counts)
    assert counts == [group.locator(".gp-tile").count() for group in groups.all()]
    visitor.read(headline(visitor))

    for group in groups.all():  # one of each verdict: large, the page says the same
        seed = int(group.locator(".gp-tile").last.get_attribute("data-seed") or -1)
        name = group.locator(".gp-group-title span").inner_text()
        tile(visitor, seed).click()
        shown(visitor, seed)
        wait_for(visitor.verdict, lambda words, name=name: words.startswith(name), f"{name} of seed {seed}")


@pages
def test_a_seed_opened_alone_has_the_same_losses(visit, page):
    visitor = visit(f"{PATHS[page]}&population={SEEDS}")
    visitor.wait_for_iteration(100)
    opened(visitor)
    at = rested(visitor)
    other = still(visitor, at)
    tile(visitor, 5).click()
    shown(visitor, 5)
    among = still(visitor, at, other)
    visitor.press("Open this seed alone")
    visitor.wait_for_query("seed=5")
    visitor.wait_for_game(1)
    assert "population=16" not in visitor.query
    visitor.wait_for_iteration(at)
    alone = still(visitor, visitor.pause(), among)
    both = [
        each for each in among.keys() & alone.keys() if each[1] > 0
    ]  # before the first update, means may be rounded
    assert len(both) >= 20 and max(iteration for _, iteration in both) > at / 2
    assert [among[each] for each in both] == [alone[each] for each in both]


def test_tiles_stay_while_a_run_plays_and_the_keyboard_reaches_every_one(visit):
    visitor = visit(f"{PATHS['2d']}&population={SEEDS}")
    visitor.wait_for_iteration(5)
    opened(visitor)
    tiles_stay_where_and_what_they_are_while_a_run_plays(visitor)
    rested(visitor)
    the_keyboard_reaches_every_seed(visitor)


def tiles_stay_where_and_what_they_are_while_a_run_plays(visitor: Visitor) -> None:
    tile(visitor, 9).evaluate("tile => { tile.noted = true; }")
    draws = int(strip(visitor).get_attribute("data-draws") or 0)
    at = int(strip(visitor).get_attribute("data-at") or 0)
    wait_for(
        lambda: int(strip(visitor).get_attribute("data-draws") or 0), lambda now: now > draws + 4, "newer pictures"
    )
    assert int(strip(visitor).get_attribute("data-at") or 0) > at
    assert tile(visitor, 9).evaluate("tile => tile.noted === true")


def the_keyboard_reaches_every_seed(visitor: Visitor) -> None:
    active = "() => document.activeElement.dataset.seed"
    order = strip(visitor).locator(".gp-tile").evaluate_all("tiles => tiles.map(tile => tile.dataset.seed)")
    assert strip(visitor).locator('.gp-tile[tabindex="0"]').count() == 1
    visitor.button("Open this seed alone").focus()
    visitor.page.keyboard.press("Tab")
    assert visitor.page.evaluate(active) == "0"
    visitor.page.keyboard.press("Home")
    for expected in order[1:]:
        visitor.page.keyboard.press("ArrowRight")
        assert visitor.page.evaluate(active) == expected
    visitor.page.keyboard.press("ArrowUp")
    above = visitor.page.evaluate(active)
    assert order.index(above) < len(order) - 1
    visitor.page.keyboard.press("Enter")
    shown(visitor, int(above))
    assert visitor.page.evaluate(active) == above


def test_one_seed_becomes_many_one_of_them_alone_and_many_again(visit):
    visitor = visit(PATHS["2d"])
    visitor.wait_for_iteration(5)
    panel(visitor).click()
    visitor.press("Train 16 seeds at once")
    visitor.wait_for_query("population=16")
    expect(strip(visitor).locator(".gp-tile")).to_have_count(SEEDS)
    panel(visitor).click()  # closed: the page's status says it
    expect(strip(visitor)).to_have_count(0)
    visitor.read("seed 0, one of 16")
    visitor.read(re.compile(r"(all|\d+ of) 16 seeds \w+"))
    opened(visitor)
    tile(visitor, 3).click()
    shown(visitor, 3)
    visitor.press("Open this seed alone")
    visitor.wait_for_query("seed=3")
    visitor.read("Started seed 3 by itself, one of 16")
    visitor.press("Back to seeds 0 to 15")
    visitor.wait_for_query("population=16")
    shown(visitor, 3)
