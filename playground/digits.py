"""The yardstick for handwritten digits: distances in the shipped classifier's features, a mode is a digit."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from playground.classifier import load_classifier
from playground.labels import asked_of, encoded, images_of, labels_of
from playground.metrics import Array, Samples
from playground.metrics.checks import cloud
from playground.metrics.features import Moments, moments
from playground.metrics.neighbours import nearest
from playground.mnist import SIDE, archive, chosen_indices, normalised, once, pixels
from playground.ruler import Yardstick

SAMPLES, REFERENCE = 1024, 512
DRAWS = 6  # of fresh digits for a floor
SURE = 0.9  # a digit is of high quality when the classifier is this sure of it
LEARNT = 10_000  # training images among which memorised ones are looked for, at most
STRANGERS = 2000  # held-out digits that say how near is near, at most
STRANGE = 0.01  # of held-out digits are as near to a training image as what counts as memorised
CPU = torch.device("cpu")


@once
def held_out_features() -> Tensor:
    """Of all held-out images, (10000, 48), in the archive's order."""
    return features_of(pixels("test", CPU))


def features_of(images: Tensor) -> Tensor:
    """The classifier's features (n, 48) of pixels (n, 784), a few at a time."""
    return torch.cat([load_classifier().features(normalised(some)) for some in images.split(500)])


@dataclass(frozen=True, eq=False, kw_only=True)
class DigitsYardstick(Yardstick):
    """One half of the held-out digits is what fakes are measured against, the other half the perfect generator's."""

    digits: tuple[int, ...]
    limit: int | None = None  # training images
    labelled: bool = False  # whether a sample is a pair of an image and the digit asked for

    @property
    def digital(self) -> bool:
        return True

    def look(self, fake: Tensor) -> Samples:
        features = load_classifier().features(images_of(fake).cpu())
        cloud("look", features.numpy())
        probability = load_classifier().classify(features).numpy()
        sure = probability.max(1)
        read = probability.argmax(1)
        owned = np.isin(read, self.digits)
        asked = read[: len(asked_of(fake))] == asked_of(fake).cpu().numpy()
        return Samples(self, features.numpy(), modes_of(probability, self.digits), owned, sure >= SURE, sure, asked)

    def fresh(self, n: int, rng: torch.Generator) -> Tensor:
        unseen = halves(self.digits)[1]
        drawn = torch.randint(len(unseen), (n,), generator=rng)
        images = normalised(pixels("test", CPU)[unseen[drawn]])
        return torch.cat([images, encoded(labels_of("test", CPU)[unseen[drawn]])], 1) if self.labelled else images

    def perfect(self, draws: int) -> Iterable[Samples]:
        return self._draws[:draws]

    @cached_property
    def _draws(self) -> list[Samples]:
        return list(super().perfect(DRAWS))  # few and kept, for the classifier takes its time

    @cached_property
    def moments(self) -> Moments:
        return moments(held_out_features()[halves(self.digits)[0]].numpy())

    @cached_property
    def training(self) -> Array:
        chosen = chosen_indices("train", self.digits, min(self.limit or LEARNT, LEARNT), CPU)
        return features_of(pixels("train", CPU)[chosen]).numpy()

    @cached_property
    def nearness(self) -> float:
        unseen = held_out_features()[halves(self.digits)[1][:STRANGERS]].numpy()
        return float(np.quantile(nearest(unseen, self.training), STRANGE))


def halves(digits: tuple[int, ...]) -> tuple[Tensor, Tensor]:
    """The held-out images of these digits in two halves, as places in the archive: every other one of each digit.

    In the archive's own order the later half is by far the harder to read.
    """
    indices = chosen_indices("test", digits, None, CPU)
    labels = torch.from_numpy(archive()["test_labels"])[indices]
    first = torch.zeros(len(indices), dtype=torch.bool)
    for digit in digits:
        first[torch.nonzero(labels == digit)[::2, 0]] = True
    return indices[first], indices[~first]


def modes_of(probability: Array, digits: tuple[int, ...]) -> NDArray[np.integer]:
    """Which of the chosen digits is likeliest, by its place among them, from probabilities (n, 10)."""
    return probability[:, list(digits)].argmax(1).astype(np.int16)


@lru_cache(maxsize=8)
def digits_yardstick(digits: tuple[int, ...], limit: int | None = None, labelled: bool = False) -> Yardstick:
    """The yardstick for some digits, of which the run trains on the first `limit` images, or on all; made once."""
    classifier = load_classifier()
    real = pixels("test", CPU)[halves(digits)[0]]
    features = torch.cat([classifier.features(normalised(some)) for some in real[: 8 * REFERENCE].split(500)])
    probability = classifier.classify(features).numpy()
    mode = modes_of(probability, digits)
    centres = np.stack([features.numpy()[mode == k].mean(0) for k in range(len(digits))]).astype(np.float64)
    return DigitsYardstick(
        dim=SIDE**2,
        samples=SAMPLES,
        weights=np.full(len(digits), 1 / len(digits)),
        centres=centres,
        reference=features[:REFERENCE].numpy(),
        reference_mode=mode[:REFERENCE],
        space="the classifier's features",
        digits=digits,
        limit=limit,
        labelled=labelled,
    )
