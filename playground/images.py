"""Convolutional players for 28 × 28 digits, behind the same functional interface as the MLPs of `networks.py`.

A network is a frozen description; its parameters travel beside it, each with a leading population axis. Image networks
train one GAN at a time, so that axis must be 1. Nothing is remembered between calls (no running averages), so looking
at samples cannot change a run, and no step waits for the host, so an iteration can be captured in a CUDA graph.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import torch
from torch import Tensor
from torch.nn.functional import (
    avg_pool2d,
    batch_norm,
    conv2d,
    conv_transpose2d,
    fold,
    linear,
    pad,
    relu,
    unfold,
)

from playground.activations import ACTIVATIONS
from playground.mnist import SIDE

COARSE = SIDE // 4  # both players work at 7 × 7, 14 × 14 and 28 × 28
STAMP = 4  # side of the kernels that halve or double
Shapes = tuple[tuple[int, ...], ...]


def resized(x: Tensor, kernel: Tensor) -> Tensor:
    """Nearest-neighbour resize to twice the side, then a 3 × 3 convolution (https://distill.pub/2016/deconv-checkerboard/).

    Computed as the transposed convolution that it equals, whose 4 × 4 kernel is the flipped 3 × 3 one summed over every
    2 × 2 window: the same numbers two to three times as fast, because no enlarged copy is convolved.
    """
    return transposed(x, 4 * avg_pool2d(pad(kernel.flip(2, 3), (1, 1, 1, 1)), 2, stride=1))


def transposed(x: Tensor, kernel: Tensor) -> Tensor:
    """Transposed convolution of stride 2 by a kernel (out, in, 4, 4), as in DCGAN (https://arxiv.org/abs/1511.06434).

    Toward a single channel it is one matrix product whose results overlap: on a CPU three times as fast.
    """
    if len(kernel) > 1:
        short = shortened(x, channels_last(kernel.transpose(0, 1)))
        return conv_transpose2d(*short, stride=2, padding=1).to(x.dtype)
    n, channels, high, wide = x.shape
    stamps = x.permute(0, 2, 3, 1).reshape(n, high * wide, channels) @ kernel.view(channels, STAMP**2)
    return fold(stamps.mT, (2 * high, 2 * wide), STAMP, stride=2, padding=1)


def halved(x: Tensor, kernel: Tensor, bias: Tensor) -> Tensor:
    """Convolution of stride 2 by a kernel (out, in, 4, 4); from a single channel it is one matrix product of patches."""
    if x.shape[1] > 1:
        return conv2d(*shortened(x, channels_last(kernel), bias), stride=2, padding=1).to(x.dtype)
    patches = unfold(x, STAMP, stride=2, padding=1)  # (n, 16, places)
    maps = patches.mT @ kernel.view(len(kernel), STAMP**2).T + bias  # (n, places, out)
    return maps.view(len(x), x.shape[2] // 2, x.shape[3] // 2, len(kernel)).permute(0, 3, 1, 2)


@cache
def short_is_native() -> bool:
    """Whether this processor multiplies bfloat16 numbers by itself."""
    return getattr(torch.cpu, "_is_avx512_bf16_supported", lambda: False)()


def shortened(*tensors: Tensor) -> list[Tensor]:
    """The operands of a convolution in bfloat16 where that is faster: products of 8 bits, summed in 32.

    Weights, batch norm, losses and optimisers stay in float32, so a step keeps its direction
    (https://arxiv.org/abs/1905.12322); other precisions than float32 are left as they are.
    """
    fits = tensors[0].dtype == torch.float32 and tensors[0].device.type == "cpu" and short_is_native()
    return [x.bfloat16() for x in tensors] if fits else list(tensors)


def channels_last(x: Tensor) -> Tensor:
    """The same values with channels side by side in memory: convolutions on a CPU and on tensor cores like it."""
    return x.contiguous(memory_format=torch.channels_last)


@dataclass(frozen=True)
class Upsampling:
    """One way to double the side of feature maps (n, in, h, w) with a kernel (out, in, side, side)."""

    apply: Callable[[Tensor, Tensor], Tensor]
    side: int


UPSAMPLING = {"resize": Upsampling(resized, 3), "transposed": Upsampling(transposed, 4)}


def check_choice(what: str, choice: str, table: dict) -> None:
    """Refuse a name that its table does not have."""
    if choice not in table:
        raise ValueError(f"{what} must be one of {', '.join(table)}; got {choice!r}")


def check_channels(channels: int) -> None:
    """Refuse a channel count that cannot be halved."""
    if channels < 2 or channels % 2:
        raise ValueError(f"channels must be even and at least 2 (the finer layer has half of them), got {channels}")


def only_member(weights: Sequence[Tensor], x: Tensor) -> tuple[list[Tensor], Tensor]:
    """The parameters and inputs of a population of one, without the population axis."""
    if len(x) != 1 or len(weights[0]) != 1:
        raise ValueError(
            f"image networks train one GAN at a time: the population must be 1, got {len(weights[0])} sets of weights "
            f"and {len(x)} of inputs"
        )
    return [weight[0] for weight in weights], x[0]


def drawn(shapes: Shapes, stds: Sequence[float], means: Sequence[float], rng: torch.Generator) -> list[Tensor]:
    """Normal parameters of the given shapes, on the generator's device; a standard deviation of 0 gives the mean."""
    return [
        torch.randn(shape, generator=rng, device=rng.device) * std + mean
        for shape, std, mean in zip(shapes, stds, means, strict=True)
    ]


def rectified_norm(x: Tensor, gain: Tensor, shift: Tensor) -> Tensor:
    """Batch norm by the batch's own statistics (https://arxiv.org/abs/1502.03167), then a ReLU."""
    return relu(batch_norm(x, None, None, gain, shift, training=True))


@dataclass(frozen=True)
class ConvGenerator:
    """Latents (1, n, latent_dim) to digits (1, n, 784) in [-1, 1]: linear to 7 × 7 maps, doubled twice, tanh.

    Batch norm follows the first two layers, so a sample depends a little on the others of its batch.
    """

    latent_dim: int
    channels: int = 64  # of the 7 × 7 maps; the 14 × 14 maps have half
    upsampling: str = "resize"

    def __post_init__(self) -> None:
        check_channels(self.channels)
        check_choice("upsampling", self.upsampling, UPSAMPLING)

    @property
    def shapes(self) -> Shapes:
        """Of the parameters: kernel, gain and shift twice, then the last kernel and bias. Kernels are (out, in, …)."""
        wide, narrow, side = self.channels, self.channels // 2, UPSAMPLING[self.upsampling].side
        return (
            (wide * COARSE**2, self.latent_dim), (wide,), (wide,),
            (narrow, wide, side, side), (narrow,), (narrow,),
            (1, narrow, side, side), (1,),
        )  # fmt: skip

    @property
    def kernels(self) -> tuple[int, ...]:
        """Which parameters are weight matrices: `weights[i].reshape(len(weights[i]), -1)` is (out, inputs)."""
        return (0, 3, 6)

    @property
    def multiplications(self) -> int:
        """Of one sample's forward pass; the last two kernels run at 14 × 14 and 28 × 28, four inputs each."""
        wide, narrow = self.channels, self.channels // 2
        return COARSE**2 * (wide * self.latent_dim + 16 * wide * narrow + 64 * narrow)

    def init(self, rng: torch.Generator) -> list[Tensor]:
        """One generator's parameters: small normal kernels as in DCGAN, batch norm that changes nothing."""
        return drawn(self.shapes, (0.02, 0, 0, 0.02, 0, 0, 0.02, 0), (0, 1, 0, 0, 1, 0, 0, 0), rng)

    def __call__(self, weights: Sequence[Tensor], x: Tensor) -> Tensor:
        w, z = only_member(weights, x)
        enlarge = UPSAMPLING[self.upsampling].apply
        h = rectified_norm(channels_last(linear(z, w[0]).view(-1, self.channels, COARSE, COARSE)), w[1], w[2])
        h = rectified_norm(enlarge(h, w[3]), w[4], w[5])
        return torch.tanh(enlarge(h, w[6]) + w[7]).reshape(1, len(z), SIDE * SIDE)


@dataclass(frozen=True)
class ConvDiscriminator:
    """Packs of digits (1, n, pack · 784) to raw outputs (1, n, 1): three 4 × 4 convolutions of stride 2, then linear.

    Where each digit comes with a label, (1, n, pack · (784 + labels)), the label chooses a second linear map of the same
    features: D(x, y) = wᵀφ(x) + b + yᵀVφ(x), the projection of Miyato & Koyama 2018 (https://arxiv.org/abs/1802.05637).
    Nothing mixes the samples of a batch, so a gradient penalty may be taken sample by sample.
    """

    channels: int = 32  # of the 7 × 7 maps; the 14 × 14 maps have half, the 3 × 3 maps twice as many
    activation: str = "leaky-relu"
    pack: int = 1  # digits judged together, as channels
    labels: int = 0  # numbers of the label beside each digit

    def __post_init__(self) -> None:
        check_channels(self.channels)
        check_choice("activation", self.activation, ACTIVATIONS)

    @property
    def shapes(self) -> Shapes:
        """Of the parameters: kernel and bias, four times. Kernels are (out, in, …)."""
        fine, middle, coarse = self.channels // 2, self.channels, 2 * self.channels
        return (
            (fine, self.pack, 4, 4), (fine,),
            (middle, fine, 4, 4), (middle,),
            (coarse, middle, 4, 4), (coarse,),
            (1, coarse * 9), (1,),
            *(((self.pack * self.labels, coarse * 9),) if self.labels else ()),
        )  # fmt: skip

    @property
    def kernels(self) -> tuple[int, ...]:
        """Which parameters are weight matrices: `weights[i].reshape(len(weights[i]), -1)` is (out, inputs).

        This is the flattening that spectral normalisation acts on (https://arxiv.org/abs/1802.05957).
        """
        return (0, 2, 4, 6, 8) if self.labels else (0, 2, 4, 6)

    @property
    def multiplications(self) -> int:
        """Of one sample's forward pass: each kernel at every place of its output, 14 × 14, 7 × 7, 3 × 3 and once."""
        places = (14**2, 7**2, 3**2, 1, 1)[: len(self.kernels)]
        return sum(n * math.prod(self.shapes[i]) for n, i in zip(places, self.kernels, strict=True))

    def init(self, rng: torch.Generator) -> list[Tensor]:
        """One discriminator's parameters: He-normal kernels (https://arxiv.org/abs/1502.01852), zero biases."""
        stds = [math.sqrt(2 / math.prod(shape[1:])) if len(shape) > 1 else 0.0 for shape in self.shapes]
        return drawn(self.shapes, stds, [0.0] * len(stds), rng)

    def __call__(self, weights: Sequence[Tensor], x: Tensor) -> Tensor:
        w, pairs = only_member(weights, x)
        images, labels = pairs.reshape(-1, self.pack, SIDE**2 + self.labels).split([SIDE**2, self.labels], 2)
        activate = ACTIVATIONS[self.activation].apply
        h = activate(halved(images.reshape(-1, self.pack, SIDE, SIDE), w[0], w[1]))
        h = activate(halved(h, w[2], w[3]))
        h = activate(halved(h, w[4], w[5]))
        features = h.flatten(1)
        out = linear(features, w[6], w[7])
        if self.labels:
            out = out + (linear(features, w[8]) * labels.flatten(1)).sum(1, keepdim=True)
        return out.unsqueeze(0)
