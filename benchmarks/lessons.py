"""How soon a lesson's picture is there, and moves: `python -m benchmarks.lessons`. Seconds from the click on its address, warm.

A server and a browser that have shown one page, the browser with a profile on disk, as people have it; then every lesson in
turn, each in a page of its own, the median of three rounds. `whole` is when the last words are there.
"""

import tempfile
import time
from pathlib import Path
from statistics import median

from playwright.sync_api import sync_playwright

from playground.lessons import LESSONS
from tests.e2e.server import serve
from tests.e2e.visitor import ARGUMENTS, Visitor, chromium

ROUNDS = 3
# the first frame, and the first that shows something else
WATCH = """
window.seen = {};
const sum = ({ arrays }) => Object.values(arrays ?? {}).reduce((total, array) => array.reduce((a, b) => a + b, total), 0);
const look = () => {
  const view = document.querySelector(".gp-stage[data-iteration]")?.view;
  const now = view && view.layers.reduce((total, layer) => total + sum(layer), 0);
  if (view && !window.seen.first) window.seen = { first: performance.now(), what: now };
  else if (view && now !== window.seen.what) window.seen.moved = performance.now();
  if (!window.seen.moved) requestAnimationFrame(look);
};
look();
"""


def main() -> None:
    """One line a lesson."""
    times: dict[str, list[tuple[float, ...]]] = {name: [] for name in LESSONS}
    with (
        tempfile.TemporaryDirectory() as folder,
        serve(Path(folder) / "log.txt") as server,
        sync_playwright() as playwright,
    ):
        context = playwright.chromium.launch_persistent_context(
            f"{folder}/profile", executable_path=chromium(), args=ARGUMENTS, viewport={"width": 1440, "height": 900}
        )
        Visitor(first := context.new_page(), server.url).open("/mixture_2d")
        first.close()  # or its game would go on
        for _ in range(ROUNDS):
            for name in LESSONS:
                page = context.new_page()
                page.add_init_script(WATCH)
                page.goto(f"{server.url}/{name}")
                page.wait_for_function("window.seen.moved", timeout=60_000)
                page.locator(".gp-sources").wait_for()
                times[name].append(tuple(page.evaluate("[window.seen.first, window.seen.moved, performance.now()]")))
                page.close()
                time.sleep(3)  # its game comes to rest
    print("| lesson | first picture, s | moves, s | whole, s |\n|---|---|---|---|")
    for name, rounds in times.items():
        first, moved, whole = (median(each[i] for each in rounds) / 1000 for i in range(3))
        print(f"| {LESSONS[name].title} | {first:.2f} | {moved:.2f} | {whole:.2f} |")


if __name__ == "__main__":
    main()
