"""What visitors share and take away is what they see."""

import base64
import csv
import io
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from PIL import Image
from playwright.sync_api import Browser, Download, Locator, expect

from playground.plots.view import KINDS, encode_all
from tests.e2e.looks import LOOKS, on_every_page
from tests.e2e.test_live import PATHS
from tests.e2e.visitor import OVERFLOW, Visitor, wait_for
from tests.test_export import layer, view

RING = "/mixture_2d?experiment=ring-wgan-gp&seed=3"
SVG = "{http://www.w3.org/2000/svg}"


def shared(visitor: Visitor) -> Locator:
    """The open Share menu."""
    visitor.menu("Share").click()
    body = visitor.page.get_by_test_id("stPopoverBody")
    body.get_by_role("button", name="Copy link").wait_for()
    return body


def taken(visitor: Visitor, button: Locator) -> Download:
    """The file that a button gives."""
    with visitor.page.expect_download() as download:
        button.click()
    return download.value


def text_of(download: Download) -> str:
    return Path(download.path()).read_text()


def saved(visitor: Visitor, entry: str) -> Download:
    """The picture as a file, by its menu."""
    opener, item = visitor.stage.get_by_role("button", name="Save"), visitor.stage.get_by_role("menuitem", name=entry)

    def opened() -> bool:
        if not item.is_visible():  # a page that is still being drawn may take the focus, and so close the menu
            opener.click()
        return item.is_visible()

    wait_for(opened, bool, "the menu to save", pause=1.0)
    return taken(visitor, item)


def seen(visitor: Visitor) -> dict[str, tuple[str, int]]:
    """The layers that are shown: name → kind, and how many marks their arrays hold."""
    script = """stage => {
      const off = [...stage.querySelectorAll('.gp-chip[aria-pressed="false"]')].map((chip) => chip.layer.name);
      const count = ({ kind, arrays }) => kind === "images" ? arrays.tiles.shape[0] : kind === "points"
        ? arrays.x.filter((x, i) => x === x && arrays.y[i] === arrays.y[i]).length : 1;
      return stage.view.layers.filter(({ name }) => !off.includes(name)).map((each) => [each.name, each.kind, count(each)]);
    }"""
    return {name: (kind, count) for name, kind, count in visitor.stage.evaluate(script)}


# --- the link ---------------------------------------------------------------------------------------------------------


def test_a_link_is_copied_and_opens_the_same_page_where_it_can_be_copied_again(visit, tmp_path: Path):
    path = RING
    for look, options in LOOKS.items():
        visitor = visit(path, permissions=["clipboard-read", "clipboard-write"], **options)
        visitor.wait_for_iteration(1)
        assert visitor.query == {"experiment=ring-wgan-gp", "seed=3"}
        link = the_link_is_shown_and_copied(visitor, tmp_path / f"share-{look}.png")
        assert link == f"{visitor.url}{RING}"
        path = link.removeprefix(visitor.url)


def the_link_is_shown_and_copied(visitor: Visitor, screenshot: Path) -> str:
    body = shared(visitor)
    field = body.get_by_role("textbox", name="Link to this experiment")
    body.get_by_role("button", name="Copy link").click()
    expect(body.get_by_role("button", name="Copied")).to_be_visible()
    expect(body.get_by_role("status")).to_have_text("The link is in the clipboard.")
    visitor.page.screenshot(path=screenshot)
    assert visitor.page.evaluate("navigator.clipboard.readText()") == field.input_value()
    assert visitor.page.evaluate(OVERFLOW) <= 0
    expect(body.get_by_role("button", name="Copy link")).to_be_visible()  # ready for the next time
    return field.input_value()


