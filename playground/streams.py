"""Batches drawn ahead: every member of a population from its own generator."""

from collections.abc import Callable

import torch
from torch import Tensor

from playground import noise

BLOCK = 2**15  # numbers drawn at once for one member
Draw = Callable[[str, int], tuple[Tensor, int]]  # what, how many -> a block (P, …, n, dim), and where they start


class Stream:
    """Batches for every member, each from the member's own generator, drawn many steps at a time.

    The number of steps in a block depends on the batch only, so a member sees the same batches in any population.
    Each member's steps lie together, (P, steps, n, dim), as they are drawn.
    """

    def __init__(self, draw: Callable[[int, torch.Generator], Tensor], dim: int, rngs: list[torch.Generator]) -> None:
        self._draw, self._dim, self._rngs = draw, dim, rngs
        self._block = torch.empty(0)
        self._n = self._used = 0

    def next(self, n: int, steps: int = 1) -> tuple[Tensor, int]:
        """The next batches of `n` for every member: a block (P, …, n, dim), and where they start in it."""
        if n != self._n:
            self._block = self._drawn(n)
            self._n, self._used = n, 0
        while self._used + steps > self._block.shape[1]:
            self._block, self._used = torch.cat([self._block[:, self._used :], self._drawn(n)], dim=1), 0
        self._used += steps
        return self._block, self._used - steps

    def _drawn(self, n: int) -> Tensor:
        steps = max(1, BLOCK // (n * self._dim))
        return torch.stack([self._draw(steps * n, rng).view(steps, n, self._dim) for rng in self._rngs])


def batch(draw: Draw, what: str) -> Tensor:
    """The next batch of every member, (P, n, dim)."""
    block, start = draw(what, 1)
    return block[:, start]


def unit(n: int, rng: torch.Generator) -> Tensor:
    """Places between 0 and 1, (n, 1)."""
    return noise.uniform(n, 1, rng)
