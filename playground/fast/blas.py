"""Matrix products inside compiled code: SciPy's BLAS called by its address, on parts of arrays and into what is there.

`numpy.dot` in numba wants whole contiguous arrays and overwrites its result. A step multiplies columns of larger arrays
and sums slopes over parts of a batch. The address travels as an argument, so that compiled code can be kept on disk.
"""

import ctypes
from typing import Any

import numpy as np
import scipy.linalg.cython_blas  # noqa: F401  (loaded now, so that its threads can be limited)
from llvmlite import ir
from numba import njit
from numba.core import cgutils, types
from numba.extending import get_cython_function_address, intrinsic

PLAIN, TURNED = ord("N"), ord("T")
# sums may be reordered, but infinities and NaN keep their meaning: a run that diverges must be seen to diverge
compiled: Any = njit(nogil=True, cache=True, error_model="numpy", fastmath={"contract", "reassoc", "nsz", "arcp"})


def gemm_of(dtype: np.dtype) -> int:
    """The address of BLAS's matrix product for float32 or float64."""
    name = {4: "sgemm", 8: "dgemm"}[dtype.itemsize]
    return get_cython_function_address("scipy.linalg.cython_blas", name)


@intrinsic  # type: ignore[misc]
def _gemm(context, address, turn_a, turn_b, m, n, k, a, lda, b, ldb, keep, c, ldc):  # pragma: no cover
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


@compiled
def product(gemm, a, a_first, turn_a, b, b_first, turn_b, out, out_first, m, n, k, keep):
    """out ← op(a) op(b) + keep out, an (m, k) by a (k, n) matrix; each array from its column `first` on.

    Arrays are C-contiguous; op transposes where `turn` is TURNED.
    """
    bytes_ = out.itemsize
    _gemm(
        gemm, turn_b, turn_a, n, m, k,
        b.ctypes.data + b_first * bytes_, b.shape[1],
        a.ctypes.data + a_first * bytes_, a.shape[1],
        out.dtype.type(keep),
        out.ctypes.data + out_first * bytes_, out.shape[1],
    )  # fmt: skip


assert ctypes.sizeof(ctypes.c_void_p) == 8  # addresses travel as int64
