"""Portraits: every member of a population in brief, for small multiples; and what a population's verdicts say together."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from playground.config import Config
from playground.diagnosis import RULES, Verdict, diagnose
from playground.history import History
from playground.probe import parts
from playground.snapshot import SHOWN
from playground.training import Trainer

Array = NDArray[np.floating]
SAMPLES = {1: 512, 2: 128}  # fakes that a portrait keeps, by dimension: what a small picture can show
WORST_FIRST = (  # the ill in the order of the rules, then the unfinished, then the well
    *dict.fromkeys(rule.name for rule in RULES if rule.ill),
    *dict.fromkeys(rule.name for rule in reversed(RULES) if not rule.ill),
)
STATES = {  # what is said of seeds with a verdict, after their number
    "Divergence": "diverging",
    "Discriminator overfitting": "with an overfitting discriminator",
    "Clipping-bound critic": "bound by clipping",
    "Vanishing gradient": "with a vanishing gradient",
    "Exploding gradient": "with an exploding gradient",
    "Critic not 1-Lipschitz": "with a critic that is not 1-Lipschitz",
    "Generator too strong": "with too strong a generator",
    "Mode hopping": "hopping between modes",
    "Catastrophic forgetting": "forgetting",
    "Discriminator too strong": "with too strong a discriminator",
    "Mode collapse": "collapsed",
    "Mode dropping": "missing modes",
    "Oscillation": "oscillating",
    "Not yet": "not yet there",
    "Healthy": "healthy",
}


@dataclass(frozen=True, eq=False)
class Portrait:
    """One member of a population at one iteration, in brief."""

    seed: int  # its own: alone it is member 0 of this seed
    fake: Array  # (n, dim)
    verdict: Verdict
    modes: int  # captured at the last measurement
    modes_total: int
    emd: float  # last measured


@dataclass(frozen=True, eq=False)
class Sketch:
    """As much of a snapshot as a diagnosis reads."""

    config: Config
    iteration: int
    d_real: Array  # raw outputs, as many as a snapshot shows
    d_fake: Array
    losses: Mapping[str, Array]
    metrics: Mapping[str, Array]
    modes_total: int
    floor: float


class Columns(dict[str, Array]):
    """One member's columns of a history, each read when it is first asked for."""

    def __init__(self, history: History, member: int) -> None:
        super().__init__()
        self._history, self._member = history, member

    def __missing__(self, name: str) -> Array:
        self[name] = column = self._history.column(name, self._member)
        return column


def portraits(trainer: Trainer, samples: int | None = None) -> tuple[Portrait, ...]:
    """Every member by seed, with so many of its fakes; a question for `Run.ask`. Looking changes nothing."""
    kept = samples or SAMPLES[trainer.data.dim]
    shown = min(SHOWN[trainer.data.dim], trainer.yardstick.samples)
    found, last = [], trainer.metrics.last()
    for chosen in parts(trainer.config.population, shown):
        fake, d_real, d_fake = (x.cpu().numpy() for x in outputs(trainer, shown, chosen))
        for i, member in enumerate(range(chosen.start, chosen.stop)):
            verdict = diagnose(sketch(trainer, member, d_real[i], d_fake[i]))
            modes, emd = int(last["modes"][member]), float(last["emd"][member])
            total, seed = len(trainer.yardstick.weights), trainer.config.seed + member
            found.append(Portrait(seed, fake[i, :kept].copy(), verdict, modes, total, emd))
    return tuple(found)


@torch.no_grad()
def outputs(trainer: Trainer, n: int, chosen: slice) -> tuple[Tensor, Tensor, Tensor]:
    """Fakes (P, n, dim) and D's raw outputs for reals and fakes (P, n), of some members on the fixed samples."""
    fake = trainer.generate(trainer.fixed_latent[chosen, :n], chosen)
    both = torch.cat([trainer.fixed_real[chosen, :n], fake], 1)
    return fake, *trainer.discriminate(both, chosen).split(n, 1)  # type: ignore[return-value]


def sketch(trainer: Trainer, member: int, d_real: Array, d_fake: Array) -> Sketch:
    """What a diagnosis reads of one member."""
    return Sketch(
        config=trainer.config,
        iteration=trainer.iteration,
        d_real=d_real,
        d_fake=d_fake,
        losses=Columns(trainer.losses, member),
        metrics=Columns(trainer.metrics, member),
        modes_total=len(trainer.yardstick.weights),
        floor=trainer.yardstick.floor,
    )


def grouped(seeds: Sequence[Portrait]) -> dict[str, list[Portrait]]:
    """The portraits under the names of their verdicts, worst first, and by seed within one."""

    def rank(each: Portrait) -> tuple[int, int]:
        return WORST_FIRST.index(each.verdict.name), each.seed

    return {name: list(each) for name, each in groupby(sorted(seeds, key=rank), lambda each: each.verdict.name)}


def headline(seeds: Sequence[Portrait]) -> str:
    """How many seeds are in which state, the commonest first: 11 of 16 seeds collapsed, 3 healthy, 2 not yet there."""
    counts = Counter({name: len(each) for name, each in grouped(seeds).items()})
    said = [(STATES.get(name, name.lower()), count) for name, count in counts.most_common()]
    (state, count), *rest = said
    first = f"All {count} seeds {state}" if not rest else f"{count} of {len(seeds)} seeds {state}"
    return ", ".join([first, *(f"{count} {state}" for state, count in rest)])
