"""Products inside compiled code are numpy's, whole or cut, in any part of larger arrays."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.fast.blas import PLAIN, TURNED, Blas, blas_for, even, outer, product

SIZES = st.integers(1, 150)


def random(*shape: int, dtype: type = np.float32) -> np.ndarray:
    return np.random.default_rng(sum(shape)).standard_normal(shape).astype(dtype)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("small", [0, 10**4, 10**6])
@given(m=SIZES, k=SIZES, n=SIZES, first=st.integers(0, 9))
def test_a_product_fills_its_columns_and_no_others(dtype: type, small: int, m: int, k: int, n: int, first: int) -> None:
    blas = Blas(blas_for(np.dtype(dtype)).gemm, small)
    b, w = random(k, n + 9, dtype=dtype), random(m, k, dtype=dtype)
    for a, turn in ((w, PLAIN), (np.ascontiguousarray(w.T), TURNED)):
        out = np.ones((m, n + 12), dtype)
        product(blas, a, turn, b, first, out, 3, m, n, k)
        wanted = np.ones((m, n + 12), dtype)
        wanted[:, 3 : n + 3] = w @ b[:, first : first + n]
        assert np.allclose(out, wanted, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("small", [0, 10**6])
@given(m=SIZES, n=SIZES, columns=st.integers(1, 300), keep=st.sampled_from([0, 1]))
def test_an_outer_product_sums_over_some_columns(small: int, m: int, n: int, columns: int, keep: int) -> None:
    a, b, out = random(m, columns + 5), random(n, columns + 5), random(m, n)
    wanted = a[:, 2 : columns + 2] @ b[:, 2 : columns + 2].T + keep * out
    outer(Blas(blas_for(np.dtype(np.float32)).gemm, small), a, b, out, m, 2, columns + 2, keep)
    assert np.allclose(out, wanted, rtol=1e-3, atol=1e-3)


@given(whole=st.integers(1, 2000), most=st.integers(1, 500))
def test_pieces_are_few_and_nearly_equal(whole: int, most: int) -> None:
    piece = even(whole, most)
    assert piece <= most and -(-whole // piece) == -(-whole // most)
