"""Noise in bulk is what it says: Philox's numbers, normal and uniform laws, the same with and without a compiler."""

import numpy as np
import pytest
import torch
from scipy import stats

from playground import noise

N = 400_000


def rng(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_philox_gives_the_numbers_of_its_authors() -> None:
    """Known answers of Random123 (Salmon et al. 2011) for philox4x32-10, counter and key 0."""
    first = [int(word[0]) for word in noise.philox(np.zeros(1, np.uint64), np.uint64(0))]
    assert first == [0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8]


@pytest.mark.parametrize("is_normal", [True, False])
def test_loops_and_arrays_give_the_same_bits(is_normal: bool) -> None:
    loops, bulk = np.empty((4, 1003), np.float32), np.empty((4, 1003), np.float32)
    for key in (np.uint64(1), np.uint64(2**63 - 5)):
        noise.in_loops(loops, key, is_normal)
        noise.in_bulk(bulk, key, is_normal)
        assert np.array_equal(loops, bulk)


def test_normal_numbers_are_normal() -> None:
    x = noise.normal(N, 4, rng(0)).double().numpy()
    flat = x.ravel()
    assert stats.kstest(flat, "norm").pvalue > 1e-3
    assert abs(stats.skew(flat)) < 4 * np.sqrt(6 / flat.size)
    assert abs(stats.kurtosis(flat)) < 4 * np.sqrt(24 / flat.size)
    assert (np.abs(flat) > 4).mean() == pytest.approx(2 * stats.norm.sf(4), rel=0.4)
    for power in (1, 2):  # neither neighbours nor far parts of one filling know of each other
        for parts in (x.T, flat.reshape(4, -1)):
            correlation = np.corrcoef(parts**power) - np.eye(4)
            assert np.abs(correlation).max() < 4.5 / np.sqrt(N)


def test_uniform_numbers_are_uniform() -> None:
    x = noise.uniform(N, 3, rng(1)).double().numpy()
    assert stats.kstest(x.ravel(), "uniform").pvalue > 1e-3
    assert x.min() >= 0 and x.max() < 1


def test_the_logarithm_is_exact_to_the_last_bits() -> None:
    x = np.concatenate([np.geomspace(2**-25, 0.999, 10_000), np.linspace(0.5, 0.999, 10_000)]).astype(np.float32)
    exact = np.log(x.astype(np.float64))
    assert np.abs(noise.logarithm(x) - exact).max() < 2e-7 * max(1.0, float(np.abs(exact).max()))
    assert np.abs(noise.logarithm(x) / exact - 1)[np.abs(exact) > 0.1].max() < 4e-7


def test_equal_generators_give_equal_noise_and_each_call_another() -> None:
    one, other = rng(5), rng(5)
    first = noise.normal(33, 3, one)
    assert torch.equal(first, noise.normal(33, 3, other))
    assert not torch.equal(first, noise.normal(33, 3, one))
    assert first.shape == (33, 3) and first.dtype == torch.float32
