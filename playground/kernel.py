"""The compiled step's kernel: a whole iteration of a population as one function that numba compiles.

The notation is that of `fast.py`; a and e hold a stack's layers one after the other, each (rows, size). Everything is
NaN-preserving: a run that diverges must be seen to diverge.
"""

import math
from typing import Any

import numpy as np
import scipy.linalg.cython_blas  # noqa: F401  (what numba calls; loaded now, so that its threads can be limited)
from numba import njit

from playground.activations import LEAK

# names the kernel knows; anything else is left to the other paths
OBJECTIVES = ("minimax", "non-saturating", "wasserstein", "hinge", "least-squares", "relativistic")
CONSTRAINTS = ("none", "clip", "gradient-penalty", "gradient-penalty-one-sided", "r1", "r2")
ACTIVATIONS = ("relu", "leaky-relu", "tanh")
OPTIMISERS = ("adam", "rmsprop", "sgd")
MINIMAX, NON_SATURATING, WASSERSTEIN, HINGE, LEAST_SQUARES, RELATIVISTIC = range(6)
NONE, CLIP, PENALTY, ONE_SIDED, R1, R2 = range(6)
RELU, LEAKY, TANH, LINEAR = range(4)
ADAM, RMSPROP, SGD = range(3)
# sums may be reordered, but infinities and NaN keep their meaning: a run that diverges must be seen to diverge
compiled: Any = njit(nogil=True, cache=True, error_model="numpy", fastmath={"contract", "reassoc", "nsz", "arcp"})


# --- one layer ----------------------------------------------------------------------------------------------------------


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
def activate(h, b, act):
    """h ← σ(h + b)."""
    rows, size = h.shape
    zero, leak = h.dtype.type(0), h.dtype.type(LEAK)
    if act == RELU:
        for i in range(rows):
            for j in range(size):
                x = h[i, j] + b[j]
                h[i, j] = zero if x < zero else x
    elif act == LEAKY:
        for i in range(rows):
            for j in range(size):
                x = h[i, j] + b[j]
                h[i, j] = leak * x if x < zero else x
    elif act == LINEAR:
        for i in range(rows):
            for j in range(size):
                h[i, j] += b[j]
    elif h.itemsize == 4:
        for i in range(rows):
            for j in range(size):
                x = h[i, j] + b[j]
                h[i, j] = tanh32(x) if x == x else x
    else:
        for i in range(rows):
            for j in range(size):
                h[i, j] = math.tanh(h[i, j] + b[j])


@compiled
def through(e, a, act):
    """e ← e σ'(h), where a = σ(h)."""
    rows, size = e.shape
    zero, one, leak = e.dtype.type(0), e.dtype.type(1), e.dtype.type(LEAK)
    if act == RELU:
        for i in range(rows):
            for j in range(size):
                e[i, j] = zero if a[i, j] <= zero else e[i, j]
    elif act == LEAKY:
        for i in range(rows):
            for j in range(size):
                e[i, j] = leak * e[i, j] if a[i, j] <= zero else e[i, j]
    elif act == TANH:
        for i in range(rows):
            for j in range(size):
                e[i, j] *= one - a[i, j] * a[i, j]


# --- one stack ----------------------------------------------------------------------------------------------------------


@compiled
def rows_of(buffer, sizes, layer, room, start, stop):
    """Some rows of one layer of a stack's buffer, which has room for so many."""
    before = 0
    for i in range(layer):
        before += sizes[i]
    first, size = before * room, sizes[layer]
    return buffer[first + start * size : first + stop * size].reshape(stop - start, size)


@compiled
def layer_of(flat, sizes, layer):
    """(W, b) of one layer in a player's flat weights."""
    first = 0
    for i in range(layer):
        first += (sizes[i] + 1) * sizes[i + 1]
    fan_in, fan_out = sizes[layer], sizes[layer + 1]
    middle = first + fan_in * fan_out
    return flat[first:middle].reshape(fan_in, fan_out), flat[middle : middle + fan_out]


