"""The fast step: whole iterations as one machine-code function, for perceptrons on a CPU.

An operation of torch costs microseconds before it computes anything, as much as the arithmetic of a small layer. Here numba
compiles iterations of every member into one function (`game.py`): matrix products go to SciPy's BLAS, everything between
them is fused into loops, and the interpreter's lock is free meanwhile, so pages answer while games train.

Compiling takes half a minute, once for a machine: the code is kept beside its source or in numba's cache folder. `ready`
starts that and says when it is done; until then the eager step plays.
"""

import logging
import subprocess
import sys
import threading
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from playground import activations, noise
from playground.constraints import SpectralNorm
from playground.fast import blas, game, layers, rules, smooth
from playground.fast.game import play
from playground.fast.layers import ACTIVATIONS, LINEAR, TANH
from playground.fast.rules import CONSTRAINTS, OBJECTIVES, OPTIMISERS, PENALTY, Rules, Stack
from playground.networks import MLP
from playground.streams import Draw
from playground.tricks import needs_autograd

if TYPE_CHECKING:
    from playground.config import Config
    from playground.players import Player

Array = NDArray[np.floating]
Players = tuple["Player", "Player"]
PART = 256  # samples of a batch played at once, at most: what a cache holds, and enough for long loops
DRAWN = 2**18  # numbers drawn at once for all members
SOURCES = activations, noise, blas, layers, rules, smooth, game
HOME = Path(__file__).resolve().parents[2]
log = logging.getLogger(__name__)


def covers(config: "Config", players: Players) -> bool:
    """Whether the kernel knows this game."""
    names = (config.objective, OBJECTIVES), (config.constraint, CONSTRAINTS), (config.optimiser, OPTIMISERS)
    return (
        not needs_autograd(config)
        and all(name in known for name, known in names)
        and all(isinstance(player.network, MLP) and player.flat.device.type == "cpu" for player in players)
        and config.activation in ACTIVATIONS
    )


