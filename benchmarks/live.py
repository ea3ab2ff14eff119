"""How the live page keeps its promises: `python -m benchmarks.live` opens it in a browser and prints what was measured.

The app runs in a process of its own with a meter on its training bursts, so that what remains of its processor time is
what drawing costs. Other work on the machine makes every number worse: the load is printed beside them.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PAGE, EXPERIMENT, TINY, CURED = "/mixture_2d", "ring-gan", "gan-lab", "ring-wgan-gp"
SECONDS = 15.0
SEEDS = 16
FRAMES = 100
WARM_UP = 5.0
LULL = 4.0  # until the run of the visit before has noticed that nobody watches it


@dataclass(frozen=True)
class Result:
    """One measured number and what it should be."""

    name: str
    value: float
    unit: str
    bar: float | None = None
    at_least: bool = False

    def __str__(self) -> str:
        passed = self.bar is None or (self.value >= self.bar if self.at_least else self.value <= self.bar)
        wanted = "" if self.bar is None else f"{'≥' if self.at_least else '≤'} {self.bar:g}"
        return f"{self.name:58} {self.value:9.2f} {self.unit:12} {wanted:8} {'' if passed else 'MISSED'}"


# --- the app, with a meter ---------------------------------------------------------------------------------------------


def serve(meter: Path, options: list[str]) -> None:
    """Run the app in this process and write, ten times a second, the processor seconds of bursts, frames and all."""
    from streamlit.web import cli

    from playground import meter as measuring
    from playground.engine import Run
    from playground.ui import live

    spent = {"bursts": 0.0, "distances": 0.0, "frames": 0.0}
    Run._burst = timed(Run._burst, spent, "bursts")
    measuring.values_aside = timed(measuring.values_aside, spent, "distances")
    live.frame = timed(live.frame, spent, "frames")
    threading.Thread(target=report, args=(meter, spent), daemon=True).start()
    sys.argv = ["streamlit", "run", "app.py", *options]
    cli.main()


def timed(work: Any, spent: dict[str, float], name: str) -> Any:
    """The same function, with its thread's processor time noted."""
    lock = threading.Lock()

    def run(*arguments: Any) -> Any:
        start = time.thread_time()
        try:
            return work(*arguments)
        finally:
            with lock:
                spent[name] += time.thread_time() - start

    return run


def report(meter: Path, spent: dict[str, float]) -> None:
    """Write the meter's state for as long as the process lives."""
    fresh = meter.with_suffix(".new")
    while True:
        fresh.write_text(json.dumps(spent | {"all": time.process_time()}))
        fresh.replace(meter)
        time.sleep(0.1)


# --- the visitor -------------------------------------------------------------------------------------------------------


def measure() -> list[Result]:
    """All numbers, one after the other."""
    from playwright.sync_api import sync_playwright

    from tests.e2e.server import serve as serving
    from tests.e2e.visitor import launch

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        meter = Path(folder) / "meter.json"
        command = (sys.executable, "-m", "benchmarks.live", "serve", str(meter))
        with serving(Path(folder) / "log.txt", command) as server:
            browser = launch(playwright)
            first_pictures(browser, server.url)  # the server's own first time
            results = first_pictures(browser, server.url)
            for name in (EXPERIMENT, TINY):
                results += playing(browser, server.url, meter, name)
            for name in (EXPERIMENT, CURED):
                results += playing(browser, server.url, meter, name, layers=True)
            results += looking_back(browser, server.url)
            return [*results, *time_to_modes(browser, server.url)]


def trained_alone(experiment: str) -> float:
    """Iterations a second of the same game without a page."""
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        command = [sys.executable, "-m", "playground", "train", experiment, "--seconds", "8", "--json", file.name]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        member = json.load(file)["members"][0]
    return member["iterations"] / member["seconds"]