@compiled
def forward(weights, sizes, a, room, start, stop, act, last_act):
    """From a[0] to a[L]."""
    last = len(sizes) - 2
    for layer in range(last + 1):
        w, b = layer_of(weights, sizes, layer)
        h = rows_of(a, sizes, layer + 1, room, start, stop)
        np.dot(rows_of(a, sizes, layer, room, start, stop), w, h)
        activate(h, b, act if layer < last else last_act)


@compiled
def backward(weights, sizes, a, e, room, start, stop, shift, act, lowest):
    """From e[L] down to e[lowest]; the activations stand `shift` rows above their gradients."""
    for layer in range(len(sizes) - 2, lowest - 1, -1):
        w, _ = layer_of(weights, sizes, layer)
        below = rows_of(e, sizes, layer, room, start, stop)
        np.dot(rows_of(e, sizes, layer + 1, room, start, stop), w.T, below)
        if layer > 0:
            through(below, rows_of(a, sizes, layer, room, start - shift, stop - shift), act)


@compiled
def collect(slope, sizes, a, e, room, stop, biased, ones):
    """The weights' slopes over the rows up to `stop`, the biases' over those up to `biased`."""
    for layer in range(len(sizes) - 1):
        w, b = layer_of(slope, sizes, layer)
        above = rows_of(e, sizes, layer + 1, room, 0, stop)
        np.dot(rows_of(a, sizes, layer, room, 0, stop).T, above, w)
        np.dot(ones[:biased], above[:biased], b)


@compiled
def descend(kind, weights, slope, mean, square, knobs, lr, count):
    """One step of an optimiser; `count` is Adam's number of steps, this one included."""
    one, eps = knobs.dtype.type(1), knobs.dtype.type(1e-8)
    if kind == ADAM:
        b1, b2 = knobs[0], knobs[1]
        rate = lr / (one - b1**count)
        root = math.sqrt(one - b2**count)
        for i in range(len(weights)):
            g = slope[i]
            mean[i] += (one - b1) * (g - mean[i])
            square[i] = b2 * square[i] + (one - b2) * g * g
            weights[i] -= rate * mean[i] / (math.sqrt(square[i]) / root + eps)
    elif kind == RMSPROP:
        keep = knobs.dtype.type(0.99)
        for i in range(len(weights)):
            g = slope[i]
            square[i] = keep * square[i] + (one - keep) * g * g
            weights[i] -= lr * g / (math.sqrt(square[i]) + eps)
    else:
        for i in range(len(weights)):
            weights[i] -= lr * slope[i]


# --- the game -----------------------------------------------------------------------------------------------------------


@compiled
def softplus(x):
    return max(x, x * 0) + math.log1p(math.exp(-abs(x)))


@compiled
def sigmoid(x):
    return 1 / (1 + math.exp(-x))


@compiled
def discriminator_loss(kind, real, fake):
    """(loss, its derivatives by the real and by the fake output) of one pair of samples."""
    if kind <= NON_SATURATING:  # minimax too
        return softplus(-real) + softplus(fake), -sigmoid(-real), sigmoid(fake)
    if kind == WASSERSTEIN:
        return fake - real, -1.0, 1.0
    if kind == HINGE:
        loss = max(1 - real, 0.0) + max(1 + fake, 0.0) + 0 * (real + fake)  # max() passes over NaN
        return loss, -1.0 if real < 1 else 0.0, 1.0 if fake > -1 else 0.0
    if kind == LEAST_SQUARES:
        return 0.5 * (real - 1) ** 2 + 0.5 * fake**2, real - 1.0, fake * 1.0
    return softplus(fake - real), -sigmoid(fake - real), sigmoid(fake - real)


@compiled
def generator_loss(kind, real, fake):
    """(loss, its derivative by the fake output)."""
    if kind == MINIMAX:
        return -softplus(fake), -sigmoid(fake)
    if kind == NON_SATURATING:
        return softplus(-fake), -sigmoid(-fake)
    if kind == LEAST_SQUARES:
        return 0.5 * (fake - 1) ** 2, fake - 1.0
    if kind == RELATIVISTIC:
        return softplus(real - fake), -sigmoid(real - fake)
    return -1.0 * fake, -1.0


@compiled
def penalty_slope(kind, square, knobs):
    """The penalty's derivative by ‖∇D‖²."""
    strength, target, gamma = knobs[3], knobs[4], knobs[5]
    if kind >= R1:  # R2 too
        return gamma / 2
    short = 1 - target / math.sqrt(square + 1e-12)
    if kind == ONE_SIDED and short < 0:
        short = 0.0
    return strength * short


