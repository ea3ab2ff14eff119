"""Digits up close: a tile that is clicked is compared, a slider leads from latent to latent, a digit is drawn on request."""

from pathlib import Path

from playwright.sync_api import Locator, expect

from tests.e2e.looks import LOOKS, in_every_look
from tests.e2e.visitor import OVERFLOW, PATIENCE, Visitor, wait_for

CONDITIONAL, PLAIN = "/mnist?experiment=mnist-conditional", "/mnist"
TILES = "stage => [...stage.view.layers[0].arrays.tiles]"


def picture(visitor: Visitor, name: str) -> Locator:
    """A picture of the panel, once it has been drawn."""
    found = visitor.page.locator(f".st-key-mnist-{name} .gp-stage[data-iteration]")
    found.wait_for()
    return found


def iteration(stage: Locator) -> int:
    return int(stage.get_attribute("data-iteration") or -1)


def segment(visitor: Visitor, group: str, option: str) -> Locator:
    """One choice of a row of buttons."""
    buttons = visitor.page.get_by_test_id("stButtonGroup").filter(has_text=group)
    return buttons.get_by_text(option, exact=True)


def open_panel(visitor: Visitor) -> None:
    segment(visitor, "Look closer", "Digits up close").click()


def click_tile(visitor: Visitor, tile: int) -> None:
    """Click on a tile of the main picture, counted from 0."""
    canvas = visitor.stage.locator(".gp-canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    left, right = visitor.stage.evaluate("stage => stage.view.x.slice(0, 2)")
    size = box["width"] / (right - left)
    canvas.click(position={"x": (tile % 10 + 0.5 - left) * size, "y": (tile // 10 + 0.5) * size})


def compared(visitor: Visitor, tile: int) -> None:
    """Let the panel show the nearest images of a tile."""
    visitor.read(f"Tile {tile + 1} (row {tile // 10 + 1}, column {tile % 10 + 1}) against all 60,000 images")


def tile_of(stage: Locator, layer: int, tile: int) -> list[int]:
    """The pixels of one tile of a picture."""
    script = "(stage, [layer, from]) => [...stage.view.layers[layer].arrays.tiles.slice(from, from + 784)]"
    return stage.evaluate(script, [layer, 784 * tile])


@in_every_look
def test_digits_that_know_their_labels_are_compared_and_drawn_on_request(visit, look: str, tmp_path: Path):
    visitor = visit(CONDITIONAL, **LOOKS[look])
    visitor.wait_for_iteration(2)
    segment(visitor, "Look closer", "Digits up close").wait_for()  # it comes after all that stands above the picture
    a_click_on_a_tile_opens_the_panel_with_its_nearest_training_images(visitor)
    another_click_compares_another_tile_and_the_panel_follows_the_training(visitor)
    visitor.pause()
    the_panel_fits_its_page(visitor, tmp_path / f"digits-{look}.png")
    a_digit_is_drawn_on_request(visitor)


def a_click_on_a_tile_opens_the_panel_with_its_nearest_training_images(visitor: Visitor) -> None:
    assert visitor.page.get_by_text("Nearest training images").count() == 0
    click_tile(visitor, 73)
    compared(visitor, 73)
    visitor.read("fresh real digits have theirs at")
    assert visitor.page.get_by_text("memorised").count() + visitor.page.get_by_text("Hardly a copy").count() >= 1
    assert len(picture(visitor, "beside").evaluate(TILES)) == 3 * 28 * 28
    assert visitor.stage.evaluate("stage => stage.view.tile") == 73


def another_click_compares_another_tile_and_the_panel_follows_the_training(visitor: Visitor) -> None:
    click_tile(visitor, 8)
    compared(visitor, 8)
    beside = picture(visitor, "beside")
    seen = iteration(beside)
    wait_for(lambda: iteration(beside), lambda now: now > seen, "a later look")


def the_panel_fits_its_page(visitor: Visitor, screenshot: Path) -> None:
    width = visitor.page.evaluate("window.innerWidth")
    for name in ("way", "beside", "requested"):
        canvas = picture(visitor, name).locator(".gp-canvas")
        canvas.scroll_into_view_if_needed()
        box = canvas.bounding_box()
        assert box is not None and 250 < box["width"] <= width and box["x"] >= 0 and box["x"] + box["width"] <= width
    visitor.page.screenshot(path=screenshot)
    assert visitor.page.evaluate(OVERFLOW) <= 0


def a_digit_is_drawn_on_request(visitor: Visitor) -> None:
    expect(visitor.page.get_by_text("Asked for a 7")).to_be_visible(timeout=1000 * PATIENCE)
    visitor.read("P(X | Y = 7)")
    requested = picture(visitor, "requested")
    sevens = requested.evaluate(TILES)
    assert len(sevens) == 40 * 28 * 28
    segment(visitor, "Digit asked for", "3").click()
    visitor.read("P(X | Y = 3)")
    wait_for(lambda: requested.evaluate(TILES), lambda tiles: tiles != sevens, "another digit")


def test_digits_without_labels_are_compared_and_a_slider_leads_from_latent_to_latent(visit):
    visitor = visit(PLAIN)
    visitor.wait_for_iteration(2)
    open_panel(visitor)
    the_panel_says_how_to_ask_for_a_digit(visitor)
    the_keyboard_chooses_tiles_too(visitor)
    visitor.wait_for_iteration(5)
    visitor.pause()
    a_tile_that_is_compared_is_that_of_the_picture(visitor)
    the_slider_leads_from_one_latent_to_another(visitor)


def the_panel_says_how_to_ask_for_a_digit(visitor: Visitor) -> None:
    visitor.read("To ask for a digit")
    assert visitor.page.get_by_text("Digit asked for").count() == 0


def the_keyboard_chooses_tiles_too(visitor: Visitor) -> None:
    canvas = visitor.stage.locator(".gp-canvas")
    canvas.focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowRight", "ArrowRight", "ArrowRight", "Enter"):
        canvas.press(key)
    compared(visitor, 13)
    assert visitor.data("zoom") == "1.00"
    number = visitor.page.get_by_label("Tile", exact=True)
    number.fill("100")
    number.press("Enter")
    compared(visitor, 99)


def a_tile_that_is_compared_is_that_of_the_picture(visitor: Visitor) -> None:
    click_tile(visitor, 41)
    compared(visitor, 41)
    beside = picture(visitor, "beside")
    both = wait_for(
        lambda: (iteration(beside), visitor.iteration), lambda both: both[0] == both[1], "the same iteration"
    )
    assert both[0] >= 5
    there = tile_of(visitor.stage, 0, 41)
    wait_for(lambda: tile_of(beside, 0, 0), lambda here: here == there, "the same tile")


def the_slider_leads_from_one_latent_to_another(visitor: Visitor) -> None:
    way = picture(visitor, "way")

    def large() -> list[int]:
        return tile_of(way, 1, 0)

    def strip(tile: int) -> list[int]:
        return tile_of(way, 0, tile)

    assert alike(large(), strip(5)) and not alike(strip(0), strip(10))
    thumb = visitor.page.get_by_test_id("stMain").get_by_test_id("stSlider").get_by_role("slider")
    for key, tile in (("Home", 0), ("End", 10)):
        thumb.focus()
        thumb.press(key)
        wait_for(lambda tile=tile: alike(large(), strip(tile)), bool, f"the digit at end {tile}")
    first = strip(0)
    visitor.press("New pair of latents")
    wait_for(lambda: alike(first, strip(0)), lambda same: not same, "other ends")
    visitor.read("The way is spherical")


def alike(a: list[int], b: list[int]) -> bool:
    return max(abs(x - y) for x, y in zip(a, b, strict=True)) <= 1
