"""Nearest training images: whether a generated digit was learnt by heart, beside what real digits nobody trained on score.

Distances are Euclidean: of pixels in [-1, 1], and of the shipped classifier's features.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from torch import Tensor

from playground.classifier import load_classifier
from playground.digits import features_of, halves
from playground.labels import images_of, labels_of
from playground.mnist import Mnist, chosen_indices, normalised, once, pixels
from playground.snapshot import IMAGES
from playground.training import Trainer

CPU = torch.device("cpu")
CHUNK = 2000  # training images whose distances are taken at once
STRANGERS = 500  # held-out digits that say how near is near
COPY = 0.01  # of them are nearer to a training image than what looks like a copy


@cache
def aside() -> ThreadPoolExecutor:
    """The thread for searches; torch leaves the interpreter to others meanwhile."""
    return ThreadPoolExecutor(1, "nearest")


@once
def training_features() -> Tensor:
    """The classifier's features of all training images, (60000, 48), in the archive's order."""
    return features_of(pixels("train", CPU))


@dataclass(frozen=True)
class Space:
    """Where distances are taken: what it is called, and how images (n, 784) and rows of the archive get there."""

    title: str
    of: Callable[[Tensor], Tensor]
    training: Callable[[Tensor], Tensor]  # rows of the archive -> (n, k)


SPACES: dict[str, Space] = {
    "pixels": Space("pixels", lambda images: images, lambda rows: normalised(pixels("train", CPU)[rows])),
    "features": Space(
        "the classifier's features",
        lambda images: load_classifier().features(images),
        lambda rows: training_features()[rows],
    ),
}


def search(space: Space, images: Tensor, rows: Tensor) -> tuple[Tensor, Tensor]:
    """Each image's (n, 784) distance to its nearest training image among rows of the archive, and that row, (n,) each."""
    x = space.of(images)
    parts = [smallest(x, space.training(some), some) for some in rows.split(CHUNK)]
    squares, found = (torch.stack(each) for each in zip(*parts, strict=True))  # (chunks, n)
    row = found.gather(0, squares.argmin(0)[None])[0]
    return (x - space.training(row)).norm(dim=1), row  # once more, without what cancels in the squares


def smallest(x: Tensor, among: Tensor, rows: Tensor) -> tuple[Tensor, Tensor]:
    """‖a − x‖² − ‖x‖² to the nearest a of some training images (m, k), and its row, for each of x (n, k)."""
    square, at = (among.square().sum(1) - 2 * x @ among.T).min(1)
    return square, rows[at]


@dataclass(frozen=True)
class Near:
    """The nearest training image in one space."""

    image: Tensor  # (784,)
    row: int  # of the archive
    digit: int
    distance: float
    real: float  # the median distance that held-out digits have to their nearest training image
    share: float  # of held-out digits that are at least as near to theirs

    @property
    def copied(self) -> bool:
        """Whether hardly any held-out digit comes as near."""
        return self.share <= COPY


@dataclass(frozen=True)
class Neighbours:
    """One generated digit and its nearest training images, by space."""

    tile: int
    iteration: int
    image: Tensor  # (784,)
    trained_on: int  # images
    near: dict[str, Near]

    @property
    def verdict(self) -> str:
        """Whether it looks memorised, in a sentence."""
        return VERDICTS[self.near["pixels"].copied, self.near["features"].copied]


VERDICTS = {  # nearer than 99 % of held-out digits are: in pixels, in features
    (
        True,
        True,
    ): "**Looks memorised**: in both spaces it is nearer to a training image than 99 % of fresh real digits are.",
    (True, False): "**Hardly a copy**: pixels unusually near to a training image, features as far from it as is usual.",
    (False, True): "**Hardly a copy**: features unusually near to a training image, pixels as far from it as is usual.",
    (False, False): "**Does not look memorised**: no nearer to the training images than fresh real digits can be.",
}


@once
def strangers(digits: tuple[int, ...], limit: int | None, space: str) -> np.ndarray:
    """Distances of held-out digits to their nearest training image of a run's set, ascending."""
    unseen = halves(digits)[1][:STRANGERS]
    distances, _ = search(SPACES[space], normalised(pixels("test", CPU)[unseen]), rows_of(digits, limit))
    return np.sort(distances.numpy())


def rows_of(digits: tuple[int, ...], limit: int | None) -> Tensor:
    """The rows of the archive that a run trains on."""
    return chosen_indices("train", digits, limit, CPU)


def neighbours(tile: int, iteration: int, image: Tensor, data: Mnist) -> Neighbours:
    """The nearest images among all that a run trains on, for one tile (784,)."""
    rows = rows_of(data.digits, data.limit)
    near = {name: near_in(name, image, data, rows) for name in SPACES}
    return Neighbours(tile, iteration, image, len(rows), near)


def near_in(name: str, image: Tensor, data: Mnist, rows: Tensor) -> Near:
    distance, found = search(SPACES[name], image[None], rows)
    row, real = int(found), strangers(data.digits, data.limit, name)
    share = float((real <= float(distance)).mean())
    digit = int(labels_of("train", CPU)[row])
    return Near(normalised(pixels("train", CPU)[row]), row, digit, float(distance), float(np.median(real)), share)


def tile_of(trainer: Trainer, tile: int) -> Callable[[], Neighbours]:
    """What looks for the neighbours of a tile of the page's sheet as it is now; to be called off the training path."""
    with torch.no_grad():
        image = images_of(trainer.generate(trainer.fixed_latent[:1, :IMAGES])[0, tile]).cpu()
    if not image.isfinite().all():
        raise ArithmeticError(f"tile {tile} is no image: it has numbers that are not finite")
    data, iteration = trainer.data, trainer.iteration
    assert isinstance(data, Mnist), "only digits have nearest training images"
    return lambda: neighbours(tile, iteration, image, data)


def look_up(find: Callable[[], Neighbours]) -> Future[Neighbours]:
    """Start a search in its thread."""
    return aside().submit(find)