def first_pictures(browser: Any, url: str) -> list[Result]:
    """Seconds from a click on a link to a picture and to one that moved: with an empty cache, and coming back."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    results = []
    for which in ("first visit", "later visit"):
        time.sleep(LULL)
        first, moved = first_picture(context.new_page(), url)
        results.append(Result(f"first picture, {which}", first, "s", 2.0))
        results.append(Result(f"second iteration, {which}", moved, "s", 2.0))
    context.close()
    return results


def first_picture(page: Any, url: str) -> tuple[float, float]:
    """Seconds to the first picture and to another iteration."""
    from tests.e2e.visitor import Visitor

    visitor, start = Visitor(page, url), time.monotonic()
    visitor.open(PAGE)
    first = time.monotonic() - start
    page.wait_for_function("() => new Set(window.drawn.map(String)).size > 1")
    moved = time.monotonic() - start
    page.close()
    return first, moved


def playing(browser: Any, url: str, meter: Path, experiment: str, *, layers: bool = False) -> list[Result]:
    """Frames, processor time and iterations while the page plays, and whether a zoom outlives its frames.

    With the layers that a page opens with, or with all of them.
    """
    from tests.e2e.visitor import Visitor

    time.sleep(LULL)
    before_it = trained_alone(experiment)
    visitor = Visitor(browser.new_context(viewport={"width": 1440, "height": 900}).new_page(), url)
    visitor.open(f"{PAGE}?experiment={experiment}")
    if layers:
        visitor.stage.evaluate("""stage => stage.querySelectorAll('.gp-legend [aria-pressed="false"]')
            .forEach((chip) => chip.click())""")
    time.sleep(WARM_UP)
    before, start = state(visitor, meter), time.monotonic()
    time.sleep(SECONDS)
    after, seconds = state(visitor, meter), time.monotonic() - start
    spent = {name: after[name] - before[name] for name in before}
    drawing = (spent["all"] - spent["bursts"] - spent["distances"]) / spent["drawn"]
    shown = visitor.stage.evaluate("stage => stage.view.layers.filter((layer) => layer.arrays).length")
    zoomed, troubles = zoomed_frames(visitor), len(visitor.troubles)
    visitor.page.close()
    time.sleep(LULL)
    alone, live = (before_it + trained_alone(experiment)) / 2, spent["iteration"] / seconds
    return [
        Result("layers of the stage", shown, ""),
        Result("frames of the stage", spent["drawn"] / seconds, "frames/s", 8.0, at_least=True),
        Result("server's processor time a frame, bursts apart", 1000 * drawing, "ms", None if layers else 15.0),
        Result("  of which our page function", 1000 * spent["frames"] / spent["drawn"], "ms"),
        Result("server's share of a core, bursts included", 100 * spent["all"] / seconds, "%"),
        Result(f"{experiment} in the browser", live, "iterations/s", None if layers else 400, at_least=True),
        Result(f"{experiment} without a page, before and after", alone, "iterations/s"),
        Result("  share that is left in the browser", 100 * live / alone, "%", 80, at_least=True),
        Result(f"frames that a zoom outlived, of {FRAMES}", zoomed, "frames", FRAMES, at_least=True),
        Result("errors in the browser", troubles, "", 0),
    ]


def time_to_modes(browser: Any, url: str) -> list[Result]:
    """Seconds from pressing play until the page says that all eight modes are there, one seed after the other."""
    from tests.e2e.visitor import Visitor

    spent = []
    for seed in range(SEEDS):
        visitor = Visitor(browser.new_context(viewport={"width": 1440, "height": 900}).new_page(), url)
        visitor.open(f"{PAGE}?experiment={CURED}&seed={seed}")
        visitor.pause()
        visitor.press("Reset")
        visitor.wait_for_iteration(0, 0)
        time.sleep(1)
        start = time.monotonic()
        visitor.press("Play")
        visitor.read("8 of 8 modes")
        spent.append(time.monotonic() - start)
        visitor.page.close()
    return [
        Result(f"{CURED}: play to 8 of 8 modes, median of {SEEDS}", statistics.median(spent), "s", 5.0),
        Result("  the slowest", max(spent), "s"),
    ]


REWIND = """async (stage) => {
    const slider = stage.querySelector(".gp-rewind input");
    const times = [];
    for (let place = 0; place < 300; place++) {
        const start = performance.now();
        slider.value = place;
        slider.dispatchEvent(new Event("input"));
        while (stage.view.tape.place !== place) await new Promise((resolve) => requestAnimationFrame(resolve));
        await new Promise((resolve) => requestAnimationFrame(resolve));
        times.push(performance.now() - start);
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return times;
}"""


def looking_back(browser: Any, url: str) -> list[Result]:
    """How long after the slider moved the stage shows another moment, of three hundred."""
    from tests.e2e.visitor import Visitor, wait_for

    visitor = Visitor(browser.new_context(viewport={"width": 1440, "height": 900}).new_page(), url)
    visitor.page.set_default_timeout(300_000)
    visitor.open(f"{PAGE}?experiment={EXPERIMENT}")
    wait_for(lambda: (visitor.tape or {}).get("count", 0), lambda count: count >= 320, "320 moments", 120)
    visitor.pause()
    times = sorted(visitor.stage.evaluate(REWIND))
    visitor.page.close()
    return [
        Result("looking back: from slider to picture, median of 300", statistics.median(times), "ms", 150),
        Result("  nine of ten within", times[269], "ms", 150),
        Result("  the slowest", times[-1], "ms"),
    ]


def state(visitor: Any, meter: Path) -> dict[str, float]:
    """Frames and iterations so far, and the processor seconds behind them."""
    return {"drawn": int(visitor.data("frames")), "iteration": visitor.iteration, **json.loads(meter.read_text())}


def zoomed_frames(visitor: Any) -> int:
    """How many frames, up to FRAMES, keep a zoom."""
    canvas = visitor.page.locator(".gp-canvas")
    canvas.hover()
    time.sleep(1)  # a wheel that turns just after the page was scrolled scrolls on
    visitor.page.mouse.wheel(0, -240)
    visitor.wait_for_frames(2)
    zoom = visitor.data("zoom")
    for frame in range(0, FRAMES, 5):
        if zoom == "1.00" or visitor.data("zoom") != zoom:
            return frame
        visitor.wait_for_frames(5)
    return FRAMES


def load() -> str:
    """How busy the machine is."""
    return f"load {', '.join(f'{value:.1f}' for value in os.getloadavg())} on {os.cpu_count()} cores"


def main() -> int:
    """Print every number with its bar."""
    print(f"Before: {load()}")
    results = measure()
    print(*results, sep="\n")
    print(f"After: {load()}")
    return 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        serve(Path(sys.argv[2]), sys.argv[3:])
    else:
        sys.exit(main())
