"""A failure's verdict stands on the page within ten seconds of its onset, and the cure's within ten of the recovery.

Onset and recovery are read off what the browser has been sent, the picture itself, not off the app's own measurements.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pytest

from playground.diagnosis import RULES
from playground.experiments import EXPERIMENTS
from playground.plots.estimates import ARROW_DECADES
from playground.plots.scenes import ARROW_LENGTH
from playground.ui.claims import remedy
from playground.yardstick import mixture_ruler
from tests.e2e.visitor import Visitor

SOON = 10.0  # seconds
YOUNG = 300  # iterations, before which every verdict is "not yet"
LIMIT = 150.0  # seconds until a failure, or its cure, must have come
WELL = tuple(rule.name for rule in RULES if not rule.ill)


def covered(visitor: Visitor, name: str) -> int:
    """How many modes hold a fifth of their share of the fakes in the picture."""
    ruler = mixture_ruler(EXPERIMENTS[name].config)
    line = ruler.centres.shape[1] == 1  # its fakes are where arrows begin
    layer = visitor.layer("generator's pull" if line else "fake")
    shares = ruler.shares(np.stack([layer[axis] for axis in ("x" if line else "xy")], 1))
    return int((shares >= 0.2 * ruler.weights).sum())


def digits(visitor: Visitor) -> int:
    """How many bars of the chart of digits reach a fifth of a tenth."""
    plot = visitor.page.locator('.gp-chart[data-name="shares"] .js-plotly-plot')
    return sum(height >= 0.02 for height in plot.evaluate("plot => Array.from(plot._fullData[0].y)"))


@dataclass
class Pull:
    """The mean gradient at the fakes, from the arrows' drawn lengths, and its largest value so far."""

    peak: float = field(default=0.0)

    def fallen(self, visitor: Visitor) -> bool:
        """Whether it has fallen a thousandfold."""
        layer = visitor.layer("generator's pull")
        wide = visitor.stage.evaluate("stage => stage.view.x.high - stage.view.x.low")
        lengths = np.hypot(layer["u"], layer["v"]) / (ARROW_LENGTH * wide)
        scale = 10.0**ARROW_DECADES
        now = float(np.expm1(lengths * np.log1p(scale)).mean())
        self.peak = max(self.peak, now)
        return self.peak >= 1000 * now


def some(visitor: Visitor, name: str) -> bool:
    """Whether half of the modes or more are missing."""
    return covered(visitor, name) <= len(mixture_ruler(EXPERIMENTS[name].config).weights) / 2


def all_of(visitor: Visitor, name: str) -> bool:
    """Whether no mode is missing."""
    return covered(visitor, name) == len(mixture_ruler(EXPERIMENTS[name].config).weights)


Look = Callable[[Visitor], bool]
CASES: dict[str, tuple[str, Callable[[], Look], Look]] = {
    "mode-collapse-1d": (
        "/mixture_1d",
        lambda: lambda visitor: some(visitor, "mode-collapse-1d"),
        lambda visitor: all_of(visitor, "mode-collapse-1d"),
    ),
    "mode-collapse-2d": (
        "/mixture_2d",
        lambda: lambda visitor: some(visitor, "mode-collapse-2d"),
        lambda visitor: all_of(visitor, "mode-collapse-2d"),
    ),
    "vanishing-gradient-2d": (
        "/mixture_2d",
        lambda: Pull().fallen,
        lambda visitor: all_of(visitor, "vanishing-gradient-2d"),
    ),
    "mnist-few-digits": ("/mnist", lambda: lambda visitor: digits(visitor) <= 5, lambda visitor: digits(visitor) >= 8),
}


def lag(visitor: Visitor, came: Look, verdicts: tuple[str, ...]) -> float:
    """Seconds from when something came, for good, until one of some verdicts stood beside it; negative if it was earlier."""
    start = time.monotonic()
    since = said = None
    while time.monotonic() - start < LIMIT:
        now = time.monotonic()
        here = visitor.iteration >= YOUNG and came(visitor)
        since = (since or now) if here else None
        said = (said or now) if visitor.verdict().startswith(verdicts) else None
        if since and said and now - since > 2:
            return said - since
        assert not (since and now - since > SOON + 2), f"{SOON} s after its onset the page says {visitor.verdict()!r}"
        time.sleep(0.1)
    raise AssertionError(f"neither came for good in {LIMIT} s; the page says {visitor.verdict()!r}")


@pytest.mark.parametrize("name", CASES)
def test_a_failure_and_its_cure_are_named_within_ten_seconds(visit, name):
    path, onset, recovered = CASES[name]
    failure = EXPERIMENTS[name]
    visitor = visit(f"{path}?experiment={name}")
    visitor.wait_for_iteration(1)
    assert lag(visitor, onset(), (str(failure.failure),)) <= SOON
    visitor.press(f"Cure it: {remedy(failure)}")
    assert lag(visitor, recovered, WELL[:2]) <= SOON