def test_a_link_holds_what_differs_from_the_experiment_and_is_copied_without_https_too(visit):
    """There browsers have no clipboard for scripts, and the old command must do."""
    visitor = visit(permissions=["clipboard-read"])
    visitor.page.add_init_script("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    visitor.open(PATHS["2d"])
    field = a_link_is_copied_by_the_old_command(visitor)
    visitor.page.keyboard.press("Escape")
    visitor.choose("Objective", "Wasserstein")
    visitor.wait_for_query("objective=wasserstein")
    shared(visitor)
    expect(field).to_have_value(f"{visitor.url}/mixture_2d?objective=wasserstein")


def a_link_is_copied_by_the_old_command(visitor: Visitor) -> Locator:
    body = shared(visitor)
    field = body.get_by_role("textbox", name="Link to this experiment")
    assert field.input_value() == f"{visitor.url}/mixture_2d"
    body.get_by_role("button", name="Copy link").click()
    expect(body.get_by_role("status")).to_have_text("The link is in the clipboard.")
    chosen = "[document.activeElement.selectionStart, document.activeElement.selectionEnd]"
    assert visitor.page.evaluate(chosen) == [0, len(f"{visitor.url}/mixture_2d")]
    return field


# --- files ------------------------------------------------------------------------------------------------------------


@on_every_page
def test_what_a_visitor_takes_away_is_what_is_seen(visit, browser: Browser, page: str, look: str, tmp_path: Path):
    visitor = visit(PATHS[page], **LOOKS[look])
    visitor.wait_for_iteration(3)
    visitor.pause()
    a_drawing_holds_a_group_for_each_layer_and_a_mark_for_each_datum(visitor, tmp_path / f"{page}-{look}.svg")
    an_image_is_twice_as_sharp_and_says_what_it_shows(visitor, tmp_path / f"{page}-{look}.png")
    the_save_menu_works_by_keyboard(visitor)
    a_chart_is_saved_by_pointer_or_keyboard(visitor, tmp_path / f"chart-{page}-{look}.png")
    the_figures_are_a_page_that_works_offline(visitor, browser, page, tmp_path)
    a_reset_gives_the_same_losses_and_the_history_is_a_table_of_what_the_charts_show(visitor)


def a_drawing_holds_a_group_for_each_layer_and_a_mark_for_each_datum(visitor: Visitor, file: Path) -> None:
    download = saved(visitor, "SVG drawing")
    download.save_as(file)
    drawing = ElementTree.fromstring(text_of(download))
    groups = {group.get("data-layer"): group for group in drawing.iter(f"{SVG}g") if group.get("data-kind")}
    layers = seen(visitor)
    assert list(groups) == list(layers)
    for name, (kind, count) in layers.items():
        marks = {"points": f"{SVG}use", "images": f"{SVG}image", "field": f"{SVG}image"}.get(kind)
        if marks:
            assert len(list(groups[name].iter(marks))) == count, name
        else:
            assert list(groups[name].iter(f"{SVG}path")) or list(groups[name].iter(f"{SVG}rect")), name
    title, description = (drawing.find(f"{SVG}{word}") for word in ("title", "desc"))
    words = visitor.page.locator(".gp-canvas").get_attribute("aria-label")
    assert title is not None and title.text == f"GAN at iteration {visitor.iteration}"
    assert description is not None and description.text == words
    size = visitor.page.locator(".gp-canvas").bounding_box()
    assert size is not None and drawing.get("viewBox") == f"0 0 {size['width']:.0f} {size['height']:.0f}"


def an_image_is_twice_as_sharp_and_says_what_it_shows(visitor: Visitor, file: Path) -> None:
    saved(visitor, "PNG image").save_as(file)
    size = visitor.page.locator(".gp-canvas").bounding_box()
    with Image.open(file) as image:
        image.load()
        words = image.text  # type: ignore[attr-defined]
        assert size is not None and image.size == (round(2 * size["width"]), round(2 * size["height"]))
        assert words["Title"] == f"GAN at iteration {visitor.iteration}"
        assert words["Description"] == visitor.page.locator(".gp-canvas").get_attribute("aria-label")
        assert len(image.convert("RGB").getcolors(2**24) or ()) > 100  # a picture, not a blank sheet


def the_save_menu_works_by_keyboard(visitor: Visitor) -> None:
    opener, menu = visitor.stage.get_by_role("button", name="Save"), visitor.stage.get_by_role("menu")
    opener.focus()
    visitor.page.keyboard.press("Enter")
    expect(menu.get_by_role("menuitem").first).to_be_focused()
    visitor.page.keyboard.press("ArrowDown")
    expect(menu.get_by_role("menuitem").nth(1)).to_be_focused()
    visitor.page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(opener).to_be_focused()
    with visitor.page.expect_download() as download:
        for key in ("Enter", "Enter"):
            visitor.page.keyboard.press(key)
    assert download.value.suggested_filename.endswith(".png")


def a_chart_is_saved_by_pointer_or_keyboard(visitor: Visitor, file: Path) -> None:
    visitor.page.locator('.gp-chart[data-name="losses"]').scroll_into_view_if_needed()  # out of sight it is not drawn
    chart = visitor.page.locator('.gp-chart[data-name="losses"][data-draws]')
    chart.wait_for()
    chart.hover()
    taken(visitor, chart.get_by_role("button", name="Save this chart as PNG")).save_as(file)
    with Image.open(file) as pixels:
        assert pixels.width >= 960 and pixels.height == 640
    button = chart.get_by_role("button", name="Save this chart as SVG")
    button.focus()
    opacity = "button => getComputedStyle(button.parentNode).opacity"
    wait_for(lambda: button.evaluate(opacity), lambda opaque: opaque == "1", "the bar")
    with visitor.page.expect_download() as download:
        visitor.page.keyboard.press("Enter")
    assert download.value.suggested_filename == "gan-losses.svg"
    words = "".join(ElementTree.fromstring(text_of(download.value)).itertext())
    assert "Losses" in words and "discriminator" in words and "iteration" in words


def the_figures_are_a_page_that_works_offline(visitor: Visitor, browser: Browser, page: str, folder: Path) -> None:
    file = folder / "figures.html"
    taken(visitor, shared(visitor).get_by_role("button", name="Figures (HTML)")).save_as(file)
    visitor.page.keyboard.press("Escape")
    context = browser.new_context(offline=True)
    alone = context.new_page()
    fetched: list[str] = []
    alone.on("request", lambda request: fetched.append(request.url))
    alone.goto(file.as_uri())
    alone.locator("#figures .js-plotly-plot").nth(visitor.page.locator(".gp-chart").count()).wait_for()
    alone.screenshot(path=folder / f"figures-{page}.png", full_page=True)
    assert fetched == [file.as_uri()]
    assert f"Iteration {visitor.iteration:,}" in alone.inner_text("main")
    assert alone.get_attribute("#link", "href") == f"{visitor.url}{PATHS[page]}"
    layers = visitor.stage.evaluate("stage => stage.view.layers.map(({ name }) => name)")
    names = alone.evaluate("[...new Set(document.querySelector('.js-plotly-plot').data.map(({ name }) => name))]")
    assert names == layers
    if page == "2d":
        places = "document.querySelector('.js-plotly-plot')._fullData.find(({ name }) => name === 'fake')"
        shown = visitor.layer("fake")
        for axis in "xy":
            assert alone.evaluate(f"Array.from({places}.{axis})") == pytest.approx(shown[axis], abs=2e-3)
    context.close()


def a_reset_gives_the_same_losses_and_the_history_is_a_table_of_what_the_charts_show(visitor: Visitor) -> None:
    before, drawn = (visitor.first_losses() for _ in range(2))
    assert len(drawn) == 4 and drawn == before
    download = taken(visitor, shared(visitor).get_by_role("button", name="History (CSV)"))
    assert download.suggested_filename.endswith(".csv")
    rows = list(csv.DictReader(io.StringIO(text_of(download))))
    kept = [(int(row["iteration"]), float(row["loss_discriminator"]), float(row["loss_generator"])) for row in rows]
    assert [row[0] for row in kept] == [0, 1, 2, 3]
    assert all(row == pytest.approx(shown, rel=1e-6) for row, shown in zip(kept, drawn, strict=True))


# --- layers -----------------------------------------------------------------------------------------------------------


MARKS = {"path", "use", "image", "rect", "text"}
DRAW = """async ([data, folder]) => {
  const load = (name) => import(`${folder}/${name}.js`);
  const [{ decodeAll }, { DRAW }, { SvgContext }, { Camera }, { themeOf }] = await Promise.all(
    ["frame", "layers", "svg", "camera", "theme"].map(load));
  const [view] = decodeAll(Uint8Array.from(atob(data), (sign) => sign.charCodeAt(0)));
  const fit = new Camera().fit(view, { left: 0, top: 0, width: 400, height: 300 });
  return view.layers.map((layer) => {
    const context = new SvgContext();
    DRAW[layer.kind](context, layer, fit, themeOf(document.querySelector(".gp-stage")));
    return [layer.kind, context.document(400, 300, { title: "", description: "" })];
  });
}"""


def test_a_drawing_leaves_out_what_is_switched_off_and_every_kind_of_layer_can_be_drawn(visit):
    visitor = visit(PATHS["2d"])
    a_drawing_leaves_out_what_is_switched_off(visitor)
    every_kind_of_layer_can_be_drawn_into_a_file(visitor)


def a_drawing_leaves_out_what_is_switched_off(visitor: Visitor) -> None:
    visitor.stage.get_by_role("button", name="real", exact=True).click()
    drawing = ElementTree.fromstring(text_of(saved(visitor, "SVG drawing")))
    shown = [group.get("data-layer") for group in drawing.iter(f"{SVG}g") if group.get("data-kind")]
    assert "real" not in shown and "fake" in shown


def every_kind_of_layer_can_be_drawn_into_a_file(visitor: Visitor) -> None:
    """A kind that uses more of a canvas than svg.js knows fails here."""
    files = visitor.page.evaluate("performance.getEntriesByType('resource').map(({ name }) => name)")
    folder = next(file for file in files if urlsplit(file).path.endswith("/layers.js")).rpartition("/")[0]
    data = base64.b64encode(encode_all([view(*map(layer, KINDS))])).decode()
    drawn = dict(visitor.page.evaluate(DRAW, [data, folder]))
    assert set(drawn) == set(KINDS)
    for kind, text in drawn.items():
        tags = {each.tag.removeprefix(SVG) for each in ElementTree.fromstring(text).iter()}
        assert tags & MARKS and "NaN" not in text and "undefined" not in text, kind
