"""What a meter remembers between measurements: fakes of before, the generator's places, which mode was the largest."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

SNAPSHOTS = 8  # measurements whose fakes are kept
KEPT = 64  # fakes of each, a member
CHECKS = 10  # measurements that the dominant mode is followed over


@dataclass(frozen=True, eq=False)
class Moment:
    """One measurement, of all members."""

    iteration: int
    fake: Tensor  # (P, KEPT, dim)
    weights: Tensor  # some of the generator's, (P, k)
    dominant: NDArray[np.floating]  # (P,)


@dataclass(frozen=True, eq=False)
class Past:
    """The measurements so far, the last of them apart: what is measured now is compared with those before it.

    Of the fakes every measurement is kept at first, then every second, every fourth …: they stay spread over the run.
    """

    fakes: tuple[Tensor, ...] = ()
    weights: tuple[Tensor, ...] = ()  # of the last two
    dominants: tuple[NDArray[np.floating], ...] = ()
    count: int = 0
    every: int = 1
    last: Moment | None = None

    def before(self, iteration: int) -> "Past":
        """What lies before an iteration: so a second look at one moment sees what the first did."""
        if self.last is None or self.last.iteration >= iteration:
            return self
        return self._kept(self.last.fake)._followed(self.last)

    def with_(self, moment: Moment) -> "Past":
        """With one more measurement."""
        return replace(self.before(moment.iteration), last=moment)

    def _kept(self, fake: Tensor) -> "Past":
        past = self
        if self.count % self.every == 0 and len(self.fakes) == SNAPSHOTS:
            past = replace(self, fakes=self.fakes[::2], every=2 * self.every)
        due = past.count % past.every == 0
        return replace(past, fakes=(*past.fakes, fake) if due else past.fakes, count=past.count + 1)

    def _followed(self, moment: Moment) -> "Past":
        dominants = (*self.dominants, moment.dominant)[-CHECKS:]
        return replace(self, weights=(*self.weights, moment.weights)[-2:], dominants=dominants, last=None)
