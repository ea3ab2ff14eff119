"""The Fréchet distance of two sets of features."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from playground.metrics.checks import Array, cloud


class Moments(NamedTuple):
    """Mean (dim,) and covariance (dim, dim) of a sample."""

    mean: Array
    covariance: Array


def moments(x: ArrayLike) -> Moments:
    """Of a sample (n, dim), n ≥ 2."""
    points = cloud("frechet", x)
    if len(points) < 2:
        raise ValueError(f"frechet needs at least two samples, got {len(points)}")
    return Moments(points.mean(0), np.atleast_2d(np.cov(points, rowvar=False)))


def frechet(real: Moments, fake: Moments) -> float:
    """‖μ − μ'‖² + tr(Σ + Σ' − 2(ΣΣ')^½): W₂² between Gaussians of these moments.

    Heusel et al. 2017, https://arxiv.org/abs/1706.08500, there of Inception's features. (ΣΣ')^½ has the trace of
    (Σ^½ Σ' Σ^½)^½, whose eigenvalues are real and not negative.
    """
    root = square_root(real.covariance)
    mixed = np.linalg.eigvalsh(root @ fake.covariance @ root)
    apart = np.square(real.mean - fake.mean).sum()
    return float(apart + np.trace(real.covariance + fake.covariance) - 2 * np.sqrt(np.maximum(mixed, 0)).sum())


def square_root(covariance: Array) -> Array:
    """The symmetric root of a symmetric matrix without negative eigenvalues."""
    values, vectors = np.linalg.eigh(covariance)
    return (vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T