@compiled
def face(kind, outputs, e, n, row):
    """Mean loss and outputs into `row`, and the loss's gradient into e[L], for n reals followed by n fakes."""
    loss, mean_real, mean_fake = 0.0, 0.0, 0.0
    for i in range(n):
        real, fake = outputs[i, 0], outputs[n + i, 0]
        value, by_real, by_fake = discriminator_loss(kind, real, fake)
        e[i, 0], e[n + i, 0] = by_real / n, by_fake / n
        loss, mean_real, mean_fake = loss + value, mean_real + real, mean_fake + fake
    row[0], row[1], row[2] = loss / n, mean_real / n, mean_fake / n


@compiled
def penalise(kind, weights, sizes, a, e, source, room, n, act, knobs):
    """Gradients of loss and penalty: rows are n reals, n fakes, n points of the penalty, and with tanh n tangents."""
    last, curved = len(sizes) - 2, act == TANH
    one, minus_two = knobs.dtype.type(1), knobs.dtype.type(-2)
    at = 3 * n if curved else 2 * n  # where the tangents stand
    if curved:
        rows_of(e, sizes, last + 1, room, 2 * n, 3 * n)[:] = 0
        rows_of(e, sizes, last + 1, room, at, at + n)[:] = 1
        backward(weights, sizes, a, e, room, at, at + n, n, act, 1)
    else:
        rows_of(e, sizes, last + 1, room, at, at + n)[:] = 1
        backward(weights, sizes, a, e, room, 0, 3 * n, 0, act, 1)
    g, v = rows_of(e, sizes, 0, room, at, at + n), rows_of(a, sizes, 0, room, at, at + n)
    w, _ = layer_of(weights, sizes, 0)
    np.dot(rows_of(e, sizes, 1, room, at, at + n), w.T, g)
    for i in range(n):
        square = knobs.dtype.type(0)
        for j in range(g.shape[1]):
            square += g[i, j] * g[i, j]
        along = 2 * penalty_slope(kind, square, knobs) / n
        for j in range(g.shape[1]):
            v[i, j] = along * g[i, j]
    for layer in range(last):
        w, _ = layer_of(weights, sizes, layer)
        size = sizes[layer + 1]
        points = rows_of(a, sizes, layer + 1, room, 2 * n, 3 * n)
        t = rows_of(source, sizes, layer + 1, n, 0, n)
        np.dot(rows_of(a, sizes, layer, room, at, at + n), w, t)
        if curved:
            tangent, back = (
                rows_of(a, sizes, layer + 1, room, at, at + n),
                rows_of(e, sizes, layer + 1, room, at, at + n),
            )
            for i in range(n):
                for j in range(size):
                    value = t[i, j]
                    tangent[i, j] = value * (one - points[i, j] * points[i, j])
                    t[i, j] = minus_two * points[i, j] * back[i, j] * value
        else:
            through(t, points, act)
            points[:] = t
    if curved:
        for layer in range(last, 0, -1):
            w, _ = layer_of(weights, sizes, layer)
            below = rows_of(e, sizes, layer, room, 0, 3 * n)
            np.dot(rows_of(e, sizes, layer + 1, room, 0, 3 * n), w.T, below)
            through(below, rows_of(a, sizes, layer, room, 0, 3 * n), act)
            below[2 * n :] += rows_of(source, sizes, layer, n, 0, n)


