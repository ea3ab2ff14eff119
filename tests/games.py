"""Games that are played for a test."""

from playground.config import Config
from playground.meter import PACES
from playground.training import Trainer


def bare(config: Config, device: str = "cpu", path: str = "") -> Trainer:
    """A game of which only the cheap metrics are measured, for tests of what is trained: the dear ones take most of a short
    game's time."""
    return Trainer(config, device, path=path, metrics=())


def play_to(trainer: Trainer, iteration: int) -> None:
    """Go on to an iteration, as a run would: by stretches between measurements."""
    while trainer.iteration < iteration:
        trainer.advance(iteration - trainer.iteration)


def played(config: Config, iterations: int, every: int = PACES[-1]) -> Trainer:
    """A game after some iterations, with all that was measured of it."""
    trainer = Trainer(config, every=every)
    play_to(trainer, iterations)
    trainer.meter.settle()
    return trainer
