"""What visitors share and take away is what they see."""

import base64
import csv
import io
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from PIL import Image
from playwright.sync_api import Download, Locator, expect

from playground.plots.view import KINDS, encode_all
from tests.e2e.looks import LOOKS, in_every_look
from tests.e2e.visitor import OVERFLOW, Visitor, wait_for
from tests.test_export import layer, view

PATHS = {"1d": "/mixture_1d", "2d": "/mixture_2d", "mnist": "/mnist"}
RING = "/mixture_2d?experiment=ring-wgan-gp&seed=3"
SVG = "{http://www.w3.org/2000/svg}"
everywhere = pytest.mark.parametrize("page", PATHS)


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


@in_every_look
def test_the_link_is_copied_shown_and_opens_the_same_page(visit, look, tmp_path: Path):
    visitor = visit(RING, permissions=["clipboard-read", "clipboard-write"], **LOOKS[look])
    body = shared(visitor)
    field = body.get_by_role("textbox", name="Link to this experiment")
    assert field.input_value() == f"{visitor.url}{RING}"
    body.get_by_role("button", name="Copy link").click()
    expect(body.get_by_role("button", name="Copied")).to_be_visible()
    expect(body.get_by_role("status")).to_have_text("The link is in the clipboard.")
    visitor.page.screenshot(path=tmp_path / f"share-{look}.png")
    assert visitor.page.evaluate("navigator.clipboard.readText()") == field.input_value()
    assert visitor.page.evaluate(OVERFLOW) <= 0
    expect(body.get_by_role("button", name="Copy link")).to_be_visible()  # ready for the next time
    another = visit(field.input_value().removeprefix(visitor.url))
    another.wait_for_iteration(1)
    assert another.query == {"experiment=ring-wgan-gp", "seed=3"}


def test_the_link_holds_what_differs_from_the_experiment(visit):
    visitor = visit("/mixture_2d")
    field = shared(visitor).get_by_role("textbox", name="Link to this experiment")
    assert field.input_value() == f"{visitor.url}/mixture_2d"
    visitor.page.keyboard.press("Escape")
    visitor.choose("Objective", "Wasserstein")
    visitor.wait_for_query("objective=wasserstein")
    shared(visitor)
    expect(field).to_have_value(f"{visitor.url}/mixture_2d?objective=wasserstein")