@compiled
def play(kinds, knobs, rates, sizes_g, sizes_d, weights_g, weights_d, slope_g, slope_d, memory_g, memory_d, counts,
         buffers_g, buffers_d, source, ones, real, latent, place, starts, steps, row):  # fmt: skip
    """One iteration of every member.

    kinds: (objective, constraint, activation, optimiser, whether G ends in tanh). knobs: (β₁, β₂, c, λ, g, γ). rates: both
    learning rates, G's first. weights, slopes (P, K); memory (2, P, K); counts: each Adam's steps so far. buffers:
    (2, rows · Σ sizes), a and e. real, latent, place: (P, batches, n, …), used from `starts` on. steps: of D and G.
    row (4, P): the last losses of D, mean outputs for real and fake, and the last loss of G.
    """
    objective, constraint, act, optimiser = kinds[0], kinds[1], kinds[2], kinds[3]
    last_g = TANH if kinds[4] else LINEAR
    n = latent.shape[2]
    deep_g, deep_d = len(sizes_g) - 1, len(sizes_d) - 1
    penalised = constraint >= PENALTY
    blocks = 2 if not penalised else 4 if act == TANH else 3
    (a, e), (ga, ge) = (buffers_d[0], buffers_d[1]), (buffers_g[0], buffers_g[1])
    room, relativistic = blocks * n, objective == RELATIVISTIC
    fake, below = rows_of(ga, sizes_g, deep_g, n, 0, n), rows_of(ge, sizes_g, deep_g, n, 0, n)
    inputs, outputs = rows_of(a, sizes_d, 0, room, 0, room), rows_of(a, sizes_d, deep_d, room, 0, 2 * n)
    top = rows_of(e, sizes_d, deep_d, room, 0, 2 * n)
    for p in range(len(weights_g)):
        wg, wd = weights_g[p], weights_d[p]
        for step in range(steps[0]):
            rows_of(ga, sizes_g, 0, n, 0, n)[:] = latent[p, starts[1] + step]
            forward(wg, sizes_g, ga, n, 0, n, act, last_g)
            inputs[:n], inputs[n : 2 * n] = real[p, starts[0] + step], fake
            if constraint == R1:
                inputs[2 * n : 3 * n] = real[p, starts[0] + step]
            elif constraint == R2:
                inputs[2 * n : 3 * n] = fake
            elif penalised:
                for i in range(n):
                    u = place[p, starts[2] + step, i, 0]
                    for j in range(inputs.shape[1]):
                        inputs[2 * n + i, j] = fake[i, j] + u * (inputs[i, j] - fake[i, j])
            forward(wd, sizes_d, a, room, 0, 3 * n if penalised else 2 * n, act, LINEAR)
            face(objective, outputs, top, n, row[:, p])
            if penalised:
                penalise(constraint, wd, sizes_d, a, e, source, room, n, act, knobs)
                collect(slope_d[p], sizes_d, a, e, room, room, 3 * n if act == TANH else 2 * n, ones)
            else:
                backward(wd, sizes_d, a, e, room, 0, 2 * n, 0, act, 1)
                collect(slope_d[p], sizes_d, a, e, room, 2 * n, 2 * n, ones)
            count = counts[1] + knobs.dtype.type(step + 1)
            descend(optimiser, wd, slope_d[p], memory_d[0, p], memory_d[1, p], knobs, rates[1], count)
            if constraint == CLIP:
                c = knobs[2]
                for i in range(len(wd)):
                    wd[i] = -c if wd[i] < -c else c if wd[i] > c else wd[i]
        for step in range(steps[1]):
            rows_of(ga, sizes_g, 0, n, 0, n)[:] = latent[p, starts[1] + steps[0] + step]
            forward(wg, sizes_g, ga, n, 0, n, act, last_g)
            inputs[n : 2 * n] = fake
            if relativistic:
                inputs[:n] = real[p, starts[0] + steps[0] + step]
            forward(wd, sizes_d, a, room, 0 if relativistic else n, 2 * n, act, LINEAR)
            loss = 0.0
            for i in range(n):
                value, slope = generator_loss(objective, outputs[i, 0], outputs[n + i, 0])
                loss, top[n + i, 0] = loss + value, slope / n
            row[3, p] = loss / n
            backward(wd, sizes_d, a, e, room, n, 2 * n, 0, act, 0)
            below[:] = rows_of(e, sizes_d, 0, room, n, 2 * n)
            through(below, fake, last_g)
            backward(wg, sizes_g, ga, ge, n, 0, n, 0, act, 1)
            collect(slope_g[p], sizes_g, ga, ge, n, n, n, ones)
            count = counts[0] + knobs.dtype.type(step + 1)
            descend(optimiser, wg, slope_g[p], memory_g[0, p], memory_g[1, p], knobs, rates[0], count)
    counts[0] += steps[1]
    counts[1] += steps[0]
