"""What a teacher needs of a lesson, and what every reader does: large type, one figure, notes, links; terms and handles."""

from playwright.sync_api import expect

from tests.e2e.visitor import OVERFLOW, Visitor, wait_for

GAME, BENCH = "/binary_cross_entropy?part=3", "/binary_cross_entropy"
TYPE = "element => parseFloat(getComputedStyle(element).fontSize)"
SAYS = "element => getComputedStyle(element, '::after').content"


def prose(visitor: Visitor):
    """The lesson's first sentence."""
    return visitor.page.locator('[class*="st-key-gp-lesson"] p', has_text="gives each sample").first


def teach(visitor: Visitor) -> None:
    visitor.page.get_by_test_id("stCheckbox").get_by_text("Teacher's mode").click()
    visitor.menu("Presenter's notes").wait_for()


def test_a_class_sees_large_type_and_one_figure_and_its_teacher_has_notes_and_a_link(visit):
    visitor = visit(GAME)
    visitor.page.locator(".gp-chart").nth(1).wait_for()  # out of sight they are not drawn
    small = prose(visitor).evaluate(TYPE)
    teach(visitor)
    assert prose(visitor).evaluate(TYPE) >= 1.15 * small
    expect(visitor.page.locator(".gp-chart")).to_have_count(0)
    visitor.page.get_by_test_id("stButtonGroup").get_by_text("Losses", exact=True).click()
    visitor.page.locator('.gp-chart[data-name="losses"][data-draws]').wait_for()
    expect(visitor.page.locator(".gp-stage")).to_have_count(0)
    expect(visitor.page.locator(".gp-chart")).to_have_count(1)
    assert visitor.page.evaluate(OVERFLOW) <= 0
    visitor.menu("Presenter's notes").click()
    visitor.read("About ten minutes")
    visitor.page.keyboard.press("Escape")
    visitor.menu("Link to this moment").click()
    link = visitor.page.get_by_role("textbox", name="Link to this experiment").input_value()
    assert link == f"{visitor.url}{GAME}"
    other = visit(link.removeprefix(visitor.url))
    expect(other.page.get_by_role("heading", name="A game of two costs")).to_be_visible()
    other.wait_for_iteration(2)


def test_a_handle_is_dragged_the_numbers_follow_and_a_term_says_what_it_means(visit):
    visitor, sent = visit(), []
    visitor.page.on("websocket", lambda socket: socket.on("framesent", lambda data: sent.append(data)))
    visitor.page.mouse.move(900, 450)
    visitor.page.goto(f"{visitor.url}{BENCH}")
    visitor.page.locator(".gp-canvas").dispatch_event("pointermove")  # over a picture that may not be there yet
    visitor.stage.wait_for()
    heard = visitor.page.wait_for_timeout  # what the browser sends is heard only while Playwright is at work
    wait_for(
        lambda: heard(50) or [each for each in sent if b"drawn" in each], bool, "the browser to say that it has drawn"
    )
    visitor.page.locator(".gp-sources").wait_for()
    handle = visitor.stage.locator('.gp-handle[aria-label="prediction for example 1"]')
    box = handle.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    visitor.page.mouse.move(x, y)
    visitor.page.mouse.down()
    for step in range(1, 21):
        visitor.page.mouse.move(x, y + 8 * step)
    visitor.page.mouse.up()
    lower = float(handle.get_attribute("aria-valuenow") or 1)
    assert lower < 0.6
    visitor.wait_for_frames(6)
    assert abs(float(handle.get_attribute("aria-valuenow") or 1) - lower) < 0.011  # it stays where it was put
    drawn = "stage => stage.view.layers.find(({ kind }) => kind === 'handles').arrays.y[1]"
    wait_for(lambda: visitor.stage.evaluate(drawn), lambda seen: abs(seen - lower) < 0.01, "the picture to follow")
    term = visitor.page.locator(".gp-term", has_text="discriminator").first
    assert term.evaluate(SAYS) == "none"
    term.focus()
    wait_for(lambda: term.evaluate(SAYS), lambda said: "how likely it is to be real" in said, "the definition")
