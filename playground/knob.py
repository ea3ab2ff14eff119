"""`Knob`: what one hyper-parameter may be, and how to speak of it."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playground.config import Config

Value = str | int | float


@dataclass(frozen=True)
class Knob:
    """What a hyper-parameter may be, and how to speak of it."""

    default: Value
    label: str
    help: str
    group: str  # where the page shows it: data, players, game, tricks, run
    hot: bool  # applies to the running game; a cold one starts a new game
    low: float = -math.inf
    high: float = math.inf
    choices: tuple[str, ...] = ()
    log: bool = False  # a slider over it is logarithmic
    relevant: Callable[["Config"], bool] = lambda config: True
    check: Callable[[str], object] | None = None  # raises ValueError on a bad text

    def parse(self, name: str, value: object) -> Value:
        """`value` as this knob's type and inside its range, or a ValueError that says what is allowed."""
        if isinstance(self.default, str):
            return self._text(name, value)
        return self._number(name, value)

    def _text(self, name: str, value: object) -> str:
        if not isinstance(value, str) or (self.choices and value not in self.choices):
            raise ValueError(f"{name} must be one of {', '.join(self.choices) or 'its texts'}; got {str(value)[:80]!r}")
        if self.check is not None:
            self.check(value)
        return value

    def _number(self, name: str, value: object) -> int | float:
        kind = "a whole number" if isinstance(self.default, int) else "a number"
        wanted = f"{name} must be {kind} from {self.low:g} to {self.high:g}; got {str(value)[:80]!r}"
        try:
            number = float(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else math.nan
        except (ValueError, OverflowError):
            number = math.nan
        if not self.low <= number <= self.high:  # also catches nan
            raise ValueError(wanted)
        if isinstance(self.default, float):
            return number
        if number != int(number):
            raise ValueError(wanted)
        return int(number)

    def nearest(self, value: object, fallback: Value) -> Value:
        """The allowed value nearest to `value`; `fallback` where nearness means nothing."""
        if isinstance(self.default, str):
            return fallback
        try:
            number = min(max(float(value), self.low), self.high)  # type: ignore[arg-type]
        except (TypeError, ValueError, OverflowError):
            return fallback
        if math.isnan(number):
            return fallback
        return number if isinstance(self.default, float) else round(number)


def knob(default: Value, label: str, help: str, group: str, hot: bool = False, **rest: Any) -> Any:
    """A field of `Config` that carries its `Knob`."""
    return field(default=default, metadata={"knob": Knob(default, label, help, group, hot, **rest)})
