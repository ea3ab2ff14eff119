"""Batches drawn ahead: every member of a population from its own generator."""

from collections.abc import Callable

import torch
from torch import Tensor

from playground import noise

BLOCK = 2**13  # numbers drawn at once for one member, at most
AHEAD = 16  # batches drawn at once, at most: sixty-four members' worth must fit into a few megabytes
Draw = Callable[[str, int], tuple[Tensor, int]]  # what, how many -> a block (P, …, n, dim), and where they start


class Stream:
    """Batches for every member, each from the member's own generator, drawn many steps at a time.

    The number of steps in a block depends on the batch only, so a member sees the same batches in any population.
    Each member's steps lie together, (P, steps, n, dim), as they are drawn.
    """

    def __init__(self, draw: Callable[[int, torch.Generator], Tensor], dim: int, rngs: list[torch.Generator]) -> None:
        self._draw, self._dim, self._rngs = draw, dim, rngs
        self._block = self._room(0, 0)
        self._n = self._used = 0

    def next(self, n: int, steps: int = 1) -> tuple[Tensor, int]:
        """The next batches of `n` for every member: a block (P, …, n, dim), and where they start in it."""
        if n != self._n:
            self._block, self._n, self._used = self._room(0, n), n, 0
        missing = self._used + steps - self._block.shape[1]
        if missing > 0:
            self._refill(missing)
        self._used += steps
        return self._block, self._used - steps

    def _room(self, steps: int, n: int) -> Tensor:
        return torch.empty(len(self._rngs), steps, n, self._dim, device=self._rngs[0].device)

    def _refill(self, missing: int) -> None:
        """Draw at least so many batches, in whole blocks, behind those that are left."""
        each = min(AHEAD, max(1, BLOCK // (self._n * self._dim)))
        left = self._block[:, self._used :].clone()
        self._block = self._room(0, 0)  # never two of them at once
        self._block = self._room(left.shape[1] + -(-missing // each) * each, self._n)
        self._block[:, : left.shape[1]] = left
        for member, rng in zip(self._block, self._rngs, strict=True):
            for block in member[left.shape[1] :].split(each):
                block.copy_(self._draw(each * self._n, rng).view_as(block))
        self._used = 0


def batch(draw: Draw, what: str) -> Tensor:
    """The next batch of every member, (P, n, dim)."""
    block, start = draw(what, 1)
    return block[:, start]


def packs(draw: Callable[[int, torch.Generator], Tensor], size: int) -> Callable[[int, torch.Generator], Tensor]:
    """The same draws, `size` of them for each one asked for: (n · size, dim), which a stream puts side by side."""
    return lambda n, rng: draw(n * size, rng)


def unit(n: int, rng: torch.Generator) -> Tensor:
    """Places between 0 and 1, (n, 1)."""
    return noise.uniform(n, 1, rng)
