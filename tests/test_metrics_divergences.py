"""Divergences against quadrature, scipy and closed forms."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from scipy import integrate, stats
from scipy.spatial.distance import jensenshannon

from playground.metrics.divergences import (
    Bins,
    gaussian_bins,
    js,
    js_density,
    kernel_density,
    kernel_width,
    kl,
)

Array = NDArray[np.float64]


@st.composite
def mixtures(draw: st.DrawFn, dim: int) -> tuple[Array, float, Array]:
    """Means, spread and weights."""
    modes = draw(st.integers(1, 5))
    means = draw(arrays(np.float64, (modes, dim), elements=st.floats(-3, 3)))
    weights = draw(arrays(np.float64, modes, elements=st.floats(0.05, 1)))
    return means, draw(st.floats(0.05, 1)), weights / weights.sum()


def box(bins: Bins, number: int) -> list[tuple[float, float]]:
    """The ends of the one cell that is bin `number` > 0, along each axis."""
    cell = np.argwhere(bins.number == number)
    assert len(cell) == 1
    ends = [np.concatenate([[-np.inf], edges, [np.inf]]) for edges in bins.edges]
    return [(float(along[i]), float(along[i + 1])) for along, i in zip(ends, cell[0], strict=True)]


def density(x: Array, means: Array, sigma: float, weights: Array) -> Array:
    """By scipy, (n, dim) -> (n,)."""
    parts = [stats.norm.pdf(x, mean, sigma).prod(1) for mean in means]
    return weights @ np.reshape(parts, (len(weights), len(x)))


@given(mixtures(1), st.data())
def test_a_bins_mass_is_the_integral_of_the_density(law: tuple[Array, float, Array], data: st.DataObject) -> None:
    bins = gaussian_bins(*law)
    assert bins.mass.sum() == pytest.approx(1) and bins.mass[0] < 0.05
    number = data.draw(st.integers(1, len(bins.mass) - 1))
    ((low, high),) = box(bins, number)
    wanted, _ = integrate.quad(lambda x: density(np.array([[x]]), *law)[0], low, high)
    assert bins.mass[number] == pytest.approx(wanted, rel=1e-6)


@given(mixtures(2), st.data())
def test_in_the_plane_it_is_that_of_a_box(law: tuple[Array, float, Array], data: st.DataObject) -> None:
    bins = gaussian_bins(*law)
    number = data.draw(st.integers(1, len(bins.mass) - 1))
    (a, b), (c, d) = box(bins, number)
    # Gauss and Legendre's rule is exact to many digits on a box of a few σ
    x, w = np.polynomial.legendre.leggauss(24)
    xs, ys = (a + b) / 2 + (b - a) / 2 * x, (c + d) / 2 + (d - c) / 2 * x
    places = np.stack(np.meshgrid(xs, ys, indexing="ij"), -1).reshape(-1, 2)
    wanted = (density(places, *law) @ np.outer(w, w).ravel()) * (b - a) * (d - c) / 4
    assert bins.mass[number] == pytest.approx(wanted, rel=1e-6)


@given(mixtures(2), arrays(np.float64, (50, 2), elements=st.floats(-1e6, 1e6)))
def test_every_sample_lies_in_one_bin_wherever_it_is(law: tuple[Array, float, Array], x: Array) -> None:
    bins = gaussian_bins(*law)
    assume(not any(np.isin(x[:, axis], edges).any() for axis, edges in enumerate(bins.edges)))
    grid, _ = np.histogramdd(x, [np.concatenate([[-np.inf], edges, [np.inf]]) for edges in bins.edges])
    wanted = np.zeros(len(bins.mass))
    np.add.at(wanted, bins.number, grid)
    assert np.array_equal(bins.counts(x), wanted) and bins.counts(x).sum() == len(x)
    assert np.array_equal(bins.counts(np.tile(x, (3, 1))), 3 * wanted)


@given(mixtures(1), arrays(np.float64, st.tuples(st.integers(1, 80), st.just(1)), elements=st.floats(-5, 5)))
def test_js_and_kl_of_bins_are_those_of_scipy(law: tuple[Array, float, Array], fake: Array) -> None:
    bins = gaussian_bins(*law)
    counts = bins.counts(fake)
    assert js(bins, fake) == pytest.approx(jensenshannon(bins.mass, counts) ** 2, abs=1e-9)
    assert 0 <= js(bins, fake) <= math.log(2) + 1e-12
    assert kl(bins, fake) == pytest.approx(stats.entropy(bins.mass, counts + 0.5), abs=1e-9)


def test_fakes_that_touch_no_real_bin_are_log_two_away() -> None:
    bins = gaussian_bins(np.zeros((1, 2)), 0.1, np.ones(1))
    assert js(bins, np.full((10, 2), 50.0)) == pytest.approx(math.log(2), abs=0.01)  # but for the mass between the bins
    assert kl(bins, np.full((10, 2), 50.0)) < np.inf


@pytest.mark.parametrize(("d", "wanted"), [(2, 0.337), (4, 0.633), (6, 0.689), (8, 0.693), (10, 0.693)])
def test_js_of_two_gaussians_is_the_tables(d: float, wanted: float) -> None:
    x = np.linspace(-d / 2 - 10, d / 2 + 10, 4001)
    p, q = stats.norm.pdf(x, d / 2), stats.norm.pdf(x, -d / 2)
    assert js_density(p, q, x[1] - x[0]) == pytest.approx(wanted, abs=5e-4)


@given(st.floats(-3, 3), st.floats(0.3, 2))
def test_js_of_densities_is_the_integral(mean: float, sigma: float) -> None:
    x = np.linspace(-20, 20, 8001)

    def half(x: float) -> float:
        a, b = (math.exp(-(((x - m) / s) ** 2) / 2) / (s * math.sqrt(2 * math.pi)) for m, s in ((0, 1), (mean, sigma)))
        return sum(c * math.log(2 * c / (a + b)) if c > 0 else 0.0 for c in (a, b)) / 2

    wanted, _ = integrate.quad(half, -20, 20, points=[0, mean], limit=200)
    p, q = stats.norm.pdf(x), stats.norm.pdf(x, mean, sigma)
    assert js_density(p, q, x[1] - x[0]) == pytest.approx(wanted, abs=1e-6)


@pytest.mark.parametrize("d", [0.0, 1.0, 2.0, 4.0])
def test_js_by_bins_is_that_of_the_densities_where_there_are_many_fakes(d: float) -> None:
    """Bins of half a σ lose little of the divergence, and 40,000 fakes leave little noise."""
    bins = gaussian_bins(np.array([[d / 2]]), 1.0, np.ones(1))
    fake = stats.norm.ppf((np.arange(40_000) + 0.5) / 40_000, -d / 2)[:, None]
    x = np.linspace(-14, 14, 4001)
    exact = js_density(stats.norm.pdf(x, d / 2), stats.norm.pdf(x, -d / 2), x[1] - x[0])
    assert exact - 0.02 <= js(bins, fake) <= exact + 1e-4


@pytest.mark.parametrize(
    ("p", "q", "dx"),
    [
        ([1.0, np.nan], [1.0, 1.0], 0.5),
        ([], [], 0.5),
        ([1.0, 1.0], [2.0], 0.5),
        ([2.0, -0.5], [1.0, 1.0], 0.5),
        ([1 / 3, 1 / 3], [1.0, 1.0], 0.5),  # a histogram that sums to a third of one, as in GAN Lab
        ([1.0, 1.0], [1.0, 1.0], np.nan),
    ],
)
def test_what_is_no_density_is_refused(p: list[float], q: list[float], dx: float) -> None:
    with pytest.raises(ValueError, match="js_density needs"):
        js_density(p, q, dx)


@pytest.mark.parametrize("bad", [np.zeros((0, 2)), np.zeros(3), np.array([[0.0, np.nan]]), np.array([[np.inf, 0.0]])])
def test_what_are_no_samples_is_refused(bad: Array) -> None:
    bins = gaussian_bins(np.zeros((1, 2)), 0.1, np.ones(1))
    for divergence in (js, kl):
        with pytest.raises(ValueError, match="bins needs"):
            divergence(bins, bad)
    with pytest.raises(ValueError, match="kernel_density needs"):
        kernel_density(bad, np.zeros((3, 2)), 0.1)


# --- densities of samples ---------------------------------------------------------------------------------------------


@given(arrays(np.float64, (20, 1), elements=st.floats(-50, 50)), st.floats(0.01, 3))
def test_on_a_line_a_kernel_density_is_scipys(x: Array, width: float) -> None:
    assume(x.std() > 1e-3)
    at = np.linspace(x.min() - width, x.max() + width, 40)
    wanted = stats.gaussian_kde(x[:, 0], bw_method=width / float(x.std(ddof=1)))(at)
    assert np.allclose(kernel_density(at[:, None], x, width), wanted, rtol=1e-4, atol=1e-12)


@given(arrays(np.float64, (15, 2), elements=st.floats(-50, 50)), st.floats(0.01, 3))
def test_in_the_plane_it_is_a_mixture_around_the_samples(x: Array, width: float) -> None:
    at = x + 0.7 * width
    wanted = density(at, x, width, np.full(len(x), 1 / len(x)))
    assert np.allclose(kernel_density(at, x, width), wanted, rtol=1e-4, atol=1e-12)


@pytest.mark.parametrize("dim", [1, 2])
def test_the_kernels_width_is_silvermans_for_one_gaussian(dim: int) -> None:
    x = np.random.default_rng(0).standard_normal((500, dim))
    wanted = stats.gaussian_kde(x.T, bw_method="silverman").silverman_factor()
    assert kernel_width(1.0, 500, 1, dim) == pytest.approx(wanted)
    assert kernel_width(0.1, 4000, 8, dim) == pytest.approx(0.1 * wanted)  # as many samples in each of eight modes
