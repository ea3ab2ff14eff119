"""The game in compiled code: losses, optimisers, and whole iterations of a population in one call.

A batch is played in parts that a cache holds. The columns of the discriminator's buffers are reals, fakes, the penalty's
points and, where σ bends, tangents: as many of each as a part has samples.
"""

import math

from playground.fast.blas import compiled
from playground.fast.layers import LINEAR, TANH, back, backward, collect, forward, lay, layer
from playground.fast.rules import (
    ADAM,
    CLIP,
    HINGE,
    LEAST_SQUARES,
    MINIMAX,
    NON_SATURATING,
    PENALTY,
    RELATIVISTIC,
    RMSPROP,
    SPECTRAL,
    WASSERSTEIN,
)
from playground.fast.smooth import normalise, penalise, penalise_curved, place_points, pull_back

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
