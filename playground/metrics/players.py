"""What the players' outputs, slopes and moves say, as numbers."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from playground.metrics.checks import Array, numbers

if TYPE_CHECKING:
    from playground.objectives import Objective

SURE = 0.99
NAN = float("nan")


def saturation(probability: ArrayLike) -> tuple[float, float]:
    """Shares of outputs that are at most 1 %, and at least 99 %, sure of "real"."""
    sure = numbers("saturation", probability)
    return float((sure <= 1 - SURE).mean()), float((sure >= SURE).mean())


def neutral(objective: "Objective", d_real: ArrayLike, d_fake: ArrayLike) -> float:
    """The raw output that calls a sample neither real nor fake.

    It is the optimal output where real and fake are equally likely. Where the loss leaves D's level free, it is the
    middle between the mean outputs for reals and fakes.
    """
    if objective.free_level:
        return (numbers("neutral", d_real).mean() + numbers("neutral", d_fake).mean()) / 2
    return float(objective.optimum(np.ones(1), np.ones(1), np.zeros(1))[0])


def sign(d: ArrayLike, level: float) -> float:
    """E[sign(D − level)]: 1 where all is called real, −1 where all is called fake (ADA, Karras et al. 2020)."""
    return float(np.sign(numbers("sign", d) - level).mean())


def accuracy(d_fake: ArrayLike, level: float) -> float:
    """Share of fakes that are called fake; an undecided one counts half."""
    return (1 - sign(d_fake, level)) / 2


def growth(norms: ArrayLike) -> float:
    """Slope of log₁₀ ‖∂L_D/∂h‖ per layer, output first; NaN for less than two layers or where nothing is left."""
    values = np.asarray(norms, dtype=np.float64)
    if len(values) < 2:
        return NAN
    values = numbers("growth", values)
    if values.min() <= 0:
        return NAN
    return float(np.polyfit(np.arange(len(values)), np.log10(values), 1)[0])


def cosine(a: ArrayLike, b: ArrayLike) -> float:
    """Of two moves (k,) each, −1 … 1; NaN if one of them is none."""
    one, other = numbers("cosine", a), numbers("cosine", b)
    lengths = float(np.linalg.norm(one)) * float(np.linalg.norm(other))
    return float(np.clip(one @ other / lengths, -1, 1)) if lengths > 0 else NAN


def at_bound(weights: Array, bound: float) -> float:
    """Share of weights (k,) at ±bound, but for rounding."""
    return float((np.abs(numbers("clipped", weights)) >= bound * (1 - 1e-6)).mean())
