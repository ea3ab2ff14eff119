"""Interpolation: what the generator draws on the way between two latents, and of one digit asked for.

Nothing is drawn from a run's streams, so looking changes no run: the ends come from a generator of their own.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from playground.labels import encoded, images_of
from playground.networks import LATENTS
from playground.training import Trainer

PARALLEL = 1e-4  # sine of an angle below which there is no arc to follow
COMPANY = 256  # fixed latents beside those that are looked at


def linear(a: Tensor, b: Tensor, t: Tensor) -> Tensor:
    """On the straight line from a (k,) to b (k,), at places t (n,) between 0 and 1: (n, k)."""
    return a + t[:, None] * (b - a)


def spherical(a: Tensor, b: Tensor, t: Tensor) -> Tensor:
    """On the arc from a (k,) to b (k,), at places t (n,): sin((1 − t)Ω)/sin Ω · a + sin(tΩ)/sin Ω · b, (n, k).

    Ω is the angle between them. Straight on where they are parallel, for then there is no arc, or none before others.
    White 2016, https://arxiv.org/abs/1609.04468, after Shoemake 1985, https://doi.org/10.1145/325165.325242.
    """
    cosine = (a @ b / (a.norm() * b.norm()).clamp_min(1e-12)).clamp(-1, 1)
    angle = torch.arccos(cosine)
    if torch.sin(angle) < PARALLEL:
        return linear(a, b, t)
    share = torch.sin(torch.stack([1 - t, t], 1) * angle) / torch.sin(angle)
    return share @ torch.stack([a, b])


@dataclass(frozen=True)
class Interpolation:
    """A way from latent to latent, and why this law of latents asks for it."""

    title: str
    why: str
    at: Callable[[Tensor, Tensor, Tensor], Tensor]


INTERPOLATIONS: dict[str, Interpolation] = {  # by the law of the latents
    "normal": Interpolation(
        "spherical",
        "Normal latents nearly all have the same length; the straight line would cut through the middle, where hardly any lie.",
        spherical,
    ),
    "uniform": Interpolation(
        "linear", "Uniform latents fill a cube, and the straight line between two of them stays in it.", linear
    ),
}


def pair(law: str, latent_dim: int, number: int) -> Tensor:
    """Two end latents (2, latent) of a law, the same for the same number."""
    return LATENTS[law](2, latent_dim, torch.Generator().manual_seed(number))


def beside_others(trainer: Trainer, z: Tensor) -> Tensor:
    """Images (n, 784) that a trainer's first member makes of latents (n, …) among many fixed ones.

    Batch norm sees the whole batch: one of a few latents alike would not look as the game makes it.
    """
    company = trainer.fixed_latent[0, -COMPANY:]
    with torch.no_grad():
        fake = trainer.generate(torch.cat([z.to(company), company])[None])[0, : len(z)]
    return images_of(fake).cpu()


def labelled(z: Tensor, digit: int | None) -> Tensor:
    """Latents (n, latent) with the label of one digit asked for, (n, latent + 10); without a digit as they are."""
    return z if digit is None else torch.cat([z, encoded(torch.full((len(z),), digit))], 1)


def between(trainer: Trainer, number: int, places: list[float], digit: int | None = None) -> Tensor:
    """Images (n, 784) at places 0 … 1 between the two ends of a pair, by their number."""
    config = trainer.config
    first, second = pair(config.latent, config.latent_dim, number)
    z = INTERPOLATIONS[config.latent].at(first, second, torch.tensor(places))
    return beside_others(trainer, labelled(z, digit))


def of_digit(trainer: Trainer, digit: int, count: int) -> Tensor:
    """Images (count, 784) of P(X | Y = digit) from fixed latents of a conditional game."""
    z = trainer.fixed_latent[0, -count:, : trainer.config.latent_dim].cpu()
    return beside_others(trainer, labelled(z, digit))
