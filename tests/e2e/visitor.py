"""A visitor: one browser page on the app, in the words of the tests."""

import os
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Playwright, expect

PATIENCE = 60.0  # seconds; the machines that run these tests are busy ones
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup,WebUIOmniboxFullPopup",  # each window would start two pages more
)
PROBES = ("/_stcore/health", "/_stcore/host-config")  # a sub-page opened directly looks for the server beside itself
OVERFLOW = "document.documentElement.scrollWidth - window.innerWidth"  # px that stick out
# every error box is noticed, also one that the next frame takes away again, and every frame: its stage, game, iteration
WATCH = """
new MutationObserver(() => document.querySelectorAll('[data-testid="stException"]:not([noted])').forEach((box) => {
  box.setAttribute("noted", "");
  console.error("error box: " + box.innerText);
})).observe(document, { childList: true, subtree: true });
window.drawn = [];
new MutationObserver((changes) => changes.forEach(({ target }) => {
  const { game, iteration } = target.dataset;
  window.drawn.push([target.closest('[class*="st-key-"]').className, Number(game), Number(iteration)]);
})).observe(document, { attributeFilter: ["data-iteration"], subtree: true });
"""


def chromium() -> str | None:
    """The browser: $CHROMIUM, Debian's, or None for Playwright's own."""
    chosen = os.environ.get("CHROMIUM", "/usr/bin/chromium")
    return chosen if Path(chosen).exists() else None


def launch(playwright: Playwright) -> Browser:
    """A browser without a window."""
    return playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)


PLACES = """(element) => {
  window.places = new Set();
  const main = document.querySelector('[data-testid="stMain"]'); // it is what scrolls
  const look = () => requestAnimationFrame(() => {
    const { left, top } = element.getBoundingClientRect();
    window.places.add([left + main.scrollLeft, top + main.scrollTop].map(Math.round).join(" "));
    look();
  });
  look();
}"""


