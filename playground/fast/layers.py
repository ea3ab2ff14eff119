"""A stack of linear layers in compiled code, one sample a column: everything between two products is one long loop.

A stack's buffer holds its layers one after the other, each (size, columns); a are the activations, e the gradients toward
what the activations were made of (the notation of `eager.py`). Everything is NaN-preserving.
"""

import math

import numpy as np

from playground.activations import LEAK
from playground.fast.blas import PLAIN, TURNED, compiled, product

ACTIVATIONS = ("relu", "leaky-relu", "tanh")  # names the kernel knows
RELU, LEAKY, TANH, LINEAR = range(4)


@compiled
def layer(buffer, sizes, index, columns):
    """One layer of a stack's buffer, (size, columns)."""
    before = 0
    for i in range(index):
        before += sizes[i]
    first, size = before * columns, sizes[index]
    return buffer[first : first + size * columns].reshape(size, columns)


@compiled
def parameters(flat, sizes, index):
    """(W, b) of one layer in a player's flat weights: (fan_in, fan_out) and (fan_out,)."""
    first = 0
    for i in range(index):
        first += (sizes[i] + 1) * sizes[i + 1]
    fan_in, fan_out = sizes[index], sizes[index + 1]
    middle = first + fan_in * fan_out
    return flat[first:middle].reshape(fan_in, fan_out), flat[middle : middle + fan_out]


@compiled
def tanh32(x):  # pragma: no cover
    """Rational approximation as in Eigen, exact to the last bits of float32, and free of branches."""
    x = min(max(x, np.float32(-7.905)), np.float32(7.905))
    s = x * x
    p = np.float32(-2.76076847742355e-16) * s + np.float32(2.00018790482477e-13)
    p = p * s + np.float32(-8.60467152213735e-11)
    p = p * s + np.float32(5.12229709037114e-08)
    p = p * s + np.float32(1.48572235717979e-05)
    p = p * s + np.float32(6.37261928875436e-04)
    p = p * s + np.float32(4.89352455891786e-03)
    q = np.float32(1.19825839466702e-06) * s + np.float32(1.18534705686654e-04)
    q = q * s + np.float32(2.26843463243900e-03)
    q = q * s + np.float32(4.89352518554385e-03)
    return x * p / q


@compiled
def activate(h, start, stop, bias, act):
    """h ← σ(h + b) in some columns."""
    zero, leak = h.dtype.type(0), h.dtype.type(LEAK)
    for j in range(len(h)):
        b = bias[j]
        if act == RELU:
            for i in range(start, stop):
                x = h[j, i] + b
                h[j, i] = zero if x < zero else x
        elif act == LEAKY:
            for i in range(start, stop):
                x = h[j, i] + b
                h[j, i] = leak * x if x < zero else x
        elif act == LINEAR:
            for i in range(start, stop):
                h[j, i] += b
        elif h.itemsize == 4:
            for i in range(start, stop):
                x = h[j, i] + b
                h[j, i] = tanh32(x) if x == x else x
        else:
            for i in range(start, stop):
                h[j, i] = math.tanh(h[j, i] + b)


@compiled
def through(e, start, stop, a, a_start, act):
    """e ← e σ'(h) in some columns, where the columns of a = σ(h) begin elsewhere."""
    zero, one, leak = e.dtype.type(0), e.dtype.type(1), e.dtype.type(LEAK)
    count = stop - start
    for j in range(len(e)):
        to, of = e[j, start:stop], a[j, a_start : a_start + count]
        if act == RELU:
            for i in range(count):
                to[i] = zero if of[i] <= zero else to[i]
        elif act == LEAKY:
            for i in range(count):
                to[i] = leak * to[i] if of[i] <= zero else to[i]
        elif act == TANH:
            for i in range(count):
                to[i] *= one - of[i] * of[i]


@compiled
def rise(gemm, w, x, start, h, h_start, count):
    """h ← Wᵀ x in some columns: what a layer makes of its inputs, without bias."""
    fan_in, fan_out = w.shape
    product(gemm, w, 0, TURNED, x, start, PLAIN, h, h_start, fan_out, count, fan_in, 0)


@compiled
def forward(gemm, weights, sizes, a, columns, start, stop, act, last_act):
    """From a[0] to a[L] in some columns."""
    last = len(sizes) - 2
    for index in range(last + 1):
        w, b = parameters(weights, sizes, index)
        h = layer(a, sizes, index + 1, columns)
        rise(gemm, w, layer(a, sizes, index, columns), start, h, start, stop - start)
        activate(h, start, stop, b, act if index < last else last_act)


@compiled
def descend(gemm, weights, sizes, index, e, columns, start, stop):
    """e[index] before σ', from e[index + 1]: what a layer passes back."""
    w, _ = parameters(weights, sizes, index)
    above, below = layer(e, sizes, index + 1, columns), layer(e, sizes, index, columns)
    fan_in, fan_out = w.shape
    product(gemm, w, 0, PLAIN, above, start, PLAIN, below, start, fan_in, stop - start, fan_out, 0)
    return below


@compiled
def backward(gemm, weights, sizes, a, e, columns, start, stop, a_start, act, lowest):
    """From e[L] down to e[lowest] in some columns; those of their activations begin at `a_start`."""
    for index in range(len(sizes) - 2, lowest - 1, -1):
        below = descend(gemm, weights, sizes, index, e, columns, start, stop)
        if index > 0:
            through(below, start, stop, layer(a, sizes, index, columns), a_start, act)


@compiled
def collect(gemm, slope, sizes, a, e, columns, biased, keep):
    """The weights' slopes over all columns, the biases' over those up to `biased`; `keep` 1 adds them to what is there."""
    for index in range(len(sizes) - 1):
        w, b = parameters(slope, sizes, index)
        below, above = layer(a, sizes, index, columns), layer(e, sizes, index + 1, columns)
        fan_in, fan_out = w.shape
        product(gemm, below, 0, PLAIN, above, 0, TURNED, w, 0, fan_in, fan_out, columns, keep)
        for j in range(fan_out):
            total = b.dtype.type(0)
            for i in range(biased):
                total += above[j, i]
            b[j] = total if keep == 0 else total + b[j]


@compiled
def lay(x, start, batch, first, count):
    """Some samples of a batch (n, dim) into columns of x."""
    for j in range(batch.shape[1]):
        for i in range(count):
            x[j, start + i] = batch[first + i, j]
