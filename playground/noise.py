"""Noise in bulk: a member's `torch.Generator` gives a key, and a counter-based generator fills an array from it.

Philox 4×32-10 (Salmon et al. 2011, https://doi.org/10.1145/2063384.2063405), as torch has it on a GPU, then Box & Muller: on
a CPU three times as fast as torch's own, which draws one number after the other. The formulas serve numpy's arrays and, once
they are compiled, loops: both give the same bits.
"""

from typing import Any

import numpy as np
import torch
from numba import njit
from numba.extending import register_jitable
from numpy.typing import NDArray
from torch import Tensor

LOW, SHIFT = np.uint64(0xFFFFFFFF), np.uint64(32)
MULTIPLIERS = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
WEYL = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)
ROUNDS = 10
ZERO, ONE, BYTE, HALF = np.uint64(0), np.uint64(1), np.uint64(8), np.uint64(2)
ROOT_HALF, MANTISSA, DIGITS = np.int32(0x3F3504F3), np.int32(0x7FFFFF), np.int32(23)
f = np.float32
either: Any = register_jitable(inline="always")
# nothing may be contracted or reordered: the same bits as numpy
compiled: Any = njit(nogil=True, cache=True, error_model="numpy")
state = {"compiled": False}


def normal(n: int, dim: int, rng: torch.Generator) -> Tensor:
    """Standard normal numbers, (n, dim), on the generator's device."""
    if rng.device.type != "cpu":
        return torch.randn(n, dim, generator=rng, device=rng.device)
    return filled(n, dim, rng, True)


def uniform(n: int, dim: int, rng: torch.Generator) -> Tensor:
    """Numbers from [0, 1), (n, dim), on the generator's device."""
    if rng.device.type != "cpu":
        return torch.rand(n, dim, generator=rng, device=rng.device)
    return filled(n, dim, rng, False)


def filled(n: int, dim: int, rng: torch.Generator, is_normal: bool) -> Tensor:
    """So many numbers from the generator's next key."""
    key = np.uint64(torch.randint(2**63 - 1, (), generator=rng).item())
    out = np.empty((4, -(-n * dim // 4)), f)
    (in_loops if state["compiled"] else in_bulk)(out, key, is_normal)
    numbers = torch.from_numpy(out.reshape(-1)[: n * dim]).view(n, dim)
    return numbers.to(torch.get_default_dtype())


def prepare() -> None:
    """Compile the loops, or load them where that has been done before; from then on they are used."""
    for is_normal in (True, False):
        in_loops(np.empty((4, 8), f), np.uint64(1), is_normal)
    state["compiled"] = True


@either
def philox(i: Any, key: Any) -> Any:
    """Four whole numbers below 2³² from a counter and a key of 64 bits."""
    k0, k1 = key & LOW, key >> SHIFT
    a, b, c, d = i, ZERO * i, ZERO * i, ZERO * i
    for _ in range(ROUNDS):
        left, right = MULTIPLIERS[0] * a, MULTIPLIERS[1] * c
        a, b, c, d = (right >> SHIFT) ^ b ^ k0, right & LOW, (left >> SHIFT) ^ d ^ k1, left & LOW
        k0, k1 = (k0 + WEYL[0]) & LOW, (k1 + WEYL[1]) & LOW
    return a, b, c, d


@either
def unit(bits: Any) -> Any:
    """Uniform in [0, 1), float32, from a whole number below 2³²."""
    return f(np.int32(bits >> BYTE)) * f(2**-24)


@either
def logarithm(x: Any) -> Any:
    """ln x of a positive float32 (Cephes' logf)."""
    x = np.float32(x)
    bits = np.int32(x.view(np.int32) - ROOT_HALF)
    e = f(np.int32(bits >> DIGITS))
    m = np.int32((bits & MANTISSA) + ROOT_HALF)
    m = m.view(np.float32) - f(1)
    z = m * m
    y = f(7.0376836292e-2) * m - f(1.1514610310e-1)
    y = y * m + f(1.1676998740e-1)
    y = y * m - f(1.2420140846e-1)
    y = y * m + f(1.4249322787e-1)
    y = y * m - f(1.6668057665e-1)
    y = y * m + f(2.0000714765e-1)
    y = y * m - f(2.4999993993e-1)
    y = y * m + f(3.3333331174e-1)
    return m + (y * m * z - f(2.12194440e-4) * e - f(0.5) * z) + f(0.693359375) * e


@either
def pair(bits: Any, turn: Any) -> Any:
    """Two normal numbers from two whole ones: a radius, and an angle by its quadrant and its place there (Cephes' sinf)."""
    radius = np.sqrt(f(-2) * logarithm(unit(bits) + f(2**-25)))
    quadrant = turn >> (SHIFT - HALF)
    x = (f(np.int32((turn & (LOW >> HALF)) >> BYTE)) * f(2**-22) - f(0.5)) * f(np.pi / 2)
    z = x * x
    sine = ((f(-1.9515295891e-4) * z + f(8.3321608736e-3)) * z - f(1.6666654611e-1)) * z * x + x
    cosine = ((f(2.443315711809948e-5) * z - f(1.388731625493765e-3)) * z + f(4.166664568298827e-2)) * z * z
    cosine = cosine - f(0.5) * z + f(1)
    odd = f(np.int32(quadrant & ONE))
    radius = radius * (f(1) - f(2) * f(np.int32(quadrant >> ONE)))
    return radius * (cosine - odd * cosine - odd * sine), radius * (sine - odd * sine + odd * cosine)


def in_bulk(out: NDArray[np.float32], key: Any, is_normal: bool) -> None:
    """Fill `out`, (4, any), without a compiler."""
    bits = philox(np.arange(out.shape[1], dtype=np.uint64), key)
    numbers = (*pair(*bits[:2]), *pair(*bits[2:])) if is_normal else map(unit, bits)
    for row, values in zip(out, numbers, strict=True):
        row[:] = values


@compiled
def in_loops(out, key, is_normal):  # pragma: no cover
    """Fill `out`, (4, any): first bits, then numbers, for one loop with both would be too long to run in vectors."""
    bits = np.empty(out.shape, np.uint32)
    for i in range(out.shape[1]):
        a, b, c, d = philox(np.uint64(i), key)
        bits[0, i], bits[1, i], bits[2, i], bits[3, i] = a, b, c, d
    if is_normal:
        for row in (0, 2):
            for i in range(out.shape[1]):
                a, b = pair(np.uint64(bits[row, i]), np.uint64(bits[row + 1, i]))
                out[row, i], out[row + 1, i] = a, b
    else:
        for row in range(4):
            for i in range(out.shape[1]):
                out[row, i] = unit(np.uint64(bits[row, i]))
