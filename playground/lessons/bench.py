"""What a bench is: a picture to take in hand, made of a few values by a formula, without any training."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from playground.plots.view import Layer, View

Values = Mapping[str, float]


@dataclass(frozen=True)
class Control:
    """One value that a hand may set: by a slider, by its handle in the picture (then `dragged`), or as one of `choices`.

    A choice's value is its number. A slider moves by `step`.
    """

    label: str
    start: float
    low: float = 0.0
    high: float = 1.0
    step: float = 0.01
    choices: tuple[str, ...] = ()
    dragged: bool = False  # it has a handle, and needs no slider
    help: str = ""

    def clamp(self, value: float) -> float:
        """The nearest value it can have; a ValueError if there is none."""
        if not math.isfinite(value):
            raise ValueError(f"{self.label} must be a finite number, got {value}")
        high = len(self.choices) - 1 if self.choices else self.high
        inside = min(max(value, self.low), high)
        return float(round(inside) if self.choices or float(self.step).is_integer() else inside)


@dataclass(frozen=True)
class Reading:
    """A bench's values, and the numbers that follow from them."""

    values: Values
    numbers: Values

    def __getitem__(self, name: str) -> float:
        """A value or a number by its name."""
        return self.values[name] if name in self.values else self.numbers[name]


@dataclass(frozen=True)
class Bench:
    """Values, the numbers that follow, and the picture of both.

    `picture` gets the reading and the seconds since it was opened: what moves by itself moves with them.
    """

    name: str  # within its lesson
    controls: Mapping[str, Control]
    numbers: Callable[[Values], Values]
    picture: Callable[[Reading, float], View]
    says: Callable[[Reading], str]  # the numbers in a sentence of Markdown, beneath the picture
    buttons: Mapping[str, Values] = field(default_factory=dict)  # sets of values under a name each
    moves: bool = True  # whether the picture changes by itself
    height: int = 420  # of the picture, in pixels, at most

    @property
    def start(self) -> dict[str, float]:
        """The values it opens with."""
        return {name: control.start for name, control in self.controls.items()}

    def reading(self, moved: Values | None = None) -> Reading:
        """Its reading with some values moved from the start."""
        unknown = set(moved or {}) - set(self.controls)
        if unknown:
            raise ValueError(f"the bench {self.name} has no value {sorted(unknown)}; it has {sorted(self.controls)}")
        values = self.start | {name: self.controls[name].clamp(value) for name, value in (moved or {}).items()}
        return Reading(values, self.numbers(values))


@dataclass(frozen=True)
class Handle:
    """A point of the picture to drag: `x` and `y` are names of values, or a number where it cannot go that way."""

    label: str
    x: str | float
    y: str | float
    role: str = "ink"  # its colour


def handles(bench: Mapping[str, Control], reading: Reading, points: Sequence[Handle]) -> Layer:
    """The layer of a bench's handles: draggable by hand, finger and arrow keys, within the bounds of their values."""

    def place(at: str | float) -> float:
        return reading[at] if isinstance(at, str) else at

    def axis(at: str | float) -> dict[str, object] | None:
        if not isinstance(at, str):
            return None
        control = bench[at]
        return {"name": at, "low": control.low, "high": control.high, "step": control.step, "label": control.label}

    options = [{"label": p.label, "x": axis(p.x), "y": axis(p.y), "role": p.role} for p in points]
    arrays = {"x": np.array([place(p.x) for p in points]), "y": np.array([place(p.y) for p in points])}
    return Layer("handles", "", "ink", arrays, options={"handles": options})
