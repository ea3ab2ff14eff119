"""Snapshot: everything a page may see of a run at one moment, as arrays. Looking never changes the run."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray

from playground.config import Config
from playground.labels import asked_of, images_of
from playground.probe import some_weights
from playground.training import Trainer

Array = NDArray[np.floating]
SHOWN = {1: 2048, 2: 512}  # samples shown, by dimension
IMAGES = 100
WEIGHTS = 4096  # of the discriminator, at most
RESOLUTION = {1: 256, 2: 48}  # places of the discriminator's field along each axis


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
    density: Array | None  # exact real density on the grid, (g,), in 1D
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
    asked: tuple[int, ...] = ()  # the digit asked for of each fake, (n,); empty where none is
    game: int = 0  # how many games its run had begun before this one

    @property
    def emd(self) -> float:
        """Last measured."""
        values = self.metrics["emd"]
        return float(values[np.isfinite(values)][-1])

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
    grid, d_grid, density = plane(trainer, chosen) if dim <= 2 else (None, None, None)
    return Snapshot(
        config=trainer.config,
        iteration=trainer.iteration,
        member=member,
        real=images_of(trainer.fixed_real[member, : fake.shape[1]]).cpu().numpy(),
        fake=images_of(fake[0]).cpu().numpy(),
        d_real=d_real[0].cpu().numpy(),
        d_fake=d_fake[0].cpu().numpy(),
        arrows=arrows[0].cpu().numpy(),
        grid=grid,
        d_grid=d_grid,
        density=density,
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
    )


@torch.no_grad()
def plane(trainer: Trainer, chosen: slice) -> tuple[Array, Array, Array | None]:
    """Places along an axis, raw outputs there, and in 1D the exact density."""
    reach = 1.35 * float(np.abs(trainer.yardstick.reference).max())
    axis = torch.linspace(-reach, reach, RESOLUTION[trainer.data.dim])
    if trainer.data.dim == 1:
        points = axis[:, None]
        density = trainer.data.log_prob(points.double()).exp().numpy() if trainer.data.log_prob else None
    else:
        points, density = torch.cartesian_prod(axis, axis).flip(1), None
    d = trainer.discriminate(points.to(trainer.device)[None], chosen)[0].cpu().numpy()
    return axis.numpy(), d.reshape([len(axis)] * trainer.data.dim), density
