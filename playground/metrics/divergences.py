"""Divergences from an exact density: by bins whose real mass is known exactly, or by quadrature."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr, rel_entr

from playground.metrics.checks import Array, cloud, masses, numbers

WIDTH = {1: 0.5, 2: 1.5}  # of a bin in σ, by dimension,
MOST = {1: 256, 2: 64}  # unless that needs more than so many along an axis
BEYOND = 4.0  # σ beyond the outermost modes, where the infinite cells begin
AMISS = 0.02  # how far a density's mass may be from 1
RARE = 1 / 4096  # cells with less real mass are thrown together: alone they would hold nothing but noise


@dataclass(frozen=True, eq=False)
class Bins:
    """The cells of a grid that hold real mass, one bin each, and one bin for everywhere else; with a law's exact masses."""

    edges: tuple[Array, ...]  # along each axis, rising; the first and the last cell reach to infinity
    number: NDArray[np.integer]  # the bin of each cell, (cells, …); 0 is everywhere else
    mass: Array  # (bins,), sums to 1

    def counts(self, x: ArrayLike) -> NDArray[np.integer]:
        """How many samples (n, dim) lie in each bin, (bins,)."""
        points = cloud("bins", x)
        cells = tuple(np.searchsorted(edges, points[:, axis]) for axis, edges in enumerate(self.edges))
        return np.bincount(self.number[cells], minlength=len(self.mass))


def gaussian_bins(means: Array, sigma: float, weights: Array) -> Bins:
    """Bins for isotropic Gaussians at `means` (modes, dim): the mass of a box is a product of normal tails' differences."""
    dim = means.shape[1]
    low, high = means.min(0) - BEYOND * sigma, means.max(0) + BEYOND * sigma
    count = np.minimum(np.ceil((high - low) / (WIDTH[dim] * sigma)), MOST[dim]).astype(int)
    edges = tuple(np.linspace(a, b, n + 1) for a, b, n in zip(low, high, count, strict=True))
    along = [interval_masses(edges[axis], means[:, axis], sigma) for axis in range(dim)]  # (modes, cells) each
    mass = np.einsum("k,ki->i" if dim == 1 else "k,ki,kj->ij", weights, *along)
    kept = mass >= RARE
    number = np.where(kept, kept.ravel().cumsum().reshape(mass.shape), 0)
    elsewhere = mass[~kept].sum()
    return Bins(edges, number, masses("bins", [elsewhere, *mass[kept]], 1 + int(kept.sum())))


def interval_masses(edges: Array, means: Array, sigma: float) -> Array:
    """Mass of N(mean, σ²) between neighbouring edges, and beyond them, (modes, edges + 1)."""
    below = ndtr((edges - means[:, None]) / sigma)
    ends = np.zeros((len(means), 1)), np.ones((len(means), 1))
    return np.diff(np.concatenate([ends[0], below, ends[1]], axis=1), axis=1)


def js(bins: Bins, fake: ArrayLike) -> float:
    """Jensen-Shannon divergence in nats between the exact masses of the bins and the fakes' shares of them, 0 … log 2.

    Bins hide what happens inside them, so it is a lower bound of the divergence but for the fakes' sampling noise.
    """
    q = bins.counts(fake)
    return jensen_shannon(bins.mass, q / q.sum())


def kl(bins: Bins, fake: ArrayLike) -> float:
    """KL(real‖fake) in nats between the exact masses of the bins and the fakes' counts plus ½ each.

    The half (Krichevsky & Trofimov 1981) keeps it finite where a bin has no fakes.
    """
    q = bins.counts(fake) + 0.5
    return float(rel_entr(bins.mass, q / q.sum()).sum())


def jensen_shannon(p: Array, q: Array) -> float:
    """Of two sets of masses (bins,) that sum to 1."""
    middle = np.maximum((p + q) / 2, np.finfo(np.float64).tiny)  # half of the smallest number would be 0
    return float((rel_entr(p, middle) + rel_entr(q, middle)).sum() / 2)


def js_density(p: ArrayLike, q: ArrayLike, dx: float) -> float:
    """Jensen-Shannon divergence in nats of two densities on one even grid, by the sum over cells of size `dx`.

    A density must have its whole mass on the grid: of a histogram that sums to less the number would be no divergence.
    """
    p, q = (numbers("js_density", np.ravel(density)) for density in (p, q))
    if len(p) != len(q):
        raise ValueError(f"js_density needs two densities on one grid, got {len(p)} and {len(q)} places")
    for density in (p, q):
        if density.min() < 0 or not abs(density.sum() * dx - 1) <= AMISS:
            raise ValueError(f"js_density needs densities of mass 1, none negative, got mass {density.sum() * dx:.4g}")
    return jensen_shannon(p * dx, q * dx)


def kernel_width(sigma: float, samples: int, modes: int, dim: int) -> float:
    """Silverman's rule within each of equal Gaussian modes: σ · (4 / ((dim + 2) · samples a mode))^(1 / (dim + 4)).

    Silverman 1986, Density Estimation, equation 4.14. Over all modes at once the rule would blur them into one.
    """
    return sigma * (4 / ((dim + 2) * samples / modes)) ** (1 / (dim + 4))


def kernel_density(at: ArrayLike, samples: ArrayLike, width: float) -> Array:
    """Gaussian kernel estimate of the density of `samples` (m, dim) at points (n, dim), (n,)."""
    points, centres = (cloud("kernel_density", x) / (width * np.sqrt(2)) for x in (at, samples))
    exponent = 2 * points @ centres.T
    exponent -= np.square(points).sum(1)[:, None]
    exponent -= np.square(centres).sum(1)
    kernel = np.exp(np.minimum(exponent, 0, out=exponent).astype(np.float32))  # half the time, and exact enough
    return kernel.mean(1, dtype=np.float64) / (width * np.sqrt(2 * np.pi)) ** centres.shape[1]


def mean_gap(p: Sequence[float] | Array, q: Sequence[float] | Array) -> float:
    """Mean |p − q| of two sets of probabilities."""
    return float(np.abs(np.asarray(p) - np.asarray(q)).mean())
