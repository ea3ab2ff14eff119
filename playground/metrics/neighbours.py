"""Which samples lie where others do, by distances to nearest neighbours: fidelity, diversity, memory."""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.spatial.distance import cdist

from playground.metrics.checks import Array, cloud, clouds

NEIGHBOURS = 512  # samples of each kind among which neighbours are looked for
CHUNK = 256  # samples whose distances are held at once


class Balls:
    """A ball around each sample (n, dim) that reaches to its k-th nearest neighbour among the others."""

    def __init__(self, name: str, centres: ArrayLike, k: int) -> None:
        self.name, self.k, self.centres = name, k, cloud(name, centres)
        if len(self.centres) <= k:
            raise ValueError(f"{name} needs more than {k} samples, got {len(self.centres)}")
        distance = cdist(self.centres, self.centres)
        self.radii = np.partition(distance, k, axis=1)[:, k]  # a sample is its own nearest, at 0

    def hold(self, x: ArrayLike) -> NDArray[np.bool_]:
        """Which ball holds which of the points (m, dim), (n, m)."""
        centres, points = clouds(self.name, self.centres, x)
        return cdist(centres, points) <= self.radii[:, None]


def density(real: Balls, fake: ArrayLike) -> float:
    """How many real samples' balls hold a fake, on average, over k: 1 for fakes like reals, more where they huddle.

    Naeem et al. 2020, https://arxiv.org/abs/2002.09797.
    """
    return float(real.hold(fake).sum(0).mean() / real.k)


def coverage(real: Balls, fake: ArrayLike) -> float:
    """Share of real samples whose ball holds a fake; about 1 − 2⁻ᵏ for as many fakes like reals.

    Naeem et al. 2020, https://arxiv.org/abs/2002.09797.
    """
    return float(real.hold(fake).any(1).mean())


def precision(real: Balls, fake: ArrayLike) -> float:
    """Share of fakes inside the union of the real samples' balls (Kynkäänniemi et al. 2019, https://arxiv.org/abs/1904.06991).

    With the balls of fakes and with reals for points it is the recall.
    """
    return float(real.hold(fake).any(0).mean())


def nearest(x: ArrayLike, among: ArrayLike) -> Array:
    """Distance of each sample (n, dim) to the nearest of others (m, dim), (n,)."""
    x, among = clouds("nearest", x, among)
    square = np.square(among).sum(1)
    found = [np.min(square - 2 * part @ among.T, axis=1) for part in np.split(x, range(CHUNK, len(x), CHUNK))]
    return np.sqrt(np.maximum(np.concatenate(found) + np.square(x).sum(1), 0))


def memorised(fake: ArrayLike, training: ArrayLike, threshold: float) -> float:
    """Share of fakes (n, dim) that are nearer to a training sample (m, dim) than `threshold`."""
    return float((nearest(fake, training) < threshold).mean())
