"""Optimisers over one flat parameter tensor. One entry of `OPTIMISERS` each."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from torch import Tensor, optim

if TYPE_CHECKING:
    from playground.config import Config

OPTIMISERS: dict[str, Callable[[Tensor, float, "Config"], optim.Optimizer]] = {  # weights, learning rate, the rest
    "adam": lambda weights, lr, config: optim.Adam([weights], lr, betas=(config.beta1, config.beta2), fused=True),
    "rmsprop": lambda weights, lr, config: optim.RMSprop([weights], lr),
    "sgd": lambda weights, lr, config: optim.SGD([weights], lr),
}
