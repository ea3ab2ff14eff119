"""What keeps a discriminator smooth, in compiled code: penalties on its slope, and kernels divided by their σ_max."""

import math

from playground.fast.blas import compiled, outer
from playground.fast.layers import back, backward, behind, collect, descend, layer, parameters, rise
from playground.fast.rules import ONE_SIDED, R1, R2


@compiled
def penalty_slope(rules, square):
    """The penalty's derivative by ‖∇D‖²."""
    if rules.constraint >= R1:  # R2 too
        return 0.5 * rules.gamma
    short = 1.0 - rules.target / math.sqrt(square + 1e-12)
    if rules.constraint == ONE_SIDED and short < 0:
        short = 0.0
    return rules.penalty * short


@compiled
def place_points(rules, inputs, count, place, first):
    """The points of the penalty: reals, fakes, or places between them."""
    for j in range(len(inputs)):
        real, fake, points = inputs[j, :count], inputs[j, count : 2 * count], inputs[j, 2 * count : 3 * count]
        if rules.constraint == R1:
            points[:] = real
        elif rules.constraint == R2:
            points[:] = fake
        else:
            for i in range(count):
                points[i] = fake[i] + place[first + i, 0] * (real[i] - fake[i])


@compiled
def pull(rules, gradient, into, start, count, n, square):
    """v = ∂penalty/∂g from g = ∇D in some columns, a part of a batch of n; `square` is room for one number a sample."""
    square[:count] = 0
    for j in range(len(gradient)):
        g = gradient[j, start : start + count]
        for i in range(count):
            square[i] += g[i] * g[i]
    for i in range(count):
        square[i] = 2 * penalty_slope(rules, square[i]) / n
    for j in range(len(gradient)):
        g, v = gradient[j, start : start + count], into[j, start : start + count]
        for i in range(count):
            v[i] = square[i] * g[i]


@compiled
def penalise(blas, rules, d, weights, columns, count, n, square, keep):
    """Slopes of loss and penalty where σ is piecewise linear: e of the points is the input's gradient already.

    The tangent of the last hidden layer is spared: as D has one output, e_L = σ' w there, so that R = t_(L-1) σ'ᵀ gives
    both slopes, R wᵀ for the layer's own kernel W and the column sums of R W for w.
    """
    sizes, start, last = d.sizes, 2 * count, len(d.sizes) - 2
    layer(d.e, sizes, last + 1, columns)[0, start:] = 1
    backward(blas, weights, sizes, d.a, d.e, columns, 0, columns, 0, d.act, 1)
    gradient = descend(blas, weights, sizes, 0, d.e, columns, start, columns)
    pull(rules, gradient, layer(d.a, sizes, 0, columns), start, count, n, square)
    behind(d.a, sizes, 0, columns)[start:] = 0
    if last == 0:
        collect(blas, d.slope[0], sizes, d.a, d.e, columns, 0, 0, columns, keep)
        return
    for index in range(last - 1):  # the tangent takes the place of the activations
        w, _ = parameters(weights, sizes, index)
        points, t = layer(d.a, sizes, index + 1, columns), layer(d.source, sizes, index + 1, count)
        rise(blas, w, layer(d.a, sizes, index, columns), start, t, count)
        for j in range(len(t)):
            back(t[j], points[j, start:], d.act)
            points[j, start:] = t[j]
        behind(d.a, sizes, index + 1, columns)[start:] = 0
    collect(blas, d.slope[0], sizes, d.a, d.e, columns, 0, last - 2, columns, keep)
    collect(blas, d.slope[0], sizes, d.a, d.e, columns, last - 1, last, start, keep)
    tangent, bent = layer(d.a, sizes, last - 1, columns), layer(d.e, sizes, last, columns)
    for j in range(len(bent)):
        bent[j, start:] = 1
        back(bent[j, start:], layer(d.a, sizes, last, columns)[j, start:], d.act)
    (inner, _), (w, _) = parameters(weights, sizes, last - 1), parameters(weights, sizes, last)
    (to_inner, _), (to_w, _) = parameters(d.slope[0], sizes, last - 1), parameters(d.slope[0], sizes, last)
    cross = d.cross[: inner.size].reshape(inner.shape)
    outer(blas, tangent, bent, cross, len(tangent), start, columns, 0)
    for k in range(len(inner)):
        for m in range(len(w)):
            to_inner[k, m] += cross[k, m] * w[m, 0]
            to_w[m, 0] += cross[k, m] * inner[k, m]


