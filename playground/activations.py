"""Activations between the layers of any player. One entry of `ACTIVATIONS` each."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import leaky_relu, leaky_relu_

LEAK = 0.2  # slope of the leaky ReLU where it leaks
aten: Any = torch.ops.aten


@dataclass(frozen=True)
class Activation:
    """σ, for autograd and written out."""

    apply: Callable[[Tensor], Tensor]
    apply_: Callable[[Tensor], Tensor]  # in place
    back: Callable[[Tensor, Tensor, Tensor], Tensor]  # e, a = σ(h), out: writes e σ'(h); out may be e or a
    gain: float  # of He's initialisation (He et al. 2015, https://arxiv.org/abs/1502.01852)
    curved: bool = False  # whether σ'' = -2 a σ' counts; otherwise it is zero


ACTIVATIONS: dict[str, Activation] = {
    "relu": Activation(
        torch.relu,
        torch.relu_,
        lambda e, a, out: aten.threshold_backward.grad_input(e, a, 0, grad_input=out),
        gain=math.sqrt(2),
    ),
    "leaky-relu": Activation(
        lambda h: leaky_relu(h, LEAK),
        lambda h: leaky_relu_(h, LEAK),
        lambda e, a, out: aten.leaky_relu_backward.grad_input(e, a, LEAK, True, grad_input=out),
        gain=math.sqrt(2 / (1 + LEAK**2)),
    ),
    "tanh": Activation(
        torch.tanh,
        torch.tanh_,
        lambda e, a, out: aten.tanh_backward.grad_input(e, a, grad_input=out),
        gain=1.0,
        curved=True,
    ),
}
