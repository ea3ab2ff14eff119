"""The newest portraits of a run's seeds: asked for now and then, and held still for a moment."""

import time
from collections.abc import Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass, replace

from playground.config import Config
from playground.engine import Run
from playground.portraits import Portrait, portraits
from playground.training import Trainer

PACE, CROWD = 1.0, 32  # seconds between two questions, for so many seeds; twice as long for more
HOLD = 4.0  # seconds for which seeds keep their verdicts, and with them their places, while a run plays
PATIENCE = 1.0  # seconds to wait for the answer of a run at rest


@dataclass(frozen=True, eq=False)
class Sitting:
    """All seeds of a run at one iteration. `exact`: alone, a seed is the same run to the last bit."""

    config: Config
    iteration: int
    exact: bool
    seeds: tuple[Portrait, ...]


def sit(trainer: Trainer) -> Sitting:
    """The question."""
    return Sitting(trainer.config, trainer.iteration, trainer.path == "fast", portraits(trainer))


class Album:
    """What a page knows of all seeds of its run. Belongs to one session; asks, and never waits for a run that plays."""

    def __init__(self) -> None:
        self.shown: Sitting | None = None
        self._answer: Future[Sitting] | None = None
        self._asked = self._arranged = float("-inf")
        self._stamp: object = None

    def behind(self, run: Run) -> bool:
        """Whether there is, or may be, something newer to come even if nobody touches the run."""
        return run.playing or not run.settled or self._answer is not None or self._now(run) != self._stamp

    def look(self, run: Run) -> Sitting | None:
        """The newest, and a question for newer ones if that is due; None until the first are there."""
        self._collect(run)
        if self._answer is None and self._due(run):
            self._stamp, self._asked = self._now(run), time.monotonic()
            self._answer = run.ask(sit)
        if self._answer is not None and not run.playing:
            wait([self._answer], PATIENCE)
            self._collect(run)
        if self.shown is not None and run.config.restarts(self.shown.config):
            self.shown = None  # other seeds, or another game
        return self.shown

    def _now(self, run: Run) -> object:
        return run.snapshot and (run.snapshot.game, run.snapshot.iteration), run.config

    def _due(self, run: Run) -> bool:
        pace = PACE * (1 + (run.config.population > CROWD))
        ripe = not run.playing or time.monotonic() - self._asked >= pace
        return ripe and self._now(run) != self._stamp

    def _collect(self, run: Run) -> None:
        if self._answer is None or not self._answer.done():
            return
        answer, self._answer = self._answer, None
        if answer.cancelled():  # there was no game yet
            self._stamp = None
        else:
            self._show(answer.result(), held=run.playing)

    def _show(self, new: Sitting, *, held: bool) -> None:
        old, now = self.shown, time.monotonic()
        same = old is not None and not new.config.restarts(old.config) and new.iteration >= old.iteration
        if old is not None and held and same and now - self._arranged < HOLD:
            self.shown = replace(new, seeds=hold(new.seeds, old.seeds))
        else:
            self.shown, self._arranged = new, now


def hold(new: Sequence[Portrait], old: Sequence[Portrait]) -> tuple[Portrait, ...]:
    """The new pictures under the old verdicts."""
    return tuple(replace(each, verdict=before.verdict) for each, before in zip(new, old, strict=True))
