"""What every metric demands of its arrays: of the right shape, not empty, finite."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.floating]


def cloud(name: str, x: ArrayLike) -> Array:
    """Samples (n, dim) as float64, or a ValueError that names the metric."""
    points = np.asarray(x, dtype=np.float64)
    if points.ndim != 2 or not points.size:
        raise ValueError(f"{name} needs samples (n, dim), at least one, got shape {points.shape}")
    return finite(name, points)


def clouds(name: str, real: ArrayLike, fake: ArrayLike) -> tuple[Array, Array]:
    """Two samples of one dimension, (n, dim) and (m, dim), as float64, or a ValueError that names the metric."""
    one, other = cloud(name, real), cloud(name, fake)
    if one.shape[1] != other.shape[1]:
        raise ValueError(f"{name} needs samples of one dimension, got shapes {one.shape} and {other.shape}")
    return one, other


def numbers(name: str, x: ArrayLike) -> Array:
    """Numbers (n,) as float64, or a ValueError that names the metric."""
    values = np.asarray(x, dtype=np.float64)
    if values.ndim != 1 or not values.size:
        raise ValueError(f"{name} needs numbers (n,), at least one, got shape {values.shape}")
    return finite(name, values)


def masses(name: str, x: ArrayLike, n: int) -> Array:
    """Masses (n,), none negative, scaled to sum to 1, or a ValueError that names the metric."""
    values = numbers(name, x)
    if len(values) != n or values.min() < 0 or not 0 < values.sum() < np.inf:
        raise ValueError(f"{name} needs {n} masses, none negative and not all 0, got {values}")
    return values / values.sum()


def finite(name: str, x: Array) -> Array:
    if not np.isfinite(x).all():
        raise ValueError(f"{name} needs finite numbers, got nan or infinity")
    return x
