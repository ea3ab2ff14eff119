"""A corpus of labelled runs: every experiment and its cure, and what is true of each run, measured apart from its history.

A run's truth does not come from the numbers that a diagnosis sees. At regular moments a thousand fresh samples are drawn,
from a generator of their own, and what they show is noted: modes, exact distances, the generator's gradient by autograd, D's
slope by finite differences, D on fresh real samples and on fakes of before; and in the end, whether training on diverges.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from playground.config import Config
from playground.distributions import Distribution
from playground.experiments import CURE, EXPERIMENTS, START
from playground.meter import SPARSE
from playground.metrics import captured, emd
from playground.metrics.players import accuracy, neutral, saturation, sign
from playground.networks import LATENTS
from playground.signs import PATIENCE
from playground.snapshot import Snapshot, take
from playground.training import Diverged, Trainer
from playground.yardstick import mixture_ruler

Array = NDArray[np.floating]
SEEDS = 16
FRESH = 1024  # samples a moment
MATCHED = {1: 1024, 2: 256}  # of them, for an exact distance
EVERY = 100  # iterations between two moments, at most: what swings must not be caught at one place each time
KEPT = 128  # fakes a moment, to be shown to later discriminators
STRIDE = 1e-3  # of finite differences
RECENT, LONG = 3, 10  # moments that count as now, and that a trend or a swing is read from


@dataclass(frozen=True)
class Case:
    """One game of the corpus; what changes half way, if anything; and when it is judged."""

    experiment: str
    variant: str
    config: Config
    iterations: int  # of all
    early: int = 0  # if not 0, the iteration of a first judgement

    @property
    def name(self) -> str:
        return f"{self.experiment} {self.variant}".strip()


def cases(held_out: bool) -> Iterator[Case]:
    """Every experiment's games but the slow ones and the digits'; held out: other seeds, other players, other data."""
    for name, each in EXPERIMENTS.items():
        if each.slow or each.page == "mnist" or not each.checks:
            continue
        for variant in (START, *each.variants):
            config = each.variant(variant)
            config = elsewhere(config) if held_out else config
            yield Case(name, variant, config, each.iterations, early=0 if variant else 200)
            if variant == START and each.cure:
                yield Case(name, CURE, config, each.iterations + each.cure_iterations)


def elsewhere(config: Config) -> Config:
    """A game like this one that no threshold was chosen on: other seeds, narrower players, broader modes, larger batches."""
    return config.with_(
        seed=config.seed + 16000,
        spread=1.1 * config.spread,
        generator_width=round(0.8 * config.generator_width),
        discriminator_width=round(0.8 * config.discriminator_width),
        batch_size=round(1.25 * config.batch_size),
    )


@dataclass(frozen=True)
class Moment:
    """What fresh samples show of one member at one iteration."""

    shares: Array  # of the samples, by mode
    modes: int
    emd: float
    signal: float  # mean ‖∂L_G/∂x‖
    saturation_fake: float
    saturation_real: float
    accuracy_fake: float
    accuracy_past: float  # on fakes of earlier moments; NaN at first
    slope: float  # mean ‖∇D‖ between real and fake
    estimate: float
    clipped: float  # share of D's weights at ±c
    centre: Array  # mean of the fakes, (dim,)
    chance: float  # standard error of that mean
    by_heart: float  # sign of D on its training samples minus that on fresh real ones


@dataclass(frozen=True, eq=False)
class Judged:
    """One member of one case at one iteration: what is true of it, and what the diagnosis gets to see."""

    case: str
    held_out: bool
    truth: "Truth"
    seen: Snapshot


@dataclass(frozen=True, eq=False)
class Truth:
    """What was seen of a member up to the iteration where it is judged."""

    config: Config
    iteration: int
    total: int  # modes
    floor: float  # EMD between as many fresh real samples
    moments: tuple[Moment, ...]
    diverges: bool
    stride: int = 1  # moments from one at which the run was measured to the next such

    @property
    def measured(self) -> tuple[Moment, ...]:
        """The moments at which the run was measured too."""
        return self.moments[(len(self.moments) - 1) % self.stride :: self.stride]

    def now(self, name: str, moments: int = RECENT) -> float:
        """A quantity's median over the last measured moments, of trained players where there are some."""
        trained = self.measured[1:] or self.measured
        return float(np.median([getattr(moment, name) for moment in trained[-moments:]]))

    @property
    def lately(self) -> tuple[Moment, ...]:
        """The last measured moments."""
        return self.measured[-LONG:]


