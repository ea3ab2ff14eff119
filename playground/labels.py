"""Labels: digits as pairs of an image and the digit in it, for a game that is played on pairs.

One sample of the data is (image, one-hot label), (784 + 10) numbers; a latent is (z, one-hot label); the generator draws the
image and passes the label on, and the discriminator judges the pair (Mirza & Osindero 2014, https://arxiv.org/abs/1411.1784).
So every objective, constraint and trick means the same as without labels, in the joint space of images and labels.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import one_hot

from playground.mnist import DIGITS, SIDE, Mnist, archive, once

IMAGE = SIDE * SIDE  # numbers of an image
LABEL = len(DIGITS)  # and of a label
SIZE = 4.0  # of a one-hot label's one: labels lie 5.7 apart, images alike about 9; of size 1 a 1-Lipschitz D is hardly moved
SHEET = COLUMNS = 10  # rows and columns of the sheet on which fakes are looked at


def encoded(labels: Tensor) -> Tensor:
    """Digits (n,) as one-hot labels of size 4, float32 (n, 10)."""
    return SIZE * one_hot(labels.long(), LABEL)


def images_of(x: Tensor) -> Tensor:
    """The image of each pair, (…, 784 + 10) -> (…, 784); samples without a label as they are."""
    return x[..., :IMAGE]


def asked_of(x: Tensor) -> Tensor:
    """The digit asked for in each pair, (…, 784 + 10) -> int64 (…); of samples without a label nothing, (0,)."""
    return x[..., IMAGE:].argmax(-1) if x.shape[-1] > IMAGE else torch.zeros(0, dtype=torch.int64)


@once
def labels_of(split: str, device: torch.device) -> Tensor:
    """The digit in each image of "train" or "test", uint8 (images,), in the archive's order, kept on `device`."""
    return torch.from_numpy(archive()[f"{split}_labels"]).to(device)


@dataclass(frozen=True)
class LabelledMnist(Mnist):
    """The same draws of the same digits, each with its label: float32 (n, 784 + 10)."""

    dim = IMAGE + LABEL

    def ask(self, n: int, rng: torch.Generator) -> Tensor:
        """n one-hot labels as frequent as in the data, (n, 10): or a pair's label alone would tell real from fake."""
        return encoded(labels_of("train", rng.device)[self._drawn("train", self.limit, n, rng)])

    def _at(self, split: str, rows: Tensor) -> Tensor:
        return torch.cat([super()._at(split, rows), encoded(labels_of(split, rows.device)[rows])], 1)


def rows_of(digits: Sequence[int]) -> list[int]:
    """The digit of each of the sheet's ten rows: every chosen digit about as often, in order."""
    return [digits[row * len(digits) // SHEET] for row in range(SHEET)]


def laid_out(z: Tensor, digits: Sequence[int]) -> Tensor:
    """Latents (n, k) with a label beside each, (n, k + 10), of which the first hundred make the sheet.

    A row asks for one digit, and equal columns of the rows of different digits have the same z; behind the sheet the digits
    take turns.
    """
    rows = rows_of(digits)
    places = [
        (row - rows.index(digit)) * COLUMNS + column for row, digit in enumerate(rows) for column in range(COLUMNS)
    ]
    asked = [digit for digit in rows for _ in range(COLUMNS)] + [digits[i % len(digits)] for i in range(len(z))]
    order = torch.tensor([*places, *range(len(places), len(z))], device=z.device)[: len(z)]
    return torch.cat([z[order], encoded(torch.tensor(asked[: len(z)], device=z.device))], 1)
