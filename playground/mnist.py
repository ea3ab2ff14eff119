"""Real handwritten digits behind the same `sample(n, rng)` as the mixtures.

The MNIST database is by Yann LeCun, Corinna Cortes and Christopher Burges (see `playground/data/README.md`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache, wraps
from pathlib import Path
from threading import Lock
from typing import ParamSpec, TypeVar

import numpy as np
import torch
from torch import Tensor

ARCHIVE = Path(__file__).parent / "data" / "mnist.npz"
DIGITS = tuple(range(10))
SIDE = 28
P = ParamSpec("P")
R = TypeVar("R")


def once(load: Callable[P, R]) -> Callable[P, R]:
    """Run `load` once a process for each set of arguments, however many threads ask at the same time."""
    lock, cached = Lock(), cache(load)

    @wraps(load)
    def answer(*args: P.args, **kwargs: P.kwargs) -> R:
        with lock:
            return cached(*args, **kwargs)

    return answer


@once
def archive() -> dict[str, np.ndarray]:
    """The four arrays of the database: `train_images`, `train_labels`, `test_images`, `test_labels`, all uint8."""
    with np.load(ARCHIVE) as stored:
        return {name: stored[name] for name in stored.files}


@once
def pixels(split: str, device: torch.device) -> Tensor:
    """All images of "train" or "test" as uint8 (images, 784), kept on `device` and shared by every run."""
    images = archive()[f"{split}_images"]
    return torch.from_numpy(images.reshape(len(images), -1)).to(device)


def normalised(images: Tensor) -> Tensor:
    """Pixels 0 … 255 as float32 in [-1, 1], the range of a generator that ends in tanh."""
    return images.float().div_(127.5).sub_(1)


def balanced_order(labels: np.ndarray, digits: tuple[int, ...]) -> np.ndarray:
    """Indices of the images of `digits`: the first of each digit, then the second of each, and so on."""
    chosen = [np.flatnonzero(labels == digit) for digit in digits]
    ranks = np.concatenate([np.arange(len(indices)) for indices in chosen])
    return np.concatenate(chosen)[np.argsort(ranks, kind="stable")]


@lru_cache(maxsize=256)
def chosen_indices(split: str, digits: tuple[int, ...], limit: int | None, device: torch.device) -> Tensor:
    """Which rows of `pixels(split, device)` belong to a data set; int64, (images,)."""
    order = balanced_order(archive()[f"{split}_labels"], digits)
    return torch.from_numpy(order[:limit]).to(device)


@dataclass(frozen=True)
class Mnist:
    """Handwritten digits: the chosen ones, from all of their training images or only the first `limit`.

    A limited set takes the same number of every chosen digit (the smaller digits one more where it does not divide), so
    `Mnist(limit=10)` is one image a digit: the setting in which a discriminator can learn its data by heart.
    """

    digits: tuple[int, ...] = DIGITS
    limit: int | None = None

    dim = SIDE * SIDE
    log_prob = None  # nobody knows the density of handwriting

    def __post_init__(self) -> None:
        object.__setattr__(self, "digits", tuple(sorted(self.digits)))
        if not self.digits or len(set(self.digits)) < len(self.digits) or not set(self.digits) <= set(DIGITS):
            raise ValueError(f"digits must be one or more different digits out of 0 … 9, got {self.digits}")
        if self.limit is not None and self.limit < 1:
            raise ValueError(f"limit must be at least 1 image, or None for all, got {self.limit}")

    @property
    def mode_names(self) -> tuple[str, ...]:
        """One name a mode: the digits themselves."""
        return tuple(str(digit) for digit in self.digits)

    @property
    def labels(self) -> Tensor:
        """The digit in each training image of this set, uint8 (images,), in the order of `images`."""
        return self._labels("train", self.limit)

    @property
    def images(self) -> Tensor:
        """Every training image of this set, float32 (images, 784) in [-1, 1]."""
        return self._images("train", self.limit)

    @property
    def test_labels(self) -> Tensor:
        """The digit in each held-out image, uint8 (images,), in the order of `test_images`."""
        return self._labels("test", None)

    @property
    def test_images(self) -> Tensor:
        """Every held-out image of the chosen digits, float32 (images, 784) in [-1, 1]; `limit` does not apply."""
        return self._images("test", None)

    def sample(self, n: int, rng: torch.Generator) -> Tensor:
        """n training images drawn with replacement: float32 (n, 784) in [-1, 1], on the generator's device."""
        return self._draw("train", self.limit, n, rng)

    def sample_test(self, n: int, rng: torch.Generator) -> Tensor:
        """n held-out images drawn with replacement, as `sample`: what real data unseen in training looks like."""
        return self._draw("test", None, n, rng)

    def _draw(self, split: str, limit: int | None, n: int, rng: torch.Generator) -> Tensor:
        return self._at(split, self._drawn(split, limit, n, rng))

    def _drawn(self, split: str, limit: int | None, n: int, rng: torch.Generator) -> Tensor:
        """n rows of `pixels(split, …)`, int64 (n,)."""
        indices = chosen_indices(split, self.digits, limit, rng.device)
        return indices.index_select(0, torch.randint(len(indices), (n,), generator=rng, device=rng.device))

    def _at(self, split: str, rows: Tensor) -> Tensor:
        """The samples at rows of `pixels(split, …)`, (n, dim)."""
        return normalised(pixels(split, rows.device).index_select(0, rows))

    def _images(self, split: str, limit: int | None) -> Tensor:
        cpu = torch.device("cpu")
        return normalised(pixels(split, cpu).index_select(0, chosen_indices(split, self.digits, limit, cpu)))

    def _labels(self, split: str, limit: int | None) -> Tensor:
        indices = chosen_indices(split, self.digits, limit, torch.device("cpu"))
        return torch.from_numpy(archive()[f"{split}_labels"][indices.numpy()])
