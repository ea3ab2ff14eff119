"""Snapshot: everything a page may see of a run at one moment, as arrays. Looking never changes the run."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from playground.config import Config
from playground.labels import asked_of, images_of
from playground.networks import QUANTILES
from playground.probe import some_weights
from playground.training import Trainer
from playground.yardstick import DistributionYardstick, Yardstick

Array = NDArray[np.floating]
SHOWN = {1: 2048, 2: 512}  # samples shown, by dimension
IMAGES = 100
WEIGHTS = 4096  # of the discriminator, at most
RESOLUTION = {1: 256, 2: 48}  # places of the discriminator's field along each axis
CELLS = {1: 40, 2: 20}  # of the grid of latents along each axis
TAIL = 0.01  # of a latent's law, beyond the grid on either side


def nothing() -> Array:
    """An array of no numbers."""
    return np.zeros(0)


@dataclass(frozen=True, eq=False)
class Snapshot:
    """One member of a run at one iteration, and the history that led there."""

    config: Config
    iteration: int
    member: int
    real: Array  # (n, dim)
    fake: Array  # (n, dim)
    d_real: Array  # raw outputs, (n,)
    d_fake: Array  # (n,)
    arrows: Array  # −∂L_G/∂x at the fakes, (n, dim)
    grid: Array | None  # places along one axis (the field is square), (g,); None for images
    d_grid: Array | None  # raw outputs on the field, (g,) or (g, g), row = second coordinate
    density: Array | None  # exact real density on the grid, (g,) or (g, g); None where nobody knows it
    losses: dict[str, Array]  # columns of the training losses
    metrics: dict[str, Array]  # columns of the metrics
    modes: Array  # modes captured by each member at the last measurement, (P,)
    modes_total: int
    shares: Array  # share of the samples in each mode at the last measurement, (modes,)
    mode_names: tuple[str, ...]
    floor: float  # EMD of fresh real samples under the same protocol
    space: str  # where the EMD is measured
    slopes: Array = field(
        default_factory=nothing
    )  # ‖∇D‖ at points between real and fake, at the last measurement, (s,)
    d_weights: Array = field(default_factory=nothing)  # some of D's weights, evenly spaced, (k,)
    layer_norms: Array = field(
        default_factory=nothing
    )  # ‖∂L_D/∂h‖ per layer, output first, when last measured; empty for convolutions
    floors: Mapping[str, float] = field(default_factory=dict)  # what fresh real samples score, by metric of samples
    slope_grid: Array = field(default_factory=nothing)  # ‖∇D‖ on the field, as d_grid; empty for images
    latents: Array = field(default_factory=nothing)  # places of the grid of latents, the same along each axis, (k,)
    manifold: Array = field(default_factory=nothing)  # its image, (k, dim) or (k, k, dim); the other latents are 0
    trail: Array = field(default_factory=nothing)  # the first fakes in the pictures before and in this one, (t, n, dim)
    asked: tuple[int, ...] = ()  # the digit asked for of each fake, (n,); empty where none is
    game: int = 0  # how many games its run had begun before this one

    @property
    def emd(self) -> float:
        """Last measured."""
        return self.last("emd")

    def last(self, name: str) -> float:
        """A metric's newest number; NaN before there is one."""
        values = self.metrics[name]
        known = values[np.isfinite(values)]
        return float(known[-1]) if len(known) else math.nan

    @property
    def dim(self) -> int:
        """Of the data."""
        return self.real.shape[1]


