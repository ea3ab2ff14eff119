"""Players as pure functions of their weights, with a population axis: P independent networks in one computation."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import torch
from torch import Tensor

from playground import noise
from playground.activations import ACTIVATIONS
from playground.images import ConvDiscriminator, ConvGenerator
from playground.labels import LABEL

if TYPE_CHECKING:
    from playground.config import Config

LATENTS: dict[str, Callable[[int, int, torch.Generator], Tensor]] = {
    "normal": noise.normal,
    "uniform": lambda n, dim, rng: noise.uniform(n, dim, rng).mul_(2).sub_(1),
}
QUANTILES: dict[str, Callable[[Tensor], Tensor]] = {  # of one coordinate of each law, at shares between 0 and 1
    "normal": torch.special.ndtri,
    "uniform": lambda share: 2 * share - 1,
}


class Network(Protocol):
    """A function of weights and inputs; it holds sizes, never tensors."""

    @property
    def shapes(self) -> tuple[tuple[int, ...], ...]:
        """Shapes of one member's parameters, in order."""
        ...

    @property
    def kernels(self) -> tuple[int, ...]:
        """Which parameters are weight matrices or convolution kernels (the others are biases and scales)."""
        ...

    @property
    def multiplications(self) -> int:
        """Of one sample's forward pass."""
        ...

    def init(self, rng: torch.Generator) -> list[Tensor]:
        """One member's parameters, drawn from `rng`."""
        ...

    def __call__(self, weights: Sequence[Tensor], x: Tensor) -> Tensor:
        """Weights (P, *shape) each and x (P, n, in) -> (P, n, out)."""
        ...


@dataclass(frozen=True)
class MLP:
    """Linear layers of the given sizes with one activation between them.

    A `steep` network keeps its inputs' scale at any depth, so a fresh discriminator has a slope of order 1. Otherwise the
    kernels are small, as `torch.nn.Linear` makes them, and a fresh generator's samples huddle near 0.
    """

    sizes: tuple[int, ...]  # input, hidden …, output
    activation: str
    bounded: bool = False  # tanh at the end, for images in [-1, 1]
    steep: bool = False

    @property
    def shapes(self) -> tuple[tuple[int, ...], ...]:
        pairs = zip(self.sizes[:-1], self.sizes[1:], strict=True)
        return tuple(shape for fan_in, fan_out in pairs for shape in ((fan_in, fan_out), (1, fan_out)))

    @property
    def kernels(self) -> tuple[int, ...]:
        return tuple(range(0, len(self.shapes), 2))

    @property
    def multiplications(self) -> int:
        return sum(math.prod(self.shapes[i]) for i in self.kernels)

    def init(self, rng: torch.Generator) -> list[Tensor]:
        """Uniform parameters: biases in ±1/sqrt(fan_in), kernels too, or scaled up to He's variance if `steep`."""
        kernel = math.sqrt(3) * ACTIVATIONS[self.activation].gain if self.steep else 1.0
        reach = [scale / math.sqrt(fan_in) for fan_in in self.sizes[:-1] for scale in (kernel, 1.0)]
        return [
            (2 * torch.rand(shape, generator=rng, device=rng.device) - 1) * bound
            for shape, bound in zip(self.shapes, reach, strict=True)
        ]

    def __call__(self, weights: Sequence[Tensor], x: Tensor) -> Tensor:
        activation = ACTIVATIONS[self.activation].apply
        *hidden, last = range(0, len(weights), 2)
        for layer in hidden:
            x = activation(torch.baddbmm(weights[layer + 1], x, weights[layer]))
        x = torch.baddbmm(weights[last + 1], x, weights[last])
        return torch.tanh(x) if self.bounded else x


@dataclass(frozen=True)
class Conditional:
    """A generator of latents with a label each: it passes the label on beside what it makes of both.

    (P, n, latent + 10) -> (P, n, 784 + 10). Mirza & Osindero 2014, https://arxiv.org/abs/1411.1784.
    """

    network: Network  # (P, n, latent + 10) -> (P, n, 784)

    @property
    def shapes(self) -> tuple[tuple[int, ...], ...]:
        return self.network.shapes

    @property
    def kernels(self) -> tuple[int, ...]:
        return self.network.kernels

    @property
    def multiplications(self) -> int:
        return self.network.multiplications

    def init(self, rng: torch.Generator) -> list[Tensor]:
        return self.network.init(rng)

    def __call__(self, weights: Sequence[Tensor], x: Tensor) -> Tensor:
        return torch.cat([self.network(weights, x), x[..., -LABEL:]], -1)


def told_apart(generator: Network, labels: int) -> Network:
    """The generator of pairs where there are labels."""
    return Conditional(generator) if labels else generator


def mlp_pair(config: "Config", dim: int) -> tuple[Network, Network]:
    hidden_g = (config.generator_width,) * config.generator_depth
    hidden_d = (config.discriminator_width,) * config.discriminator_depth
    sizes = (config.latent_dim + config.labels, *hidden_g, dim - config.labels)
    generator = told_apart(MLP(sizes, config.activation, bounded=config.data == "mnist"), config.labels)
    judged = config.packing * dim + config.minibatch_stddev
    return generator, MLP((judged, *hidden_d, 1), config.activation, steep=True)


def conv_pair(upsampling: str) -> Callable[["Config", int], tuple[Network, Network]]:
    def build(config: "Config", dim: int) -> tuple[Network, Network]:
        labels = config.labels
        generator = ConvGenerator(config.latent_dim + labels, config.generator_width, upsampling)
        judge = ConvDiscriminator(config.discriminator_width, config.activation, config.packing, labels)
        return told_apart(generator, labels), judge

    return build


PLAYERS: dict[str, Callable[["Config", int], tuple[Network, Network]]] = {  # -> generator, discriminator
    "mlp": mlp_pair,
    "conv-resize": conv_pair("resize"),
    "conv-transposed": conv_pair("transposed"),
}


def deviation(x: Tensor, sigma: float = 0.0) -> Tensor:
    """Mean over the coordinates of the standard deviation over the batch, (P, n, k) -> (P, 1, 1).

    As it would be on average under noise of standard deviation `sigma`. Karras et al. 2018, https://arxiv.org/abs/1710.10196.
    """
    variance = x.var(1, correction=0, keepdim=True) + sigma**2
    return (variance + 1e-8).sqrt().mean(2, keepdim=True)  # the root has a finite slope at 0


def beside(x: Tensor, extra: Tensor) -> Tensor:
    """One more coordinate, the same for a member's whole batch, (P, n, k) and (P, 1, 1) -> (P, n, k + 1)."""
    return torch.cat([x, extra.expand(-1, x.shape[1], -1)], 2)


def flatten(weights: Sequence[Tensor]) -> Tensor:
    """One member's parameters as one row, (K,)."""
    return torch.cat([w.reshape(-1) for w in weights])


def unflatten(flat: Tensor, shapes: Sequence[tuple[int, ...]]) -> list[Tensor]:
    """The rows of a population, (P, K), as its parameters, each (P, *shape): views, differentiable."""
    parts = flat.split([math.prod(shape) for shape in shapes], dim=1)
    return [part.view(-1, *shape) for part, shape in zip(parts, shapes, strict=True)]