class Visitor:
    """What somebody sees and does on a live page; `troubles` are the errors seen on the way."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url
        self.troubles: list[str] = []
        page.set_default_timeout(1000 * PATIENCE)
        page.add_init_script(WATCH)
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.troubles.append(str(error)))

    def _hear(self, message: ConsoleMessage) -> None:
        path = urlsplit(message.location["url"]).path
        probe = path.endswith(PROBES) and path not in PROBES and "404" in message.text
        if message.type == "error" and not probe:
            self.troubles.append(f"{message.text} ({path})")

    # going places

    def open(self, path: str) -> None:
        """Go to a page by its address, and wait for its first picture."""
        self.page.goto(f"{self.url}{path}")
        self.stage.wait_for()

    def follow(self, group: str, title: str) -> None:
        """Go to a page by the menu, in the same session."""
        self.page.get_by_text(group, exact=True).click()
        self.page.get_by_role("menuitem", name=title).click()
        expect(self.page.get_by_role("heading", name=title, level=1)).to_be_visible()
        self.stage.wait_for()

    # looking

    @property
    def stage(self) -> Locator:
        """The moving picture, once it has been drawn."""
        return self.page.locator(".gp-stage[data-iteration]").first  # panels below have pictures too

    @property
    def iteration(self) -> int:
        return int(self.data("iteration"))

    def drawn(self, stage: str = "") -> list[tuple[int, int]]:
        """(game, iteration) of all frames since the browser came, or of those on the stage of one page ("1d", "2d" …)."""
        frames = self.page.evaluate("window.drawn")
        return [(game, iteration) for where, game, iteration in frames if f"st-key-{stage}" in where]

    @property
    def game(self) -> int:
        """How many games its run had begun before the one shown."""
        return int(self.data("game"))

    @property
    def query(self) -> set[str]:
        """The settings in the address."""
        return set(self.page.evaluate("location.search.slice(1)").split("&"))

    def data(self, name: str) -> str:
        """A data attribute of the stage."""
        return self.stage.get_attribute(f"data-{name}") or ""

    def layer(self, name: str) -> dict[str, list[float]]:
        """The arrays of a layer of the picture, in data units, as the browser has them."""
        script = """(stage, name) => Object.fromEntries(Object.entries(
            stage.view.layers.find((layer) => layer.name === name).arrays).map(([key, values]) => [key, [...values]]))"""
        return self.stage.evaluate(script, name)

    def options(self, name: str) -> dict[str, Any]:
        """A layer's options, and whether its arrays were `sent`; by its name or the beginning of it."""
        script = """(stage, name) => {
            const layer = stage.view.layers.find((layer) => layer.name.startsWith(name));
            return { ...layer.options, sent: Boolean(layer.arrays) };
        }"""
        return self.stage.evaluate(script, name)

    @property
    def tape(self) -> Any:
        """What the slider beneath the picture shows; None while there is nothing to look back at."""
        return self.stage.evaluate("stage => stage.view.tape")

    def verdict(self) -> str:
        """The sentence beside the picture, its name first."""
        words = self.page.get_by_test_id("stMarkdownContainer").filter(has_text="Iteration").first.inner_text()
        _, _, after = words[words.index("Iteration") :].partition("\n")
        return after

    def wait_for_iteration(self, least: int, most: float = float("inf")) -> int:
        """The iteration once it lies in a range."""
        return wait_for(lambda: self.iteration, lambda now: least <= now <= most, f"iteration {least} … {most}")

    def places(self, element: Locator) -> Callable[[], list[list[int]]]:
        """Where on the page an element stands, in every frame from now on: asks for the different places so far."""
        element.evaluate(PLACES)
        return lambda: self.page.evaluate("[...window.places].map((place) => place.split(' ').map(Number))")

    def wait_for_motion(self) -> None:
        """Let all that glides to its place arrive there."""
        self.page.wait_for_function("document.getAnimations().every(({ playState }) => playState !== 'running')")

    def read(self, text: str) -> None:
        """Wait for some words on the page."""
        self.page.get_by_text(text).filter(visible=True).first.wait_for()

    def wait_for_query(self, setting: str) -> None:
        """Let the address hold a setting: the server has heard of it."""
        wait_for(lambda: self.query, lambda query: setting in query, f"{setting} in the address")

    def wait_for_game(self, number: int) -> None:
        """Let the picture show the run's game of this number; a page opens with game 0."""
        wait_for(lambda: self.game, lambda game: game >= number, f"game {number}")

    def wait_for_frames(self, count: int) -> None:
        """Let so many more frames be drawn."""
        last = int(self.data("frames")) + count
        wait_for(lambda: int(self.data("frames")), lambda frames: frames >= last, f"{count} frames", 2 * PATIENCE)

    def losses(self, iteration: int) -> list[tuple[float, ...]]:
        """The drawn losses (iteration, discriminator, generator) of iterations 0 … `iteration`, once they are there."""
        plot = self.page.locator('.gp-chart[data-name="losses"] .js-plotly-plot')
        script = "plot => plot._fullData.slice(0, 2).map(trace => [Array.from(trace.x), Array.from(trace.y)])"
        self.page.locator('.gp-chart[data-name="losses"]').scroll_into_view_if_needed()  # out of sight it is not drawn
        plot.wait_for()

        def read() -> list[tuple[float, ...]]:
            (x, discriminator), (_, generator) = plot.evaluate(script)
            return list(zip(x, discriminator, generator, strict=True))

        return wait_for(read, lambda rows: bool(rows) and rows[-1][0] == iteration, f"losses up to {iteration}")

    # doing

    def first_losses(self) -> list[tuple[float, ...]]:
        """After a reset: the first losses and those of three steps."""
        self.press("Reset")
        self.wait_for_iteration(0, 0)
        self.losses(0)  # or a chart out of sight may still show those of the game before
        for step in range(1, 4):
            self.press("Step")
            self.wait_for_iteration(step, step)
        return self.losses(3)

    def button(self, label: str) -> Locator:
        """A button of the page by the start of its words; icons and shortcuts stand around them."""
        words = re.compile(rf"(^|\s){re.escape(label)}(?!\w)")
        return self.page.get_by_test_id("stButton").get_by_role("button", name=words)

    def press(self, label: str) -> None:
        self.button(label).click()

    def press_in(self, menu: str, label: str) -> None:
        """Press a button of a menu, which closes it."""
        self.menu(menu).click()
        self.press(label)
        expect(self.button(label)).to_have_count(0, timeout=1000 * PATIENCE)

    def menu(self, label: str) -> Locator:
        """The button of a popover."""
        return self.page.get_by_test_id("stPopover").get_by_role("button", name=label)

    def pause(self) -> int:
        """Stop the run; the iteration where it rests."""
        self.press("Pause")
        self.button("Play").wait_for()
        return self.still()

    def play(self) -> None:
        self.press("Play")
        self.button("Pause").wait_for()

    def still(self) -> int:
        """The iteration where the run rests, once the words and the picture agree on it."""

        def said() -> str:
            return self.page.get_by_test_id("stMarkdownContainer").filter(has_text="Iteration").first.inner_text()

        def rests() -> bool:
            return f"Iteration {self.iteration:,} · paused" in said()

        wait_for(rests, bool, "a run at rest")
        return self.iteration

    def unfold(self, group: str) -> None:
        """Open a group of knobs."""
        summary = self.page.get_by_test_id("stSidebar").locator("summary").filter(has_text=group)
        if summary.locator("..").get_attribute("open") is None:
            summary.click()

    def choose(self, label: str, option: str) -> None:
        """Set a menu among the knobs."""
        self.knob("stSelectbox", label).locator("[role=combobox], input").first.click()
        self.page.get_by_role("option", name=option, exact=True).click()

    def slide(self, label: str, value: int) -> None:
        """Move a slider among the knobs to a value (the number of its stop where the scale is logarithmic)."""
        thumb = self.knob("stSlider", label).get_by_role("slider")
        thumb.focus()
        while steps := value - int(thumb.input_value()):
            thumb.press("ArrowRight" if steps > 0 else "ArrowLeft")

    def knob(self, kind: str, label: str) -> Locator:
        return self.page.get_by_test_id("stSidebar").get_by_test_id(kind).filter(has_text=label)


def wait_for(read: Any, enough: Any, what: str, seconds: float = PATIENCE, pause: float = 0.05) -> Any:
    """What `read` gives once it is `enough`; an AssertionError says what was awaited and what came instead."""
    until = time.monotonic() + seconds
    value = None
    while time.monotonic() < until:
        value = read()
        if enough(value):
            return value
        time.sleep(pause)
    raise AssertionError(f"waited {seconds:.0f} s for {what}, last saw {value}")
