"""The arithmetic limit: an iteration's matrix products alone, in the order and shapes of the fast step."""

import itertools

import torch

from playground.config import Config
from playground.yardstick import data_of


class Limit:
    """Only products, on buffers that exist already; one for each member, as a plain product is the fastest there is."""

    def __init__(self, config: Config) -> None:
        dim, n = data_of(config).dim, config.batch_size
        g = [config.latent_dim, *[config.generator_width] * config.generator_depth, dim]
        d = [dim, *[config.discriminator_width] * config.discriminator_depth, 1]
        penalised = config.constraint == "gradient-penalty"
        k = config.discriminator_steps
        shapes = forward(g, (k + 1) * n)
        rows = (3 if penalised else 2) * n
        on_d = forward(d, rows) + backward(d, rows, 1) + slopes(d, rows)
        if penalised:
            on_d += backward(d, n, 0)[-1:] + forward(d[:-1], n)
        shapes += k * on_d
        shapes += forward(d, n) + backward(d, n, 0) + backward(g, n, 1) + slopes(g, n)
        self.shapes = shapes
        made = {shape: [torch.randn(*size) for size in (shape[:2], shape[1:], shape[::2])] for shape in set(shapes)}
        self.work = [made[shape] for shape in shapes] * config.population

    def run(self, iterations: int) -> None:
        for _ in range(iterations):
            for a, b, out in self.work:
                torch.mm(a, b, out=out)


Shapes = list[tuple[int, int, int]]  # (m, k, n): an (m, k) by a (k, n) matrix


def forward(sizes: list[int], rows: int) -> Shapes:
    return [(rows, fan_in, fan_out) for fan_in, fan_out in itertools.pairwise(sizes)]


def backward(sizes: list[int], rows: int, to: int) -> Shapes:
    """From the outputs to the `to`-th layer's inputs."""
    pairs = list(itertools.pairwise(sizes))
    return [(rows, fan_out, fan_in) for fan_in, fan_out in reversed(pairs[to:])]


def slopes(sizes: list[int], rows: int) -> Shapes:
    return [(fan_in, rows, fan_out) for fan_in, fan_out in itertools.pairwise(sizes)]
