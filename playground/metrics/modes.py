"""The modes of a distribution: which sample belongs to which, and what their shares say."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.spatial import KDTree
from scipy.spatial.distance import cdist
from scipy.special import rel_entr

from playground.metrics.checks import Array, cloud, masses, numbers

CAPTURED = 0.2  # a mode counts as captured from this share of its expected mass on
HIGH_QUALITY = 3.0  # in σ of the nearest mode (VEEGAN, PacGAN)


class Modes:
    """The modes of a distribution and what counts as belonging to one.

    A sample belongs to the mode it is nearest to, when it lies within `reach`: half the gap to the next mode, but at
    least 3σ. So a cloud between the modes belongs to none of them.
    """

    def __init__(self, anchors: Array, mode_of: NDArray[np.integer], sigma: float, weights: Array) -> None:
        self.weights = weights  # (modes,)
        self.sigma = sigma
        self.reach = max(HIGH_QUALITY * sigma, half_gap(anchors, mode_of))
        self.centres = np.stack([anchors[mode_of == mode].mean(0) for mode in range(len(weights))])  # (modes, dim)
        self._tree, self._mode_of = KDTree(anchors), mode_of

    def assign(self, x: ArrayLike) -> tuple[NDArray[np.integer], Array]:
        """Each sample's nearest mode (n,) and its distance from it (n,)."""
        distance, anchor = self._tree.query(cloud("modes", x))
        return self._mode_of[anchor], distance

    def shares(self, x: ArrayLike) -> Array:
        """The share of all samples that belongs to each mode, (modes,)."""
        mode, distance = self.assign(x)
        return shares(mode[distance <= self.reach], len(distance), len(self.weights))

    def high_quality(self, x: ArrayLike) -> float:
        """Share of samples within 3σ of a mode (VEEGAN, Srivastava et al. 2017)."""
        return float((self.assign(x)[1] <= HIGH_QUALITY * self.sigma).mean())


def half_gap(anchors: Array, mode_of: NDArray[np.integer]) -> float:
    """Half of the smallest distance between two different modes; infinite for a single mode."""
    distance = cdist(anchors, anchors)
    apart = distance[mode_of[:, None] != mode_of[None, :]]
    return float(apart.min()) / 2 if len(apart) else np.inf


def shares(mode: NDArray[np.integer], samples: int, modes: int) -> Array:
    """The share of all samples that each mode holds, (modes,), from the modes (≤ samples,) of those that belong to one."""
    return np.bincount(mode, minlength=modes) / samples


def captured(shares: Array, weights: Array) -> int:
    """How many modes hold at least 20 % of the mass they should."""
    return int((shares >= CAPTURED * weights).sum())


def reverse_kl(shares: ArrayLike, weights: ArrayLike) -> float:
    """Σ p̂ log(p̂/w) in nats of mode shares p̂ (modes,) against expected ones w (modes,) (VEEGAN, PacGAN)."""
    expected = numbers("reverse_kl", weights)
    p, q = (masses("reverse_kl", x, len(expected)) for x in (shares, expected))
    return float(rel_entr(p, q).sum())


def dominant(shares: Array) -> float:
    """The mode with the largest share, the first of equals; NaN where no sample belongs to any."""
    return float(shares.argmax()) if shares.any() else float("nan")


def rotation(dominants: Sequence[float]) -> float:
    """How often the dominant mode changed from one measurement to the next, passing over those without one."""
    known = [mode for mode in dominants if mode == mode]
    return float(sum(before != after for before, after in pairwise(known)))
