"""Neighbours and moments against their definitions, written out, and against what is known of equal laws."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from scipy import linalg
from scipy.spatial import KDTree
from scipy.spatial.distance import cdist

from playground.metrics.features import frechet, moments
from playground.metrics.neighbours import Balls, coverage, density, memorised, nearest, precision

Array = NDArray[np.float64]
WHOLE = st.integers(-4, 4).map(float)  # so that many samples coincide, and all distances are exact


def samples(least: int, dim: int = 2, most: int = 14) -> st.SearchStrategy[Array]:
    return st.integers(least, most).flatmap(lambda n: arrays(np.float64, (n, dim), elements=WHOLE))


def radius(x: Array, i: int, k: int) -> float:
    """Distance of sample i to its k-th nearest among the others."""
    return sorted(float(np.linalg.norm(x[i] - x[j])) for j in range(len(x)) if j != i)[k - 1]


def within(x: Array, i: int, y: Array, k: int) -> bool:
    return float(np.linalg.norm(x[i] - y)) <= radius(x, i, k)


@given(samples(4), samples(1), st.integers(1, 3))
def test_density_coverage_and_precision_are_what_their_papers_define(real: Array, fake: Array, k: int) -> None:
    hits = [[within(real, i, y, k) for y in fake] for i in range(len(real))]
    balls = Balls("density", real, k)
    assert density(balls, fake) == pytest.approx(sum(map(sum, hits)) / (k * len(fake)))
    assert coverage(balls, fake) == pytest.approx(sum(map(any, hits)) / len(real))
    inside = [any(row[j] for row in hits) for j in range(len(fake))]
    assert precision(balls, fake) == pytest.approx(sum(inside) / len(fake))


@pytest.mark.parametrize("dim", [1, 2, 10])
@pytest.mark.parametrize(("n", "m", "k"), [(200, 200, 5), (300, 150, 5), (150, 300, 3)])
def test_fakes_like_reals_score_what_naeem_et_al_derive(dim: int, n: int, m: int, k: int) -> None:
    """E[density] = 1 and, in any dimension, E[coverage] = 1 − (n−1)…(n−k) / ((n+m−1)…(n+m−k))."""
    rng = np.random.default_rng(7)
    pairs = [(rng.standard_normal((n, dim)), rng.standard_normal((m, dim))) for _ in range(30)]
    scores = [(density(Balls("", x, k), y), coverage(Balls("", x, k), y)) for x, y in pairs]
    i = np.arange(1, k + 1)
    for values, wanted in zip(np.transpose(scores), (1.0, 1 - np.prod((n - i) / (n + m - i))), strict=True):
        assert abs(values.mean() - wanted) < 4.5 * values.std(ddof=1) / np.sqrt(len(values))


def test_mode_collapse_leaves_precision_and_loses_recall_and_coverage() -> None:
    rng = np.random.default_rng(0)
    real = rng.standard_normal((400, 2)) + np.repeat([[0.0, 0.0], [20.0, 0.0]], 200, axis=0)
    fake = rng.standard_normal((400, 2))
    balls = Balls("precision", real, 5)
    assert precision(balls, fake) > 0.95 and coverage(balls, fake) == pytest.approx(0.5, abs=0.05)
    assert precision(Balls("recall", fake, 5), real) == pytest.approx(0.5, abs=0.05)
    assert density(balls, fake) == pytest.approx(1.0, abs=0.1)  # of 200 reals around them, 5 hold each fake on average


@given(samples(1, 3), samples(1, 3))
def test_nearest_distances_are_those_of_a_tree(x: Array, among: Array) -> None:
    assert np.allclose(nearest(x, among), KDTree(among).query(x)[0], atol=1e-6)
    many = np.tile(x, (100, 1))  # more than are held at once
    assert np.allclose(nearest(many, among), cdist(many, among).min(1), atol=1e-6)


def test_copies_of_training_samples_are_memorised_and_strangers_are_not() -> None:
    rng = np.random.default_rng(0)
    training, strangers = rng.standard_normal((500, 8)), rng.standard_normal((2000, 8))
    near = float(np.quantile(cdist(strangers, training).min(1), 0.01))
    assert memorised(training[:100], training, near) == 1
    assert memorised(strangers, training, near) == pytest.approx(0.01, abs=1e-3)
    assert memorised(np.concatenate([training[:300], strangers[:700]]), training, near) == pytest.approx(
        0.307, abs=0.01
    )


@pytest.mark.parametrize("bad", [np.zeros((0, 2)), np.zeros(5), np.full((6, 2), np.nan), np.full((6, 2), np.inf)])
def test_what_are_no_samples_is_refused(bad: Array) -> None:
    good = np.arange(12.0).reshape(6, 2)
    with pytest.raises(ValueError, match="coverage needs"):
        Balls("coverage", bad, 3)
    for measure in (density, coverage, precision):
        with pytest.raises(ValueError, match="the metric needs"):
            measure(Balls("the metric", good, 3), bad)
    for pair in ((bad, good), (good, bad)):
        with pytest.raises(ValueError, match="nearest needs"):
            nearest(*pair)
    with pytest.raises(ValueError, match="frechet needs"):
        moments(bad)


def test_too_few_samples_have_no_kth_neighbour() -> None:
    with pytest.raises(ValueError, match="recall needs more than 3 samples, got 3"):
        Balls("recall", np.zeros((3, 2)), 3)
    with pytest.raises(ValueError, match="at least two samples, got 1"):
        moments(np.zeros((1, 2)))


# --- moments ----------------------------------------------------------------------------------------------------------


@given(st.integers(0, 2**31), st.integers(1, 6), st.integers(8, 40))
def test_frechet_is_the_formula_with_scipys_matrix_root(seed: int, dim: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    x, y = rng.standard_normal((n, dim)), rng.standard_normal((2 * n, dim)) @ rng.standard_normal((dim, dim)) + 1
    one, other = np.atleast_2d(np.cov(x.T)), np.atleast_2d(np.cov(y.T))
    root = np.real(np.asarray(linalg.sqrtm(one @ other)))
    wanted = np.square(x.mean(0) - y.mean(0)).sum() + np.trace(one + other - 2 * root)
    assert frechet(moments(x), moments(y)) == pytest.approx(wanted, rel=1e-5, abs=1e-6)
    assert frechet(moments(x), moments(np.tile(x, (2, 1)))) < 0.1 * one.trace()  # but for n − 1 in the covariance


@given(arrays(np.float64, (30, 3), elements=st.floats(-10, 10)), st.floats(-5, 5), st.floats(0, 3))
def test_frechet_of_a_moved_and_scaled_sample(x: Array, shift: float, scale: float) -> None:
    """Moments (μ, Σ) and (sμ + c, s²Σ): ‖(s − 1)μ + c‖² + (s − 1)² tr Σ, also where Σ is singular."""
    known = moments(x)
    wanted = np.square((scale - 1) * known.mean + shift).sum() + (scale - 1) ** 2 * np.trace(known.covariance)
    assert frechet(known, moments(scale * x + shift)) == pytest.approx(wanted, rel=1e-5, abs=1e-4)
