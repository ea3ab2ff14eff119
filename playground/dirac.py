"""The Dirac-GAN: the smallest GAN there is, two numbers that play, with an exact answer for every cure.

Real data is the point 0, the generator the point θ, the discriminator the line D(x) = ψx. Mescheder et al. 2018,
https://arxiv.org/abs/1801.04406, who write D with the other sign than `OBJECTIVES` do: raw output = level − ψx here.
Both players move along v = (−∂L_G/∂θ, −∂L_D/∂ψ). One entry of `METHODS` each, with its v by hand; `by_tables` builds the
same v from the tables that the trainer uses.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.special import expit, roots_hermitenorm
from torch import Tensor

from playground.config import Config
from playground.constraints import CONSTRAINTS, squared_slope
from playground.objectives import OBJECTIVES

Array = NDArray[np.float64]
Field = tuple[Array, Array]  # a number a point for θ, and one for ψ
NODES = 480  # of the Gauss–Hermite rule: error < 1e-9 while |ψ|σ ≤ 6, where f′ turns within a sixth of σ; 120 give 2e-5


@dataclass(frozen=True)
class Rules:
    """The sliders of a Dirac-GAN. Names and meanings are those of `Config` where it has them."""

    step: float = 0.2  # h, of both players
    gamma: float = 0.3  # of R1 and R2
    penalty: float = 0.35  # λ of the gradient penalty
    gradient_target: float = 1.0  # g₀ of the gradient penalty
    clip: float = 1.0  # c
    instance_noise: float = 1.0  # σ
    consensus: float = 1.0  # γ of the consensus term

    @property
    def config(self) -> Config:
        """The same constraint for the tables."""
        return config_of(self)


@cache
def config_of(rules: Rules) -> Config:
    return Config(gamma=rules.gamma, penalty=rules.penalty, gradient_target=rules.gradient_target, clip=rules.clip)


@dataclass(frozen=True)
class Method:
    """One way to play: its vector field, its eigenvalues at the equilibrium, and the entries of the tables it is made of."""

    title: str
    latex: str  # v
    v: Callable[[Array, Array, Rules], Field]  # θ, ψ of any one shape -> v
    eigenvalues: Callable[[Rules], tuple[complex, complex]] | None  # of v's Jacobian at 0; None where it has a kink
    objective: str
    constraint: str = "none"
    noisy: bool = False  # N(0, σ²) on everything that D sees
    consensus: bool = False  # both players also descend γ/2 ‖v‖²
    level: float = 0.0  # D's bias, held where an equilibrium has it
    source: str = "Mescheder et al. 2018, https://arxiv.org/abs/1801.04406"


@cache
def gauss_hermite() -> tuple[Array, Array]:
    """Places and weights whose weighted sum is the expectation under N(0, 1), (n,) each."""
    nodes, weights = roots_hermitenorm(NODES)  # numpy's own rule overflows near 400
    return nodes, weights / weights.sum()


def minimax(theta: Array, psi: Array, rules: Rules) -> Field:
    """(−ψ f′(ψθ), θ f′(ψθ)) with f(t) = −log(1 + e⁻ᵗ), f′(t) = σ(−t)."""
    return -psi * expit(-psi * theta), theta * expit(-psi * theta)


def non_saturating(theta: Array, psi: Array, rules: Rules) -> Field:
    """(−ψ f′(−ψθ), θ f′(ψθ))."""
    return -psi * expit(psi * theta), theta * expit(-psi * theta)


def wasserstein(theta: Array, psi: Array, rules: Rules) -> Field:
    """(−ψ, θ)."""
    return -psi, theta


def hinge(theta: Array, psi: Array, rules: Rules) -> Field:
    """(−ψ, θ where ψθ < 1, else 0): beyond its margin D has nothing more to learn."""
    return -psi, theta * (psi * theta < 1)


def least_squares(theta: Array, psi: Array, rules: Rules) -> Field:
    """(−ψ(½ + ψθ), θ(½ − ψθ)), the bias at ½, halfway between the labels."""
    return -psi * (0.5 + psi * theta), theta * (0.5 - psi * theta)


def wasserstein_penalised(theta: Array, psi: Array, rules: Rules) -> Field:
    """(−ψ, θ − 2λ(|ψ| − g₀) sgn ψ)."""
    return -psi, theta - 2 * rules.penalty * (np.abs(psi) - rules.gradient_target) * np.sign(psi)


def damped(theta: Array, psi: Array, rules: Rules) -> Field:
    """Minimax with R1 or R2: v₂ − γψ. D's slope is the same everywhere, so it does not matter where it is measured."""
    v1, v2 = minimax(theta, psi, rules)
    return v1, v2 - rules.gamma * psi