class Observer:
    """Draws fresh samples of a trainer's players, for every member, and notes what they show."""

    def __init__(self, trainer: Trainer) -> None:
        config = trainer.config
        self.trainer, self.rng = trainer, torch.Generator().manual_seed(7_000_000 + config.seed)
        self.ruler, self.latent = mixture_ruler(config), LATENTS[config.latent]
        data = trainer.data
        assert isinstance(data, Distribution), "digits have no exact law to draw from"
        self.n = MATCHED[data.dim]
        self.reference = data.stratified(self.n, self.rng).double().numpy()
        self.floor = float(np.mean([emd(self.reference, self._real(self.n).double().numpy()) for _ in range(16)]))
        self.moments: list[list[Moment]] = [[] for _ in range(config.population)]
        self.past: list[Tensor] = []

    def _real(self, n: int) -> Tensor:
        return self.trainer.data.sample(n, self.rng)

    def look(self) -> None:
        """Note this moment."""
        trainer, members = self.trainer, range(self.trainer.config.population)
        z = torch.stack([self.latent(FRESH, trainer.config.latent_dim, self.rng) for _ in members])
        real = torch.stack([self._real(FRESH) for _ in members])
        with torch.no_grad():
            fake = trainer.generate(z)
            d_real = trainer.discriminate(real)
            slope = self._slope(real, fake)
            loss = trainer.objective.discriminator(d_real, trainer.discriminate(fake)).mean(1)
            past = trainer.discriminate(torch.cat(self.past, 1)) if self.past else None
            d_train = trainer.discriminate(trainer.fixed_real)
        x = fake.clone().requires_grad_()
        d_fake = trainer.discriminate(x)
        (pull,) = torch.autograd.grad(trainer.objective.generator(d_real, d_fake).sum(), x)
        for i in members:
            on_real, on_fake = (d[i].detach().double().numpy() for d in (d_real, d_fake))
            level = neutral(trainer.objective, on_real, on_fake)
            places = fake[i].double().numpy()
            shares = self.ruler.shares(places)
            probability = trainer.objective.probability
            self.moments[i].append(
                Moment(
                    shares=shares,
                    modes=captured(shares, self.ruler.weights),
                    emd=emd(self.reference, places[: self.n]),
                    signal=float(pull[i].norm(dim=1).mean()),
                    saturation_fake=math.nan if probability is None else saturation(probability(on_fake))[0],
                    saturation_real=math.nan if probability is None else saturation(probability(on_real))[1],
                    accuracy_fake=accuracy(on_fake, level),
                    accuracy_past=math.nan if past is None else accuracy(past[i].double().numpy(), level),
                    slope=float(slope[i].mean()),
                    estimate=trainer.objective.estimate(float(loss[i])),
                    clipped=self._clipped(i),
                    centre=places.mean(0),
                    chance=float(np.linalg.norm(places.std(0))) / FRESH**0.5,
                    by_heart=sign(d_train[i].double().numpy(), level) - sign(on_real, level),
                )
            )
        self.past.append(fake[:, :KEPT].clone())

    def _slope(self, real: Tensor, fake: Tensor) -> Tensor:
        """‖∇D‖ by central differences at random places between real and fake, (P, n)."""
        place = torch.rand(FRESH, 1, generator=self.rng)
        x = real + place * (fake - real)
        steps = STRIDE * torch.eye(x.shape[2])
        parts = [
            (self.trainer.discriminate(x + step) - self.trainer.discriminate(x - step)) / (2 * STRIDE) for step in steps
        ]
        return torch.stack(parts).norm(dim=0)

    def _clipped(self, member: int) -> float:
        config = self.trainer.config
        if config.constraint != "clip":
            return math.nan
        return float((self.trainer.discriminator.flat[member].abs() >= 0.999 * config.clip).float().mean())

    def truth(self, member: int, diverges: bool) -> Truth:
        """What is true of a member now."""
        config, total = self.trainer.config, len(self.ruler.weights)
        stride = self.trainer.meter.history.every // every(self.trainer)
        return Truth(config, self.trainer.iteration, total, self.floor, tuple(self.moments[member]), diverges, stride)


def play(case: Case, held_out: bool) -> Iterator[Judged]:
    """Train a case by sixteen seeds, each alone as on a page, and judge each where it wants to be judged."""
    experiment = EXPERIMENTS[case.experiment]
    for i in range(SEEDS):
        trainer = Trainer(case.config.with_(seed=case.config.seed + i))
        observer = Observer(trainer)
        observer.look()
        breaks = experiment.iterations if case.variant == CURE else 0
        early = case.early if trainer.meter.history.every <= PATIENCE else 0  # else it would not be young any more
        for stop in sorted({early, breaks, case.iterations} - {0}):
            alive = watch(trainer, observer, stop, 1 if stop == early else SPARSE)
            if not alive or stop in (early, case.iterations):
                trainer.meter.settle()
                truth, seen = observer.truth(0, not alive), replace(take(trainer), floors={})
                yield Judged(case.name, held_out, truth, seen)
            if not alive:
                break
            if stop == breaks:
                trainer.change(trainer.config.with_(**experiment.cure))


def every(trainer: Trainer) -> int:
    """Iterations between two moments."""
    return min(EVERY, trainer.meter.history.every)


def watch(trainer: Trainer, observer: Observer, until: int, measurements: int) -> bool:
    """Train to an iteration or, beyond it, to the next one that has so many measurements behind it, and look every so often.

    False if the game diverged on the way.
    """
    between = every(trainer)
    until += -until % (measurements * trainer.meter.history.every)
    try:
        while trainer.iteration < until:
            trainer.advance(min(until, (trainer.iteration // between + 1) * between) - trainer.iteration)
            if trainer.iteration % between == 0:
                observer.look()
    except Diverged:
        return False
    return True
