"""Signs: the evidence that a diagnosis looks at, as medians over the last measurements of one member."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playground.config import Config
from playground.snapshot import Snapshot

PATIENCE = 300  # iterations before missing modes are called missing
RECENT = 3  # measurements whose median counts as now
LONG = 10  # measurements that a trend or a swing is read from


def recent(values: NDArray[np.floating], rows: int = RECENT) -> float:
    """The median of the last finite values; NaN if there is none."""
    known = values[np.isfinite(values)][-rows:]
    return float(np.median(known)) if len(known) else float("nan")


def swing(values: NDArray[np.floating]) -> float:
    """Standard deviation of the last values, over their mean: after the line through them is taken away."""
    known = values[np.isfinite(values)][-LONG:]
    if len(known) < LONG:
        return 0.0
    steps = np.arange(len(known))
    rest = known - np.polyval(np.polyfit(steps, known, 1), steps)
    return float(rest.std() / max(abs(known.mean()), 1e-12))


@dataclass(frozen=True, eq=False)
class Signs:
    """The evidence that rules look at, one member's."""

    seen: Snapshot

    def now(self, name: str) -> float:
        """A metric's median over the last measurements."""
        return recent(self.seen.metrics[name])

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
        return self.now("emd")

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
    def learns(self) -> bool:
        """Whether the EMD still falls, by a tenth over the last measurements."""
        known = self.seen.metrics["emd"][np.isfinite(self.seen.metrics["emd"])][-LONG:]
        return len(known) < 4 or recent(known[len(known) // 2 :]) < 0.9 * recent(known[: len(known) // 2])

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
        last = [abs(float(self.seen.losses[name][-1])) for name in ("d_real", "d_fake", "loss_discriminator")]
        return max(last)

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
