"""Distances and counts between real and generated samples: arrays in, numbers out."""

import numpy as np
import ot
from numpy.typing import NDArray
from scipy.spatial import KDTree
from scipy.spatial.distance import cdist

Array = NDArray[np.floating]
CAPTURED = 0.2  # a mode counts as captured from this share of its expected mass on
HIGH_QUALITY = 3.0  # in σ of the nearest mode (VEEGAN, PacGAN)


def emd(real: Array, fake: Array) -> float:
    """Exact earth mover's distance W₁ with Euclidean cost between two samples of one size, (n, dim) each.

    On a line the sorted samples are matched; in more dimensions POT's network simplex solves the transport problem.
    """
    real, fake = np.asarray(real, dtype=np.float64), np.asarray(fake, dtype=np.float64)
    if real.shape != fake.shape or real.ndim != 2 or not len(real):
        raise ValueError(f"emd needs two samples of one shape (n, dim), got {real.shape} and {fake.shape}")
    if not (np.isfinite(real).all() and np.isfinite(fake).all()):
        raise ValueError("emd needs finite samples, got nan or infinity")
    if real.shape[1] == 1:
        return float(np.abs(np.sort(real[:, 0]) - np.sort(fake[:, 0])).mean())
    even = np.full(len(real), 1 / len(real))
    cost = ot.emd2(even, even, cdist(real, fake), numItermax=10_000_000)
    return float(np.asarray(cost).item())


class Modes:
    """The modes of a distribution and what counts as belonging to one.

    A sample belongs to the mode it is nearest to, when it lies within `reach`: half the gap to the next mode, but at
    least 3σ. So a cloud between the modes belongs to none of them.
    """

    def __init__(self, anchors: Array, mode_of: NDArray[np.integer], sigma: float, weights: Array) -> None:
        self.weights = weights  # (modes,)
        self.sigma = sigma
        self.reach = max(HIGH_QUALITY * sigma, half_gap(anchors, mode_of))
        self._tree, self._mode_of = KDTree(anchors), mode_of

    def assign(self, x: Array) -> tuple[NDArray[np.integer], Array]:
        """Each sample's nearest mode (n,) and its distance from it (n,)."""
        distance, anchor = self._tree.query(x)
        return self._mode_of[anchor], distance

    def shares(self, x: Array) -> Array:
        """The share of all samples that belongs to each mode, (modes,)."""
        mode, distance = self.assign(x)
        return np.bincount(mode[distance <= self.reach], minlength=len(self.weights)) / len(x)

    def high_quality(self, x: Array) -> float:
        """Share of samples within 3σ of a mode (VEEGAN, Srivastava et al. 2017)."""
        return float((self.assign(x)[1] <= HIGH_QUALITY * self.sigma).mean())


def half_gap(anchors: Array, mode_of: NDArray[np.integer]) -> float:
    """Half of the smallest distance between two different modes; infinite for a single mode."""
    distance = cdist(anchors, anchors)
    apart = distance[mode_of[:, None] != mode_of[None, :]]
    return float(apart.min()) / 2 if len(apart) else np.inf


def captured(shares: Array, weights: Array) -> int:
    """How many modes hold at least 20 % of the mass they should."""
    return int((shares >= CAPTURED * weights).sum())


def saturation(probability: Array) -> tuple[float, float]:
    """Shares of outputs that are at most 1 %, and at least 99 %, sure of "real"."""
    return float((probability <= 0.01).mean()), float((probability >= 0.99).mean())
