"""Checkpoints: all that a game's players are at one moment, to go on from there."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from playground.config import Config

if TYPE_CHECKING:
    from playground.players import Player
    from playground.training import Trainer


@dataclass(frozen=True, eq=False)
class Kept:
    """One player of every member: weights (P, K), the optimiser's memory (2, P, K) and steps, the averaged weights."""

    weights: Tensor
    memory: Tensor
    steps: float
    updates: int
    average: Tensor | None

    @property
    def tensors(self) -> list[Tensor]:
        """All that there are."""
        return [self.weights, self.memory, *([] if self.average is None else [self.average])]


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """Both players, and D's singular vectors where spectral normalisation follows them, after an iteration under a Config."""

    iteration: int
    config: Config
    generator: Kept
    discriminator: Kept
    spectral: Tensor | None

    @property
    def size(self) -> int:
        """In bytes."""
        tensors = [*self.generator.tensors, *self.discriminator.tensors]
        return sum(tensor.nbytes for tensor in tensors)


def save(trainer: "Trainer") -> Checkpoint:
    """A copy of what the players are now."""
    spectral = trainer.spectral
    return Checkpoint(
        trainer.iteration,
        trainer.config,
        kept(trainer.generator),
        kept(trainer.discriminator),
        None if spectral is None else spectral.flat.detach().clone(),
    )


def kept(player: "Player") -> Kept:
    average = None if player.average is None else player.average.clone()
    optimiser = player.optimiser
    return Kept(player.flat.detach().clone(), optimiser.memory.clone(), optimiser.count, player.updates, average)


@torch.no_grad()
def restore(trainer: "Trainer", checkpoint: Checkpoint) -> None:
    """Go back to a checkpoint of the same game, under the knobs of now; what is drawn next is drawn afresh.

    An optimiser that has been chosen since begins without memory. The history after that moment is forgotten.
    """
    same = checkpoint.config.optimiser == trainer.config.optimiser
    for player, was in ((trainer.generator, checkpoint.generator), (trainer.discriminator, checkpoint.discriminator)):
        put_back(player, was, remembers=same)
    if trainer.spectral is not None:
        if checkpoint.spectral is not None:
            trainer.spectral.flat.copy_(checkpoint.spectral)
        else:
            trainer.spectral.settle(trainer.discriminator.weights())
    trainer.rewind(checkpoint.iteration)


def put_back(player: "Player", was: Kept, *, remembers: bool) -> None:
    """In place, for compiled steps hold on to the memory."""
    player.flat.detach().copy_(was.weights)
    player.updates = was.updates
    player.optimiser.memory.copy_(was.memory) if remembers else player.optimiser.memory.zero_()
    player.optimiser.count = was.steps if remembers else 0.0
    if player.average is not None:
        player.average.copy_(was.weights if was.average is None else was.average)
