"""A small digit classifier that tells a generator's digits apart: two strided convolutions and two linear layers.

The weights are our own (`tools/train_classifier.py` makes them from the shipped digits). No published score fits small
budgets, so a score from this classifier is always shown beside the score of fresh real images.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import conv2d, leaky_relu, linear

from playground.mnist import SIDE, once

WEIGHTS = Path(__file__).parent / "data" / "classifier.npz"
FEATURES = 48
LEAK = 0.1  # plain ReLU lost three of the features: they were zero on every digit
SHAPES = {
    "first.kernel": (16, 1, 5, 5),
    "first.bias": (16,),
    "second.kernel": (32, 16, 5, 5),
    "second.bias": (32,),
    "features.weight": (FEATURES, 32 * 7 * 7),
    "features.bias": (FEATURES,),
    "digits.weight": (10, FEATURES),
    "digits.bias": (10,),
}


def penultimate(weights: Sequence[Tensor], images: Tensor) -> Tensor:
    """Features (n, 48) of images (n, 784) in [-1, 1]; `weights` in the order of `SHAPES`."""
    x = images.reshape(-1, 1, SIDE, SIDE)
    x = leaky_relu(conv2d(x, weights[0], weights[1], stride=2, padding=2), LEAK)
    x = leaky_relu(conv2d(x, weights[2], weights[3], stride=2, padding=2), LEAK)
    return leaky_relu(linear(x.flatten(1), weights[4], weights[5]), LEAK)


def logits(weights: Sequence[Tensor], features: Tensor) -> Tensor:
    """Unnormalised log-probabilities (n, 10) of the ten digits."""
    return linear(features, weights[6], weights[7])


@dataclass(frozen=True, eq=False)
class Classifier:
    """The trained classifier on one device; its answers carry no autograd graph."""

    weights: tuple[Tensor, ...]

    @torch.no_grad()
    def features(self, images: Tensor) -> Tensor:
        """Penultimate features (n, 48) of images (n, 784) in [-1, 1]: the space where sets of digits are compared."""
        return penultimate(self.weights, images)

    @torch.no_grad()
    def classify(self, features: Tensor) -> Tensor:
        """Probabilities (n, 10) of the ten digits from `features`, for a caller that wants both."""
        return logits(self.weights, features).softmax(1)

    def probabilities(self, images: Tensor) -> Tensor:
        """Probabilities (n, 10) of the ten digits for images (n, 784) in [-1, 1]."""
        return self.classify(self.features(images))


@once
def load_classifier(device: str | torch.device = "cpu") -> Classifier:
    """The shipped classifier on `device`, loaded once a process."""
    with np.load(WEIGHTS) as stored:
        return Classifier(tuple(torch.from_numpy(stored[name]).to(device, torch.float32) for name in SHAPES))
