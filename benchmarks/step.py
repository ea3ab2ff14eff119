"""What an iteration costs, side by side: `python -m playground benchmark`.

All contestants play in turn in one process, pinned to one core; a number is the median over rounds, a ratio one of two
medians of the same run. Ours is `Trainer.update`: draws, both players' updates, the losses, the check that they are finite.
"""

import itertools
import json
import os
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Protocol

import torch

from benchmarks import devices, modes, plot
from benchmarks.bare import Bare
from benchmarks.limit import Limit
from playground.config import Config
from playground.fast.step import ready
from playground.training import Trainer

ROUNDS, FEW_ROUNDS = 7, 3
SCAN = 20  # iterations that JAX compiles into one call
STRETCH = 0.08  # seconds that a contestant plays in a round, at least
GAMES: dict[str, dict[str, Any]] = {
    "BCE": {"objective": "non-saturating", "constraint": "none", "discriminator_steps": 1},
    "clip": {"objective": "wasserstein", "constraint": "clip", "discriminator_steps": 5},
    "GP": {"objective": "wasserstein", "constraint": "gradient-penalty", "discriminator_steps": 5},
}


class Contestant(Protocol):
    def run(self, iterations: int) -> None:
        """Play so many iterations."""


@dataclass
class Ours:
    """Our trainer without its record."""

    trainer: Trainer

    def run(self, iterations: int) -> None:
        self.trainer.update(iterations)


@dataclass(frozen=True)
class Case:
    """One game at one size."""

    game: str
    width: int = 64
    depth: int = 2
    batch: int = 256
    population: int = 1

    @property
    def config(self) -> Config:
        return Config(
            data="ring",
            activation="relu",
            latent_dim=8,
            batch_size=self.batch,
            population=self.population,
            **{f"{player}_width": self.width for player in ("generator", "discriminator")},
            **{f"{player}_depth": self.depth for player in ("generator", "discriminator")},
            **GAMES[self.game],
        )


@dataclass
class Result:
    """Milliseconds an iteration of the whole population, by contestant."""

    case: Case
    times: dict[str, float] = field(default_factory=dict)

    def ratio(self, slow: str) -> float:
        """How many times as long as our fast step another contestant takes."""
        return self.times[slow] / self.times["ours"]


def contestants(case: Case) -> dict[str, tuple[Contestant, int]]:
    """By name: a contestant, and how often one would have to play it to get what the others get in one iteration."""
    config = case.config
    players: dict[str, tuple[Contestant, int]] = {
        "ours": (Ours(Trainer(config)), 1),
        "autograd": (Ours(Trainer(config, path="autograd")), 1),
        "bare": (Bare(config), case.population),
        "limit": (Limit(config), 1),
    }
    try:
        from benchmarks.xla import Xla
    except ImportError:
        return players
    return players | {"jax": (Xla(config), 1)}


def measure(case: Case, rounds: int = ROUNDS) -> Result:
    """The medians of all contestants in one case."""
    players = contestants(case)
    counts = {name: calibrated(player, SCAN if name == "jax" else 2) for name, (player, _) in players.items()}
    seen: dict[str, list[float]] = {name: [] for name in players}
    for _ in range(rounds):
        for name, (player, times) in players.items():
            seen[name].append(1000 * times * timed(player, counts[name]) / counts[name])
    return Result(case, {name: statistics.median(values) for name, values in seen.items()})


def timed(player: Contestant, iterations: int) -> float:
    start = time.perf_counter()
    player.run(iterations)
    return time.perf_counter() - start


def calibrated(player: Contestant, iterations: int) -> int:
    """Iterations that fill a stretch, at least so many; the first are played unseen, for they compile and allocate."""
    player.run(2)
    while (seconds := timed(player, iterations)) < STRETCH:
        iterations *= max(2, round(STRETCH / max(seconds, 1e-6)))
    return iterations


def cases(quick: bool) -> list[Case]:
    """The whole grid, or the sizes that the bars name."""
    if quick:
        named = [Case("GP", width) for width in (16, 64, 128)] + [Case("BCE", width) for width in (16, 64)]
        return [*named, Case("GP", 16, population=16), Case("GP", 32, population=16), Case("GP", 16, population=64)]
    widths, batches, sizes = (8, 16, 32, 64, 128, 256), (64, 256, 1024), (1, 4, 16, 64)
    by_width = [Case(game, width, depth) for game, width, depth in itertools.product(GAMES, widths, (2, 4))]
    by_batch = [Case(game, width, batch=batch) for game, width, batch in itertools.product(GAMES, (16, 64), batches)]
    by_population = [
        Case(game, width, population=p) for game, width, p in itertools.product(GAMES, (8, 16, 32, 64), sizes)
    ]
    return list(dict.fromkeys(by_width + by_batch + by_population))


def run(quick: bool, file: Path | None, say: Callable[[str], None] = print) -> list[Result]:
    """Measure every case, print a table as it grows, and write everything to a JSON file."""
    torch.set_num_threads(1)
    ready(wait=True)
    everywhere = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else None
    if everywhere:
        os.sched_setaffinity(0, {min(everywhere)})
    columns = ("ours", "autograd", "bare", "jax", "limit")
    say(
        f"{'game':5} {'width':>5} {'depth':>5} {'batch':>5} {'P':>3} "
        + " ".join(f"{c:>9}" for c in columns)
        + f" {'bare/ours':>10} {'jax/ours':>9} {'limit/ours':>10}"
    )
    results = []
    for case in cases(quick):
        result = measure(case, ROUNDS if quick else FEW_ROUNDS)
        results.append(result)
        times = " ".join(f"{result.times[c]:9.3f}" if c in result.times else f"{'—':>9}" for c in columns)
        shares = [f"{result.ratio(c):.2f}" if c in result.times else "—" for c in ("bare", "jax", "limit")]
        say(
            f"{case.game:5} {case.width:5} {case.depth:5} {case.batch:5} {case.population:3} {times} "
            f"{shares[0]:>10} {shares[1]:>9} {shares[2]:>10}"
        )
    if everywhere:
        os.sched_setaffinity(0, everywhere)
    pairs, races = devices.run(), modes.run(quick)
    if file:
        document = {"iterations": [asdict(result) for result in results], "modes": [asdict(race) for race in races]}
        document["devices"] = [asdict(pair) for pair in pairs]
        file.write_text(json.dumps(document, indent=1) + "\n")
        plot.save(results, file.with_suffix(".html"))
    return results