class FastStep:
    """The updates of both players for one setting of the hot knobs, on the players' own arrays."""

    path = "fast"

    def __init__(self, players: Players, config: "Config", spectral: SpectralNorm | None) -> None:
        generator, discriminator = players
        self.members, self.dtype = len(generator.flat), generator.flat.detach().numpy().dtype
        number, n = self.dtype.type, config.batch_size
        names = (config.objective, OBJECTIVES), (config.constraint, CONSTRAINTS), (config.optimiser, OPTIMISERS)
        knobs = config.beta1, config.beta2, config.clip, config.penalty, config.gradient_target, config.gamma
        self.rules = Rules(*(known.index(name) for name, known in names), *map(number, knobs))
        self.penalised = self.rules.constraint >= PENALTY
        columns = 2 if not self.penalised else 4 if config.activation == "tanh" else 3
        self.part = -(-n // -(-n // PART) // 16) * 16  # of equal parts
        self.g = self._stack(generator, config.generator_lr, 1)
        self.d = self._stack(discriminator, config.discriminator_lr, columns, spectral)
        self.square = np.zeros(self.part, self.dtype)
        self.optimisers = discriminator.optimiser, generator.optimiser
        self.blas = blas.blas_for(self.dtype)
        self.nothing = torch.zeros(self.members, 0, n, 1, dtype=generator.flat.dtype), 0
        self.pairs = config.objective == "relativistic"

    def _stack(self, player: "Player", lr: float, columns: int, spectral: SpectralNorm | None = None) -> Stack:
        network, weights = player.network, player.flat.detach().numpy()
        assert isinstance(network, MLP)
        sizes = np.array(network.sizes)
        room = self.part * int((sizes + 1).sum())
        return Stack(
            sizes=sizes,
            act=ACTIVATIONS.index(network.activation),
            last_act=TANH if network.bounded else LINEAR,
            lr=self.dtype.type(lr),
            weights=weights,
            memory=player.optimiser.memory.numpy(),
            slope=np.zeros_like(weights[:1]),
            used=np.zeros_like(weights[:1]),
            left=np.zeros((self.members, 0), self.dtype) if spectral is None else spectral.flat.numpy(),
            right=np.zeros((1, int(sizes[1:].sum())), self.dtype),
            a=np.zeros(room * columns, self.dtype),
            e=np.zeros(room * columns, self.dtype),
            source=np.zeros(room if self.penalised else 0, self.dtype),
            cross=np.zeros(int((sizes[:-1] * sizes[1:]).max()) if self.penalised else 0, self.dtype),
        )

    def play(self, draw: Draw, iterations: int, discriminator_steps: int, generator_steps: int) -> dict[str, Array]:
        """Some iterations; `draw` gives batches of "real", "latent" or "place". Their last updates' losses, each
        (iterations, P)."""
        drawn = self.members * len(self.square) * (discriminator_steps + generator_steps) * self.g.sizes[0]
        at_once = max(1, int(DRAWN / max(drawn, 1)))
        parts = [
            self._play(draw, min(at_once, iterations - first), discriminator_steps, generator_steps)
            for first in range(0, iterations, at_once)
        ]
        return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}

    def _play(self, draw: Draw, iterations: int, discriminator_steps: int, generator_steps: int) -> dict[str, Array]:
        wanted = {
            "real": discriminator_steps + self.pairs * generator_steps,
            "latent": discriminator_steps + generator_steps,
            "place": self.penalised * discriminator_steps,
        }
        drawn = [draw(what, iterations * count) if count else self.nothing for what, count in wanted.items()]
        counts = np.array([optimiser.count for optimiser in self.optimisers], np.float64)
        rows = np.zeros((iterations, 4, self.members), self.dtype)
        play(self.blas, self.rules, self.g, self.d, *(block.numpy() for block, _ in drawn),
             np.array([start for _, start in drawn]), self.part, np.array([discriminator_steps, generator_steps]),
             counts, rows, self.square)  # fmt: skip
        for optimiser, count in zip(self.optimisers, counts, strict=True):
            optimiser.count = float(count)
        names = ["loss_discriminator", "d_real", "d_fake"] * bool(discriminator_steps)
        losses: dict[str, Array] = {name: rows[:, i].astype(np.float64) for i, name in enumerate(names)}
        return losses | ({"loss_generator": rows[:, 3].astype(np.float64)} if generator_steps else {})


_ready = threading.Event()


@cache
def _loader() -> threading.Thread:
    thread = threading.Thread(target=_load, name="compile", daemon=True)
    thread.start()
    return thread


def ready(wait: float | bool = False) -> bool:
    """Whether the kernel can play; the first question starts to load it. `wait` at most so many seconds, or for good."""
    if not _ready.is_set() and threading.current_thread() is not _loader() and wait:
        _loader().join(None if wait is True else wait)
    return _ready.is_set()


def _load() -> None:
    """Load the kernel; where this machine has not yet compiled it, a process of its own does so, and no page waits."""
    try:
        if not kept():
            subprocess.run(
                [sys.executable, "-c", "from playground.fast import step; step.make()"], check=True, cwd=HOME
            )
        make()
        _ready.set()
    except Exception:  # the eager step plays as well
        log.exception("the fast step cannot be had")


def kept() -> bool:
    """Whether compiled code on disk is younger than all that it was made of."""
    written = max(Path(module.__file__ or "").stat().st_mtime for module in SOURCES)
    indices = Path(play._cache.cache_path).glob("game.play-*.nbi")
    return any(index.stat().st_mtime > written for index in indices)


def make() -> None:
    """Compile the kernel by playing once, or load it where that has been done before."""
    from playground.config import Config
    from playground.training import Trainer

    if not kept():  # numba would look at each function's own file only
        for function in (value for module in SOURCES for value in vars(module).values() if hasattr(value, "_cache")):
            function._cache.flush()
    threadpool_limits(1, "blas")  # products too small to share
    noise.prepare()
    trainer = Trainer(Config(data="two-gaussians", batch_size=8), path="autograd")
    FastStep((trainer.generator, trainer.discriminator), trainer.config, None).play(trainer.draw, 1, 1, 1)