def noisy(theta: Array, psi: Array, rules: Rules) -> Field:
    """(−ψ E f′(ψ(θ+ε)), E (θ+ε) f′(ψ(θ+ε)) − E ε f′(−ψε)) over ε ~ N(0, σ²)."""
    nodes, weights = gauss_hermite()
    noise = rules.instance_noise * nodes
    theta, psi = np.asarray(theta)[..., None], np.asarray(psi)[..., None]
    fake = theta + noise
    slope = expit(-psi * fake)
    return (-psi * slope) @ weights, (fake * slope - noise * expit(psi * noise)) @ weights


def agreed(theta: Array, psi: Array, rules: Rules) -> Field:
    """Minimax with consensus: v − γ∇½‖v‖², where ‖v‖² = (θ² + ψ²) s² with s = f′(ψθ)."""
    v1, v2 = minimax(theta, psi, rules)
    s = expit(-psi * theta)
    cross = -(theta**2 + psi**2) * s**2 * (1 - s)
    return v1 - rules.consensus * (theta * s**2 + cross * psi), v2 - rules.consensus * (psi * s**2 + cross * theta)


def swing(damping: float, rotation: float) -> tuple[complex, complex]:
    """The roots of λ² + 2·damping·λ + rotation²."""
    root = complex(damping**2 - rotation**2) ** 0.5
    return -damping + root, -damping - root


def circling(rules: Rules) -> tuple[complex, complex]:
    """±i f′(0)."""
    return 0.5j, -0.5j


def circling_fast(rules: Rules) -> tuple[complex, complex]:
    return 1j, -1j


def damping(rules: Rules) -> tuple[complex, complex]:
    """−γ/2 ± √(γ²/4 − ¼): fastest at γ = 1."""
    return swing(rules.gamma / 2, 0.5)


METHODS: dict[str, Method] = {
    "minimax": Method("Minimax", r"(-\psi f'(\psi\theta),\ \theta f'(\psi\theta))", minimax, circling, "minimax"),
    "non-saturating": Method(
        "Non-saturating", r"(-\psi f'(-\psi\theta),\ \theta f'(\psi\theta))", non_saturating, circling, "non-saturating"
    ),
    "wasserstein-clip": Method(
        "Wasserstein, clipped", r"(-\psi,\ \theta),\ |\psi|\le c", wasserstein, circling_fast, "wasserstein", "clip"
    ),
    "wasserstein-penalty": Method(
        "Wasserstein, gradient penalty",
        r"(-\psi,\ \theta-2\lambda(|\psi|-g_0)\,\mathrm{sgn}\,\psi)",
        wasserstein_penalised,
        None,
        "wasserstein",
        "gradient-penalty",
    ),
    "r1": Method("R1", r"(-\psi f'(\psi\theta),\ \theta f'(\psi\theta)-\gamma\psi)", damped, damping, "minimax", "r1"),
    "r2": Method("R2", r"(-\psi f'(\psi\theta),\ \theta f'(\psi\theta)-\gamma\psi)", damped, damping, "minimax", "r2"),
    "instance-noise": Method(
        "Instance noise",
        r"(-\psi\,\mathbb{E}f'(\psi(\theta+\varepsilon)),\ "
        r"\mathbb{E}[(\theta+\varepsilon)f'(\psi(\theta+\varepsilon))]-\mathbb{E}[\varepsilon f'(-\psi\varepsilon)])",
        noisy,
        lambda rules: swing(rules.instance_noise**2 / 4, 0.5),  # fastest at σ² = 2
        "minimax",
        noisy=True,
        source="Sønderby et al. 2016, https://arxiv.org/abs/1610.04490",
    ),
    "consensus": Method(
        "Consensus",
        r"v-\gamma\nabla\tfrac12\lVert v\rVert^2",
        agreed,
        lambda rules: (complex(-rules.consensus / 4, 0.5), complex(-rules.consensus / 4, -0.5)),
        "minimax",
        consensus=True,
        source="Mescheder et al. 2017, https://arxiv.org/abs/1705.10461",
    ),
    "least-squares": Method(
        "Least squares",
        r"(-\psi(\tfrac12+\psi\theta),\ \theta(\tfrac12-\psi\theta))",
        least_squares,
        circling,
        "least-squares",
        level=0.5,
        source=OBJECTIVES["least-squares"].source,
    ),
    "hinge": Method(
        "Hinge", r"(-\psi,\ \theta\,[\psi\theta<1])", hinge, circling_fast, "hinge", source=OBJECTIVES["hinge"].source
    ),
    "relativistic": Method(
        "Relativistic",
        r"(-\psi f'(-\psi\theta),\ \theta f'(\psi\theta))",
        non_saturating,  # D of the real point is 0 whatever ψ
        circling,
        "relativistic",
        source=OBJECTIVES["relativistic"].source,
    ),
}


