"""Optimisers over one flat parameter tensor. One entry of `OPTIMISERS` each.

The formulas and defaults are those of `torch.optim`, without its bookkeeping, which takes longer than a small step.
"""

from copy import copy
from typing import TYPE_CHECKING

import torch
from torch import Tensor

if TYPE_CHECKING:
    from playground.config import Config


def root(square: Tensor) -> Tensor:
    """√square + 10⁻⁸, with a finite slope where a weight has never had a gradient."""
    return (square + 1e-30).sqrt() + 1e-8


class Optimiser:
    """Moves weights down a slope of the same shape, (P, K); its memory outlives a change of its knobs."""

    def __init__(self, weights: Tensor) -> None:
        self.weights = weights
        self.memory = weights.new_zeros(2, *weights.shape)  # mean of the slopes, mean of their squares
        self.steps = torch.zeros(
            (), dtype=torch.float32, device=weights.device
        )  # so far; on the device, for CUDA graphs

    @property
    def count(self) -> float:
        """Steps so far."""
        return float(self.steps)

    @count.setter
    def count(self, steps: float) -> None:
        self.steps.fill_(steps)

    def tune(self, lr: float, config: "Config") -> None:
        """Set the knobs."""
        self.lr, self.beta1, self.beta2 = lr, config.beta1, config.beta2

    def twin(self, members: slice, weights: Tensor) -> "Optimiser":
        """A copy with some members' memory, for other weights (P, K)."""
        twin = copy(self)
        twin.weights, twin.memory = weights, self.memory[:, members].clone()
        twin.steps = self.steps.clone()
        return twin

    def become(self, other: "Optimiser") -> None:
        """Remember what another does."""
        self.memory.copy_(other.memory)
        self.steps.copy_(other.steps)

    def forget(self) -> None:
        """Begin anew."""
        self.memory.zero_()
        self.steps.zero_()

    def step(self, slope: Tensor) -> None:
        """One step."""
        raise NotImplementedError

    def ahead(self, weights: Tensor, slope: Tensor, memory: Tensor, count: float) -> tuple[Tensor, Tensor]:
        """The `count`-th step from other weights and memory, differentiable: weights and memory after it."""
        raise NotImplementedError


class Adam(Optimiser):
    """Kingma & Ba 2015, https://arxiv.org/abs/1412.6980."""

    def step(self, slope: Tensor) -> None:
        self.steps.add_(1)
        torch._fused_adam_(  # what torch.optim.Adam(fused=True) calls
            [self.weights],
            [slope],
            [self.memory[0]],
            [self.memory[1]],
            [],
            [self.steps],
            lr=self.lr,
            beta1=self.beta1,
            beta2=self.beta2,
            weight_decay=0.0,
            eps=1e-8,
            amsgrad=False,
            maximize=False,
        )

    def ahead(self, weights: Tensor, slope: Tensor, memory: Tensor, count: float) -> tuple[Tensor, Tensor]:
        mean = memory[0].lerp(slope, 1 - self.beta1)
        square = memory[1].lerp(slope.square(), 1 - self.beta2)
        scale = root(square / (1 - self.beta2**count))
        return weights - self.lr / (1 - self.beta1**count) * mean / scale, torch.stack([mean, square])


class RMSProp(Optimiser):
    """Tieleman & Hinton 2012, lecture 6.5 of Neural Networks for Machine Learning."""

    def step(self, slope: Tensor) -> None:
        self.memory[1].mul_(0.99).addcmul_(slope, slope, value=0.01)
        self.weights.addcdiv_(slope, self.memory[1].sqrt().add_(1e-8), value=-self.lr)

    def ahead(self, weights: Tensor, slope: Tensor, memory: Tensor, count: float) -> tuple[Tensor, Tensor]:
        square = memory[1].lerp(slope.square(), 0.01)
        return weights - self.lr * slope / root(square), torch.stack([memory[0], square])


class SGD(Optimiser):
    """Plain gradient descent."""

    def step(self, slope: Tensor) -> None:
        self.weights.add_(slope, alpha=-self.lr)

    def ahead(self, weights: Tensor, slope: Tensor, memory: Tensor, count: float) -> tuple[Tensor, Tensor]:
        return weights - self.lr * slope, memory


OPTIMISERS: dict[str, type[Optimiser]] = {"adam": Adam, "rmsprop": RMSProp, "sgd": SGD}
