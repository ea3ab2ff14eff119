"""The objectives: what each player minimises, written as the papers write it. One entry of `OBJECTIVES` each.

Every loss takes raw discriminator outputs and gives one value a sample; the trainer takes the mean.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit
from torch import Tensor, ones_like, sigmoid
from torch.nn.functional import relu, softplus

Array = NDArray[np.floating]
LOG2 = math.log(2)


@dataclass(frozen=True)
class Objective:
    """One game: both losses, their formulas, and what the discriminator measures at its optimum."""

    title: str
    discriminator: Callable[[Tensor, Tensor], Tensor]  # d_real, d_fake -> loss a sample
    generator: Callable[[Tensor, Tensor], Tensor]  # d_real, d_fake -> loss a sample
    discriminator_slopes: Callable[[Tensor, Tensor], tuple[Tensor, Tensor]]  # its derivatives by d_real and d_fake
    generator_slope: Callable[[Tensor, Tensor], Tensor]  # its derivative by d_fake
    discriminator_latex: str
    generator_latex: str
    source: str
    optimum: Callable[[Array, Array, Array], Array]  # p, q on a 1D grid x -> the optimal raw output
    estimate: Callable[[float], float]  # discriminator's mean loss -> what it estimates
    estimate_name: str
    estimate_ceiling: float | None  # the estimate's largest possible value
    equilibrium: tuple[float | None, float | None]  # both losses where the fakes are perfect
    probability: Callable[[Array], Array] | None = None  # raw output -> P(real), where the output means that
    smoothing: Callable[[Tensor, float], Tensor] | None = (
        None  # d_real, ε -> what a real label of 1 - ε adds to D's loss
    )
    silent: tuple[float, float] | None = (
        None  # outputs for a real and a fake that add nothing to D's loss, if it is a sum
    )
    uses_real: bool = False  # whether the generator's loss looks at d_real
    free_level: bool = False  # whether a constant added to D changes nothing
    estimate_under: Mapping[str, str] = field(default_factory=dict)  # constraint -> what the estimate then is


def log_ratio(p: Array, q: Array, x: Array) -> Array:
    """log p - log q: the optimal logit (Goodfellow et al. 2014, proposition 1)."""
    tiny = np.finfo(np.float64).tiny
    return np.log(np.maximum(p, tiny)) - np.log(np.maximum(q, tiny))


def kantorovich_potential(p: Array, q: Array, x: Array) -> Array:
    """The optimal 1-Lipschitz critic of two densities on a line: slope sign(Q - P) of the CDFs, mean 0 under p and q."""
    step = np.gradient(x)
    slope = np.sign(np.cumsum(q * step) - np.cumsum(p * step))
    potential = np.concatenate([[0.0], np.cumsum(slope[:-1] * np.diff(x))])
    return potential - np.sum(potential * (p + q) * step) / max(float(np.sum((p + q) * step)), 1e-300)


OBJECTIVES: dict[str, Objective] = {
    "minimax": Objective(
        "Minimax BCE",
        discriminator=lambda d_real, d_fake: softplus(-d_real) + softplus(d_fake),
        generator=lambda d_real, d_fake: -softplus(d_fake),
        discriminator_slopes=lambda d_real, d_fake: (-sigmoid(-d_real), sigmoid(d_fake)),
        generator_slope=lambda d_real, d_fake: -sigmoid(d_fake),
        discriminator_latex=r"-\mathbb{E}_x[\log D(x)]-\mathbb{E}_z[\log(1-D(G(z)))]",
        generator_latex=r"\mathbb{E}_z[\log(1-D(G(z)))]",
        source="Goodfellow et al. 2014, https://arxiv.org/abs/1406.2661",
        optimum=log_ratio,
        estimate=lambda loss: LOG2 - loss / 2,
        estimate_name="JS, by D",
        estimate_ceiling=LOG2,
        equilibrium=(2 * LOG2, -LOG2),
        probability=expit,
        smoothing=lambda d_real, epsilon: epsilon * d_real,
        silent=(1e4, -1e4),
    ),
    "non-saturating": Objective(
        "Non-saturating BCE",
        discriminator=lambda d_real, d_fake: softplus(-d_real) + softplus(d_fake),
        generator=lambda d_real, d_fake: softplus(-d_fake),
        discriminator_slopes=lambda d_real, d_fake: (-sigmoid(-d_real), sigmoid(d_fake)),
        generator_slope=lambda d_real, d_fake: -sigmoid(-d_fake),
        discriminator_latex=r"-\mathbb{E}_x[\log D(x)]-\mathbb{E}_z[\log(1-D(G(z)))]",
        generator_latex=r"-\mathbb{E}_z[\log D(G(z))]",
        source="Goodfellow et al. 2014, section 3, https://arxiv.org/abs/1406.2661",
        optimum=log_ratio,
        estimate=lambda loss: LOG2 - loss / 2,
        estimate_name="JS, by D",
        estimate_ceiling=LOG2,
        equilibrium=(2 * LOG2, LOG2),
        probability=expit,
        smoothing=lambda d_real, epsilon: epsilon * d_real,
        silent=(1e4, -1e4),
    ),
    "wasserstein": Objective(
        "Wasserstein",
        discriminator=lambda d_real, d_fake: d_fake - d_real,
        generator=lambda d_real, d_fake: -d_fake,
        discriminator_slopes=lambda d_real, d_fake: (-ones_like(d_real), ones_like(d_fake)),
        generator_slope=lambda d_real, d_fake: -ones_like(d_fake),
        discriminator_latex=r"\mathbb{E}_z[c(G(z))]-\mathbb{E}_x[c(x)]",
        generator_latex=r"-\mathbb{E}_z[c(G(z))]",
        source="Arjovsky et al. 2017, https://arxiv.org/abs/1701.07875",
        optimum=kantorovich_potential,
        estimate=lambda loss: -loss,
        estimate_name="critic: E[c(x)] − E[c(G(z))]",
        estimate_ceiling=None,
        equilibrium=(0.0, None),
        free_level=True,
        estimate_under={"clip": "critic: K·W, K unknown", "none": "critic: unbounded, not a distance"},
        silent=(0.0, 0.0),
    ),
    "hinge": Objective(
        "Hinge",
        discriminator=lambda d_real, d_fake: relu(1 - d_real) + relu(1 + d_fake),
        generator=lambda d_real, d_fake: -d_fake,
        discriminator_slopes=lambda d_real, d_fake: (-(d_real < 1).to(d_real.dtype), (d_fake > -1).to(d_fake.dtype)),
        generator_slope=lambda d_real, d_fake: -ones_like(d_fake),
        discriminator_latex=r"\mathbb{E}_x[\max(0,1-D(x))]+\mathbb{E}_z[\max(0,1+D(G(z)))]",
        generator_latex=r"-\mathbb{E}_z[D(G(z))]",
        source="Lim & Ye 2017, https://arxiv.org/abs/1705.02894",
        optimum=lambda p, q, x: np.sign(p - q),
        estimate=lambda loss: 1 - loss / 2,
        estimate_name="total variation, by D",
        estimate_ceiling=1.0,
        equilibrium=(2.0, None),
        silent=(1.0, -1.0),
    ),
    "least-squares": Objective(
        "Least squares",
        discriminator=lambda d_real, d_fake: 0.5 * (d_real - 1).square() + 0.5 * d_fake.square(),
        generator=lambda d_real, d_fake: 0.5 * (d_fake - 1).square(),
        discriminator_slopes=lambda d_real, d_fake: (d_real - 1, d_fake),
        generator_slope=lambda d_real, d_fake: d_fake - 1,
        discriminator_latex=r"\tfrac12\mathbb{E}_x[(D(x)-1)^2]+\tfrac12\mathbb{E}_z[D(G(z))^2]",
        generator_latex=r"\tfrac12\mathbb{E}_z[(D(G(z))-1)^2]",
        source="Mao et al. 2017, https://arxiv.org/abs/1611.04076",
        optimum=lambda p, q, x: p / np.maximum(p + q, np.finfo(np.float64).tiny),
        estimate=lambda loss: 1 - 4 * loss,
        estimate_name="∫(p−q)²/2(p+q), by D",
        estimate_ceiling=1.0,
        equilibrium=(0.25, 0.125),
        probability=lambda d: np.clip(d, 0.0, 1.0),
        smoothing=lambda d_real, epsilon: 0.5 * ((d_real - 1 + epsilon).square() - (d_real - 1).square()),
        silent=(1.0, 0.0),
    ),
    "relativistic": Objective(
        "Relativistic",
        discriminator=lambda d_real, d_fake: softplus(-(d_real - d_fake)),
        generator=lambda d_real, d_fake: softplus(-(d_fake - d_real)),
        discriminator_slopes=lambda d_real, d_fake: (-sigmoid(d_fake - d_real), sigmoid(d_fake - d_real)),
        generator_slope=lambda d_real, d_fake: -sigmoid(d_real - d_fake),
        discriminator_latex=r"-\mathbb{E}_{x,z}[\log\sigma(D(x)-D(G(z)))]",
        generator_latex=r"-\mathbb{E}_{x,z}[\log\sigma(D(G(z))-D(x))]",
        source="Jolicoeur-Martineau 2018, https://arxiv.org/abs/1807.00734",
        optimum=log_ratio,  # the pair's optimal logit is log p/q(x) - log p/q(y): each D is log p/q up to a constant
        estimate=lambda loss: LOG2 - loss,
        estimate_name="relativistic divergence, by D",
        estimate_ceiling=LOG2,
        equilibrium=(LOG2, LOG2),
        uses_real=True,
        free_level=True,
    ),
}
