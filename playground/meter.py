"""The meter: every metric of a population at regular iterations, the dear ones off the training path."""

import weakref
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from playground.history import History
from playground.metrics import saturation

if TYPE_CHECKING:
    from playground.config import Config
    from playground.training import Trainer

METRICS = (
    "emd",
    "modes",
    "high_quality",
    "largest_share",
    "estimate",
    "saturation_fake",
    "saturation_real",
    "generator_signal",
)
PACES = 50, 100, 200, 500, 1000  # iterations between measurements
STRETCH = 0.05  # seconds of training that a measurement may follow, roughly: it takes a few milliseconds
SPEED = 4e10  # multiplications a second, and
OVERHEAD = 4e-5  # seconds an iteration whatever its size, of one core: only for choosing a pace
SPARSE = 5  # measurements for each exact EMD outside a line
AHEAD = 2  # measurements whose distances may be outstanding before training waits for them
Row = dict[str, NDArray[np.floating]]


@cache
def aside() -> ThreadPoolExecutor:
    """The thread for exact distances: POT leaves the interpreter to others meanwhile."""
    return ThreadPoolExecutor(1, "distance")


def pace(config: "Config") -> int:
    """Iterations between two measurements, by the work of one: a Config's own, so that its history is its own too."""
    seconds = OVERHEAD + config.work / SPEED
    return next((every for every in PACES if every * seconds >= STRETCH), PACES[-1])


class Meter:
    """What a trainer measures, and the record of it."""

    def __init__(self, trainer: "Trainer") -> None:
        self._trainer = weakref.ref(trainer)  # a cycle would keep a closed session's arrays until a collection
        self.yardstick = trainer.yardstick
        self.history = History(METRICS, trainer.config.population, pace(trainer.config))
        self.shares = np.zeros((trainer.config.population, len(self.yardstick.weights)))  # of the modes, last measured
        self._outstanding: deque[tuple[int, list[Future[float]]]] = deque()

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
        """Measure and record if that is due; a distance outside a line enters the record once it is known."""
        self.gather()
        if not self.history.due(iteration):
            return
        row, places = self._measured()
        if self.trainer.data.dim == 1:
            row["emd"] = self._distances(places)
        elif iteration % (SPARSE * self.history.every) == 0:
            while len(self._outstanding) >= AHEAD:
                self._enter()
            self._outstanding.append((iteration, [aside().submit(self.yardstick.distance, x) for x in places]))
        self.history.append(iteration, row)

    def gather(self) -> None:
        """Record the distances that are known by now."""
        while self._outstanding and all(future.done() for future in self._outstanding[0][1]):
            self._enter()

    def settle(self) -> None:
        """Wait for all outstanding distances."""
        while self._outstanding:
            self._enter()

    def _enter(self) -> None:
        iteration, futures = self._outstanding.popleft()
        self.history.fill(iteration, "emd", np.array([future.result() for future in futures]))

    def measure(self) -> Row:
        """Every metric of every member now, on the fixed samples, without a record."""
        row, places = self._measured()
        return row | {"emd": self._distances(places)}

    def _distances(self, places: list[NDArray[np.floating]]) -> NDArray[np.floating]:
        return np.array([self.yardstick.distance(x) for x in places])

    def _measured(self) -> tuple[Row, list[NDArray[np.floating]]]:
        """All metrics but the EMD, which is NaN, and each member's fakes where distances are measured."""
        trainer = self.trainer
        fake, d_real, d_fake, arrows = trainer.look(self.yardstick.samples)
        signal = arrows.double().norm(dim=2).mean(1).cpu().numpy()
        for what, value in (("a sample", fake), ("D's output", d_fake), ("D's output", d_real)):
            trainer.demand_finite(what, value.cpu().numpy())
        trainer.demand_finite("generator's gradient", signal)
        loss = trainer.objective.discriminator(d_real, d_fake).double().mean(1).cpu().numpy()
        looks = [self.yardstick.look(member) for member in fake]
        self.shares = np.stack([shares for _, shares, _ in looks])
        scores = [self.yardstick.scores(shares, high_quality) for _, shares, high_quality in looks]
        sure = [self._saturation(real, fake) for real, fake in zip(d_real, d_fake, strict=True)]
        row = {
            "emd": np.full(len(looks), np.nan),
            **{name: np.array([score[name] for score in scores]) for name in scores[0]},
            "estimate": np.array([trainer.objective.estimate(float(value)) for value in loss]),
            "saturation_fake": np.array([fake for _, fake in sure]),
            "saturation_real": np.array([real for real, _ in sure]),
            "generator_signal": signal,
        }
        return row, [places for places, _, _ in looks]

    def _saturation(self, d_real: Tensor, d_fake: Tensor) -> tuple[float, float]:
        """Shares of reals called real, and of fakes called fake, with 99 % certainty; an unbounded critic has none."""
        probability = self.trainer.objective.probability
        if probability is None:
            return 0.0, 0.0
        real, fake = (probability(d.double().cpu().numpy()) for d in (d_real, d_fake))
        return saturation(real)[1], saturation(fake)[0]
