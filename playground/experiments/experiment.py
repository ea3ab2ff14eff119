"""What an experiment is: settings that train into what they show, what must be observed, and the cure."""

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from playground.config import Config, Value

START, CURE = "", "cure"  # variants that every experiment has, and every failure


@dataclass(frozen=True)
class Check:
    """What must be observed at the end: a quantity between two bounds, for at least 13 of 16 seeds.

    `quantity` names an entry of `METRICS` or of `QUANTITIES` in `playground/verify.py`. `of` is the variant it is read from.
    """

    quantity: str
    low: float = -math.inf
    high: float = math.inf
    of: str = START

    def holds(self, value: float) -> bool:
        """Whether an observed value is what was expected; NaN is not."""
        return self.low <= value <= self.high

    @property
    def expected(self) -> str:
        """The bounds in words."""
        if self.low == self.high:
            return f"= {self.low:g}"
        if math.isinf(self.low):
            return f"≤ {self.high:g}"
        return f"≥ {self.low:g}" if math.isinf(self.high) else f"{self.low:g} … {self.high:g}"


@dataclass(frozen=True)
class Experiment:
    """A Config with a point to make."""

    title: str
    page: str  # the playground that shows it: 1d, 2d or mnist
    config: Config
    iterations: int  # its own length
    claim: str
    watch: str
    source: str
    checks: tuple[Check, ...] = ()  # what must be observed
    variants: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)  # by name: knobs moved from the start
    failure: str | None = None  # the name of the failure it shows
    cure: Mapping[str, Value] = field(default_factory=dict)  # hot knobs to move, on the same weights
    cure_iterations: int = 1200  # how long the cure takes
    analysis: str = ""  # an entry of `ANALYSES`: an exact calculation that is checked besides
    slow: bool = False  # takes more than its share of six minutes to verify

    @property
    def cured(self) -> Config:
        """The Config after the cure."""
        return self.config.with_(**self.cure)

    @property
    def games(self) -> str:
        """A digest of all that is played to verify it, defaults aside: what was seen of other games says nothing of these."""
        played = [self.variant(name).to_text() for name in (START, *self.variants)]
        words = repr((*played, self.iterations, self.cured.to_text(), self.cure_iterations))
        return hashlib.sha256(words.encode()).hexdigest()[:16]

    def variant(self, name: str) -> Config:
        """The Config of a variant that starts afresh."""
        return self.config.with_(**self.variants[name]) if name else self.config
