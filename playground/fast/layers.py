"""A stack of linear layers in compiled code, one sample a column: everything between two products is one long loop.

A stack's buffer holds its layers one after the other, each (size, columns) and a row behind it; a are the activations, e the
gradients toward what the activations were made of (the notation of `eager.py`). The row behind a's layer holds ones, as b
stands behind W in a player's weights, so that a product with one row more includes the bias, and its slope. Everything is
NaN-preserving.
"""

import math

import numpy as np

from playground.activations import LEAK
from playground.fast.blas import PLAIN, TURNED, compiled, outer, product

ACTIVATIONS = ("relu", "leaky-relu", "tanh")  # names the kernel knows
RELU, LEAKY, TANH, LINEAR = range(4)
THIN = 2  # inputs


@compiled
def layer(buffer, sizes, index, columns):
    """One layer of a stack's buffer, (size, columns)."""
    before = index
    for i in range(index):
        before += sizes[i]
    first, size = before * columns, sizes[index]
    return buffer[first : first + size * columns].reshape(size, columns)


@compiled
def behind(buffer, sizes, index, columns):
    """The row behind a layer of a stack's buffer, (columns,)."""
    after = index
    for i in range(index + 1):
        after += sizes[i]
    return buffer[after * columns : (after + 1) * columns]


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
def sigma(x, act):
    """x ← σ(x), one row."""
    zero, leak = x.dtype.type(0), x.dtype.type(LEAK)
    if act == RELU:
        for i in range(len(x)):
            x[i] = zero if x[i] < zero else x[i]
    elif act == LEAKY:
        for i in range(len(x)):
            x[i] = leak * x[i] if x[i] < zero else x[i]
    elif act == TANH:
        if x.itemsize == 4:
            for i in range(len(x)):
                x[i] = tanh32(x[i]) if x[i] == x[i] else x[i]
        else:
            for i in range(len(x)):
                x[i] = math.tanh(x[i])


@compiled
def back(e, a, act):
    """e ← e σ'(h) where a = σ(h), one row."""
    zero, one, leak = e.dtype.type(0), e.dtype.type(1), e.dtype.type(LEAK)
    if act == RELU:
        for i in range(len(e)):
            e[i] = zero if a[i] <= zero else e[i]
    elif act == LEAKY:
        for i in range(len(e)):
            e[i] = leak * e[i] if a[i] <= zero else e[i]
    elif act == TANH:
        for i in range(len(e)):
            e[i] *= one - a[i] * a[i]


@compiled
def forward(blas, weights, sizes, a, columns, start, stop, act, last_act):
    """From a[0] to a[L] in some columns."""
    last = len(sizes) - 2
    for index in range(last + 1):
        w, b = parameters(weights, sizes, index)
        x, h = layer(a, sizes, index, columns), layer(a, sizes, index + 1, columns)
        behind(a, sizes, index, columns)[start:stop] = 1
        if len(x) > THIN:
            product(blas, w, TURNED, x, start, h, start, len(h), stop - start, len(x) + 1)
        for j in range(len(h)):
            row = h[j, start:stop]
            if len(x) <= THIN:
                thin(w, x, start, b[j], row, j)
            sigma(row, act if index < last else last_act)


@compiled
def thin(w, x, start, bias, row, j):
    """row ← b + (Wᵀ x)[j] of so few inputs that no product is worth its call."""
    x0, w0 = x[0, start : start + len(row)], w[0, j]
    if len(x) == 1:
        for i in range(len(row)):
            row[i] = bias + w0 * x0[i]
    else:
        x1, w1 = x[1, start : start + len(row)], w[1, j]
        for i in range(len(row)):
            row[i] = bias + w0 * x0[i] + w1 * x1[i]


@compiled
def rise(blas, w, x, start, t, count):
    """t ← Wᵀ x of some columns: what a tangent becomes, for which biases do not count."""
    if len(w) > THIN:
        product(blas, w, TURNED, x, start, t, 0, len(t), count, len(w))
    else:
        for j in range(len(t)):
            thin(w, x, start, w.dtype.type(0), t[j], j)


@compiled
def descend(blas, weights, sizes, index, e, columns, start, stop):
    """e[index] before σ', from e[index + 1]: what a layer passes back, in some columns."""
    w, _ = parameters(weights, sizes, index)
    above, below = layer(e, sizes, index + 1, columns), layer(e, sizes, index, columns)
    product(blas, w, PLAIN, above, start, below, start, len(below), stop - start, len(above))
    return below


@compiled
def backward(blas, weights, sizes, a, e, columns, start, stop, a_start, act, lowest):
    """From e[L] down to e[lowest] in some columns; those of their activations begin at `a_start`."""
    for index in range(len(sizes) - 2, lowest - 1, -1):
        w, _ = parameters(weights, sizes, index)
        below, above = layer(e, sizes, index, columns), layer(e, sizes, index + 1, columns)
        bent, shift = layer(a, sizes, index, columns), a_start - start
        if len(above) > 1:
            product(blas, w, PLAIN, above, start, below, start, len(below), stop - start, len(above))
        for j in range(len(below)):
            row = below[j, start:stop]
            if len(above) == 1:  # no product is worth its call
                top, factor = above[0, start:stop], w[j, 0]
                for i in range(len(row)):
                    row[i] = factor * top[i]
            if index > 0:
                back(row, bent[j, start + shift : stop + shift], act)


@compiled
def collect(blas, slope, sizes, a, e, columns, first, last, stop, keep):
    """The slopes of some layers' weights and biases over the columns up to `stop`; `keep` 1 adds them to what is there."""
    for index in range(first, last + 1):
        w, _ = parameters(slope, sizes, index)
        below, above = layer(a, sizes, index, columns), layer(e, sizes, index + 1, columns)
        outer(blas, below, above, w, len(below) + 1, 0, stop, keep)


@compiled
def lay(x, start, batch, first, count):
    """Some samples of a batch (n, dim) into columns of x."""
    for j in range(batch.shape[1]):
        for i in range(count):
            x[j, start + i] = batch[first + i, j]
