"""Matrix products inside compiled code: SciPy's BLAS called by its address, on parts of arrays and into what is there.

`numpy.dot` in numba wants whole contiguous arrays and overwrites its result. A step multiplies columns of larger arrays
and sums slopes over parts of a batch. The address travels as an argument, so that compiled code can be kept on disk.
"""

import ctypes
from typing import Any, NamedTuple

import numpy as np
import scipy.linalg.cython_blas  # noqa: F401  (loaded now, so that its threads can be limited)
from llvmlite import ir
from numba import njit
from numba.core import cgutils, types
from numba.extending import get_cython_function_address, intrinsic
from threadpoolctl import threadpool_info

PLAIN, TURNED = ord("N"), ord("T")
SMALL = 10**6  # up to so many multiplications OpenBLAS has kernels that copy nothing, where it has them at all
HAVE_SMALL = {"SkylakeX", "Cooperlake", "SapphireRapids"}
AREA, TILE = 1200, 32  # where a factor is transposed, also of so large a result at most; rows of one in that case
# sums may be reordered, but infinities and NaN keep their meaning: a run that diverges must be seen to diverge
compiled: Any = njit(nogil=True, cache=True, error_model="numpy", fastmath={"contract", "reassoc", "nsz", "arcp"})


class Blas(NamedTuple):
    """Where the product of matrices stands, and how it wants its work."""

    gemm: int  # address
    small: int  # the largest product that is better off alone; 0: cut nothing


def blas_for(dtype: np.dtype) -> Blas:
    """BLAS's product for float32 or float64 on this machine."""
    name = {4: "sgemm", 8: "dgemm"}[dtype.itemsize]
    kinds = {library.get("architecture") for library in threadpool_info() if "scipy" in library["filepath"]}
    small = SMALL if dtype.itemsize == 4 and kinds & HAVE_SMALL else 0
    return Blas(get_cython_function_address("scipy.linalg.cython_blas", name), small)


def _emit_gemm(context, address, turn_a, turn_b, m, n, k, a, lda, b, ldb, keep, c, ldc):  # pragma: no cover
    """BLAS's own call, column by column: c ← op(a) op(b) + keep c."""

    def emit(context, builder, signature, arguments):
        function, turn_a, turn_b, *numbers, a, lda, b, ldb, keep, c, ldc = arguments
        byte, whole = ir.IntType(8), ir.IntType(32)

        def place(value: Any, kind: Any = whole) -> Any:
            return cgutils.alloca_once_value(builder, builder.trunc(value, kind) if kind else value)

        one = cgutils.alloca_once_value(builder, ir.Constant(keep.type, 1.0))
        anywhere = ir.IntType(8).as_pointer()
        pointers = [
            *(place(turn, byte) for turn in (turn_a, turn_b)),
            *(place(number) for number in numbers),
            one, a, place(lda), b, place(ldb), place(keep, None), c, place(ldc),
        ]  # fmt: skip
        pointers = [
            builder.inttoptr(p, anywhere) if isinstance(p.type, ir.IntType) else builder.bitcast(p, anywhere)
            for p in pointers
        ]
        kind = ir.FunctionType(ir.VoidType(), [anywhere] * len(pointers)).as_pointer()
        builder.call(builder.inttoptr(function, kind), pointers)
        return context.get_dummy_value()

    whole = [types.int64] * 10
    return types.void(*whole, keep, types.int64, types.int64), emit


_gemm: Any = intrinsic(_emit_gemm)  # type: ignore[arg-type]


@compiled
def product(blas, a, turn_a, b, b_first, out, out_first, m, n, k):
    """out ← op(a) b in some columns: an (m, k) by a (k, n) matrix; b and out from some column on.

    Arrays are C-contiguous; op transposes where `turn_a` is TURNED.
    """
    size, width = out.itemsize, blas.small // (m * k) // 16 * 16
    width = min(n, width) if width >= TILE else n
    for first in range(0, n, width):
        _gemm(
            blas.gemm, PLAIN, turn_a, min(width, n - first), m, k,
            b.ctypes.data + (b_first + first) * size, b.shape[1],
            a.ctypes.data, a.shape[1],
            out.dtype.type(0),
            out.ctypes.data + (out_first + first) * size, out.shape[1],
        )  # fmt: skip


@compiled
def outer(blas, a, b, out, m, start, stop, keep):
    """out ← a bᵀ + keep out over some columns: m rows of a by the rows of b, into as many rows and columns."""
    size, n, high, wide = out.itemsize, len(b), m, len(b)
    if blas.small:
        high = even(m, max(TILE + 1, AREA // n))
        wide = even(n, AREA // high)
    for i in range(0, m, high):
        for j in range(0, n, wide):
            _gemm(
                blas.gemm, TURNED, PLAIN, min(wide, n - j), min(high, m - i), stop - start,
                b.ctypes.data + (j * b.shape[1] + start) * size, b.shape[1],
                a.ctypes.data + (i * a.shape[1] + start) * size, a.shape[1],
                out.dtype.type(keep),
                out.ctypes.data + (i * n + j) * size, n,
            )  # fmt: skip


@compiled
def even(whole, most):
    """The size of the fewest pieces of at most `most`, nearly equal, that make up a whole."""
    pieces = -(-whole // most)
    return -(-whole // pieces)


assert ctypes.sizeof(ctypes.c_void_p) == 8  # addresses travel as int64
