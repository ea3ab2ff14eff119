"""Exact calculations behind experiments, one entry of `ANALYSES` each: what is computed, what the literature says, what comes."""

from collections.abc import Callable, Iterator

import numpy as np

from playground import checkerboard, theory
from playground.dirac import Rules, trajectory
from playground.metrics.divergences import js_density
from playground.metrics.transport import emd

Fact = tuple[str, str, float, bool]  # what, what is expected, what came, whether that is so
TABLE = {2: 0.450, 4: 0.137, 6: 0.0125, 8: 3.9e-4, 10: 4.5e-6}  # minimax's pull (Arjovsky & Bottou 2017, by quadrature)


def near(what: str, wanted: float, value: float, share: float = 0.02) -> Fact:
    """A number that is expected within a share of itself."""
    return what, f"= {wanted:.4g} within {100 * share:g} %", value, bool(abs(value - wanted) <= share * abs(wanted))


def at_most(what: str, bound: float, value: float) -> Fact:
    return what, f"≤ {bound:g}", value, bool(value <= bound)


def at_least(what: str, bound: float, value: float) -> Fact:
    return what, f"≥ {bound:g}", value, bool(value >= bound)


def two_gaussians() -> Iterator[Fact]:
    """How hard the optimal discriminator pulls, d apart."""
    for d, wanted in TABLE.items():
        yield near(f"minimax's pull at d = {d}", wanted, theory.PULLS["minimax"](d))
        yield near(f"Wasserstein's pull at d = {d}", 1.0, theory.PULLS["wasserstein"](d))


def radius(method: str, rules: Rules, steps: int = 500) -> float:
    """Distance from the equilibrium after simultaneous steps from (1, 1)."""
    return float(np.hypot(*trajectory(method, rules, steps)[-1]))


def dirac() -> Iterator[Fact]:
    """Where the methods end. Mescheder et al. 2018."""
    rules = Rules()
    yield at_least("radius of minimax", 3.0, radius("minimax", rules))
    yield near("radius of non-saturating, √2h", (2 * rules.step) ** 0.5, radius("non-saturating", rules, 20000), 0.01)
    yield at_least("radius of WGAN with clipping", 0.9, radius("wasserstein-clip", rules))
    yield at_least("radius of WGAN-GP", 1.0, radius("wasserstein-penalty", rules))
    yield at_most("radius of R1, γ = .3", 1e-5, radius("r1", rules))
    yield at_most("radius of R2, γ = .3", 1e-5, radius("r2", rules))
    yield at_most("radius of consensus, γ = 1", 1e-8, radius("consensus", rules))


def parallel_lines() -> Iterator[Fact]:
    """Two parallel lines by our own metrics: only the EMD says how far. Arjovsky et al. 2017, example 1."""
    along, grid = np.linspace(0, 1, 256), np.linspace(-1, 5, 6001)
    for apart in (0.1, 1.0, 4.0):
        lines = [np.stack([np.full(256, x), along], 1) for x in (0.0, apart)]
        yield near(f"EMD at θ = {apart}", apart, emd(*lines), 1e-6)
        p, q = (np.exp(-(((grid - x) / 0.01) ** 2) / 2) for x in (0.0, apart))
        yield near(f"JS at θ = {apart}", np.log(2), js_density(p / p.sum(), q / q.sum(), 1.0), 1e-3)


def board() -> Iterator[Fact]:
    """How unevenly kernels of stride 2 write. Odena et al. 2016."""
    for kernel, most in ((3, 4.0), (5, 2.25), (4, 1.0)):
        uneven, _ = checkerboard.unevenness(checkerboard.overlap(kernel, 2))
        yield near(f"largest over smallest overlap, kernel {kernel}", most, uneven, 1e-9)
    flat = checkerboard.phase_sums(checkerboard.resized(np.ones((3, 3)), 2), 2)
    yield near("the same after resize and convolution", 1.0, checkerboard.unevenness(flat)[0], 1e-9)


ANALYSES: dict[str, Callable[[], Iterator[Fact]]] = {
    "two-gaussians": two_gaussians,
    "dirac": dirac,
    "parallel-lines": parallel_lines,
    "checkerboard": board,
}
