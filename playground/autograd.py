"""The autograd step: both players' updates as the papers write them, with every trick. The other paths are held against it.

Each trick of `TRICKS` stands where its paper puts it and is neutral while its knob rests: packs of one sample, no steps ahead,
a penalty at every step. What a trick draws comes from streams of its own, so that it shifts nobody else's numbers.
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from playground.config import Config
from playground.constraints import CONSTRAINTS, SpectralNorm, squared_slope
from playground.networks import beside, deviation, unflatten
from playground.objectives import OBJECTIVES
from playground.players import Player
from playground.streams import Draw, batch
from playground.tricks import TRICKS, noise_level


@dataclass(frozen=True)
class Shown:
    """What the discriminator is shown for one update: packs side by side, noisy if the Config says so."""

    real: Tensor  # (P, n, packing · dim)
    fake: Tensor  # (P, n, packing · dim)
    place: Tensor | None = None  # where between them to penalise, (P, n, 1), where a penalty asks


@dataclass(frozen=True)
class Terms:
    """What an update of the discriminator descends, a member each, and the raw outputs that it comes from."""

    loss: Tensor  # (P,)
    penalty: Tensor | float  # with its weight, (P,)
    agreement: Tensor | float  # of the consensus, (P,)
    d_real: Tensor  # (P, n)
    d_fake: Tensor  # (P, n)

    @property
    def total(self) -> Tensor:
        """(P,)"""
        return self.loss + self.penalty + self.agreement


class AutogradStep:
    """The updates of both players for one setting of the hot knobs, `iteration` iterations into the game."""

    path = "autograd"

    def __init__(
        self, players: tuple[Player, Player], config: Config, spectral: SpectralNorm | None, iteration: int = 0
    ) -> None:
        self.generator, self.discriminator = players
        self.config, self.spectral, self.iteration = config, spectral, iteration
        self.objective, self.constraint = OBJECTIVES[config.objective], CONSTRAINTS[config.constraint]
        self.deviates = TRICKS["minibatch-stddev"].active(config)

    def play(
        self, draw: Draw, iterations: int, discriminator_steps: int, generator_steps: int
    ) -> dict[str, NDArray[np.floating]]:
        """Some iterations; `draw` gives batches. Their last updates' losses, each (iterations, P)."""
        rows = [self.iterate(draw, discriminator_steps, generator_steps) for _ in range(iterations)]
        return {name: torch.stack([row[name] for row in rows]).double().cpu().numpy() for name in rows[0]}

    def iterate(self, draw: Draw, discriminator_steps: int, generator_steps: int) -> dict[str, Tensor]:
        """One iteration; the losses of its last updates, (P,) each."""
        row: dict[str, Tensor] = {}
        for _ in range(discriminator_steps):
            row |= self.step_discriminator(draw)
        for _ in range(generator_steps):
            row |= self.step_generator(draw)
        self.iteration += 1
        return row

    def step_discriminator(self, draw: Draw) -> dict[str, Tensor]:
        """One update of the discriminator; the losses and mean outputs of its batch, before it."""
        shown = self.for_discriminator(draw)
        terms = self.discriminator_terms(shown)
        self.discriminator.update(terms.total.sum())
        with torch.no_grad():
            self.project(self.discriminator.flat)
        means = {"d_real": terms.d_real.detach().mean(1), "d_fake": terms.d_fake.detach().mean(1)}
        return {"loss_discriminator": terms.loss.detach(), **means}

    def for_discriminator(self, draw: Draw) -> Shown:
        """The next batch for an update of the discriminator, whose norms are brought up to its weights."""
        with torch.set_grad_enabled(self.config.consensus > 0):
            shown = self.deal(draw, "real", "place")
        if self.spectral is not None:
            self.spectral.refine(self.discriminator.weights())
        return shown

    def discriminator_terms(self, shown: Shown) -> Terms:
        """What an update of the discriminator descends."""
        flat, share = self.discriminator.flat, self.share_of_penalty()
        d_real, d_fake = self.outputs(flat, shown)
        penalty = share * self.penalty(flat, shown) if share else 0.0
        return Terms(self.discriminator_loss(d_real, d_fake), penalty, self.agreement(shown), d_real, d_fake)

    def step_generator(self, draw: Draw) -> dict[str, Tensor]:
        """One update of the generator; its loss before it."""
        shown = self.for_generator(draw)
        loss = self.generator_loss(self.unrolled(shown), shown)
        self.generator.update((loss + self.agreement(shown)).sum())
        self.generator.follow(self.config.ema)
        return {"loss_generator": loss.detach()}

    def for_generator(self, draw: Draw) -> Shown:
        """The next batch for an update of the generator."""
        ahead = self.config.unrolling > 0 or self.config.consensus > 0  # then D's loss matters too
        real = "real" if self.objective.uses_real else "real ahead" if ahead else ""
        return self.deal(draw, real, "place ahead" if ahead else "")

    @torch.no_grad()
    def losses(self, real: Tensor, fake: Tensor) -> dict[str, Tensor]:
        """What updates record, (P,) each, without one: of clean samples, (P, samples, dim) each."""
        flat, pack = self.discriminator.flat, self.config.packing
        count = real.shape[1] - real.shape[1] % pack
        packs = (x[:, :count].reshape(len(x), count // pack, -1) for x in (real, fake))
        d_real, d_fake = (self.judge(flat, self.told(x)) for x in packs)
        return {
            "loss_discriminator": self.discriminator_loss(d_real, d_fake),
            "loss_generator": self.objective.generator(d_real, d_fake).mean(1),
            "d_real": d_real.mean(1),
            "d_fake": d_fake.mean(1),
        }

    def outputs(self, flat: Tensor, shown: Shown) -> tuple[Tensor, Tensor]:
        """Raw outputs of D with the weights `flat` (P, K) for reals and fakes, (P, n) each."""
        both = torch.cat([self.told(shown.real), self.told(shown.fake)], 1)
        d_real, d_fake = self.judge(flat, both).split(shown.real.shape[1], 1)
        return d_real, d_fake

    def discriminator_loss(self, d_real: Tensor, d_fake: Tensor) -> Tensor:
        """(P, n) each -> (P,)."""
        return self.costs_of(d_real, d_fake).mean(1)

    def costs_of(self, d_real: Tensor, d_fake: Tensor) -> Tensor:
        """What each sample costs D; smoothed labels change what is said of reals (Salimans et al. 2016)."""
        loss, smoothing = self.objective.discriminator(d_real, d_fake), self.objective.smoothing
        if self.config.label_smoothing and smoothing is not None:
            loss = loss + smoothing(d_real, self.config.label_smoothing)
        return loss

    def generator_loss(self, flat: Tensor, shown: Shown) -> Tensor:
        """(P,), against D with the weights `flat`."""
        if self.objective.uses_real:
            return self.objective.generator(*self.outputs(flat, shown)).mean(1)
        d_fake = self.judge(flat, self.told(shown.fake))
        return self.objective.generator(d_fake, d_fake).mean(1)

    def penalty(self, flat: Tensor, shown: Shown) -> Tensor | float:
        """The constraint's penalty on D with the weights `flat`, (P,); 0 where it has none."""
        if self.constraint.at is None or self.constraint.penalty is None or shown.place is None:
            return 0.0
        x = self.constraint.at(shown.real, shown.fake, shown.place)
        square = squared_slope(lambda x: self.judge(flat, self.told(x)), x)
        return self.constraint.penalty(square, self.config).mean(1)

    def share_of_penalty(self) -> int:
        """How many penalties this step takes: r of them at every r-th step, none between (Karras et al. 2020)."""
        return self.config.lazy if self.discriminator.updates % self.config.lazy == 0 else 0

    def unrolled(self, shown: Shown) -> Tensor:
        """D's weights after the next k updates it would make on this batch, differentiable (Metz et al. 2017).

        Always the same batch, as in the paper's code; a penalty with its mean weight; D itself stays where it is.
        """
        optimiser, flat = self.discriminator.optimiser, self.discriminator.flat
        memory = optimiser.memory
        for step in range(self.config.unrolling):
            loss = self.discriminator_loss(*self.outputs(flat, shown)) + self.penalty(flat, shown)
            (slope,) = torch.autograd.grad(loss.sum(), flat, create_graph=True)
            flat, memory = optimiser.ahead(flat, slope, memory, optimiser.count + step + 1)
            flat = self.project(flat)
        return flat

    def agreement(self, shown: Shown) -> Tensor | float:
        """γ/2·‖v‖² of the gradients v of both players' losses, (P,) (Mescheder et al. 2017)."""
        if not self.config.consensus:
            return 0.0
        flat = self.discriminator.flat
        loss = self.discriminator_loss(*self.outputs(flat, shown)) + self.penalty(flat, shown)
        games = (loss, flat), (self.generator_loss(flat, shown), self.generator.flat)
        slopes = [torch.autograd.grad(loss.sum(), weights, create_graph=True)[0] for loss, weights in games]
        return self.config.consensus / 2 * sum(slope.square().sum(1) for slope in slopes)

    def project(self, flat: Tensor) -> Tensor:
        """Weights where the constraint wants them; a player's own in place."""
        if self.constraint.project is None:
            return flat
        return self.constraint.project(flat if flat.is_leaf else flat.clone(), self.config)

    def judge(self, flat: Tensor, x: Tensor) -> Tensor:
        """(P, n, whatever D takes) -> (P, n)."""
        weights = unflatten(flat, self.discriminator.network.shapes)
        if self.spectral is not None:
            weights = self.spectral(weights)
        return self.discriminator.network(weights, x)[..., 0]

    def told(self, x: Tensor) -> Tensor:
        """A batch as D takes it: with its deviation beside every pack, if D is to know (Karras et al. 2018)."""
        return beside(x, deviation(x)) if self.deviates else x

    def deal(self, draw: Draw, real: str, place: str) -> Shown:
        """The next batch from the streams named; without one for reals the fakes stand there, and nobody looks."""
        fake = self._noisy(self.made(batch(draw, "latent")), draw)
        penalised = place and self.constraint.at is not None
        return Shown(
            self._noisy(batch(draw, real), draw) if real else fake, fake, batch(draw, place) if penalised else None
        )

    def made(self, z: Tensor) -> Tensor:
        """Packs of fakes from packs of latents (Lin et al. 2018)."""
        members, n, _ = z.shape
        z = z.view(members, n * self.config.packing, -1)
        return self.generator.network(self.generator.weights(), z).reshape(members, n, -1)

    def _noisy(self, x: Tensor, draw: Draw) -> Tensor:
        """With instance noise, if there is any at this iteration (Sønderby et al. 2017)."""
        sigma = noise_level(self.config, self.iteration)
        return x + sigma * batch(draw, "noise") if sigma else x
