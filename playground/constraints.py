"""What keeps a discriminator smooth: one entry of `CONSTRAINTS` each, usable with every objective.

A constraint acts in up to three places: on the gradient of the output toward the input (`penalty`, measured `at` some
points), on the weights after an update (`project`), or on the weights before they are used (`normalise`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor
from torch.nn.functional import normalize, relu

if TYPE_CHECKING:
    from playground.config import Config


@dataclass(frozen=True)
class Constraint:
    """One way to hold the discriminator in check."""

    title: str
    latex: str
    source: str
    knobs: tuple[str, ...] = ()
    at: Callable[[Tensor, Tensor, Tensor], Tensor] | None = None  # real, fake, u in [0, 1] -> points to penalise at
    penalty: Callable[[Tensor, "Config"], Tensor] | None = None  # ‖∇D‖² a point -> penalty a point
    slope: Callable[[Tensor, "Config"], Tensor] | None = None  # its derivative by ‖∇D‖²
    project: Callable[[Tensor, "Config"], Tensor] | None = None  # all weights, after an update
    normalise: bool = False  # divide each kernel by its largest singular value
    lipschitz: bool = False  # whether the critic's estimate is meant as a distance (up to what the penalty allows)


def between(real: Tensor, fake: Tensor, u: Tensor) -> Tensor:
    """Points on the lines from fakes to reals, (P, n, dim)."""
    return torch.lerp(fake, real, u)


def norm(square: Tensor) -> Tensor:
    """The root, with a finite slope at 0."""
    return (square + 1e-12).sqrt()


CONSTRAINTS: dict[str, Constraint] = {
    "none": Constraint("None", r"\text{none}", ""),
    "clip": Constraint(
        "Weight clipping",
        r"w \leftarrow \mathrm{clip}(w, -c, c)",
        "Arjovsky et al. 2017, https://arxiv.org/abs/1701.07875",
        knobs=("clip",),
        project=lambda weights, config: weights.clamp_(-config.clip, config.clip),
    ),
    "gradient-penalty": Constraint(
        "Gradient penalty",
        r"\lambda\,\mathbb{E}_{\hat x}[(\lVert\nabla D(\hat x)\rVert-g)^2]",
        "Gulrajani et al. 2017, https://arxiv.org/abs/1704.00028",
        knobs=("penalty", "gradient_target"),
        at=between,
        penalty=lambda square, config: config.penalty * (norm(square) - config.gradient_target).square(),
        slope=lambda square, config: config.penalty * (1 - config.gradient_target / norm(square)),
        lipschitz=True,
    ),
    "gradient-penalty-one-sided": Constraint(
        "Gradient penalty, one-sided",
        r"\lambda\,\mathbb{E}_{\hat x}[\max(0,\lVert\nabla D(\hat x)\rVert-g)^2]",
        "Petzka et al. 2018, https://arxiv.org/abs/1709.08894",
        knobs=("penalty", "gradient_target"),
        at=between,
        penalty=lambda square, config: config.penalty * relu(norm(square) - config.gradient_target).square(),
        slope=lambda square, config: config.penalty * relu(1 - config.gradient_target / norm(square)),
        lipschitz=True,
    ),
    "r1": Constraint(
        "R1",
        r"\tfrac{\gamma}{2}\,\mathbb{E}_{x}[\lVert\nabla D(x)\rVert^2]",
        "Mescheder et al. 2018, https://arxiv.org/abs/1801.04406",
        knobs=("gamma",),
        at=lambda real, fake, u: real,
        penalty=lambda square, config: config.gamma / 2 * square,
        slope=lambda square, config: torch.full_like(square, config.gamma / 2),
    ),
    "r2": Constraint(
        "R2",
        r"\tfrac{\gamma}{2}\,\mathbb{E}_{z}[\lVert\nabla D(G(z))\rVert^2]",
        "Mescheder et al. 2018, https://arxiv.org/abs/1801.04406",
        knobs=("gamma",),
        at=lambda real, fake, u: fake,
        penalty=lambda square, config: config.gamma / 2 * square,
        slope=lambda square, config: torch.full_like(square, config.gamma / 2),
    ),
    "spectral-norm": Constraint(
        "Spectral normalisation",
        r"W \mapsto W/\sigma_{\max}(W)",
        "Miyato et al. 2018, https://arxiv.org/abs/1802.05957",
        normalise=True,
        lipschitz=True,
    ),
}


def squared_slope(discriminator: Callable[[Tensor], Tensor], x: Tensor) -> Tensor:
    """‖∇D(x)‖² at each point, differentiable toward the weights and whatever x was made of, (P, n, dim) -> (P, n)."""
    # of the points alone: unrolled, the discriminator's weights were made of them too
    x = x.view_as(x) if x.requires_grad else x.detach().requires_grad_()
    (slope,) = torch.autograd.grad(discriminator(x).sum(), x, create_graph=True)
    return slope.square().sum(-1)


class SpectralNorm:
    """Kernels divided by their largest singular value, which power iteration follows from step to step.

    `kernels` are the places of the weights to normalise; each is flattened to (P, rows, rest) as Miyato et al. do.
    """

    def __init__(self, kernels: Sequence[int], weights: Sequence[Tensor], rounds: int = 30) -> None:
        rows = [weights[i].shape[1] for i in kernels]
        self.flat = torch.cat(
            [weights[i].new_full((len(weights[i]), n), n**-0.5) for i, n in zip(kernels, rows, strict=True)], 1
        )
        self.left = {i: left[..., None] for i, left in zip(kernels, self.flat.split(rows, 1), strict=True)}  # views
        self.settle(weights, rounds)

    def settle(self, weights: Sequence[Tensor], rounds: int = 30) -> None:
        """Go where power iteration would have arrived."""
        for _ in range(rounds):
            self.refine(weights)

    def twin(self, members: slice, weights: Sequence[Tensor]) -> "SpectralNorm":
        """A copy of what some members' power iteration knows; `weights` are theirs, (P, *shape) each."""
        twin = SpectralNorm(list(self.left), weights, rounds=0)
        twin.flat.copy_(self.flat[members])
        return twin

    @torch.no_grad()
    def refine(self, weights: Sequence[Tensor]) -> None:
        """One round of power iteration on every kernel."""
        for i, left in self.left.items():
            kernel = flat(weights[i])
            left.copy_(normalize(kernel @ normalize(kernel.mT @ left, dim=1), dim=1))

    def __call__(self, weights: Sequence[Tensor], members: slice = slice(None)) -> list[Tensor]:
        """The weights of some members with every kernel divided by its σ_max; singular vectors are held constant."""
        out = list(weights)
        for i in self.left:
            sigma, _, _ = self._largest(i, weights[i], members)
            out[i] = weights[i] / sigma.reshape(-1, *[1] * (weights[i].dim() - 1))
        return out

    def _largest(self, i: int, weights: Tensor, members: slice = slice(None)) -> tuple[Tensor, Tensor, Tensor]:
        """σ_max (P, 1, 1) of a kernel, and its singular vectors (P, rows, 1) and (P, rest, 1)."""
        kernel, left = flat(weights), self.left[i][members]
        right = normalize(kernel.detach().mT @ left, dim=1)
        return (left.mT @ kernel @ right).clamp_min(1e-12), left, right

    def pull_back(self, slopes: Sequence[Tensor], weights: Sequence[Tensor]) -> None:
        """Turn slopes toward the normalised kernels into slopes toward the kernels themselves, in place.

        For Ŵ = W/σ and σ = uᵀWv: ∂L/∂W = (∂L/∂Ŵ − ⟨∂L/∂Ŵ, Ŵ⟩ uvᵀ) / σ. Miyato et al. 2018, equation 12.
        """
        for i in self.left:
            sigma, left, right = self._largest(i, weights[i])
            slope = flat(slopes[i])
            along = (slope * flat(weights[i])).sum((1, 2), keepdim=True) / sigma
            slope.sub_(along * left @ right.mT).div_(sigma)


def flat(kernel: Tensor) -> Tensor:
    """A kernel as a matrix, (P, rows, …) -> (P, rows, rest)."""
    return kernel.flatten(2)