def take(trainer: Trainer, member: int = 0, game: int = 0) -> Snapshot:
    """A snapshot of one member."""
    dim = trainer.data.dim
    member = min(member, trainer.config.population - 1)
    chosen = slice(member, member + 1)
    fake, d_real, d_fake, arrows = trainer.look(SHOWN.get(dim, IMAGES), chosen)
    field = plane(trainer, chosen) if dim <= 2 else {"grid": None, "d_grid": None, "density": None}
    return Snapshot(
        config=trainer.config,
        iteration=trainer.iteration,
        member=member,
        real=images_of(trainer.fixed_real[member, : fake.shape[1]]).cpu().numpy(),
        fake=images_of(fake[0]).cpu().numpy(),
        d_real=d_real[0].cpu().numpy(),
        d_fake=d_fake[0].cpu().numpy(),
        arrows=arrows[0].cpu().numpy(),
        losses=trainer.losses.columns(member),
        metrics=trainer.metrics.columns(member),
        modes=trainer.metrics.last()["modes"],
        modes_total=len(trainer.yardstick.weights),
        shares=trainer.meter.shares[member],
        mode_names=trainer.data.mode_names,
        floor=trainer.yardstick.floor,
        space=trainer.yardstick.space,
        slopes=trainer.meter.slopes[member],
        d_weights=some_weights(trainer.discriminator.flat[chosen], WEIGHTS)[0].cpu().numpy(),
        layer_norms=trainer.meter.layer_norms[member],
        floors=trainer.yardstick.floors,
        asked=tuple(asked_of(fake[0]).tolist()) if trainer.config.labels else (),
        game=game,
        **field,  # type: ignore[arg-type]
        **(manifold(trainer, chosen) if dim <= 2 else {}),
    )


def plane(trainer: Trainer, chosen: slice) -> dict[str, Array | None]:
    """The discriminator's field: places along an axis, raw outputs and their slope ‖∇D‖ there, and the exact density."""
    axis, points, density = places(trainer.yardstick)
    x = points.to(trainer.generator.flat)[None].requires_grad_()
    d = trainer.discriminate(x, chosen)
    (slope,) = torch.autograd.grad(d.sum(), x)
    shape = [len(axis)] * trainer.data.dim
    return {
        "grid": axis.numpy().astype(np.float32),
        "d_grid": d.detach()[0].cpu().numpy().reshape(shape),
        "slope_grid": slope.norm(dim=2)[0].cpu().numpy().reshape(shape),
        "density": density,
    }


@lru_cache(maxsize=64)
def places(yardstick: Yardstick) -> tuple[Tensor, Tensor, Array | None]:
    """Along an axis (g,), on the whole field (g or g², dim), and the exact density there as `Snapshot.density`."""
    assert isinstance(yardstick, DistributionYardstick)
    law, reach = yardstick.law, 1.35 * float(np.abs(yardstick.reference).max())
    axis = torch.linspace(-reach, reach, RESOLUTION[law.dim], dtype=torch.float64)
    points = axis[:, None] if law.dim == 1 else torch.cartesian_prod(axis, axis).flip(1)
    density = None if law.log_prob is None else law.log_prob(points).exp().numpy()
    return axis, points, None if density is None else density.reshape([len(axis)] * law.dim)


def axis_of(trainer: Trainer) -> Tensor:
    """The places along an axis where the discriminator is drawn, (g,): the data and some room around them."""
    return places(trainer.yardstick)[0].to(trainer.generator.flat)


@torch.no_grad()
def manifold(trainer: Trainer, chosen: slice) -> dict[str, Array]:
    """What the generator makes of an even grid of latents: each cell holds the same share of them."""
    dim, config = trainer.data.dim, trainer.config
    share = torch.linspace(TAIL, 1 - TAIL, CELLS[dim] + 1, dtype=torch.float64)
    axis = QUANTILES[config.latent](share).to(trainer.generator.flat)
    spread = min(dim, config.latent_dim)
    z = axis.new_zeros(len(axis) ** spread, config.latent_dim)
    z[:, :spread] = axis[:, None] if spread == 1 else torch.cartesian_prod(axis, axis).flip(1)
    images = trainer.generate(z[None], chosen)[0].cpu().numpy()
    return {"latents": axis.cpu().numpy(), "manifold": images.reshape([len(axis)] * spread + [dim])}
