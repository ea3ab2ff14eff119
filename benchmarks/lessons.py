"""How soon a lesson's picture is there, and moves: `python -m benchmarks.lessons`. Seconds from the click on its address, warm.

A server and a browser that have shown one page; then every lesson in a context of its own, in turn, the median of three.
"""

import tempfile
import time
from pathlib import Path
from statistics import median

from playwright.sync_api import sync_playwright

from playground.lessons import LESSONS
from tests.e2e.server import serve
from tests.e2e.visitor import Visitor, launch

ROUNDS = 3
# the first frame, and the first that shows something else
WATCH = """
window.seen = {};
const look = () => {
  const view = document.querySelector(".gp-stage[data-iteration]")?.view;
  const now = view && JSON.stringify(view.layers.map(({ arrays }) => Object.values(arrays ?? {}).map((a) => [...a])));
  if (now && !window.seen.first) window.seen = { first: performance.now(), what: now };
  else if (now && !window.seen.moved && now !== window.seen.what) window.seen.moved = performance.now();
  requestAnimationFrame(look);
};
look();
"""


def main() -> None:
    """One line a lesson."""
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in LESSONS}
    with (
        tempfile.TemporaryDirectory() as folder,
        serve(Path(folder) / "log.txt") as server,
        sync_playwright() as playwright,
    ):
        context = launch(playwright).new_context(viewport={"width": 1440, "height": 900})
        Visitor(context.new_page(), server.url).open("/mixture_2d")
        for _ in range(ROUNDS):
            for name in LESSONS:
                page = context.new_page()
                page.add_init_script(WATCH)
                page.goto(f"{server.url}/{name}")
                page.wait_for_function("window.seen.moved", timeout=60_000)
                times[name].append(tuple(page.evaluate("[window.seen.first, window.seen.moved]")))
                page.close()
                time.sleep(3)  # its game comes to rest
    print("| lesson | first picture, s | moves, s |\n|---|---|---|")
    for name, rounds in times.items():
        first, moved = (median(each[i] for each in rounds) / 1000 for i in (0, 1))
        print(f"| {LESSONS[name].title} | {first:.2f} | {moved:.2f} |")


if __name__ == "__main__":
    main()
