"""The compiled step: `fast.py`'s game as one machine-code function, for tiny networks on a CPU.

An operation of torch costs microseconds before it computes anything, as much as the arithmetic of a small layer. Here numba
compiles a whole iteration of every member into one function (`kernel.py`): matrix products go to SciPy's BLAS, everything
between them is fused into loops, and the interpreter's lock is free meanwhile, so pages answer while games train.

Compiling takes half a minute, once for a machine: the code is kept beside the kernel or in numba's cache folder. `ready`
starts that and says when it is done; until then the fast step plays.
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

from playground import kernel
from playground.kernel import ACTIVATIONS, CONSTRAINTS, OBJECTIVES, OPTIMISERS, PENALTY, play
from playground.networks import MLP
from playground.streams import Draw

if TYPE_CHECKING:
    from playground.config import Config
    from playground.training import Player

Array = NDArray[np.floating]
log = logging.getLogger(__name__)
HOME = Path(__file__).resolve().parent.parent


def covers(config: "Config", players: tuple["Player", "Player"]) -> bool:
    """Whether the kernel knows this game."""
    names = (config.objective, OBJECTIVES), (config.constraint, CONSTRAINTS), (config.optimiser, OPTIMISERS)
    return (
        all(name in known for name, known in names)
        and all(isinstance(player.network, MLP) and player.flat.device.type == "cpu" for player in players)
        and config.activation in ACTIVATIONS
    )


class CompiledStep:
    """The updates of both players for one setting of the hot knobs, on the players' own arrays."""

    path = "compiled"

    def __init__(self, players: tuple["Player", "Player"], config: "Config") -> None:
        generator, discriminator = players
        networks = [player.network for player in players]
        assert all(isinstance(network, MLP) for network in networks)
        self.weights = [player.flat.detach().numpy() for player in players]
        dtype, members, n = self.weights[0].dtype, len(self.weights[0]), config.batch_size
        self.sizes = [np.array(network.sizes) for network in networks]  # type: ignore[attr-defined]
        self.slopes = [np.zeros_like(weights) for weights in self.weights]
        self.kinds = np.array(
            [
                OBJECTIVES.index(config.objective),
                CONSTRAINTS.index(config.constraint),
                ACTIVATIONS.index(config.activation),
                OPTIMISERS.index(config.optimiser),
                int(networks[0].bounded),  # type: ignore[attr-defined]
            ]
        )
        knobs = config.beta1, config.beta2, config.clip, config.penalty, config.gradient_target, config.gamma
        self.knobs = np.array(knobs, dtype)
        self.rates = np.array([config.generator_lr, config.discriminator_lr], dtype)
        self.penalised = config.constraint in CONSTRAINTS[PENALTY:]
        rows = n * (2 if not self.penalised else 4 if config.activation == "tanh" else 3)
        self.buffers = [np.zeros((2, r * s.sum()), dtype) for r, s in zip((n, rows), self.sizes, strict=True)]
        self.source = np.zeros(n * self.sizes[1].sum() if self.penalised else 0, dtype)
        self.row = np.zeros((4, members), dtype)
        self.optimisers = generator.optimiser, discriminator.optimiser
        self.memory = [optimiser.memory.numpy() for optimiser in self.optimisers]
        self.ones = np.ones(4 * n, dtype)
        self.nothing = torch.zeros(members, 0, n, 1, dtype=generator.flat.dtype), 0
        self.pairs = config.objective == "relativistic"

    def iterate(self, draw: Draw, discriminator_steps: int, generator_steps: int) -> dict[str, Array]:
        """One iteration; `draw` gives some batches of "real", "latent" or "place". The last updates' losses, (P,)."""
        reals = discriminator_steps + self.pairs * generator_steps
        wanted = {
            "real": reals,
            "latent": discriminator_steps + generator_steps,
            "place": self.penalised * discriminator_steps,
        }
        drawn = [draw(what, count) if count else self.nothing for what, count in wanted.items()]
        counts = np.array([optimiser.count for optimiser in self.optimisers], self.rates.dtype)
        play(self.kinds, self.knobs, self.rates, *self.sizes, *self.weights, *self.slopes, *self.memory, counts,
             *self.buffers, self.source, self.ones, *(block.numpy() for block, _ in drawn),
             np.array([start for _, start in drawn]), np.array([discriminator_steps, generator_steps]),
             self.row)  # fmt: skip
        for optimiser, count in zip(self.optimisers, counts, strict=True):
            optimiser.count = float(count)
        names = ["loss_discriminator", "d_real", "d_fake"] * bool(discriminator_steps)
        row = {name: self.row[i].astype(np.float64) for i, name in enumerate(names)}
        return row | ({"loss_generator": self.row[3].astype(np.float64)} if generator_steps else {})


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
        written = Path(kernel.__file__).stat().st_mtime
        kept = Path(play._cache.cache_path).glob("kernel.play-*.nbi")
        if not any(index.stat().st_mtime > written for index in kept):
            subprocess.run(
                [sys.executable, "-c", "from playground import compiled; compiled.make()"], check=True, cwd=HOME
            )
        make()
        _ready.set()
    except Exception:  # the fast step plays as well
        log.exception("the compiled step cannot be had")


def make() -> None:
    """Compile the kernel by playing once, or load it where that has been done before."""
    from playground.config import Config
    from playground.training import Trainer

    threadpool_limits(1, "blas")  # products too small to share
    trainer = Trainer(Config(data="two-gaussians", batch_size=8), path="autograd")
    CompiledStep((trainer.generator, trainer.discriminator), trainer.config).iterate(trainer.draw, 1, 1)
