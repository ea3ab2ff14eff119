"""Why upsampling paints checkerboards: how often a transposed convolution writes to each place.

Odena et al. 2016, https://doi.org/10.23915/distill.00003. A kernel of k places written every s places covers place r of a
period by its weights r, r + s, r + 2s …: a flat image comes out with period s unless these sums are equal. They are the
whole story: `overlap` is the case of equal weights, `resized` that of nearest-neighbour resize and a convolution.
"""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def phase_sums(weights: Array, stride: int) -> Array:
    """One period of what a transposed convolution makes of an image of ones, (k,) -> (s,) or (k, k) -> (s, s)."""
    weights = np.asarray(weights, dtype=float)
    if stride < 1 or weights.size == 0:
        raise ValueError(f"stride and kernel must be at least 1, got stride {stride} and a kernel {weights.shape}")
    for axis in range(weights.ndim):
        parts = [np.take(weights, range(r, weights.shape[axis], stride), axis).sum(axis) for r in range(stride)]
        weights = np.stack(parts, axis)
    return weights


def overlap(kernel: int, stride: int, dim: int = 2) -> Array:
    """One period of the overlap map: how many inputs write to each place, (s,) in 1D or (s, s) in 2D."""
    return phase_sums(np.ones((kernel,) * dim), stride)


def overlap_map(kernel: int, stride: int, inputs: int, dim: int = 2) -> Array:
    """How many of `inputs` inputs a side write to each place, with the thin edges, ((inputs − 1)·s + k,) a side."""
    line = np.zeros((inputs - 1) * stride + kernel)
    for i in range(inputs):
        line[i * stride : i * stride + kernel] += 1
    return line if dim == 1 else np.multiply.outer(line, line)


def resized(weights: Array, stride: int) -> Array:
    """The transposed kernel that nearest-neighbour resize by s and then a convolution add up to, (k + s − 1,) a side.

    A convolution spreads each resized block, so its kernel is swept over a block of s places. Every phase sum is then the
    sum of all weights, whatever was learned: such a layer cannot make a pattern out of a flat image.
    """
    weights = np.asarray(weights, dtype=float)
    for axis in range(weights.ndim):
        weights = np.apply_along_axis(np.convolve, axis, weights, np.ones(stride))
    return weights


def unevenness(period: Array) -> tuple[float, float]:
    """Of one period: largest over smallest value (inf where a place is never written to), and coefficient of variation."""
    low, high = float(period.min()), float(period.max())
    return high / low if low > 0 else float("inf"), float(period.std() / period.mean())


def harmonics(period: Array) -> Array:
    """Amplitude of each frequency of a period over that of the mean, (s,) or (s, s); [0] is 1 and s/2 is Nyquist's."""
    spectrum = np.abs(np.fft.fftn(period))
    return spectrum / spectrum.flat[0]


def nyquist(period: Array) -> float:
    """Of a 1D period, the amplitude of black-white-black-white over the mean: 1/k for odd k at stride 2, 0 for even k."""
    if period.ndim != 1 or len(period) % 2:
        raise ValueError(f"Nyquist's frequency needs one dimension and an even stride, got a period {period.shape}")
    return float(harmonics(period)[len(period) // 2])
