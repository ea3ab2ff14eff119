"""The game in compiled code: losses, penalties, optimisers, and whole iterations of a population in one call.

A batch is played in parts that a cache holds. The columns of the discriminator's buffers are reals, fakes, the penalty's
points and, where σ bends, tangents: as many of each as a part has samples.
"""

import math
from typing import Any, NamedTuple

from playground.fast.blas import compiled, outer
from playground.fast.layers import (
    LINEAR,
    TANH,
    back,
    backward,
    behind,
    collect,
    descend,
    forward,
    lay,
    layer,
    parameters,
    rise,
)

# names the kernel knows; anything else is left to the other paths
OBJECTIVES = ("minimax", "non-saturating", "wasserstein", "hinge", "least-squares", "relativistic")
CONSTRAINTS = ("none", "clip", "spectral-norm", "gradient-penalty", "gradient-penalty-one-sided", "r1", "r2")
OPTIMISERS = ("adam", "rmsprop", "sgd")
MINIMAX, NON_SATURATING, WASSERSTEIN, HINGE, LEAST_SQUARES, RELATIVISTIC = range(6)
NONE, CLIP, SPECTRAL, PENALTY, ONE_SIDED, R1, R2 = range(7)
ADAM, RMSPROP, SGD = range(3)


class Rules(NamedTuple):
    """What the knobs say; the numbers in the players' precision."""

    objective: int
    constraint: int
    optimiser: int
    beta1: Any
    beta2: Any
    clip: Any
    penalty: Any
    target: Any
    gamma: Any


class Stack(NamedTuple):
    """A player of every member, and room for one member's work."""

    sizes: Any  # of its layers, the input's first
    act: int
    last_act: int
    lr: Any
    weights: Any  # (P, K)
    memory: Any  # the optimiser's, (2, P, K)
    slope: Any  # of one member's weights, (1, K)
    used: Any  # its weights as they are used, where that is not as they are, (1, K)
    left: Any  # the kernels' left singular vectors, (P, Σ fan_in), where they are followed
    right: Any  # and one member's right ones, (1, Σ fan_out)
    a: Any  # (Σ sizes · columns,)
    e: Any
    source: Any  # room for tangents, and for what curvature sends back, (Σ sizes · samples,)
    cross: Any  # room for one kernel


# --- losses: one pair of samples ----------------------------------------------------------------------------------------


@compiled
def softplus(x):
    return max(x, x * 0) + math.log1p(math.exp(-abs(x)))


@compiled
def sigmoid(x):
    return 1 / (1 + math.exp(-x))


@compiled
def discriminator_loss(kind, real, fake):
    """(loss, its derivatives by the real and by the fake output)."""
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
def face(kind, outputs, e, count, n, row):
    """A part's share of the loss and mean outputs into `row`, and the loss's gradient into e[L]; n: the whole batch."""
    loss, mean_real, mean_fake = 0.0, 0.0, 0.0
    for i in range(count):
        real, fake = outputs[0, i], outputs[0, count + i]
        value, by_real, by_fake = discriminator_loss(kind, real, fake)
        e[0, i], e[0, count + i] = by_real / n, by_fake / n
        loss, mean_real, mean_fake = loss + value, mean_real + real, mean_fake + fake
    row[0] += loss / n
    row[1] += mean_real / n
    row[2] += mean_fake / n


# --- the constraints ----------------------------------------------------------------------------------------------------


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


# --- the updates --------------------------------------------------------------------------------------------------------


@compiled
def optimise(rules, stack, p, count):
    """One step of an optimiser down a member's slope; `count` is Adam's number of steps, this one included."""
    weights, slope, mean, square = stack.weights[p], stack.slope[0], stack.memory[0, p], stack.memory[1, p]
    one, eps, lr = weights.dtype.type(1), weights.dtype.type(1e-8), stack.lr
    if rules.optimiser == ADAM:
        b1, b2 = rules.beta1, rules.beta2
        rate = lr / (one - b1 ** weights.dtype.type(count))
        root = math.sqrt(one - b2 ** weights.dtype.type(count))
        for i in range(len(weights)):
            g = slope[i]
            mean[i] += (one - b1) * (g - mean[i])
            square[i] = b2 * square[i] + (one - b2) * g * g
            weights[i] -= rate * mean[i] / (math.sqrt(square[i]) / root + eps)
    elif rules.optimiser == RMSPROP:
        keep = weights.dtype.type(0.99)
        for i in range(len(weights)):
            g = slope[i]
            square[i] = keep * square[i] + (one - keep) * g * g
            weights[i] -= lr * g / (math.sqrt(square[i]) + eps)
    else:
        for i in range(len(weights)):
            weights[i] -= lr * slope[i]


@compiled
def make(blas, g, p, latent, first, count):
    """A part of a batch of one member's fakes, (dim, count), from its latents (n, latent_dim)."""
    lay(layer(g.a, g.sizes, 0, count), 0, latent, first, count)
    forward(blas, g.weights[p], g.sizes, g.a, count, 0, count, g.act, g.last_act)
    return layer(g.a, g.sizes, len(g.sizes) - 1, count)


