"""Yardsticks: fresh real data that fakes are measured against, and the sampling noise of that measurement."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from playground.classifier import load_classifier
from playground.distributions import DISTRIBUTIONS, Distribution
from playground.metrics import Modes, captured, emd
from playground.mnist import Mnist

if TYPE_CHECKING:
    from playground.config import Config

Array = NDArray[np.floating]
Data = Distribution | Mnist
SURE = 0.9  # a digit is of high quality when the classifier is this sure of it


@dataclass(frozen=True, eq=False)
class Yardstick:
    """What a set of fakes is compared with.

    `floor` is what a perfect generator would score: the mean EMD between `reference` and as many fresh real samples.
    """

    samples: int  # fakes to draw for a measurement
    weights: Array  # expected mass of each mode, (modes,)
    reference: Array  # real samples, stratified by mode, where distances are measured: (n, k)
    floor: float
    look: Callable[[Tensor], tuple[Array, Array, float]]  # fakes -> places (n, k), mode shares (modes,), high quality
    space: str  # where the EMD is measured, in words

    def distance(self, places: Array) -> float:
        """Exact EMD between the reference and fakes that `look` has placed, (samples, k)."""
        return emd(self.reference, places[: len(self.reference)])

    def scores(self, shares: Array, high_quality: float) -> dict[str, float]:
        """Modes with at least 20 % of their mass, the high-quality share, the largest mode's share."""
        return {
            "modes": float(captured(shares, self.weights)),
            "high_quality": high_quality,
            "largest_share": float(shares.max()),
        }

    def measure(self, fake: Tensor) -> tuple[dict[str, float], Array]:
        """One member's fakes (samples, dim) -> its scores with the EMD, and the share of each mode, (modes,)."""
        places, shares, high_quality = self.look(fake)
        return {"emd": self.distance(places), **self.scores(shares, high_quality)}, shares


def data_of(config: "Config") -> Data:
    """The data a Config names."""
    from playground.config import digits_of

    if config.data == "mnist":
        return Mnist(digits_of(config.digits), config.train_images or None)
    return DISTRIBUTIONS[config.data].build(config.modes, config.spread, config.separation, config.imbalance)


def yardstick_of(config: "Config") -> Yardstick:
    """The yardstick for a Config's data; made once for equal data."""
    if config.data == "mnist":
        return digits_yardstick(config.digits)
    return mixture_yardstick(config.data, config.modes, config.spread, config.separation, config.imbalance)


@lru_cache(maxsize=64)
def mixture_yardstick(data: str, modes: int, spread: float, separation: float, imbalance: float) -> Yardstick:
    distribution = DISTRIBUTIONS[data].build(modes, spread, separation, imbalance)
    anchors, mode_of = distribution.anchors
    ruler = Modes(anchors.double().numpy(), mode_of.numpy(), distribution.sigma, distribution.weights.double().numpy())
    rng = torch.Generator().manual_seed(0)
    n = 2048 if distribution.dim == 1 else 512
    reference = distribution.stratified(n, rng).numpy()
    draws = (
        256 if distribution.dim == 1 else 16
    )  # on a line a draw is cheap, and few would leave the floor itself noisy
    floor = np.mean([emd(reference, distribution.sample(n, rng).numpy()) for _ in range(draws)])

    def look(fake: Tensor) -> tuple[Array, Array, float]:
        x = fake.double().cpu().numpy()
        return x, ruler.shares(x), ruler.high_quality(x)

    return Yardstick(2048, ruler.weights, reference, float(floor), look, "data space")


@lru_cache(maxsize=16)
def digits_yardstick(digits: str) -> Yardstick:
    """Distances in the shipped classifier's features, against held-out digits; a mode is a digit."""
    from playground.config import digits_of

    chosen = digits_of(digits)
    data, classifier = Mnist(chosen), load_classifier()
    rng = torch.Generator().manual_seed(0)
    reference = classifier.features(data.sample_test(512, rng)).numpy()
    floor = np.mean([emd(reference, classifier.features(data.sample_test(512, rng)).numpy()) for _ in range(3)])

    def look(fake: Tensor) -> tuple[Array, Array, float]:
        features = classifier.features(fake.cpu())
        probability = classifier.classify(features).numpy()
        shares = np.bincount(probability.argmax(1), minlength=10)[list(chosen)] / len(probability)
        return features.numpy(), shares, float((probability.max(1) >= SURE).mean())

    weights = np.full(len(chosen), 1 / len(chosen))
    return Yardstick(1024, weights, reference, float(floor), look, "the classifier's features")
