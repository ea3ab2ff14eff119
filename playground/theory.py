"""Two games that can be solved on paper: two Gaussians N(±d/2, 1) and parallel lines, plus the optima that tricks move.

Real data is N(d/2, 1), the generator makes N(−d/2, 1). Expectations are sums over an even grid (the trapezoid rule), which
is exact to rounding for these smooth and quickly falling integrands.
"""

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.special import erf, expit

Array = NDArray[np.float64]
REACH, STEP = 12.0, 1e-3  # of the grid, in standard deviations
LOG2 = math.log(2)


def expect(f: Callable[[Array], Array], mean: float, deviation: float = 1.0) -> float:
    """E f(x) over x ~ N(mean, deviation²)."""
    z = np.arange(-REACH, REACH + STEP / 2, STEP)
    return float(f(mean + deviation * z) @ density(z)) * STEP


def density(x: Array, mean: float = 0.0) -> Array:
    """Of N(mean, 1)."""
    return np.exp(-((x - mean) ** 2) / 2) / math.sqrt(2 * math.pi)


def optimal_logit(x: Array, d: float) -> Array:
    """log p/q = d·x: the optimal discriminator's raw output. Goodfellow et al. 2014, proposition 1."""
    return d * x


def jensen_shannon(d: float) -> float:
    """Of the two Gaussians in nats: log 2 − E_p softplus(−d·x), for both halves are alike."""
    return LOG2 - expect(lambda x: np.logaddexp(0, -d * x), d / 2)


def total_variation(d: float) -> float:
    """Of the two Gaussians, ½∫|p − q| = 2Φ(d/2) − 1."""
    return float(erf(d / 2 / math.sqrt(2)))


def wasserstein(d: float) -> float:
    """Distance of the two Gaussians: mass only has to move by d."""
    return abs(d)


# optimal raw output at x, and its slope there
OPTIMA: dict[str, tuple[Callable[[Array, float], Array], Callable[[Array, float], Array]]] = {
    "minimax": (optimal_logit, lambda x, d: np.full_like(x, d)),
    "non-saturating": (optimal_logit, lambda x, d: np.full_like(x, d)),
    "relativistic": (optimal_logit, lambda x, d: np.full_like(x, d)),
    "wasserstein": (lambda x, d: np.sign(d) * x, lambda x, d: np.full_like(x, np.sign(d))),
    "hinge": (lambda x, d: np.sign(d * x), lambda x, d: np.zeros_like(x)),
    "least-squares": (lambda x, d: expit(d * x), lambda x, d: d * expit(d * x) * expit(-d * x)),
}

# E −∂L_G/∂x: how hard the optimal discriminator pulls the generator's mean toward the data
PULLS: dict[str, Callable[[float], float]] = {
    "minimax": lambda d: d * expect(lambda x: expit(d * x), -d / 2),
    "non-saturating": lambda d: d * expect(lambda x: expit(-d * x), -d / 2),
    "relativistic": lambda d: d * expect(lambda gap: expit(d * gap), d, math.sqrt(2)),  # real − fake ~ N(d, 2)
    "wasserstein": lambda d: float(np.sign(d)),
    "hinge": lambda d: 0.0,  # its optimum is flat but for one step, on which no sample lands
    "least-squares": lambda d: d * expect(lambda x: expit(d * x) * expit(-d * x) ** 2, -d / 2),
}


def hinge_step(d: float) -> float:
    """What the hinge's pull would be if its step at 0 counted: 2q(0), the slope of twice the total variation."""
    return 2 * float(density(np.array(0.0), -d / 2))


def hinge_flat(d_real: Array, d_fake: Array) -> tuple[float, float]:
    """Shares of real and fake samples outside the hinge's margin, which teach D nothing: raw outputs ≥ 1 and ≤ −1."""
    return float(np.mean(d_real >= 1)), float(np.mean(d_fake <= -1))


def parallel_lines(theta: float) -> dict[str, float]:
    """Distances of {(0, u)} and {(θ, u)}, u ~ U(0, 1): only W says which way. Arjovsky et al. 2017, example 1."""
    apart = theta != 0
    return {
        "wasserstein": abs(theta),
        "jensen-shannon": LOG2 if apart else 0.0,
        "kullback-leibler": math.inf if apart else 0.0,
        "total-variation": 1.0 if apart else 0.0,
    }


def smoothed_logit(logit: Array, epsilon: float) -> Array:
    """Optimal raw output under one-sided label smoothing, log((1−ε)p / (εp + q)), from log p/q; BCE objectives.

    Salimans et al. 2016, section 3.4, https://arxiv.org/abs/1606.03498. It rises to `smoothed_cap` and no further.
    """
    return logit if epsilon == 0 else np.log1p(-epsilon) - np.logaddexp(math.log(epsilon), -np.asarray(logit))


def smoothed_cap(epsilon: float) -> float:
    """log((1−ε)/ε): the largest raw output that a smoothed label asks for."""
    return math.inf if epsilon == 0 else math.log1p(-epsilon) - math.log(epsilon)


def smoothed_score(logit: Array, epsilon: float) -> Array:
    """Optimal raw output under one-sided label smoothing, (1−ε)p / (p + q), from log p/q; least squares."""
    return (1 - epsilon) * expit(logit)


SMOOTHED: dict[str, Callable[[Array, float], Array]] = {
    "minimax": smoothed_logit,
    "non-saturating": smoothed_logit,
    "least-squares": smoothed_score,
}
