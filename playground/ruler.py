"""What every yardstick offers: fresh real data that fakes are measured against, and what a perfect generator scores."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from playground.metrics import METRICS, Array, Metric, Samples
from playground.metrics.divergences import Bins
from playground.metrics.features import Moments
from playground.metrics.neighbours import NEIGHBOURS, Balls

CHEAP_DRAWS, DRAWS = 256, 16  # of fresh real samples for a floor; few would leave the floor itself noisy


@dataclass(frozen=True, eq=False, kw_only=True)
class Yardstick:
    """What a set of fakes is compared with. What a kind of data does not have is None or NaN."""

    dim: int  # of the data
    samples: int  # fakes to draw for a measurement
    weights: Array  # expected mass of each mode, (modes,)
    centres: Array  # of the modes, where distances are measured, (modes, k)
    reference: Array  # real samples, stratified by mode, where distances are measured: (n, k)
    reference_mode: NDArray[np.integer]  # the mode each of them is nearest to, (n,)
    space: str  # where distances are measured, in words
    bins: Bins | None = None
    density: Callable[[Array], Array] | None = None  # exact, (n, dim) -> (n,)
    kernel_width: float = float("nan")  # for a density of fakes

    def perfect(self, draws: int) -> Iterable[Samples]:
        """Looks at so many draws of a perfect generator, the same ones each time."""
        rng = torch.Generator().manual_seed(1)
        return (self.look(self.fresh(self.samples, rng)) for _ in range(draws))

    @property
    def digital(self) -> bool:
        """Whether the samples are digits, which have moments, training images and nearness."""
        return False

    def look(self, fake: Tensor) -> Samples:
        """One member's fakes (n, dim), placed and assigned to their modes."""
        raise NotImplementedError

    def fresh(self, n: int, rng: torch.Generator) -> Tensor:
        """Real samples (n, dim) as a perfect generator draws them: not those of the reference, nor training images."""
        raise NotImplementedError

    @cached_property
    def moments(self) -> Moments:
        """Mean and covariance of held-out digits' features."""
        raise NotImplementedError

    @cached_property
    def training(self) -> Array:
        """Features of training images, (m, k)."""
        raise NotImplementedError

    @cached_property
    def nearness(self) -> float:
        """The distance from training images that 1 % of held-out digits fall below."""
        raise NotImplementedError

    @cached_property
    def floors(self) -> "Floors":
        """What a perfect generator scores, for every metric of samples."""
        return Floors(self)

    @property
    def floor(self) -> float:
        """The mean EMD between the reference and as many fresh real samples."""
        return self.floors["emd"]

    @cached_property
    def _balls(self) -> dict[int, Balls]:
        return {}

    def balls(self, k: int) -> Balls:
        """Around reference samples of every mode, reaching to their k-th nearest neighbour."""
        if k not in self._balls:
            step = max(1, len(self.reference) // NEIGHBOURS)
            self._balls[k] = Balls("neighbours", self.reference[::step], k)
        return self._balls[k]

    def measure(self, fake: Tensor) -> dict[str, float]:
        """Every metric of samples, for fakes (samples, dim)."""
        seen = self.look(fake)
        return {name: metric.value(seen) for name, metric in METRICS.items() if metric.samples}


class Floors(Mapping[str, float]):
    """Each metric's mean over draws of fresh real samples, taken when it is first asked for; NaN where it has none."""

    def __init__(self, yardstick: Yardstick) -> None:
        self._yardstick = yardstick
        self._known: dict[str, float] = {}

    def __getitem__(self, name: str) -> float:
        if name not in self._known:
            self._known[name] = self._mean(METRICS[name])
        return self._known[name]

    def __iter__(self) -> Iterator[str]:
        return iter(name for name, metric in METRICS.items() if metric.samples)

    def __len__(self) -> int:
        return sum(metric.samples for metric in METRICS.values())

    def _mean(self, metric: Metric) -> float:
        if not metric.samples:
            raise KeyError(f"only metrics of samples have a floor: {', '.join(self)}")
        cheap = not metric.is_dear(self._yardstick.dim)
        return float(np.mean([metric.value(seen) for seen in self._yardstick.perfect(CHEAP_DRAWS if cheap else DRAWS)]))
