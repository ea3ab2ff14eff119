"""The trainer: one step of each player, for a whole population at once, and the history of the game."""

from collections.abc import Callable, Collection
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from playground.autograd import AutogradStep
from playground.config import Config
from playground.constraints import CONSTRAINTS, SpectralNorm
from playground.fast import step
from playground.fast.eager import EagerStep
from playground.fast.graph import CudaRecorder, GraphStep
from playground.fast.step import FastStep
from playground.history import History
from playground.labels import images_of
from playground.meter import PACES, Meter
from playground.metrics import METRICS
from playground.networks import MLP, PLAYERS, beside, deviation
from playground.objectives import OBJECTIVES
from playground.players import EVERYONE, Player
from playground.sources import Sources
from playground.streams import Draw
from playground.tricks import TRICKS, needs_autograd, noise_level
from playground.yardstick import data_of, yardstick_of

LOSSES = ("loss_discriminator", "loss_generator", "d_real", "d_fake")
Row = dict[str, NDArray[np.floating]]
Watch = Callable[[Player, Callable[[Draw], Row]], Row]  # whose update is next, and how to play it with given draws


class Diverged(ArithmeticError):
    """A loss, a weight or a sample is no longer a finite number."""


class Trainer:
    """A population of GANs in training. Not thread-safe: `engine.Run` owns it.

    `path` forces how gradients are computed, for tests and benchmarks: "fast", "eager" or "autograd". By itself the
    trainer takes the first of them that knows the game. `every` bounds the iterations between two measurements, for a game
    that plays slowly; by itself its Config says how many there are. `metrics` names the dear ones that are wanted: the cheap
    ones are always measured, and measuring changes no run.
    """

    def __init__(
        self,
        config: Config,
        device: torch.device | str = "cpu",
        *,
        path: str = "",
        every: int = PACES[-1],
        metrics: Collection[str] = METRICS,
    ) -> None:
        self.config, self.device, self._forced = config, torch.device(device), path
        self.iteration = 0
        self.data, self.yardstick = data_of(config), yardstick_of(config)
        generator, discriminator = PLAYERS[config.players](config, self.data.dim)
        self.generator = Player(generator, self._rngs(0))
        self.discriminator = Player(discriminator, self._rngs(1))
        self._sources = Sources(config, self.data, self.yardstick.samples, self._rngs)
        self.fixed_latent, self.fixed_real = self._sources.fixed_latent, self._sources.fixed_real
        self.fixed_held_out = self._sources.fixed_held_out
        self.losses = History(LOSSES, config.population)
        self.meter = Meter(self, every, metrics)
        self.spectral: SpectralNorm | None = None
        self._tune()
        self._record(self._losses_now())
        self.meter.note(0)
        self.meter.settle("emd")

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
            self.spectral = None
        elif self.spectral is None:
            self.spectral = SpectralNorm(self.discriminator.network.kernels, self.discriminator.weights())
        self.generator.keep_average(self.config.ema > 0)
        self._step = self._make_step((self.generator, self.discriminator))

    def rewind(self, iteration: int) -> None:
        """Take an earlier iteration for the present one: the history after it is forgotten, the players stay as they are."""
        self.iteration = iteration
        self.losses.cut(iteration)
        self.meter.cut(iteration)
        self._tune()

    def _take_over(self) -> None:
        """Once the fast step is compiled, go on with it."""
        if isinstance(self._step, EagerStep) and not self._forced and step.ready():
            self._tune()

    def _make_step(self, players: tuple[Player, Player]) -> FastStep | EagerStep | GraphStep | AutogradStep:
        """The first that knows the game and is ready."""
        autograd = AutogradStep(players, self.config, self.spectral, self.iteration)
        if needs_autograd(self.config):
            return autograd
        covered = step.covers(self.config, players)
        if self._forced in ("", "fast") and covered and step.ready(wait=bool(self._forced)):
            return FastStep(players, self.config, self.spectral)
        eager = None
        if all(isinstance(player.network, MLP) for player in players) and self._forced != "autograd":
            eager = EagerStep(players, self.config, self.objective, self.constraint, self.spectral)
        if self.device.type == "cuda" and not self._forced:
            return GraphStep((eager or autograd).iterate, CudaRecorder())
        return eager or autograd

    @property
    def path(self) -> str:
        """What computes the gradients: "fast", "graph", "eager" or "autograd"."""
        return self._step.path

    def draw(self, what: str, steps: int) -> tuple[Tensor, int]:
        """The next batches for every member of what `Sources` names: a block (P, …, n, dim), and their start."""
        return self._sources.draw(what, self.config.batch_size, steps)

    @property
    def metrics(self) -> History:
        """Every metric of every member over time."""
        return self.meter.history

    def measure(self) -> Row:
        """Every metric of every member now."""
        return self.meter.measure()

    def discriminate(self, x: Tensor, members: slice = EVERYONE) -> Tensor:
        """Raw outputs at points of each member, (P, n, dim) -> (P, n).

        Under packing, of packs of one point; with the minibatch deviation, as for the generator's present fakes.
        """
        return self.discriminator.network(self.judging(members), self.told(x, members))[..., 0]

    def judging(self, members: slice = EVERYONE) -> list[Tensor]:
        """The discriminator's parameters as it uses them, each (P, *shape): divided by their norms if they are to be."""
        weights = self.discriminator.weights(members)
        return weights if self.spectral is None else self.spectral(weights, members)

    def told(self, x: Tensor, members: slice = EVERYONE) -> Tensor:
        """Points (P, n, dim) as the discriminator takes them, (P, n, whatever it takes)."""
        if self.config.packing > 1:
            x = x.repeat(1, 1, self.config.packing)
        return beside(x, self._deviation(members)) if TRICKS["minibatch-stddev"].active(self.config) else x

    @torch.no_grad()
    def _deviation(self, members: slice) -> Tensor:
        """What the discriminator is told of a batch of present fakes, (P, 1, 1)."""
        weights, z = self.generator.weights(members), self.fixed_latent[members]
        return deviation(self.generator.network(weights, z), noise_level(self.config, self.iteration))

    def generate(self, z: Tensor, members: slice = EVERYONE) -> Tensor:
        """Fakes from latents of each member, by the averaged generator if there is one: (P, n, latent) -> (P, n, dim)."""
        return self.generator.network(self.generator.shown(members), z)

    def _row(self, **values: Tensor) -> Row:
        return {name: value.detach().double().cpu().numpy() for name, value in values.items()}

    def demand_finite(self, what: str, value: NDArray[np.floating], first: int = 0) -> None:
        """Raise Diverged, which names the seed, unless all of `value` is finite; a row each, from a first member on."""
        finite = np.isfinite(value).reshape(len(value), -1).all(1)
        if not finite.all():
            seed = self.config.seed + first + int(np.argmin(finite))
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
        self._keep(count, self.update(count, discriminator_steps, generator_steps))
        return count

    def _keep(self, count: int, played: Row) -> None:
        """Count iterations that were played, and record what is due of them."""
        start = dict(self.losses.last())
        finite = np.logical_and.reduce([np.isfinite(values).all(1) for values in played.values()], initial=True)
        for i, fine in enumerate(np.broadcast_to(finite, count)):
            self.iteration += 1
            if not fine or self.losses.due(self.iteration):
                self._record(start | {name: values[i] for name, values in played.items()})
        self.meter.note(self.iteration)

    def slowly(self, watch: Watch) -> None:
        """One iteration, the same to the last bit as by `iterate`, but `watch` plays each update when it is ready."""
        self._take_over()
        turns = [(self.discriminator, (1, 0))] * self.config.discriminator_steps
        turns += [(self.generator, (0, 1))] * self.config.generator_steps
        played: Row = {}
        for player, steps in turns:
            self._count_on()
            played |= watch(player, partial(self._play_one, steps))
        self._keep(1, played)
        self._count_on()

    def _play_one(self, steps: tuple[int, int], draw: Draw) -> Row:
        return self._step.play(draw, 1, *steps)

    def _count_on(self) -> None:
        """Let tricks that follow the iteration count iterations, not updates."""
        if isinstance(self._step, AutogradStep):
            self._step.iteration = self.iteration

    def twins(self, members: slice = EVERYONE) -> tuple[Player, Player, SpectralNorm | None]:
        """Copies of some members' generator and discriminator as they are now, and of what follows D's norms."""
        generator, discriminator = self.generator.twin(members), self.discriminator.twin(members)
        return generator, discriminator, self.spectral and self.spectral.twin(members, discriminator.weights())

    def alone(self, member: int) -> AutogradStep:
        """One member's players as they are now, copied, with the reference's way to compute what moves them."""
        generator, discriminator, spectral = self.twins(slice(member, member + 1))
        return AutogradStep((generator, discriminator), self.config, spectral, self.iteration)

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
        return self._step.play(self.draw, iterations, on_d, on_g)

    def _losses_now(self) -> Row:
        """The first row: losses of the untrained players on the fixed samples."""
        players = self.generator, self.discriminator
        step = AutogradStep(players, self.config, self.spectral)
        return self._row(**step.losses(self.fixed_real, self.generate(self.fixed_latent)))

    def look(self, n: int, members: slice = EVERYONE) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Fakes (P, n, dim), raw outputs for real and fake (P, n), and −∂L_G/∂x at every fake (P, n, dim).

        On the first `n` fixed samples. L_G is one sample's loss, so an arrow's length does not depend on `n`. Of pairs of image
        and label it is the image's arrow, (P, n, 784): no generator moves a label.
        """
        real, z = self.fixed_real[members, :n], self.fixed_latent[members, :n]
        with torch.no_grad():
            fake, d_real = self.generate(z, members), self.discriminate(real, members)
        x = fake.requires_grad_()
        d_fake = self.discriminate(x, members)
        (slope,) = torch.autograd.grad(self.objective.generator(d_real, d_fake).sum(), x)
        return fake.detach(), d_real, d_fake.detach(), -images_of(slope)
