"""Digits on the best device there is, and small mixtures on a GPU: ours beside the bare loop, in turn."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

import torch

from benchmarks.bare import Bare
from benchmarks.bare_images import BareImages
from playground.config import Config
from playground.device import choose_device, describe
from playground.experiments import EXPERIMENTS
from playground.training import Trainer

ROUNDS = 7
STRETCH = 0.3  # seconds that a contestant plays in a round, at least


@dataclass(frozen=True)
class Pair:
    """Milliseconds an iteration of a whole population."""

    game: str
    device: str
    ours: float
    bare: float

    def __str__(self) -> str:
        return f"{self.game:44} {self.ours:9.3f} {self.bare:9.3f} {self.bare / self.ours:10.2f}"


def games() -> dict[str, Config]:
    """Digits by both losses and both ways of upsampling."""
    named = {name: EXPERIMENTS[name].config for name in ("mnist-gan", "mnist-wgan-gp")}
    ways = "conv-resize", "conv-transposed"
    return {f"{name}, {players}": config.with_(players=players) for name, config in named.items() for players in ways}


def mixtures() -> dict[str, Config]:
    """What a GPU is measured by: the width-64 critic, alone and as a population."""
    critic = EXPERIMENTS["ring-wgan-gp"].config
    return {f"ring-wgan-gp, population {p}": critic.with_(population=p) for p in (1, 64)}


def measure(game: str, config: Config, device: torch.device) -> Pair:
    """The medians of both; the bare loop is played once and multiplied by the population."""
    trainer = Trainer(config, device)
    bare = (BareImages if config.data == "mnist" else Bare)(config, device)
    plays: list[Callable[[int], object]] = [trainer.update, bare.run]
    counts = [calibrated(play, device) for play in plays]
    seen: list[list[float]] = [[], []]
    for _ in range(ROUNDS):
        for play, count, spent in zip(plays, counts, seen, strict=True):
            spent.append(1000 * timed(play, count, device) / count)
    ours, once = map(statistics.median, seen)
    return Pair(game, describe(device), ours, once * config.population)


def timed(play: Callable[[int], object], iterations: int, device: torch.device) -> float:
    """Seconds, until the device has really done it."""
    start = time.perf_counter()
    play(iterations)
    if device.type == "cuda":
        torch.cuda.synchronize()
    return time.perf_counter() - start


def calibrated(play: Callable[[int], object], device: torch.device) -> int:
    """Iterations that fill a stretch; the first are played unseen, for they compile, record and allocate."""
    timed(play, 6, device)
    return max(2, round(STRETCH / timed(play, 2, device) * 2))


def run() -> list[Pair]:
    """Print a row for each game."""
    device = choose_device(None)
    print(f"\n{'on ' + describe(device):44} {'ours, ms':>9} {'bare, ms':>9} {'bare/ours':>10}")
    pairs = []
    for game, config in (games() | (mixtures() if device.type == "cuda" else {})).items():
        pairs.append(measure(game, config, device))
        print(pairs[-1], flush=True)
    return pairs
