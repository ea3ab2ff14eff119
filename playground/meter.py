"""The meter: every metric of a population at regular iterations, the dear ones off the training path."""

import weakref
from collections import deque
from collections.abc import Collection, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from playground.history import History
from playground.metrics import METRICS, Look
from playground.past import Past
from playground.probe import take_looks

if TYPE_CHECKING:
    from playground.config import Config
    from playground.training import Trainer

PACES = 50, 100, 200, 500, 1000  # iterations between measurements
STRETCH = 0.05  # seconds of training that a measurement may follow, roughly: it takes a few milliseconds
SPEED = 4e10  # multiplications a second, and
OVERHEAD = 4e-5  # seconds an iteration whatever its size, of one core: only for choosing a pace
SPARSE = 5  # measurements for each of the dear metrics
URGENT = ("emd",)  # the dear metrics that are measured before the others
ROWS = 256  # of the history, at most: forty columns for sixty-four members must stay small
AHEAD = 2  # measurements whose dear metrics may be outstanding before training waits for them
Row = dict[str, NDArray[np.floating]]


@cache
def aside() -> ThreadPoolExecutor:
    """The thread for dear metrics: POT and numpy leave the interpreter to others meanwhile."""
    return ThreadPoolExecutor(1, "distance")


def pace(config: "Config") -> int:
    """Iterations between two measurements, by the work of one: a Config's own, so that its history is its own too."""
    seconds = OVERHEAD + config.work / SPEED
    return next((every for every in PACES if every * seconds >= STRETCH), PACES[-1])


def values(look: Look, names: Iterable[str]) -> dict[str, float]:
    """Some metrics of one member."""
    return {name: METRICS[name].measure(look) for name in names}


def values_aside(look: Look, names: Iterable[str]) -> dict[str, float]:
    """The same, in the thread for dear ones."""
    return values(look, names)


class Outstanding(NamedTuple):
    """Dear metrics of all members that are being measured."""

    iteration: int
    names: tuple[str, ...]
    found: list[Future[dict[str, float]]]


class Meter:
    """What a trainer measures, and the record of it.

    `most` bounds the iterations between two measurements; a dear metric that is not `wanted` stays NaN.
    """

    def __init__(self, trainer: "Trainer", most: int = PACES[-1], wanted: Collection[str] = METRICS) -> None:
        self._trainer = weakref.ref(trainer)  # a cycle would keep a closed session's arrays until a collection
        self.yardstick = trainer.yardstick
        members = trainer.config.population
        self.history = History(tuple(METRICS), members, min(pace(trainer.config), most), ROWS)
        self.shares = np.zeros((members, len(self.yardstick.weights)))  # of the modes, last measured
        self.slopes = np.zeros((members, 0))  # ‖∇D‖ at points between real and fake, last measured
        self.layer_norms = np.zeros((members, 0))  # ‖∂L_D/∂h‖ per layer, output first, last measured
        dear = [name for name, metric in METRICS.items() if metric.is_dear(trainer.data.dim)]
        self.cheap = tuple(name for name in METRICS if name not in dear)
        self.urgent = tuple(name for name in dear if name in wanted and name in URGENT)
        self.dear = tuple(name for name in dear if name in wanted and name not in URGENT)
        self._past = Past()
        self._outstanding: deque[Outstanding] = deque()

    @property
    def trainer(self) -> "Trainer":
        """Whose players are measured."""
        trainer = self._trainer()
        assert trainer is not None
        return trainer

    def until_due(self, iteration: int) -> int:
        """Iterations from here to the next measurement."""
        return self.history.every - iteration % self.history.every

    def note(self, iteration: int) -> None:
        """Measure and record if that is due; the dear metrics enter the record once they are known."""
        self.gather()
        if not self.history.due(iteration):
            return
        deep = bool(self.urgent or self.dear) and iteration % (SPARSE * self.history.every) == 0
        self._past = self._past.before(iteration)
        looks, moment = take_looks(self.trainer, self._past, deep)
        self._past = self._past.with_(moment)
        self._show(looks, deep)
        self.history.append(iteration, self._row(looks, self.cheap))
        if deep:
            self._send(iteration, looks)

    def _show(self, looks: list[Look], deep: bool) -> None:
        self.shares = np.stack([look.samples.shares for look in looks])
        self.slopes = np.stack([look.slopes for look in looks])
        if deep:
            self.layer_norms = np.stack([look.layer_norms for look in looks])

    def _row(self, looks: list[Look], names: tuple[str, ...]) -> Row:
        """The named metrics of every member, (P,) each; the others are NaN."""
        found = [values(look, names) for look in looks]
        nothing = np.full(len(looks), np.nan)
        return dict.fromkeys(METRICS, nothing) | {name: np.array([each[name] for each in found]) for name in names}

    def _send(self, iteration: int, looks: list[Look]) -> None:
        while self._outstanding and self._outstanding[0].iteration <= iteration - AHEAD * SPARSE * self.history.every:
            self._enter()
        fresh = [replace(look, samples=replace(look.samples)) for look in looks]  # without what the cheap ones cached
        for names in filter(None, (self.urgent, self.dear)):
            futures = [aside().submit(values_aside, look, names) for look in fresh]
            self._outstanding.append(Outstanding(iteration, names, futures))

    def gather(self) -> None:
        """Record the dear metrics that are known by now."""
        while self._outstanding and all(future.done() for future in self._outstanding[0].found):
            self._enter()

    def settle(self, name: str = "") -> None:
        """Wait for all that is outstanding, or only until nothing is of one metric."""
        while any(not name or name in each.names for each in self._outstanding):
            self._enter()

    def _enter(self) -> None:
        iteration, names, futures = self._outstanding.popleft()
        found = [future.result() for future in futures]
        for name in names:
            self.history.fill(iteration, name, np.array([each[name] for each in found]))

    def cut(self, iteration: int) -> None:
        """Forget what was measured after an iteration, and the fakes of before: what comes now has another past."""
        self._outstanding.clear()
        self._past = Past()
        self.history.cut(iteration)

    def measure(self) -> Row:
        """Every metric of every member now, on the fixed samples, without a record."""
        looks, _ = take_looks(self.trainer, self._past.before(self.trainer.iteration), True)
        return self._row(looks, tuple(METRICS))
