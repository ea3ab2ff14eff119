"""One iteration, truly played on the running game, and watched.

The trainer plays every update itself, on the batches that it would have drawn anyway, so that a game is the same to the
last bit whether an iteration was looked at or not. What autograd says of an update is computed beside it on copies.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from torch import Tensor

from playground.config import Config
from playground.players import Player
from playground.slow_motion.report import SEEN, Batches
from playground.slow_motion.stages import Stage, stages
from playground.slow_motion.update import Update
from playground.snapshot import axis_of
from playground.streams import Draw
from playground.training import Row, Trainer


@dataclass(frozen=True, eq=False)
class SlowMotion:
    """One iteration of one member, in stages to be read one after the other."""

    config: Config
    iteration: int  # the number that the game has reached with it
    member: int
    stages: tuple[Stage, ...]


def play(trainer: Trainer, member: int = 0) -> SlowMotion:
    """Play one iteration of the game, and tell what happened to a member. Diverged where the trainer would say so."""
    member = min(member, trainer.config.population - 1)
    updates = watch(trainer, member)
    told = tuple(stage for update in updates for stage in stages(update))
    return SlowMotion(trainer.config, trainer.iteration, member, told)


def watch(trainer: Trainer, member: int = 0) -> list[Update]:
    """The updates of one iteration, which is played."""
    camera = Camera(trainer, member)
    trainer.slowly(camera.watch)
    return camera.updates


@dataclass
class Camera:
    """Watches each update of an iteration."""

    trainer: Trainer
    member: int
    updates: list[Update] = field(default_factory=list)

    def watch(self, player: Player, play: Callable[[Draw], Row]) -> Row:
        """Let an update be played; note what it was made of and what it did."""
        before, batches = self.trainer.alone(self.member), Batches(self.trainer.draw, self.member)
        row = play(batches)
        after = player.flat[self.member : self.member + 1].detach().clone()
        reported = SEEN[player is self.trainer.generator](before, batches, after, self._axis())
        self.updates.append(replace(reported, number=1 + sum(u.player == reported.player for u in self.updates)))
        return row

    def _axis(self) -> Tensor | None:
        return axis_of(self.trainer) if self.trainer.data.dim <= 2 else None
