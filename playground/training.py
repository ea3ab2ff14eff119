"""The trainer: one step of each player, for a whole population at once, and the history of the game."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from playground.config import Config
from playground.constraints import CONSTRAINTS, SpectralNorm, squared_slope
from playground.fast import step
from playground.fast.eager import EagerStep
from playground.fast.graph import CudaRecorder, GraphStep
from playground.fast.step import FastStep
from playground.history import History
from playground.meter import Meter
from playground.networks import LATENTS, MLP, PLAYERS, Network, flatten, unflatten
from playground.objectives import OBJECTIVES
from playground.optimisers import OPTIMISERS
from playground.streams import Draw, Stream, batch, unit
from playground.yardstick import data_of, yardstick_of

LOSSES = ("loss_discriminator", "loss_generator", "d_real", "d_fake")
EVERYONE = slice(None)
Row = dict[str, NDArray[np.floating]]


class Diverged(ArithmeticError):
    """A loss, a weight or a sample is no longer a finite number."""


class Player:
    """One network of every member: all parameters in one flat tensor (P, K), moved by one optimiser."""

    def __init__(self, network: Network, rngs: list[torch.Generator]) -> None:
        self.network = network
        self.flat = torch.stack([flatten(network.init(rng)) for rng in rngs]).requires_grad_()
        self._optimiser_name: str | None = None

    def weights(self, members: slice = EVERYONE) -> list[Tensor]:
        """The parameters of some members, each (P, *shape): differentiable views of `flat`."""
        return unflatten(self.flat[members], self.network.shapes)

    def tune(self, config: Config, lr: float) -> None:
        """Make the optimiser that `config` names, or move the knobs of the one there is and keep its memory."""
        if self._optimiser_name != config.optimiser:
            self.optimiser, self._optimiser_name = OPTIMISERS[config.optimiser](self.flat.detach()), config.optimiser
        self.optimiser.tune(lr, config)

    def update(self, loss: Tensor) -> None:
        """One step down the gradient of `loss`, a sum over members."""
        self.optimiser.step(torch.autograd.grad(loss, self.flat)[0])


class Trainer:
    """A population of GANs in training. Not thread-safe: `engine.Run` owns it.

    `path` forces how gradients are computed, for tests and benchmarks: "fast", "eager" or "autograd". By itself the
    trainer takes the first of them that knows the game.
    """

    def __init__(self, config: Config, device: torch.device | str = "cpu", *, path: str = "") -> None:
        self.config, self.device, self._forced = config, torch.device(device), path
        self.iteration = 0
        self.data, self.yardstick = data_of(config), yardstick_of(config)
        generator, discriminator = PLAYERS[config.players](config, self.data.dim)
        self.generator = Player(generator, self._rngs(0))
        self.discriminator = Player(discriminator, self._rngs(1))
        latent = LATENTS[config.latent]
        self._streams = {
            "real": Stream(self.data.sample, self.data.dim, self._rngs(2)),
            "latent": Stream(lambda n, rng: latent(n, config.latent_dim, rng), config.latent_dim, self._rngs(3)),
            "place": Stream(unit, 1, self._rngs(4)),
        }
        samples = self.yardstick.samples
        self.fixed_latent = torch.stack([latent(samples, config.latent_dim, rng) for rng in self._rngs(5)])
        self.fixed_real = torch.stack([self.data.sample(samples, rng) for rng in self._rngs(6)])
        self.losses = History(LOSSES, config.population)
        self.meter = Meter(self)
        self._spectral: SpectralNorm | None = None
        self._tune()
        self._record(self._losses_now())
        self.meter.note(0)
        self.meter.settle()

    def _rngs(self, purpose: int) -> list[torch.Generator]:
        """One generator a member; different purposes (0 … 15) and seeds never share their numbers."""
        first, members = self.config.seed, range(self.config.population)
        return [torch.Generator(self.device).manual_seed(16 * (first + i) + purpose) for i in members]

    def change(self, config: Config) -> None:
        """Apply hot knobs to the running game."""
        if config.restarts(self.config):
            raise ValueError(f"only hot knobs apply to a running game, got {config.changed(self.config)}")
        self.config = config
        self._tune()

    def _tune(self) -> None:
        self.objective, self.constraint = OBJECTIVES[self.config.objective], CONSTRAINTS[self.config.constraint]
        self.generator.tune(self.config, self.config.generator_lr)
        self.discriminator.tune(self.config, self.config.discriminator_lr)
        if not self.constraint.normalise:
            self._spectral = None
        elif self._spectral is None:
            self._spectral = SpectralNorm(self.discriminator.network.kernels, self.discriminator.weights())
        players = self.generator, self.discriminator
        self._step = self._make_step(players)

    def _take_over(self) -> None:
        """Once the fast step is compiled, go on with it."""
        if isinstance(self._step, EagerStep) and not self._forced and step.ready():
            self._tune()

    def _make_step(self, players: tuple[Player, Player]) -> FastStep | EagerStep | GraphStep | None:
        """The first that knows the game and is ready; None leaves it to autograd."""
        covered = step.covers(self.config, players)
        if self._forced in ("", "fast") and covered and step.ready(wait=bool(self._forced)):
            return FastStep(players, self.config, self._spectral)
        eager = None
        if all(isinstance(player.network, MLP) for player in players) and self._forced != "autograd":
            eager = EagerStep(players, self.config, self.objective, self.constraint, self._spectral)
        if self.device.type == "cuda" and not self._forced:
            return GraphStep(eager.iterate if eager else self._by_autograd, CudaRecorder())
        return eager

    @property
    def path(self) -> str:
        """What computes the gradients: "fast", "graph", "eager" or "autograd"."""
        return "autograd" if self._step is None else self._step.path

    def draw(self, what: str, steps: int) -> tuple[Tensor, int]:
        """The next batches for every member of "real", "latent" or "place": a block (P, …, n, dim), and their start."""
        return self._streams[what].next(self.config.batch_size, steps)

    @property
    def metrics(self) -> History:
        """Every metric of every member over time."""
        return self.meter.history

    def measure(self) -> Row:
        """Every metric of every member now."""
        return self.meter.measure()

    def discriminate(self, x: Tensor, members: slice = EVERYONE) -> Tensor:
        """Raw outputs at points of each member, (P, n, dim) -> (P, n)."""
        weights = self.discriminator.weights(members)
        if self._spectral is not None:
            weights = self._spectral(weights, members)
        return self.discriminator.network(weights, x)[..., 0]

    def generate(self, z: Tensor, members: slice = EVERYONE) -> Tensor:
        """Fakes from latents of each member, (P, n, latent) -> (P, n, dim)."""
        return self.generator.network(self.generator.weights(members), z)

    def step_discriminator(self, draw: Draw) -> dict[str, Tensor]:
        """One update of the discriminator; the losses and mean outputs of its batch, before it."""
        n = self.config.batch_size
        real = batch(draw, "real")
        with torch.no_grad():
            fake = self.generate(batch(draw, "latent"))
        if self._spectral is not None:
            self._spectral.refine(self.discriminator.weights())
        d_real, d_fake = self.discriminate(torch.cat([real, fake], 1)).split(n, 1)
        loss = self.objective.discriminator(d_real, d_fake).mean(1)  # (P,)
        self.discriminator.update((loss + self._penalty(real, fake, draw)).sum())
        if self.constraint.project is not None:
            with torch.no_grad():
                self.constraint.project(self.discriminator.flat, self.config)
        return {
            "loss_discriminator": loss.detach(),
            "d_real": d_real.detach().mean(1),
            "d_fake": d_fake.detach().mean(1),
        }

    def _penalty(self, real: Tensor, fake: Tensor, draw: Draw) -> Tensor | float:
        if self.constraint.at is None or self.constraint.penalty is None:
            return 0.0
        x = self.constraint.at(real, fake, batch(draw, "place"))
        return self.constraint.penalty(squared_slope(self.discriminate, x), self.config).mean(1)

    def step_generator(self, draw: Draw) -> dict[str, Tensor]:
        """One update of the generator; its loss before it."""
        d_fake = self.discriminate(self.generate(batch(draw, "latent")))
        d_real = d_fake
        if self.objective.uses_real:
            with torch.no_grad():
                d_real = self.discriminate(batch(draw, "real"))
        loss = self.objective.generator(d_real, d_fake).mean(1)
        self.generator.update(loss.sum())
        return {"loss_generator": loss.detach()}

    def _row(self, **values: Tensor) -> Row:
        return {name: value.detach().double().cpu().numpy() for name, value in values.items()}

    def demand_finite(self, what: str, value: NDArray[np.floating]) -> None:
        """Raise Diverged, which names the seed, unless all of `value` is finite; it has one row a member."""
        finite = np.isfinite(value).reshape(len(value), -1).all(1)
        if not finite.all():
            seed = self.config.seed + int(np.argmin(finite))
            what = what.replace("_", " ")
            raise Diverged(f"{what} of seed {seed} is no longer a finite number, at iteration {self.iteration}")

    def iterate(self, discriminator_steps: int | None = None, generator_steps: int | None = None) -> None:
        """One iteration: the discriminator's updates, then the generator's (by default as many as the Config says)."""
        self.advance(1, discriminator_steps, generator_steps)

    def advance(
        self, iterations: int, discriminator_steps: int | None = None, generator_steps: int | None = None
    ) -> int:
        """At most so many iterations, up to the next measurement; how many it were."""
        self._take_over()
        count = min(iterations, self.meter.until_due(self.iteration))
        start = dict(self.losses.last())
        played = self.update(count, discriminator_steps, generator_steps)
        finite = np.logical_and.reduce([np.isfinite(values).all(1) for values in played.values()], initial=True)
        for i, fine in enumerate(np.broadcast_to(finite, count)):
            self.iteration += 1
            if not fine or self.losses.due(self.iteration):
                self._record(start | {name: values[i] for name, values in played.items()})
        self.meter.note(self.iteration)
        return count

    def _record(self, row: Row) -> None:
        for name, values in row.items():
            self.demand_finite(name, values)
        self.losses.append(self.iteration, row)

    def update(
        self, iterations: int = 1, discriminator_steps: int | None = None, generator_steps: int | None = None
    ) -> Row:
        """The updates of some iterations, without a record; the losses of their last updates, (iterations, P) each."""
        on_d = self.config.discriminator_steps if discriminator_steps is None else discriminator_steps
        on_g = self.config.generator_steps if generator_steps is None else generator_steps
        if self._step is not None:
            return self._step.play(self.draw, iterations, on_d, on_g)
        rows = [self._by_autograd(self.draw, on_d, on_g) for _ in range(iterations)]
        return self._row(**{name: torch.stack([row[name] for row in rows]) for name in rows[0]})

    def _by_autograd(self, draw: Draw, discriminator_steps: int, generator_steps: int) -> dict[str, Tensor]:
        """One iteration by autograd; the losses of its last updates, (P,) each."""
        row: dict[str, Tensor] = {}
        for _ in range(discriminator_steps):
            row |= self.step_discriminator(draw)
        for _ in range(generator_steps):
            row |= self.step_generator(draw)
        return row

    def _losses_now(self) -> Row:
        """The first row: losses of the untrained players on the fixed samples."""
        with torch.no_grad():
            d_real, d_fake = self.discriminate(self.fixed_real), self.discriminate(self.generate(self.fixed_latent))
        return self._row(
            loss_discriminator=self.objective.discriminator(d_real, d_fake).mean(1),
            loss_generator=self.objective.generator(d_real, d_fake).mean(1),
            d_real=d_real.mean(1),
            d_fake=d_fake.mean(1),
        )

    def look(self, n: int, members: slice = EVERYONE) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Fakes (P, n, dim), raw outputs for real and fake (P, n), and −∂L_G/∂x at every fake (P, n, dim).

        On the first `n` fixed samples. L_G is one sample's loss, so an arrow's length does not depend on `n`.
        """
        real, z = self.fixed_real[members, :n], self.fixed_latent[members, :n]
        with torch.no_grad():
            fake, d_real = self.generate(z, members), self.discriminate(real, members)
        x = fake.requires_grad_()
        d_fake = self.discriminate(x, members)
        (slope,) = torch.autograd.grad(self.objective.generator(d_real, d_fake).sum(), x)
        return fake.detach(), d_real, d_fake.detach(), -slope
