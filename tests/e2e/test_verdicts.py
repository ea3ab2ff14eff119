"""A failure's verdict stands on the page within ten seconds of its onset, and the cure's within ten of the recovery.

Onset and recovery are read off what the browser has been sent, the picture itself, not off the app's own measurements.
"""

import time
from collections.abc import Callable

import numpy as np
import pytest

from playground.diagnosis import RULES
from playground.experiments import EXPERIMENTS
from playground.plots.estimates import ARROW_DECADES
from playground.plots.scenes import ARROW_LENGTH
from playground.signs import PATIENCE
from playground.ui.claims import remedy
from playground.ui.prevailing import LATELY
from playground.yardstick import mixture_ruler
from tests.e2e.visitor import Visitor

SOON = 10.0  # seconds
CALM = 15.0
LIMIT = 150.0  # seconds until a failure, or its cure, must have come
COLLAPSES = ("Mode collapse", "Mode hopping", "Catastrophic forgetting")  # a collapsed generator may move on
WELL = tuple(rule.name for rule in RULES if not rule.ill)
# the badges beside the picture, as they change
BADGES = """() => {
  window.badges = [];
  const look = () => requestAnimationFrame(() => {
    const badge = [...document.querySelectorAll('[class*="st-key-gp-said"] .stMarkdownBadge')].at(-1)?.innerText;
    if (badge && badge !== window.badges.at(-1)) window.badges.push(badge);
    look();
  });
  look();
}"""


def covered(visitor: Visitor, name: str) -> int:
    """How many modes hold a fifth of their share of the fakes in the picture."""
    ruler = mixture_ruler(EXPERIMENTS[name].config)
    line = ruler.centres.shape[1] == 1  # its fakes are where arrows begin
    layer = visitor.layer("generator's pull" if line else "fake")
    shares = ruler.shares(np.stack([layer[axis] for axis in ("x" if line else "xy")], 1))
    return int((shares >= 0.2 * ruler.weights).sum())


def bars(visitor: Visitor) -> list[float]:
    """The heights (%) in the chart of digits, which are measured anew only now and then."""
    plot = visitor.page.locator('.gp-chart[data-name="shares"] .js-plotly-plot')
    return plot.evaluate("plot => Array.from(plot._fullData[0].y)")


def digits(visitor: Visitor) -> int:
    """How many bars reach a fifth of a tenth, 2 %."""
    return sum(height >= 2 for height in bars(visitor))


def vanished(visitor: Visitor) -> bool:
    """Whether the arrows stand for less than a thousandth of the gradient that is drawn at full length."""
    layer = visitor.layer("generator's pull")
    wide = visitor.stage.evaluate("stage => stage.view.x[1] - stage.view.x[0]")
    lengths = np.hypot(layer["u"], layer["v"]) / (ARROW_LENGTH * wide)
    return bool((lengths < np.log(2) / np.log1p(10.0**ARROW_DECADES)).all())


def some(visitor: Visitor, name: str) -> bool:
    """Whether half of the modes, or more, are missing; fakes that are in none at all may still be on their way."""
    return 0 < covered(visitor, name) <= len(mixture_ruler(EXPERIMENTS[name].config).weights) / 2


def all_of(visitor: Visitor, name: str) -> bool:
    """Whether no mode is missing."""
    return covered(visitor, name) == len(mixture_ruler(EXPERIMENTS[name].config).weights)


Look = Callable[[Visitor], bool]
CASES: dict[str, tuple[str, Look, Look]] = {
    "mode-collapse-1d": (
        "/mixture_1d",
        lambda visitor: some(visitor, "mode-collapse-1d"),
        lambda visitor: all_of(visitor, "mode-collapse-1d"),
    ),
    "mode-collapse-2d": (
        "/mixture_2d",
        lambda visitor: some(visitor, "mode-collapse-2d"),
        lambda visitor: all_of(visitor, "mode-collapse-2d"),
    ),
    "vanishing-gradient-2d": ("/mixture_2d", vanished, lambda visitor: all_of(visitor, "vanishing-gradient-2d")),
    "mnist-few-digits": ("/mnist", lambda visitor: digits(visitor) <= 5, lambda visitor: digits(visitor) >= 10),
}


def lag(visitor: Visitor, came: Look, verdicts: tuple[str, ...]) -> float:
    """Seconds from when something came until one of some verdicts stood beside it; negative if it stood there before."""
    start = time.monotonic()
    since = said = shown = None
    seen = 0
    while since is None or said is None:
        now = time.monotonic()
        before, shown = shown, bars(visitor) if "/mnist" in visitor.page.url else visitor.data("frames")
        if shown != before:  # one frame, looked at twice, is one look
            seen = seen + 1 if visitor.iteration >= PATIENCE and came(visitor) else 0
        if since is None and seen == 2:  # two looks, so that no frame between two states counts
            since = now
        if said is None and visitor.verdict().startswith(verdicts):
            said = now
        assert now - (since or now) <= SOON, f"{SOON} s after it came the page says {visitor.verdict()!r}"
        assert now - start <= LIMIT, f"came: {since is not None}; the page says {visitor.verdict()!r}"
        time.sleep(0.1)
    return said - since


@pytest.mark.parametrize("name", CASES)
def test_a_failure_and_its_cure_are_named_within_ten_seconds(visit, name):
    path, onset, recovered = CASES[name]
    failure = EXPERIMENTS[name]
    visitor = visit(f"{path}?experiment={name}")
    visitor.wait_for_iteration(1)
    names = COLLAPSES if failure.failure in COLLAPSES else (str(failure.failure),)
    assert lag(visitor, onset, names) <= SOON
    visitor.press(f"Cure it: {remedy(failure)}")
    assert lag(visitor, recovered, WELL) <= SOON


def test_a_collapsed_game_is_called_one_thing_for_a_while(visit):
    """Its numbers fit another verdict at every other tick, each true for its moment; nobody could read them."""
    visitor = visit("/mixture_1d?experiment=mode-collapse-1d")
    visitor.wait_for_iteration(1)
    visitor.page.evaluate(BADGES)
    time.sleep(CALM)
    names = {rule.name for rule in RULES}
    verdicts = [badge for badge in visitor.page.evaluate("badges") if badge in names]
    assert 0 < len(verdicts) <= 2 + CALM / LATELY, verdicts