def losses(method: Method, theta: Tensor, psi: Tensor, rules: Rules) -> tuple[Tensor, Tensor]:
    """L_G and L_D with its penalty by `OBJECTIVES` and `CONSTRAINTS`, θ and ψ (P,) -> (P,) each."""
    objective, constraint = OBJECTIVES[method.objective], CONSTRAINTS[method.constraint]
    nodes, weights = map(torch.from_numpy, gauss_hermite())
    noise = rules.instance_noise * method.noisy * nodes

    def discriminate(x: Tensor) -> Tensor:
        return method.level - psi[:, None] * x[..., 0]  # (P, n, 1) -> (P, n)

    real, fake = noise.expand(len(theta), -1)[..., None], (theta[:, None] + noise)[..., None]
    d_real, d_fake = discriminate(real), discriminate(fake)
    loss_d = objective.discriminator(d_real, d_fake) @ weights
    if constraint.at is not None and constraint.penalty is not None:
        at = constraint.at(real, fake, torch.full_like(real, 0.5))  # D is a line: any place between will do
        loss_d = loss_d + constraint.penalty(squared_slope(discriminate, at), rules.config) @ weights
    return objective.generator(d_real, d_fake) @ weights, loss_d


def differentiable_field(method: Method, theta: Tensor, psi: Tensor, rules: Rules) -> tuple[Tensor, Tensor]:
    """v by autograd, itself differentiable by θ and ψ, (P,) each."""
    loss_g, loss_d = losses(method, theta, psi, rules)
    g1, g2 = slope_of(loss_g.sum(), theta), slope_of(loss_d.sum(), psi)
    if method.consensus:
        energy = rules.consensus * 0.5 * (g1.square() + g2.square()).sum()
        g1, g2 = g1 + slope_of(energy, theta), g2 + slope_of(energy, psi)
    return -g1, -g2


def slope_of(value: Tensor, by: Tensor) -> Tensor:
    """A differentiable derivative; 0 where the value does not depend on it."""
    (slope,) = torch.autograd.grad(value, by, create_graph=True, materialize_grads=True)
    return slope


def by_tables(name: str, theta: Array, psi: Array, rules: Rules) -> Field:
    """v by autograd through the trainer's own tables, θ and ψ (P,)."""
    v1, v2 = differentiable_field(METHODS[name], leaf(theta), leaf(psi), rules)
    return v1.detach().numpy(), v2.detach().numpy()


def leaf(values: Array) -> Tensor:
    return torch.tensor(values, dtype=torch.float64, requires_grad=True)


def jacobian(name: str, rules: Rules, at: tuple[float, float] = (0.0, 0.0)) -> Array:
    """∂v/∂(θ, ψ), (2, 2), by autograd through the tables. ValueError at a kink of v."""
    if METHODS[name].eigenvalues is None and at[1] == 0:
        raise ValueError(f"{METHODS[name].title} has a kink at ψ = 0, so no Jacobian there")
    theta, psi = leaf(np.array([at[0]])), leaf(np.array([at[1]]))
    field = differentiable_field(METHODS[name], theta, psi, rules)
    return np.array([[slope_of(v.sum(), by).item() for by in (theta, psi)] for v in field])


def along_theta(name: str, theta: Array, psi: Array, rules: Rules) -> Array:
    """θ after the generator's update."""
    return theta + rules.step * METHODS[name].v(theta, psi, rules)[0]


def along_psi(name: str, theta: Array, psi: Array, rules: Rules) -> Array:
    """ψ after the discriminator's update, and clipped where the method does so."""
    psi = psi + rules.step * METHODS[name].v(theta, psi, rules)[1]
    project = CONSTRAINTS[METHODS[name].constraint].project
    return psi if project is None else project(torch.as_tensor(psi), rules.config).numpy()


def simultaneous(name: str, theta: Array, psi: Array, rules: Rules) -> Field:
    """Both players answer the same moment."""
    return along_theta(name, theta, psi, rules), along_psi(name, theta, psi, rules)


def alternating(name: str, theta: Array, psi: Array, rules: Rules) -> Field:
    """The discriminator moves first, the generator answers it, as the trainer plays."""
    psi = along_psi(name, theta, psi, rules)
    return along_theta(name, theta, psi, rules), psi


UPDATES: dict[str, Callable[[str, Array, Array, Rules], Field]] = {
    "simultaneous": simultaneous,
    "alternating": alternating,
}


def trajectory(
    name: str, rules: Rules, steps: int = 500, start: tuple[float, float] = (1.0, 1.0), update: str = "simultaneous"
) -> Array:
    """(θ, ψ) at the start and after each step, (steps + 1, 2)."""
    path = np.empty((steps + 1, 2))
    path[0] = start
    for i in range(steps):
        path[i + 1] = UPDATES[update](name, path[i, 0], path[i, 1], rules)
    return path


def step_jacobian(name: str, rules: Rules, update: str = "simultaneous") -> Array:
    """The linear map that one step is near the equilibrium, (2, 2): I + hJ, or its two rows one after the other."""
    move = rules.step * jacobian(name, rules)
    identity = np.eye(2)
    first = identity + np.array([[0.0, 0.0], move[1]])
    second = identity + np.array([move[0], [0.0, 0.0]])
    return {"simultaneous": identity + move, "alternating": second @ first}[update]
