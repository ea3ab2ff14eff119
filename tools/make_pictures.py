"""The README's moving picture and the screenshots in `docs/images/`: `python -m tools.make_pictures [PART …]`.

Starts the app, opens it in Chromium, and records what is really trained: collapse on the ring, then the cure. The parts are
`film`, `pages` and `lessons`; without any, all of them.
"""

import io
import sys
import tempfile
import time
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from playground.lessons import LESSONS
from tests.e2e.server import serve
from tests.e2e.visitor import Visitor, launch

OUT = Path(__file__).resolve().parent.parent / "docs" / "images"
PAGES = {"start": "/", "mixture_1d": "/mixture_1d", "mixture_2d": "/mixture_2d", "mnist": "/mnist"}
CARDS = "/experiments"
TAUGHT = "/mode_collapse?part=2&teach=1"
CLOSER = {  # a page, what is switched on or opened there, and what is in the picture then
    "layers": ("/mixture_2d?experiment=ring-wgan-gp", ("manifold", "transport", "optimal critic"), ".gp-stage"),
    "line": ("/mixture_1d", ("EMD = area", "z → G(z)"), ".gp-stage"),
    "slow_motion": ("/mixture_2d?experiment=ring-wgan-gp", ("Slow motion",), ".gp-flow"),
    "seeds": ("/mixture_2d?experiment=ring-gan&population=16", ("All seeds",), ".gp-strip"),
    "digits": ("/mnist?experiment=mnist-conditional", ("Digits up close",), ".gp-stage >> nth=1"),
}
COLLAPSE, CURE = 6.4, 12.8  # seconds recorded of each
SHOT = 0.8  # seconds between frames
WIDTH = 900


def main() -> None:
    """All pictures."""
    OUT.mkdir(parents=True, exist_ok=True)
    log = Path(tempfile.mkdtemp()) / "log.txt"
    with serve(log) as server, sync_playwright() as playwright:
        browser = launch(playwright)
        for part in sys.argv[1:] or PARTS:
            PARTS[part](browser, server.url)
        browser.close()


def film(browser: Browser, url: str) -> None:
    """The moving picture."""
    record(arrive(browser, url, "/mixture_2d?experiment=mode-collapse-2d", 1440, "light"))


def pages(browser: Browser, url: str) -> None:
    """Every page but the lessons, and what can be opened there, in both looks and widths."""
    for theme in ("light", "dark"):
        for width in (1440, 390):
            for name, path in PAGES.items():
                photograph(arrive(browser, url, path, width, theme), OUT / f"{name}-{theme}-{width}.png")
            photograph(browse(browser, url, width, theme), OUT / f"experiments-{theme}-{width}.png")
            for name in CLOSER:
                photograph(look_closer(browser, url, name, width, theme), OUT / f"{name}-{theme}-{width}.png")


def lessons(browser: Browser, url: str) -> None:
    """Every lesson, in the light on a desk and in the dark on a phone, and one of them in teacher's mode."""
    for name in LESSONS:
        for theme, width in (("light", 1440), ("dark", 390)):
            photograph(study(browser, url, f"/{name}", width, theme), OUT / f"lesson-{name}-{theme}-{width}.png")
    photograph(study(browser, url, TAUGHT, 1440, "dark"), OUT / "lesson-taught-dark-1440.png")


PARTS = {"film": film, "pages": pages, "lessons": lessons}


def visitor_of(browser: Browser, url: str, width: int, theme: str) -> Visitor:
    """A visitor who has not gone anywhere yet."""
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=theme)  # type: ignore[arg-type]
    return Visitor(page, url)


def browse(browser: Browser, url: str, width: int, theme: str) -> Visitor:
    """A visitor of the Experiments page, where nothing moves."""
    visitor = visitor_of(browser, url, width, theme)
    visitor.page.goto(f"{url}{CARDS}")
    visitor.page.locator(".gp-card").last.wait_for()
    return visitor


def arrive(browser: Browser, url: str, path: str, width: int, theme: str) -> Visitor:
    """A visitor of a page whose picture moves."""
    visitor = visitor_of(browser, url, width, theme)
    visitor.open(path)
    visitor.wait_for_iteration(20)
    return visitor


def study(browser: Browser, url: str, path: str, width: int, theme: str) -> Visitor:
    """A visitor of a lesson, all of which is there."""
    visitor = visitor_of(browser, url, width, theme)
    visitor.open(path)
    visitor.page.locator(".gp-sources").wait_for()
    return visitor


def look_closer(browser: Browser, url: str, name: str, width: int, theme: str) -> Visitor:
    """A visitor who has switched on layers or opened a panel, and looks at it."""
    path, labels, shown = CLOSER[name]
    visitor = arrive(browser, url, path, width, theme)
    for label in labels:
        visitor.page.get_by_role("button", name=label).or_(visitor.page.get_by_role("radio", name=label)).first.click()
    place = visitor.page.locator(shown)
    place.wait_for()
    place.evaluate("(place) => place.scrollIntoViewIfNeeded()")  # at once: a panel that has just come may be drawn anew
    return visitor


def photograph(visitor: Visitor, file: Path) -> None:
    """One screenshot once the charts are there."""
    time.sleep(4)
    Image.open(io.BytesIO(visitor.page.screenshot())).quantize(128).save(file, optimize=True)
    visitor.page.close()


def record(visitor: Visitor) -> None:
    """The collapse and its cure as an animated GIF."""
    visitor.pause()
    visitor.press("Reset")
    visitor.wait_for_iteration(0, 0)
    visitor.play()
    frames = filmed(visitor.page, SHOT)
    while not visitor.verdict().startswith("Mode collapse") and len(frames) < 20:
        frames += filmed(visitor.page, SHOT)
    frames += filmed(visitor.page, COLLAPSE)
    visitor.press("Cure it")
    frames += filmed(visitor.page, CURE)
    still, *rest = [frame.quantize(64) for frame in frames]
    still.save(OUT / "playground.gif", save_all=True, append_images=rest, duration=350, loop=0, optimize=True)
    visitor.page.close()


def filmed(page: Page, seconds: float) -> list[Image.Image]:
    """Frames of a page, (WIDTH, …) pixels."""
    frames, until = [], time.monotonic() + seconds
    while time.monotonic() < until:
        shot = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
        frames.append(shot.resize((WIDTH, round(shot.height * WIDTH / shot.width)), Image.Resampling.LANCZOS))
        time.sleep(SHOT)
    return frames


if __name__ == "__main__":
    main()