@compiled
def update_discriminator(blas, rules, g, d, p, real, latent, place, part, count, row, square):
    """One update of one member's discriminator; its loss and mean outputs into `row`."""
    n, top, penalised, curved = len(real), len(d.sizes) - 1, rules.constraint >= PENALTY, d.act == TANH
    weights = d.weights[p]
    if rules.constraint == SPECTRAL:
        normalise(d, p, True)
        weights = d.used[0]
    row[:3] = 0
    for first in range(0, n, part):
        c = min(part, n - first)
        columns = c * (2 if not penalised else 4 if curved else 3)
        inputs = layer(d.a, d.sizes, 0, columns)
        fake = make(blas, g, p, latent, first, c)
        lay(inputs, 0, real, first, c)
        for j in range(len(inputs)):
            inputs[j, c : 2 * c] = fake[j]
        if penalised:
            place_points(rules, inputs, c, place, first)
        forward(blas, weights, d.sizes, d.a, columns, 0, min(columns, 3 * c), d.act, LINEAR)
        face(rules.objective, layer(d.a, d.sizes, top, columns), layer(d.e, d.sizes, top, columns), c, n, row)
        keep = min(first, 1)
        if not penalised:
            backward(blas, weights, d.sizes, d.a, d.e, columns, 0, columns, 0, d.act, 1)
            collect(blas, d.slope[0], d.sizes, d.a, d.e, columns, 0, top - 1, columns, keep)
        elif curved:
            penalise_curved(blas, rules, d, weights, columns, c, n, square, keep)
        else:
            penalise(blas, rules, d, weights, columns, c, n, square, keep)
    if rules.constraint == SPECTRAL:
        pull_back(d, p)
    optimise(rules, d, p, count)
    if rules.constraint == CLIP:
        w, c = d.weights[p], rules.clip
        for i in range(len(w)):
            w[i] = -c if w[i] < -c else c if w[i] > c else w[i]


@compiled
def update_generator(blas, rules, g, d, p, real, latent, part, count, row):
    """One update of one member's generator; its loss into row[3]. Only a relativistic game looks at `real`."""
    n, top, relativistic = len(latent), len(d.sizes) - 1, rules.objective == RELATIVISTIC
    weights = d.weights[p]
    if rules.constraint == SPECTRAL:
        normalise(d, p, False)
        weights = d.used[0]
    row[3] = 0
    for first in range(0, n, part):
        c = min(part, n - first)
        columns, start = 2 * c, 0 if relativistic else c
        inputs, outputs = layer(d.a, d.sizes, 0, columns), layer(d.a, d.sizes, top, columns)
        e, below = layer(d.e, d.sizes, top, columns), layer(d.e, d.sizes, 0, columns)
        fake, slope = make(blas, g, p, latent, first, c), layer(g.e, g.sizes, len(g.sizes) - 1, c)
        for j in range(len(inputs)):
            inputs[j, c:] = fake[j]
        if relativistic:
            lay(inputs, 0, real, first, c)
        forward(blas, weights, d.sizes, d.a, columns, start, columns, d.act, LINEAR)
        loss = 0.0
        for i in range(c):
            value, by_fake = generator_loss(rules.objective, outputs[0, i], outputs[0, c + i])
            loss, e[0, c + i] = loss + value, by_fake / n
        row[3] += loss / n
        backward(blas, weights, d.sizes, d.a, d.e, columns, c, columns, c, d.act, 0)
        for j in range(len(slope)):
            slope[j] = below[j, c:]
            back(slope[j], fake[j], g.last_act)
        backward(blas, g.weights[p], g.sizes, g.a, g.e, c, 0, c, 0, g.act, 1)
        collect(blas, g.slope[0], g.sizes, g.a, g.e, c, 0, len(g.sizes) - 2, c, min(first, 1))
    optimise(rules, g, p, count)


@compiled
def play(blas, rules, g, d, real, latent, place, starts, part, steps, counts, rows, square):
    """Some iterations of every member.

    real, latent, place: (P, batches, n, …), used from `starts` on, in order. part: samples played at once. steps: of D and
    of G in an iteration. counts: the optimisers' steps so far. rows (iterations, 4, P): of each iteration the last losses
    of D, mean outputs for real and fake, and the last loss of G. square: room for a part's samples.
    """
    relativistic, penalised = rules.objective == RELATIVISTIC, rules.constraint >= PENALTY
    for p in range(len(g.weights)):
        at_real, at_latent, at_place = starts[0], starts[1], starts[2]
        for iteration in range(len(rows)):
            row = rows[iteration, :, p]
            for step in range(steps[0]):
                count = counts[0] + iteration * steps[0] + step + 1
                update_discriminator(blas, rules, g, d, p, real[p, at_real], latent[p, at_latent],
                                     place[p, at_place], part, count, row, square)  # fmt: skip
                at_real, at_latent, at_place = at_real + 1, at_latent + 1, at_place + penalised
            for step in range(steps[1]):
                count = counts[1] + iteration * steps[1] + step + 1
                update_generator(blas, rules, g, d, p, real[p, at_real], latent[p, at_latent], part, count, row)
                at_real, at_latent = at_real + relativistic, at_latent + 1
    counts[0] += len(rows) * steps[0]
    counts[1] += len(rows) * steps[1]