@compiled
def penalise_curved(blas, rules, d, weights, columns, count, n, square, keep):
    """The same where σ is tanh: points, then tangents, and σ'' sends something back besides."""
    sizes, points, start, last = d.sizes, 2 * count, 3 * count, len(d.sizes) - 2
    one, minus_two = weights.dtype.type(1), weights.dtype.type(-2)
    top = layer(d.e, sizes, last + 1, columns)
    top[0, points:start] = 0
    top[0, start:] = 1
    backward(blas, weights, sizes, d.a, d.e, columns, start, columns, points, d.act, 1)
    gradient = descend(blas, weights, sizes, 0, d.e, columns, start, columns)
    pull(rules, gradient, layer(d.a, sizes, 0, columns), start, count, n, square)
    for index in range(last + 1):
        behind(d.a, sizes, index, columns)[start:] = 0
        if index < last:
            w, _ = parameters(weights, sizes, index)
            a, e = layer(d.a, sizes, index + 1, columns), layer(d.e, sizes, index + 1, columns)
            source = layer(d.source, sizes, index + 1, count)
            rise(blas, w, layer(d.a, sizes, index, columns), start, source, count)
            for j in range(len(a)):
                for i in range(count):
                    t, bend = source[j, i], a[j, points + i]
                    a[j, start + i] = t * (one - bend * bend)
                    source[j, i] = minus_two * bend * e[j, start + i] * t
    for index in range(last, 0, -1):
        below, a = descend(blas, weights, sizes, index, d.e, columns, 0, start), layer(d.a, sizes, index, columns)
        source = layer(d.source, sizes, index, count)
        for j in range(len(source)):
            back(below[j, :start], a[j, :start], d.act)
            for i in range(count):
                below[j, points + i] += source[j, i]
    collect(blas, d.slope[0], sizes, d.a, d.e, columns, 0, last, columns, keep)


@compiled
def unit(x):
    """x ← x / ‖x‖."""
    square = x.dtype.type(0)
    for value in x:
        square += value * value
    scale = 1 / max(math.sqrt(square), x.dtype.type(1e-12))
    for i in range(len(x)):
        x[i] *= scale


@compiled
def transform(w, x, out):
    """out ← Wᵀ x."""
    out[:] = 0
    for k in range(len(w)):
        value = x[k]
        for m in range(len(out)):
            out[m] += value * w[k, m]


@compiled
def normalise(d, p, refine):
    """Kernels divided by σ_max = uᵀ W v into `used`; `refine` first moves u on by one round of power iteration."""
    before_u, before_v = 0, 0
    for index in range(len(d.sizes) - 1):
        (w, b), (scaled, same) = parameters(d.weights[p], d.sizes, index), parameters(d.used[0], d.sizes, index)
        fan_in, fan_out = w.shape
        u, v = d.left[p, before_u : before_u + fan_in], d.right[0, before_v : before_v + fan_out]
        before_u, before_v = before_u + fan_in, before_v + fan_out
        transform(w, u, v)
        unit(v)
        if refine:
            for k in range(fan_in):
                total = w.dtype.type(0)
                for m in range(fan_out):
                    total += w[k, m] * v[m]
                u[k] = total
            unit(u)
            transform(w, u, v)
            unit(v)
        largest = w.dtype.type(0)
        for k in range(fan_in):
            for m in range(fan_out):
                largest += u[k] * w[k, m] * v[m]
        largest = max(largest, w.dtype.type(1e-12)) if largest == largest else largest
        for k in range(fan_in):
            for m in range(fan_out):
                scaled[k, m] = w[k, m] / largest
        same[:] = b


@compiled
def pull_back(d, p):
    """Slopes toward the normalised kernels into slopes toward the kernels (Miyato et al. 2018, equation 12)."""
    before_u, before_v = 0, 0
    for index in range(len(d.sizes) - 1):
        (w, _), (scaled, _) = parameters(d.weights[p], d.sizes, index), parameters(d.used[0], d.sizes, index)
        slope, _ = parameters(d.slope[0], d.sizes, index)
        fan_in, fan_out = w.shape
        u, v = d.left[p, before_u : before_u + fan_in], d.right[0, before_v : before_v + fan_out]
        before_u, before_v = before_u + fan_in, before_v + fan_out
        along, largest = w.dtype.type(0), w.dtype.type(0)
        for k in range(fan_in):
            for m in range(fan_out):
                along += slope[k, m] * scaled[k, m]
                largest += u[k] * w[k, m] * v[m]
        largest = max(largest, w.dtype.type(1e-12)) if largest == largest else largest
        for k in range(fan_in):
            for m in range(fan_out):
                slope[k, m] = (slope[k, m] - along * u[k] * v[m]) / largest
