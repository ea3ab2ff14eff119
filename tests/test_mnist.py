"""Facts about the digits, the classifier that reads them and the convolutional players that draw them."""

import hashlib
import struct
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
import torch
from torch import Tensor
from torch.nn.functional import conv2d, conv_transpose2d, interpolate

from playground.classifier import FEATURES, load_classifier
from playground.images import UPSAMPLING, ConvDiscriminator, ConvGenerator, halved, resized, transposed
from playground.mnist import Mnist, archive

ORIGINALS = {  # the four uncompressed IDX files, http://yann.lecun.com/exdb/mnist/
    "train_images": "6bbc9ace898e44ae57da46a324031adb",
    "train_labels": "a25bea736e30d166cdddb491f175f624",
    "test_images": "2646ac647ad5339dbf082846283269ea",
    "test_labels": "27ae3e4e09519cfbb04c329615203637",
}


def rng(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def members(weights: Sequence[Tensor], population: int = 1) -> list[Tensor]:
    """The same weights for every member of a population."""
    return [weight.expand(population, *weight.shape) for weight in weights]


@pytest.mark.parametrize("name", ORIGINALS)
def test_the_shipped_arrays_are_the_original_files(name: str) -> None:
    array = archive()[name]
    header = struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape)  # 8: unsigned bytes
    assert hashlib.md5(header + array.tobytes()).hexdigest() == ORIGINALS[name]


@pytest.mark.parametrize("digits", [(1, 7), (3,), (0, 2, 4, 6, 8)])
def test_only_chosen_digits_are_sampled_and_all_of_them(digits: tuple[int, ...]) -> None:
    label_of = {
        image.tobytes(): int(label)
        for image, label in zip(archive()["train_images"], archive()["train_labels"], strict=True)
    }
    drawn = ((Mnist(digits).sample(300, rng()) + 1) * 127.5).round().to(torch.uint8)
    assert {label_of[image.numpy().tobytes()] for image in drawn} == set(digits)


def test_sampled_digits_are_as_frequent_as_in_the_data() -> None:
    data = Mnist((1, 7))
    share = (load_classifier().probabilities(data.sample(4000, rng())).argmax(1) == 1).double().mean()
    assert share.item() == pytest.approx((data.labels == 1).double().mean().item(), abs=0.03)


def test_paper_is_minus_one_and_ink_is_one() -> None:
    data = Mnist()
    for images in (data.sample(500, rng()), data.sample_test(500, rng())):
        assert (images.shape, images.dtype) == ((500, data.dim), torch.float32)
        assert (images.min(), images.max()) == (-1, 1)
        assert images.median() == -1  # most of a page is paper


def test_equal_generators_draw_equal_batches() -> None:
    data = Mnist()
    assert torch.equal(data.sample(50, rng(3)), data.sample(50, rng(3)))
    assert not torch.equal(data.sample(50, rng(3)), data.sample(50, rng(4)))


def test_a_limited_set_holds_that_many_images_and_every_digit_equally_often() -> None:
    data = Mnist(limit=30)
    assert data.labels.bincount().tolist() == [3] * 10
    drawn = {image.numpy().tobytes() for image in data.sample(2000, rng())}
    assert drawn == {image.numpy().tobytes() for image in data.images}
    assert len(drawn) == 30


def test_a_limit_leaves_the_held_out_digits_alone() -> None:
    assert len(Mnist((1, 7), limit=10).test_labels) == len(Mnist((1, 7)).test_labels) == 1135 + 1028


@pytest.mark.parametrize("digits", [(), (1, 1), (1, 10), (-1,)])
def test_impossible_digits_are_named(digits: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"out of 0 … 9, got \("):
        Mnist(digits)


def test_an_empty_limit_is_named() -> None:
    with pytest.raises(ValueError, match="at least 1 image, or None for all, got 0"):
        Mnist(limit=0)


def test_the_classifier_reads_99_percent_of_the_held_out_digits() -> None:
    data = Mnist()
    probabilities = load_classifier().probabilities(data.test_images)
    assert (probabilities.argmax(1) == data.test_labels).double().mean() >= 0.99
    assert torch.allclose(probabilities.sum(1), torch.ones(10_000))


def test_the_classifier_carries_no_graph_and_every_feature_varies() -> None:
    images = Mnist().sample_test(500, rng()).requires_grad_()
    features = load_classifier().features(images)
    assert features.shape == (500, FEATURES)
    assert not features.requires_grad
    assert features.std(0).min() > 0.1


@pytest.mark.parametrize("upsampling", UPSAMPLING)
def test_a_generator_draws_images_that_its_discriminator_reads(upsampling: str) -> None:
    generator, discriminator = ConvGenerator(16, 8, upsampling), ConvDiscriminator(8)
    images = generator(members(generator.init(rng())), torch.randn(1, 5, 16, generator=rng()))
    assert images.shape == (1, 5, Mnist.dim)
    assert images.abs().max() <= 1
    assert discriminator(members(discriminator.init(rng())), images).shape == (1, 5, 1)


