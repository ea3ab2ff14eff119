"""Runs: training in short bursts on one shared executor, only while somebody watches."""

import logging
import sys
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from functools import cache
from threading import Lock
from time import monotonic
from typing import TypeVar

import torch

from playground import checkpoint
from playground.config import Config
from playground.device import cores
from playground.diagnosis import advice
from playground.meter import PACES
from playground.snapshot import Snapshot, take
from playground.tape import Tape
from playground.training import Diverged, Trainer

LEASE = 2.0  # seconds that one tick keeps a run going
BURST = 0.03  # seconds of training, in one go where the interpreter is not needed, before another run's turn
SWITCH = 5e-4  # seconds that a thread may keep the interpreter from others: pages answer while games train
FRAME = 0.095  # seconds between pictures of a run that plays: a tick takes along all since the last one
FRAMES = 4  # pictures kept for a tick, at most
CATCH_UP = 0.5  # seconds of its pace that a run may be behind: what nobody asked for meanwhile is not played
WINDOW = 2.0  # seconds over which the speed is averaged
log = logging.getLogger(__name__)
Answer = TypeVar("Answer")


class LocalEngine:
    """Runs bursts on threads of this process, as many as there are cores."""

    def __init__(self, workers: int | None = None) -> None:
        torch.set_num_threads(1)  # tiny networks: more threads only wait for each other
        sys.setswitchinterval(SWITCH)
        self.workers = workers or cores()
        self.waiting = 0  # bursts that have not begun
        self._executor: Executor = ThreadPoolExecutor(self.workers, "burst")
        self._lock = Lock()

    def submit(self, burst: Callable[[], None]) -> None:
        """Queue a burst."""
        with self._lock:
            self.waiting += 1
        self._executor.submit(self._begin, burst)

    def _begin(self, burst: Callable[[], None]) -> None:
        with self._lock:
            self.waiting -= 1
        burst()


@cache
def shared_engine() -> LocalEngine:
    """The one engine of this process."""
    return LocalEngine()


