"""Overlaps of transposed convolutions are torch's, and a resize before a convolution has none."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn.functional import conv1d, conv_transpose1d, conv_transpose2d, interpolate

from playground.checkerboard import harmonics, nyquist, overlap, overlap_map, phase_sums, resized, unevenness

KERNELS, STRIDES = st.integers(1, 9), st.integers(1, 5)


def weights_of(kernel: int, seed: int, dim: int) -> torch.Tensor:
    return torch.randn((1, 1) + (kernel,) * dim, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def torchs(weights: torch.Tensor, stride: int, inputs: int) -> np.ndarray:
    """What torch's transposed convolution makes of ones."""
    dim = weights.dim() - 2
    transposed = conv_transpose1d if dim == 1 else conv_transpose2d
    return transposed(torch.ones((1, 1) + (inputs,) * dim).to(weights), weights, stride=stride)[0, 0].numpy()


def inner_period(image: np.ndarray, kernel: int, stride: int) -> np.ndarray:
    """One period of an image, from a place that is a multiple of the stride and beyond the edge's reach."""
    start = stride * -(-kernel // stride)
    return image[(slice(start, start + stride),) * image.ndim]


@given(kernel=KERNELS, stride=STRIDES, inputs=st.integers(1, 8), dim=st.sampled_from([1, 2]))
def test_the_overlap_map_is_torchs(kernel: int, stride: int, inputs: int, dim: int) -> None:
    wanted = torchs(torch.ones((1, 1) + (kernel,) * dim, dtype=torch.float64), stride, inputs)
    assert (overlap_map(kernel, stride, inputs, dim) == wanted).all()


@given(kernel=KERNELS, stride=STRIDES, dim=st.sampled_from([1, 2]), seed=st.integers(0, 99))
def test_a_period_of_it_too_with_any_weights(kernel: int, stride: int, dim: int, seed: int) -> None:
    weights = weights_of(kernel, seed, dim)
    for w in (weights, torch.ones_like(weights)):
        image = torchs(w, stride, inputs=2 * kernel + 2)
        np.testing.assert_allclose(phase_sums(w[0, 0].numpy(), stride), inner_period(image, kernel, stride), atol=1e-12)
    assert (overlap(kernel, stride, dim) == phase_sums(np.ones((kernel,) * dim), stride)).all()


@pytest.mark.parametrize(("kernel", "ratio", "variation"), [(3, 4.0, 0.484), (5, 2.25, 0.286), (4, 1.0, 0.0)])
def test_odenas_kernels_at_stride_two(kernel: int, ratio: float, variation: float) -> None:
    assert unevenness(overlap(kernel, 2)) == pytest.approx((ratio, variation), abs=5e-4)


@given(kernel=KERNELS, stride=STRIDES)
def test_overlap_is_even_just_where_the_stride_divides_the_kernel(kernel: int, stride: int) -> None:
    ratio, variation = unevenness(overlap(kernel, stride))
    assert (ratio == 1.0 and variation == 0.0) == (kernel % stride == 0)
    assert (ratio == float("inf")) == (kernel < stride)  # gaps that nothing writes to


@given(kernel=KERNELS)
def test_nyquist_over_mean_is_one_over_an_odd_kernel(kernel: int) -> None:
    """Also in the spectrum of a long image that torch made."""
    wanted = 1 / kernel if kernel % 2 else 0.0
    assert nyquist(overlap(kernel, 2, dim=1)) == pytest.approx(wanted, abs=1e-12)
    image = torchs(torch.ones(1, 1, kernel, dtype=torch.float64), 2, inputs=40)[kernel : kernel + 40]
    spectrum = np.abs(np.fft.rfft(image))
    assert spectrum[-1] / spectrum[0] == pytest.approx(wanted, abs=1e-12)


@given(kernel=KERNELS, stride=STRIDES, seed=st.integers(0, 99))
def test_resize_and_convolution_is_the_transposed_convolution_it_is_said_to_be(
    kernel: int, stride: int, seed: int
) -> None:
    weights = weights_of(kernel, seed, 1)
    x = torch.randn(1, 1, 6, generator=torch.Generator().manual_seed(seed + 100), dtype=torch.float64)
    wanted = conv1d(interpolate(x, scale_factor=stride, mode="nearest"), weights.flip(2), padding=kernel - 1)
    whole = torch.tensor(resized(weights[0, 0].numpy(), stride))[None, None]
    torch.testing.assert_close(conv_transpose1d(x, whole, stride=stride), wanted)


@given(kernel=KERNELS, stride=STRIDES, dim=st.sampled_from([1, 2]), seed=st.integers(0, 99))
def test_no_weights_after_a_resize_make_a_pattern_of_a_flat_image(
    kernel: int, stride: int, dim: int, seed: int
) -> None:
    weights = weights_of(kernel, seed, dim)[0, 0].numpy()
    np.testing.assert_allclose(phase_sums(resized(weights, stride), stride), weights.sum(), atol=1e-12)


def test_an_even_kernel_may_still_learn_to_alternate() -> None:
    assert nyquist(overlap(4, 2, dim=1)) == 0.0
    assert nyquist(phase_sums(np.array([1.0, 0.0, 1.0, 0.0]), 2)) == 1.0


def test_harmonics_of_a_pattern_in_2d_are_products_of_those_in_1d() -> None:
    line, plane = harmonics(overlap(5, 4, dim=1)), harmonics(overlap(5, 4, dim=2))
    np.testing.assert_allclose(plane, np.outer(line, line), atol=1e-12)


@pytest.mark.parametrize(("kernel", "stride"), [(0, 2), (3, 0), (3, -1)])
def test_a_kernel_or_stride_of_nothing_is_named(kernel: int, stride: int) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        overlap(kernel, stride)


@pytest.mark.parametrize("period", [overlap(3, 3, dim=1), overlap(3, 2, dim=2)])
def test_there_is_no_nyquist_of_an_odd_stride_or_a_plane(period: np.ndarray) -> None:
    with pytest.raises(ValueError, match="even stride"):
        nyquist(period)