def test_a_page_without_https_copies_too(visit):
    """There browsers have no clipboard for scripts, and the old command must do."""
    visitor = visit(permissions=["clipboard-read"])
    visitor.page.add_init_script("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    visitor.open(RING)
    body = shared(visitor)
    body.get_by_role("button", name="Copy link").click()
    expect(body.get_by_role("status")).to_have_text("The link is in the clipboard.")
    chosen = "[document.activeElement.selectionStart, document.activeElement.selectionEnd]"
    assert visitor.page.evaluate(chosen) == [0, len(f"{visitor.url}{RING}")]


# --- files of the run -------------------------------------------------------------------------------------------------


@everywhere
def test_a_reset_gives_the_same_losses_and_the_history_is_a_table_of_what_the_charts_show(visit, page: str):
    visitor = visit(PATHS[page])
    visitor.wait_for_iteration(3)
    visitor.pause()
    before, drawn = (visitor.first_losses() for _ in range(2))
    assert len(drawn) == 4 and drawn == before
    download = taken(visitor, shared(visitor).get_by_role("button", name="History (CSV)"))
    assert download.suggested_filename.endswith(".csv")
    rows = list(csv.DictReader(io.StringIO(text_of(download))))
    kept = [(int(row["iteration"]), float(row["loss_discriminator"]), float(row["loss_generator"])) for row in rows]
    assert [row[0] for row in kept] == [0, 1, 2, 3]
    assert all(row == pytest.approx(shown, rel=1e-6) for row, shown in zip(kept, drawn, strict=True))


@pytest.mark.parametrize(("page", "theme"), [("1d", "light"), ("2d", "dark"), ("mnist", "light")])
def test_the_figures_are_a_page_that_works_offline(visit, browser, page: str, theme: str, tmp_path: Path):
    visitor = visit(PATHS[page], color_scheme=theme)
    visitor.wait_for_iteration(3)
    visitor.page.locator(".gp-chart[data-draws]").nth(3).wait_for()
    visitor.pause()
    file = tmp_path / "figures.html"
    taken(visitor, shared(visitor).get_by_role("button", name="Figures (HTML)")).save_as(file)
    context = browser.new_context(offline=True)
    alone = context.new_page()
    fetched: list[str] = []
    alone.on("request", lambda request: fetched.append(request.url))
    alone.goto(file.as_uri())
    alone.locator("#figures .js-plotly-plot").nth(visitor.page.locator(".gp-chart").count()).wait_for()
    alone.screenshot(path=tmp_path / f"figures-{page}-{theme}.png", full_page=True)
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


# --- the picture ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("page", "look"), [("1d", "light-laptop"), ("2d", "dark-phone"), ("mnist", "light-laptop")])
def test_a_drawing_holds_a_group_for_each_layer_and_a_mark_for_each_datum(visit, page: str, look: str, tmp_path: Path):
    visitor = visit(PATHS[page], **LOOKS[look])
    visitor.wait_for_iteration(2)
    visitor.pause()
    download = saved(visitor, "SVG drawing")
    download.save_as(tmp_path / f"{page}-{look}.svg")
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
    assert title is not None and title.text == f"GAN at iteration {visitor.iteration}"
    assert description is not None and description.text == visitor.page.locator(".gp-canvas").get_attribute(
        "aria-label"
    )
    size = visitor.page.locator(".gp-canvas").bounding_box()
    assert size is not None and drawing.get("viewBox") == f"0 0 {size['width']:.0f} {size['height']:.0f}"


@in_every_look
def test_an_image_is_twice_as_sharp_and_says_what_it_shows(visit, look: str, tmp_path: Path):
    visitor = visit(PATHS["2d"], **LOOKS[look])
    visitor.wait_for_iteration(2)
    visitor.pause()
    file = tmp_path / f"picture-{look}.png"
    saved(visitor, "PNG image").save_as(file)
    size = visitor.page.locator(".gp-canvas").bounding_box()
    with Image.open(file) as image:
        image.load()
        words = image.text  # type: ignore[attr-defined]
        assert size is not None and image.size == (round(2 * size["width"]), round(2 * size["height"]))
        assert words["Title"] == f"GAN at iteration {visitor.iteration}"
        assert words["Description"] == visitor.page.locator(".gp-canvas").get_attribute("aria-label")
        assert len(image.convert("RGB").getcolors(2**24) or ()) > 100  # a picture, not a blank sheet


def test_a_drawing_leaves_out_what_is_switched_off(visit):
    visitor = visit(PATHS["2d"])
    visitor.stage.get_by_role("button", name="real", exact=True).click()
    drawing = ElementTree.fromstring(text_of(saved(visitor, "SVG drawing")))
    shown = [group.get("data-layer") for group in drawing.iter(f"{SVG}g") if group.get("data-kind")]
    assert "real" not in shown and "fake" in shown


def test_the_save_menu_works_by_keyboard(visit):
    visitor = visit(PATHS["2d"])
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


def test_every_kind_of_layer_can_be_drawn_into_a_file(visit):
    """A kind that uses more of a canvas than svg.js knows fails here."""
    visitor = visit(PATHS["2d"])
    files = visitor.page.evaluate("performance.getEntriesByType('resource').map(({ name }) => name)")
    folder = next(file for file in files if urlsplit(file).path.endswith("/layers.js")).rpartition("/")[0]
    data = base64.b64encode(encode_all([view(*map(layer, KINDS))])).decode()
    drawn = dict(visitor.page.evaluate(DRAW, [data, folder]))
    assert set(drawn) == set(KINDS)
    for kind, text in drawn.items():
        tags = {each.tag.removeprefix(SVG) for each in ElementTree.fromstring(text).iter()}
        assert tags & MARKS and "NaN" not in text and "undefined" not in text, kind


# --- charts -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_chart_is_saved_by_pointer_or_keyboard(visit, theme: str, tmp_path: Path):
    visitor = visit(PATHS["2d"], color_scheme=theme)
    chart = visitor.page.locator('.gp-chart[data-name="losses"][data-draws]')
    chart.wait_for()
    visitor.pause()
    chart.hover()
    image = tmp_path / f"chart-{theme}.png"
    taken(visitor, chart.get_by_role("button", name="Save this chart as PNG")).save_as(image)
    with Image.open(image) as pixels:
        assert pixels.width >= 960 and pixels.height == 640
    button = chart.get_by_role("button", name="Save this chart as SVG")
    button.focus()
    wait_for(
        lambda: button.evaluate("button => getComputedStyle(button.parentNode).opacity"), lambda o: o == "1", "the bar"
    )
    with visitor.page.expect_download() as download:
        visitor.page.keyboard.press("Enter")
    assert download.value.suggested_filename == "gan-losses.svg"
    words = "".join(ElementTree.fromstring(text_of(download.value)).itertext())
    assert "Losses" in words and "discriminator" in words and "iteration" in words
