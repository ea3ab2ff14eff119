"""Checkpoints: all that a game's players are at one moment, to go on from there."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from playground.config import Config
from playground.constraints import SpectralNorm
from playground.players import Player

if TYPE_CHECKING:
    from playground.training import Trainer


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """Copies of both players, and of what follows D's norms, after an iteration under a Config."""

    iteration: int
    config: Config
    generator: Player
    discriminator: Player
    spectral: SpectralNorm | None

    @property
    def size(self) -> int:
        """In bytes."""
        players = self.generator, self.discriminator
        kept = [x for player in players for x in (player.flat, player.optimiser.memory, player.average)]
        return sum(x.nbytes for x in [*kept, self.spectral and self.spectral.flat] if x is not None)


def save(trainer: "Trainer") -> Checkpoint:
    """A copy of what the players are now."""
    return Checkpoint(trainer.iteration, trainer.config, *trainer.twins())


@torch.no_grad()
def restore(trainer: "Trainer", checkpoint: Checkpoint) -> None:
    """Go back to a checkpoint of the same game, under the knobs of now; what is drawn next is drawn afresh.

    An optimiser that has been chosen since begins without memory. The history after that moment is forgotten.
    """
    same = checkpoint.config.optimiser == trainer.config.optimiser
    trainer.generator.become(checkpoint.generator, remembers=same)
    trainer.discriminator.become(checkpoint.discriminator, remembers=same)
    if trainer.spectral is not None:
        if checkpoint.spectral is not None:
            trainer.spectral.flat.copy_(checkpoint.spectral.flat)
        else:
            trainer.spectral.settle(trainer.discriminator.weights())
    trainer.rewind(checkpoint.iteration)
