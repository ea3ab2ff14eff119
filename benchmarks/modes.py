"""Seconds until a ring's eight modes are all there, by constraint: single runs, and a population together."""

import statistics
import time
from dataclasses import dataclass

import numpy as np

from playground.config import Config
from playground.constraints import CONSTRAINTS
from playground.experiments import EXPERIMENTS
from playground.training import Diverged, Trainer

LIMIT = 6.0  # seconds after which a run is given up
SEEDS, FEW_SEEDS = 16, 4  # of the gradient penalty, and of every other constraint: some never arrive


@dataclass(frozen=True)
class Race:
    """Seconds of each seed that arrived, and how many set out."""

    constraint: str
    seconds: tuple[float, ...]
    seeds: int
    together: float | None  # all seeds as one population

    def __str__(self) -> str:
        median = f"{statistics.median(self.seconds):6.2f}" if 2 * len(self.seconds) > self.seeds else "     —"
        together = "—" if self.together is None else f"{self.together:.1f}"
        return f"{self.constraint:28} {len(self.seconds):3} of {self.seeds:2} {median:>9} {together:>10}"


def race(constraint: str, seeds: int) -> Race:
    """The ring under the Wasserstein loss with one constraint."""
    config = EXPERIMENTS["ring-wgan-clip" if constraint == "clip" else "ring-wgan-gp"].config.with_(
        constraint=constraint
    )
    alone = [seconds for seed in range(seeds) if (seconds := arrival(config.with_(seed=seed), LIMIT)) is not None]
    return Race(constraint, tuple(alone), seeds, arrival(config.with_(population=seeds), 2 * LIMIT))


def arrival(config: Config, limit: float) -> float | None:
    """Seconds until every member has been seen with all its modes; None if that takes longer than `limit`."""
    start, trainer = time.perf_counter(), Trainer(config)
    arrived = np.zeros(config.population, bool)
    try:
        while time.perf_counter() - start < limit:
            trainer.advance(trainer.meter.history.every)
            arrived |= trainer.metrics.last()["modes"] == len(trainer.yardstick.weights)
            if arrived.all():
                return time.perf_counter() - start
    except Diverged:
        pass
    return None


def run(quick: bool) -> list[Race]:
    """Print a row for each constraint; quick: only the gradient penalty."""
    print(f"\n{'8 of 8 modes, Wasserstein':28} {'seeds':>9} {'median, s':>9} {'together, s':>10}")
    races = []
    for constraint in ["gradient-penalty"] if quick else CONSTRAINTS:
        races.append(race(constraint, SEEDS if constraint == "gradient-penalty" else FEW_SEEDS))
        print(races[-1], flush=True)
    return races