@pytest.mark.parametrize("network", [ConvGenerator(16, 8), ConvGenerator(16, 8, "transposed"), ConvDiscriminator(8)])
def test_initial_weights_have_the_promised_shapes_and_kernels_flatten_to_matrices(
    network: ConvGenerator | ConvDiscriminator,
) -> None:
    weights = network.init(rng())
    assert tuple(tuple(weight.shape) for weight in weights) == network.shapes
    assert {i for i, weight in enumerate(weights) if weight.dim() > 1} == set(network.kernels)
    assert all(torch.equal(a, b) for a, b in zip(weights, network.init(rng()), strict=True))


def test_the_fast_resize_convolution_is_a_resize_and_a_convolution() -> None:
    x, kernel = torch.randn(2, 3, 7, 7, generator=rng()).double(), torch.randn(4, 3, 3, 3, generator=rng()).double()
    slow = conv2d(interpolate(x, scale_factor=2, mode="nearest"), kernel, padding=1)
    assert torch.allclose(resized(x, kernel), slow)


def test_the_discriminator_judges_each_image_alone() -> None:
    discriminator, images = ConvDiscriminator(8), torch.randn(1, 6, Mnist.dim, generator=rng()).double()
    weights = members([weight.double() for weight in discriminator.init(rng())])
    alone = [discriminator(weights, images[:, i : i + 1]) for i in range(6)]
    assert torch.allclose(discriminator(weights, images), torch.cat(alone, 1))


def test_looking_at_a_generator_does_not_change_it() -> None:
    generator, z = ConvGenerator(16, 8), torch.randn(1, 5, 16, generator=rng())
    weights = members(generator.init(rng()))
    first = generator(weights, z)
    with torch.inference_mode():
        generator(weights, 3 * z)
    assert torch.equal(generator(weights, z), first)


def gradient_penalty(discriminator: ConvDiscriminator, x: Tensor) -> Callable[[Sequence[Tensor]], Tensor]:
    """WGAN-GP's penalty at x, as a function of the weights (https://arxiv.org/abs/1704.00028)."""

    def penalty(weights: Sequence[Tensor]) -> Tensor:
        points = x.clone().requires_grad_()
        (slope,) = torch.autograd.grad(discriminator(members(weights), points).sum(), points, create_graph=True)
        return (slope.norm(dim=-1) - 1).square().mean()

    return penalty


@pytest.mark.parametrize("activation", ["leaky-relu", "relu", "tanh"])
def test_a_gradient_penalty_differentiates_twice_as_finite_differences_do(activation: str) -> None:
    discriminator = ConvDiscriminator(4, activation)
    penalty = gradient_penalty(discriminator, torch.randn(1, 3, Mnist.dim, generator=rng()).double())
    weights = [weight.double().requires_grad_() for weight in discriminator.init(rng())]
    for i in discriminator.kernels:  # biases only move a piecewise linear network's slope across kinks
        (slope,) = torch.autograd.grad(penalty(weights), weights[i])
        direction, step = torch.randn(slope.shape, generator=rng(i)).double(), 1e-6
        moved = [penalty([w + s * direction if w is weights[i] else w for w in weights]) for s in (step, -step)]
        assert (slope * direction).sum().item() == pytest.approx(((moved[0] - moved[1]) / (2 * step)).item(), rel=1e-4)


@pytest.mark.parametrize("network", [ConvGenerator(16, 8), ConvDiscriminator(8)])
def test_image_networks_refuse_a_population(network: ConvGenerator | ConvDiscriminator) -> None:
    weights, inputs = members(network.init(rng()), 2), {ConvGenerator: 16, ConvDiscriminator: Mnist.dim}[type(network)]
    with pytest.raises(ValueError, match="the population must be 1, got 2"):
        network(weights, torch.zeros(2, 3, inputs))


def test_settings_that_no_network_has_are_named() -> None:
    with pytest.raises(ValueError, match="upsampling must be one of resize, transposed; got 'bilinear'"):
        ConvGenerator(16, 8, "bilinear")
    with pytest.raises(ValueError, match=r"activation must be one of .*; got 'sine'"):
        ConvDiscriminator(8, "sine")
    with pytest.raises(ValueError, match=r"channels must be even and at least 2 .*, got 7"):
        replace(ConvDiscriminator(8), channels=7)


@pytest.mark.parametrize(("channels", "out"), [(1, 6), (3, 6), (6, 1), (6, 3)])
def test_single_channels_are_convolved_as_any_others(channels: int, out: int) -> None:
    """Values and slopes are those of torch's own convolutions, also where a matrix product takes their place."""
    rng = torch.Generator().manual_seed(0)
    x = torch.randn(5, channels, 14, 14, generator=rng, dtype=torch.float64, requires_grad=True)
    kernel = torch.randn(out, channels, 4, 4, generator=rng, dtype=torch.float64, requires_grad=True)
    bias = torch.randn(out, generator=rng, dtype=torch.float64)
    pairs = [
        (halved(x, kernel, bias), conv2d(x, kernel, bias, stride=2, padding=1)),
        (transposed(x, kernel), conv_transpose2d(x, kernel.transpose(0, 1), stride=2, padding=1)),
    ]
    for ours, wanted in pairs:
        assert torch.allclose(ours, wanted)
        weight = torch.randn(wanted.shape, generator=rng, dtype=torch.float64)
        slopes = [torch.autograd.grad((y * weight).sum(), (x, kernel), retain_graph=True) for y in (ours, wanted)]
        assert all(torch.allclose(a, b) for a, b in zip(*slopes, strict=True))
