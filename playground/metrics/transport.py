"""Distances between samples by what it costs to move one onto the other."""

from functools import cache

import numpy as np
import ot
from numpy.typing import ArrayLike, NDArray
from scipy.spatial.distance import cdist

from playground.metrics.checks import Array, clouds, masses

DIRECTIONS = 64  # that samples are projected on


def emd(
    real: ArrayLike, fake: ArrayLike, real_weights: ArrayLike | None = None, fake_weights: ArrayLike | None = None
) -> float:
    """Exact earth mover's distance W₁ with Euclidean cost between two samples, (n, dim) and (m, dim).

    Weights, (n,) and (m,), are equal if not given. On a line the quantiles are matched; in more dimensions POT's network
    simplex solves the transport problem (https://pythonot.github.io).
    """
    real, fake = clouds("emd", real, fake)
    p = None if real_weights is None else masses("emd", real_weights, len(real))
    q = None if fake_weights is None else masses("emd", fake_weights, len(fake))
    if real.shape[1] > 1:
        return transport(even(real) if p is None else p, even(fake) if q is None else q, cdist(real, fake))
    if p is None and q is None and len(real) == len(fake):
        return float(np.abs(np.sort(real[:, 0]) - np.sort(fake[:, 0])).mean())
    return on_a_line(real[:, 0], fake[:, 0], even(real) if p is None else p, even(fake) if q is None else q)


def even(x: Array) -> Array:
    """The same mass for each sample, (n,)."""
    return np.full(len(x), 1 / len(x))


def transport(p: Array, q: Array, cost: Array) -> float:
    """The least total cost of moving masses p (n,) to q (m,), where moving from i to j costs `cost[i, j]`."""
    return float(np.asarray(ot.emd2(p, q, cost, numItermax=10_000_000)).item())


def on_a_line(real: Array, fake: Array, p: Array, q: Array) -> float:
    """W₁ on a line: the area between both distribution functions."""
    places = np.concatenate([real, fake])
    order = np.argsort(places, kind="stable")
    between = np.cumsum(np.concatenate([p, -q])[order])[:-1]
    return float(np.sum(np.abs(between) * np.diff(places[order])))


def emd_by_mode(
    real: ArrayLike,
    fake: ArrayLike,
    real_mode: NDArray[np.integer],
    fake_mode: NDArray[np.integer],
    weights: ArrayLike,
    centres: ArrayLike,
) -> tuple[float, float]:
    """What of the EMD comes from wrong mode shares, and what from wrong shapes of the modes: (mass, shape).

    Mass is the cost of moving the fakes' mode shares to `weights` (modes,) from centre to centre (modes, dim). Shape is
    Σ_k share_k · W₁(reals of mode k, fakes of mode k), where a mode without reals is its centre. By the triangle
    inequality EMD ≤ mass + shape where the modes are translates of one another.
    """
    real, fake = clouds("emd_by_mode", real, fake)
    centres = clouds("emd_by_mode", real, centres)[1]
    weights = masses("emd_by_mode", weights, len(centres))
    if len(centres) == 1:
        return 0.0, emd(real, fake)
    shares = np.bincount(fake_mode, minlength=len(centres)) / len(fake)
    mass = transport(shares, weights, cdist(centres, centres))
    shape = sum(
        shares[k] * emd(real[real_mode == k] if np.any(real_mode == k) else centres[k : k + 1], fake[fake_mode == k])
        for k in np.flatnonzero(shares)
    )
    return mass, float(shape)


@cache
def directions(dim: int, count: int = DIRECTIONS) -> Array:
    """Unit vectors drawn evenly from the sphere, the same ones each time, (dim, count)."""
    rng = np.random.default_rng(0)
    drawn = rng.standard_normal((dim, count))
    return drawn / np.linalg.norm(drawn, axis=0)


def sliced(real: ArrayLike, fake: ArrayLike) -> float:
    """Sliced W₁ between samples (n, dim) and (m, dim): the mean EMD of their projections on 64 fixed directions.

    Bonneel et al. 2015, https://doi.org/10.1007/s10851-014-0506-3; never more than the EMD, and equal to it on a line.
    """
    real, fake = clouds("sliced", real, fake)
    if real.shape[1] == 1:
        return emd(real, fake)
    onto = directions(real.shape[1])
    if len(real) == len(fake):
        return float(np.abs(np.sort(onto.T @ real.T) - np.sort(onto.T @ fake.T)).mean())
    return float(np.mean([emd((real @ d)[:, None], (fake @ d)[:, None]) for d in onto.T]))
