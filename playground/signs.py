"""Signs: the evidence that a diagnosis looks at, as medians over the last measurements of one member."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from playground.config import Config
from playground.objectives import OBJECTIVES

PATIENCE = 300  # iterations before missing modes are called missing
RECENT = 3  # measurements whose median counts as now
LONG = 10  # measurements that a trend is read from
ROWS = 200  # of the losses, which swings are read from


def recent(values: NDArray[np.floating], rows: int = RECENT) -> float:
    """The median of the last finite values; NaN if there is none."""
    known = values[np.isfinite(values)][-rows:]
    return float(np.median(known)) if len(known) else float("nan")


def flips(values: NDArray[np.floating]) -> int:
    """How often the last values go from clearly above zero to clearly below it, or back."""
    known = values[np.isfinite(values)][-ROWS:]
    clear = known[np.abs(known) > known.std() / 2] if len(known) else known
    return int(np.count_nonzero(np.diff(np.sign(clear))))


class Seen(Protocol):
    """What signs are read from: a `Snapshot`, or as much of one."""

    @property
    def config(self) -> Config: ...
    @property
    def iteration(self) -> int: ...
    @property
    def d_real(self) -> NDArray[np.floating]: ...
    @property
    def d_fake(self) -> NDArray[np.floating]: ...
    @property
    def losses(self) -> Mapping[str, NDArray[np.floating]]: ...
    @property
    def metrics(self) -> Mapping[str, NDArray[np.floating]]: ...
    @property
    def modes_total(self) -> int: ...
    @property
    def floor(self) -> float: ...


@dataclass(frozen=True, eq=False)
class Signs:
    """The evidence that rules look at, one member's."""

    seen: Seen

    def now(self, name: str) -> float:
        """A metric's median over the last measurements; that of the untrained players counts only while there is no other."""
        values = self.seen.metrics[name]
        trained = values[self.seen.metrics["iteration"] > 0]
        return recent(trained if np.isfinite(trained).any() else values)

    @property
    def config(self) -> Config:
        return self.seen.config

    @property
    def young(self) -> bool:
        return self.seen.iteration < PATIENCE

    @property
    def total(self) -> int:
        return self.seen.modes_total

    @property
    def modes(self) -> int:
        """Modes captured now."""
        return round(self.now("modes"))

    @property
    def emd(self) -> float:
        """The newest, or the median of the last ones if that is smaller: it is measured seldom."""
        return min(recent(self.seen.metrics["emd"], 1), self.now("emd"))

    @property
    def distance(self) -> float:
        """EMD in units of real against real."""
        return self.emd / max(self.seen.floor, 1e-12)

    @property
    def whole(self) -> bool:
        """Whether every mode is covered."""
        return self.modes >= self.total

    @property
    def weakened(self) -> float:
        """How many times weaker the generator's signal is than at its strongest."""
        strongest = float(np.nanmax(self.seen.metrics["generator_signal"]))
        return strongest / max(self.now("generator_signal"), 1e-300)

    @property
    def moves(self) -> bool:
        """Whether the generator is trained at all."""
        return self.config.generator_steps > 0

    @property
    def saturated(self) -> float:
        """The smaller share of reals and fakes that D is 99 % sure of; NaN where its output is no probability."""
        if not self.probable:
            return float("nan")
        return min(self.now("saturation_fake"), self.now("saturation_real"))

    @property
    def probable(self) -> bool:
        """Whether D's output is a probability."""
        return OBJECTIVES[self.config.objective].probability is not None

    @property
    def flips(self) -> int:
        """How often D lately went from telling real and fake apart to taking each for the other, or back.

        0 where the difference of its mean outputs swings less than 5 times as far as a batch's chance would make it.
        """
        gap = self.seen.losses["d_real"] - self.seen.losses["d_fake"]
        chance = np.hypot(self.seen.d_real.std(), self.seen.d_fake.std()) / self.config.batch_size**0.5
        return flips(gap) if float(gap[-ROWS:].std()) >= 5 * chance else 0

    @property
    def learns(self) -> bool:
        """Whether the fakes still come nearer: their distance falls by a tenth over the last measurements.

        The sliced distance, which is measured more often than the EMD; one alone, after the start, says nothing yet.
        """
        distance = self.seen.metrics["sliced"]
        known = distance[np.isfinite(distance) & (self.seen.metrics["iteration"] > 0)][-LONG:]
        half = len(known) // 2
        return self.moves and (half == 0 or recent(known[half:]) < 0.9 * recent(known[:half]))

    @property
    def nearing(self) -> bool:
        """Whether the fakes are in no mode yet, but on their way."""
        return self.modes == 0 and self.learns

    @property
    def forgotten(self) -> float:
        """Accuracy on fakes of now minus that on fakes of before."""
        gap = self.seen.metrics["accuracy_fake"] - self.seen.metrics["accuracy_past"]
        return recent(gap, LONG)

    @property
    def by_heart(self) -> float:
        """How much more D calls training samples real than held-out ones."""
        return recent(self.seen.metrics["sign_train"] - self.seen.metrics["sign_held_out"], LONG)

    @property
    def largest_output(self) -> float:
        """Of D's mean outputs, in size: not of its loss, which a penalty may make large for a moment."""
        return float(np.abs([self.seen.losses[name][-1] for name in ("d_real", "d_fake")]).max())

    @property
    def missing(self) -> str:
        held = (
            f"the largest holds {self.now('largest_share'):.0%} of the samples" if self.modes else "none has its share"
        )
        return f"{self.modes} of {self.total} modes are covered; {held}"

    @property
    def near(self) -> str:
        """How far the samples are, in words."""
        return f"EMD {self.emd:.3f}, where fresh real samples score {self.seen.floor:.3f}"