class Run:
    """One game that a page watches. Every method returns at once: the work happens in bursts, one at a time.

    `pace` bounds the iterations a second, `every` the iterations between two measurements: for eyes to follow.
    Only a burst touches the trainer, so ticks and commands may come from any thread.
    """

    def __init__(
        self,
        config: Config,
        device: torch.device | str = "cpu",
        engine: LocalEngine | None = None,
        *,
        pace: float | None = None,
        every: int = PACES[-1],
    ) -> None:
        self.device, self.engine = torch.device(device), engine or shared_engine()
        self.config = config
        self.playing = False
        self.building = False  # whether a new game is being made: what is seen is the one before
        self.trouble: str | None = None  # why the run stopped by itself, and what to try
        self.speed = 0.0  # iterations a second
        self.pace = pace  # the most of them, for eyes to follow; None: as many as there is time for
        self.every = every  # iterations between two measurements, at most
        self.snapshot: Snapshot | None = None  # the newest
        self.tape = Tape()  # of the present game
        self._trainer: Trainer | None = None
        self._commands: deque[Callable[[], object]] = deque()
        self._lock = Lock()
        self._bursting = False
        self._lease = 0.0
        self._frames: deque[Snapshot] = deque(maxlen=FRAMES)  # not yet taken along
        self._framed = 0.0  # the moment of the newest
        self._played = 0.0  # up to which a run with a pace has been played
        self._member = 0
        self._games = -1  # begun before the present one
        self._stale = True  # whether the snapshot lags behind the trainer
        self._wanted = True  # whether somebody asked for one since the last
        self._stride = 1  # iterations that fill a burst
        self._marks: deque[tuple[float, int]] = deque()
        self.reset()

    @property
    def crowd(self) -> int:
        """Bursts of all runs that wait beyond what the cores take at once."""
        return max(0, self.engine.waiting - self.engine.workers)

    @property
    def settled(self) -> bool:
        """Whether every command has been carried out and the snapshot shows it."""
        return not (self._bursting or self._commands or (self._stale and self.trouble is None))

    def tick(self, member: int = 0) -> Snapshot | None:
        """The newest snapshot, and two more seconds of training. None until the first is there."""
        self._lease, self._wanted = monotonic() + LEASE, True
        if member != self._member:
            self._member, self._stale = member, True
            self._frames.clear()
        self._wake()
        return self.snapshot

    def frames(self) -> list[Snapshot]:
        """The pictures since the last tick, in order: one at least, once there is a first."""
        taken = [self._frames.popleft() for _ in range(len(self._frames))]
        return taken or ([self.snapshot] if self.snapshot else [])

    def play(self) -> None:
        """Go on training while somebody ticks."""
        self.playing = self.trouble is None
        self._wake()

    def pause(self) -> None:
        """Rest where it is."""
        self.playing = False

    def step(self, discriminator: bool = True, generator: bool = True) -> None:
        """One iteration, or only one player's updates of it."""
        self.playing = False
        steps = (None if discriminator else 0, None if generator else 0)
        self._command(lambda: self._advance(1, *steps))

    def reset(self) -> None:
        """Back to the same weights and draws."""
        self.start(self.config)

    def start(self, config: Config) -> None:
        """A new game."""
        self.config, self.trouble, self.building = config, None, True
        self._command(self._build)

    def change(self, config: Config) -> None:
        """Apply a Config: hot knobs to the running game, cold ones by a new game."""
        if self.trouble or config.restarts(self.config):
            self.start(config)
        else:
            self.config = config
            self._command(self._adapt)

    def fork(self, number: int) -> None:
        """Go back to the weights kept nearest to a moment of the tape, and on from there under the knobs of now."""
        self.trouble = None
        self._command(lambda: self._restore(number))

    def ask(self, question: Callable[[Trainer], Answer]) -> Future[Answer]:
        """Have a question about the game answered between two bursts; what it raises, its answer raises."""
        answer: Future[Answer] = Future()
        self._command(lambda: self._answer(question, answer))
        return answer

    def _answer(self, question: Callable[[Trainer], Answer], answer: Future[Answer]) -> None:
        if self._trainer is None or not answer.set_running_or_notify_cancel():
            answer.cancel()
            return
        before = self._trainer.iteration
        try:
            answer.set_result(question(self._trainer))
        except Exception as error:
            answer.set_exception(error)
            if isinstance(error, Diverged):  # by an iteration that the question played
                raise
        self._stale = self._stale or self._trainer.iteration != before

    def _command(self, act: Callable[[], object]) -> None:
        self._commands.append(act)
        self._wake()

    def _wake(self) -> None:
        with self._lock:
            if self._bursting or not self._has_work():
                return
            self._bursting = True
        self.engine.submit(self._burst)

    def _has_work(self) -> bool:
        return bool(self._commands) or (
            monotonic() < self._lease and ((self._training() and self._due() > 0) or (self._stale and self._wanted))
        )

    def _training(self) -> bool:
        return self.playing and self.trouble is None and self._trainer is not None

    def _due(self) -> int:
        """Iterations to play in one go: as many as a burst has time for, with a pace as many as fall before the next picture."""
        if self.pace is None:
            return self._stride
        self._played = max(self._played, monotonic() - CATCH_UP)
        waiting = int((monotonic() - self._played) * self.pace)
        return min(waiting, self._stride, max(1, round(FRAME * self.pace)))

    def _moment(self) -> float:
        """Of the last iteration: now, or with a pace when it should have been played."""
        return monotonic() if self.pace is None else self._played

    def _burst(self) -> None:
        try:
            self._work(monotonic() + BURST)
        except Diverged as trouble:
            self._stop(f"{str(trouble).capitalize()}. {advice(self.config)}")
        except Exception as error:
            log.exception("a run stopped")
            self._stop(f"The run stopped: {error}. Reset it, or choose other settings.")
        with self._lock:
            again = self._bursting = self._has_work()
        if again:  # not self._bursting: once the lock opens, another thread may have begun a burst
            self.engine.submit(self._burst)

    def _work(self, until: float) -> None:
        while self._commands:
            self._commands.popleft()()
        while self._training() and not self._commands and (now := monotonic()) < until and (due := self._due()):
            played = self._advance(due)
            self._stride = max(1, int(played * BURST / max(monotonic() - now, 1e-6)))
            if self.pace is not None:
                self._played += played / self.pace
            if self._moment() - self._framed >= FRAME:
                break  # for a picture
        if self._trainer is not None and not self._training():
            self._trainer.meter.settle()  # who rests can wait for the dear metrics
        wanted = self._wanted or (self.playing and self._moment() - self._framed >= FRAME)
        if self._trainer is not None and self._stale and wanted and self.trouble is None:
            self._stale = self._wanted = False
            self._show(self._trainer)
        self._clock()

    def _show(self, trainer: Trainer) -> None:
        snapshot = take(trainer, self._member, self._games)
        self.tape.record(snapshot, lambda: checkpoint.save(trainer))
        self.snapshot, self._framed = self.tape.trailing(snapshot), self._moment()
        self._frames.append(self.snapshot)

    def _build(self) -> None:
        self._trainer = None  # a failed build must not leave the old game behind
        try:
            self._trainer = Trainer(self.config, self.device, every=self.every)
        finally:
            self.building = self._build in self._commands
        self._games += 1
        self._stride = 1
        self.trouble = None  # also what struck between the click and now
        self._frames.clear()  # of the game before
        self.tape = Tape()
        self._show(self._trainer)  # a game that diverges at once has a picture too
        self._marks.clear()
        self._stale = True

    def _restore(self, number: int) -> None:
        """Another game from here on, as far as a page is concerned: iterations start again from a smaller number."""
        kept = self.tape.weights(number)
        if self._trainer is None or kept is None:
            return
        checkpoint.restore(self._trainer, kept.item)
        self.tape.cut(kept.number)
        self._games += 1
        self.trouble = None
        self._frames.clear()
        self._marks.clear()
        self._stale = True

    def _adapt(self) -> None:
        """Bring the trainer to the newest Config; if that is a new game by now, its building waits in the queue."""
        if self._trainer is not None and not self.config.restarts(self._trainer.config):
            self._trainer.change(self.config)

    def _advance(
        self, iterations: int = 1, discriminator_steps: int | None = None, generator_steps: int | None = None
    ) -> int:
        if self._trainer is None or self.trouble is not None:
            return 0
        self._stale = True
        return self._trainer.advance(iterations, discriminator_steps, generator_steps)

    def _stop(self, trouble: str) -> None:
        self.trouble, self.playing, self._stale = trouble, False, False

    def _clock(self) -> None:
        now, iteration = monotonic(), self._trainer.iteration if self._trainer else 0
        self._marks.append((now, iteration))
        while len(self._marks) > 2 and now - self._marks[0][0] > WINDOW:
            self._marks.popleft()
        then, before = self._marks[0]
        self.speed = (iteration - before) / (now - then) if now > then and self.playing else 0.0
