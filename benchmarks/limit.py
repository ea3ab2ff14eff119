"""The arithmetic limit: an iteration's matrix products alone, in the order and shapes of the fast step.

They run in one compiled loop, by the faster of our two ways with BLAS: whole, or cut into pieces.
"""

import itertools
import statistics
import time

import numpy as np

from playground.config import Config
from playground.fast.blas import PLAIN, TURNED, Blas, blas_for, compiled, outer, product
from playground.yardstick import data_of

TRIES = 5
Shapes = list[tuple[int, int, int, int]]  # kind, rows of the kernel, its columns, samples
RISE, DESCEND, COLLECT = range(3)


@compiled
def multiply(blas, shapes, times, kernel, below, above, slope):
    """Every product so many times, on buffers that are there already."""
    for _ in range(times):
        for s in range(len(shapes)):
            kind, m, n, columns = shapes[s]
            w, out = kernel[: m * n].reshape(m, n), slope[: m * n].reshape(m, n)
            x, h = below[: m * columns].reshape(m, columns), above[: n * columns].reshape(n, columns)
            if kind == RISE:
                product(blas, w, TURNED, x, 0, h, 0, n, columns, m)
            elif kind == DESCEND:
                product(blas, w, PLAIN, h, 0, x, 0, m, columns, n)
            else:
                outer(blas, x, h, out, m, 0, columns, 0)


class Limit:
    """Only the products of one game, for every member of its population."""

    def __init__(self, config: Config) -> None:
        dim, n = data_of(config).dim, config.batch_size
        g = [config.latent_dim, *[config.generator_width] * config.generator_depth, dim]
        d = [dim, *[config.discriminator_width] * config.discriminator_depth, 1]
        penalised = config.constraint == "gradient-penalty"
        rows = (3 if penalised else 2) * n
        on_d = every(RISE, g, n) + every(RISE, d, rows) + every(DESCEND, d, rows)[1:] + every(COLLECT, d, rows)
        if penalised:  # the gradient toward the input, and the tangents that the fast step does not spare
            on_d += every(DESCEND, d, n)[:1] + every(RISE, d, n)[:-2]
        on_g = every(RISE, g, n) + every(RISE, d, n) + every(DESCEND, d, n)
        on_g += every(DESCEND, g, n)[1:] + every(COLLECT, g, n)
        self.shapes = np.array(config.discriminator_steps * on_d + on_g)
        self.members = config.population
        kernel = max(m * n for _, m, n, _ in self.shapes)
        wide = max(max(m, n) * columns for _, m, n, columns in self.shapes)
        rng = np.random.default_rng(0)
        sizes = kernel, wide, wide, kernel
        self.arrays = [rng.standard_normal(size, dtype=np.float32) for size in sizes]
        ways = blas_for(np.dtype(np.float32)), Blas(blas_for(np.dtype(np.float32)).gemm, 0)
        self.blas = min(ways, key=self.seconds)

    def seconds(self, blas: Blas) -> float:
        """Of one iteration by one way."""
        spent = []
        for _ in range(TRIES):
            start = time.perf_counter()
            multiply(blas, self.shapes, 3, *self.arrays)
            spent.append(time.perf_counter() - start)
        return statistics.median(spent)

    def run(self, iterations: int) -> None:
        multiply(self.blas, self.shapes, iterations * self.members, *self.arrays)


def every(kind: int, sizes: list[int], samples: int) -> Shapes:
    """One product a layer, the input's first."""
    return [(kind, fan_in, fan_out, samples) for fan_in, fan_out in itertools.pairwise(sizes)]
