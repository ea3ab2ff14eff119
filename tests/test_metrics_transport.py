"""Distances by transport against scipy, POT, linear programs and closed forms."""

import math

import numpy as np
import ot
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from scipy import stats
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist

from playground.metrics import emd
from playground.metrics.transport import directions, emd_by_mode, sliced

Array = NDArray[np.float64]
Modes = NDArray[np.integer]
PLACES = st.floats(-100, 100, width=32)
MASSES = st.floats(0.0625, 1, width=32)


def cloud(n: int, dim: int) -> st.SearchStrategy[Array]:
    """Samples, some of them more than once."""
    several = st.integers(1, n).flatmap(lambda k: arrays(np.float64, (k, dim), elements=PLACES))
    return several.flatmap(lambda x: arrays(np.int64, n, elements=st.integers(0, len(x) - 1)).map(lambda pick: x[pick]))


def clouds(dim: int, most: int = 40) -> st.SearchStrategy[tuple[Array, Array]]:
    """Pairs of samples of one size."""
    return st.integers(1, most).flatmap(lambda n: st.tuples(cloud(n, dim), cloud(n, dim)))


@st.composite
def weighted(draw: st.DrawFn, dim: int, most: int = 8) -> tuple[Array, Array, Array, Array]:
    """Two samples of any sizes, and their weights."""
    n, m = draw(st.integers(1, most)), draw(st.integers(1, most))
    weights = (draw(arrays(np.float64, size, elements=MASSES)) for size in (n, m))
    return draw(cloud(n, dim)), draw(cloud(m, dim)), *weights  # type: ignore[return-value]


@given(clouds(1))
def test_on_a_line_emd_is_scipys_wasserstein_distance(pair: tuple[Array, Array]) -> None:
    real, fake = pair
    assert emd(real, fake) == pytest.approx(stats.wasserstein_distance(real[:, 0], fake[:, 0]), abs=1e-9)


@given(weighted(1, 30))
def test_on_a_line_emd_takes_weights_and_any_sizes_as_scipy_does(case: tuple[Array, Array, Array, Array]) -> None:
    real, fake, p, q = case
    x, y = real[:, 0], fake[:, 0]
    assert emd(real, fake, p, q) == pytest.approx(stats.wasserstein_distance(x, y, p, q), abs=1e-9)
    assert emd(real, fake) == pytest.approx(stats.wasserstein_distance(x, y), abs=1e-9)


@given(st.integers(2, 3).flatmap(clouds))
def test_in_space_emd_is_the_cheapest_assignment(pair: tuple[Array, Array]) -> None:
    cost = cdist(*pair)
    rows, columns = linear_sum_assignment(cost)
    assert emd(*pair) == pytest.approx(cost[rows, columns].mean(), abs=1e-7)


@given(weighted(2))
def test_in_the_plane_emd_takes_weights_and_any_sizes_as_a_linear_program_does(
    case: tuple[Array, Array, Array, Array],
) -> None:
    real, fake, p, q = case
    assert emd(real, fake, p, q) == pytest.approx(stats.wasserstein_distance_nd(real, fake, p, q), abs=1e-5)


@given(weighted(2, 7))
def test_samples_of_any_sizes_are_the_same_samples_repeated(case: tuple[Array, Array, Array, Array]) -> None:
    real, fake, *_ = case
    copies = math.lcm(len(real), len(fake))
    one, other = np.repeat(real, copies // len(real), axis=0), np.repeat(fake, copies // len(fake), axis=0)
    cost = cdist(one, other)
    assert emd(real, fake) == pytest.approx(cost[linear_sum_assignment(cost)].mean(), abs=1e-7)


@given(st.integers(1, 2).flatmap(clouds), PLACES)
def test_moving_a_cloud_costs_the_length_of_the_move(pair: tuple[Array, Array], shift: float) -> None:
    real, _ = pair
    moved = real + shift
    assert emd(real, moved) == pytest.approx(abs(shift) * math.sqrt(real.shape[1]), abs=1e-6)


@given(st.integers(1, 2).flatmap(clouds), st.floats(0.1, 10), st.randoms(use_true_random=False))
def test_emd_is_a_distance_between_clouds(pair: tuple[Array, Array], scale: float, random) -> None:
    real, fake = pair
    order = random.sample(range(len(real)), len(real))
    assert emd(real, real[order]) == pytest.approx(0, abs=1e-9)
    assert emd(real, fake) == pytest.approx(emd(fake, real), abs=1e-7)
    assert emd(scale * real, scale * fake) == pytest.approx(scale * emd(real, fake), rel=1e-6, abs=1e-7)
    assert emd(real, fake) >= np.linalg.norm(real.mean(0) - fake.mean(0)) - 1e-7  # Jensen
    assert emd(real, fake) <= emd(real, 0 * real) + emd(0 * real, fake) + 1e-7


@pytest.mark.parametrize("modes", [1, 2, 4, 6, 7])
def test_emd_to_a_ring_with_modes_missing(modes: int) -> None:
    """All mass on some adjacent modes of a ring of radius 2: a transport between two tiny discrete laws."""
    angle = 2 * np.pi * np.arange(8) / 8
    ring = 2 * np.stack([np.cos(angle), np.sin(angle)], 1)
    assert emd(ring, ring[:modes]) == pytest.approx(stats.wasserstein_distance_nd(ring, ring[:modes]), abs=1e-9)
    if modes == 1:  # the mean chord from one corner of an octagon
        assert emd(ring, ring[:1]) == pytest.approx(0.5 / math.tan(math.pi / 16))


# --- its parts --------------------------------------------------------------------------------------------------------


@st.composite
def translated(draw: st.DrawFn) -> tuple[Array, Array, Modes, Array, Modes]:
    """Equal modes at some centres, and fakes around them: centres, reals, their modes, fakes, their modes."""
    modes, each, n = draw(st.integers(1, 4)), draw(st.integers(1, 5)), draw(st.integers(1, 20))
    centres = draw(arrays(np.float64, (modes, 2), elements=PLACES))
    around = draw(arrays(np.float64, (each, 2), elements=st.floats(-1, 1)))
    mode = draw(arrays(np.int64, n, elements=st.integers(0, modes - 1)))
    fake = centres[mode] + draw(arrays(np.float64, (n, 2), elements=st.floats(-2, 2)))
    real = np.concatenate([centre + around for centre in centres])
    return centres, real, np.repeat(np.arange(modes), each), fake, mode


@given(translated())
def test_where_modes_are_translates_emd_is_no_more_than_its_two_parts(case: tuple) -> None:
    centres, real, real_mode, fake, fake_mode = case
    weights = np.full(len(centres), 1 / len(centres))
    mass, shape = emd_by_mode(real, fake, real_mode, fake_mode, weights, centres)
    assert emd(real, fake) <= mass + shape + 1e-6
    shares = np.bincount(fake_mode, minlength=len(centres)) / len(fake_mode)
    assert mass == pytest.approx(stats.wasserstein_distance_nd(centres, centres, weights, shares), abs=1e-4)


@given(translated(), st.floats(-1, 1))
def test_moving_every_mode_a_little_is_a_matter_of_shape_alone(case: tuple, shift: float) -> None:
    centres, real, mode, _, _ = case
    mass, shape = emd_by_mode(real, real + shift, mode, mode, np.full(len(centres), 1 / len(centres)), centres)
    assert mass == pytest.approx(0, abs=1e-7) and shape == pytest.approx(abs(shift) * math.sqrt(2), abs=1e-6)


def test_a_lost_mode_is_a_matter_of_mass_alone() -> None:
    """Half of the mass has to go from one of two centres to the other, 3 away."""
    centres, around = np.array([[0.0, 0.0], [3.0, 0.0]]), np.array([[0.1, 0.0], [-0.1, 0.2]])
    real, mode = np.concatenate([centres[0] + around, centres[1] + around]), np.array([0, 0, 1, 1])
    mass, shape = emd_by_mode(real, centres[0] + around, mode, np.array([0, 0]), np.array([0.5, 0.5]), centres)
    assert (mass, shape) == (pytest.approx(1.5), pytest.approx(0))
    assert emd(real, centres[0] + around) == pytest.approx(1.5)


def test_a_mode_without_reals_is_its_centre() -> None:
    centres = np.array([[0.0, 0.0], [5.0, 0.0]])
    mass, shape = emd_by_mode(centres[:1], np.array([[5.0, 2.0]]), np.array([0]), np.array([1]), [1, 0], centres)
    assert (mass, shape) == (pytest.approx(5), pytest.approx(2))


# --- sliced -----------------------------------------------------------------------------------------------------------


@given(st.integers(1, 20).flatmap(lambda n: st.integers(2, 4).flatmap(lambda d: st.tuples(cloud(n, d), cloud(12, d)))))
def test_sliced_distance_is_that_of_pot_along_the_same_directions(pair: tuple[Array, Array]) -> None:
    real, fake = pair
    wanted = np.asarray(ot.sliced_wasserstein_distance(real, fake, projections=directions(real.shape[1]), p=1))
    assert sliced(real, fake) == pytest.approx(wanted.item(), abs=1e-6)
    assert sliced(real, fake) <= emd(real, fake) + 1e-6


@given(clouds(1))
def test_on_a_line_there_is_one_direction(pair: tuple[Array, Array]) -> None:
    assert sliced(*pair) == pytest.approx(emd(*pair), abs=1e-9)


@pytest.mark.parametrize("dim", [2, 3, 48])
def test_directions_have_length_one_and_look_everywhere(dim: int) -> None:
    found = directions(dim, 4096)
    assert np.allclose(np.linalg.norm(found, axis=0), 1)
    assert np.allclose(found @ found.T / 4096, np.eye(dim) / dim, atol=0.05)


# --- what is no pair of samples ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("distance", [emd, sliced])
@pytest.mark.parametrize(
    ("real", "fake"), [((0, 2), (0, 2)), ((3, 2), (0, 2)), ((3, 1), (3, 2)), ((3,), (3,)), ((3, 0), (3, 0))]
)
def test_what_is_no_pair_of_samples_is_refused_by_name_and_shape(distance, real: tuple, fake: tuple) -> None:
    with pytest.raises(ValueError, match=f"^{distance.__name__} needs samples") as error:
        distance(np.zeros(real), np.zeros(fake))
    assert str(real) in str(error.value) or str(fake) in str(error.value)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("dim", [1, 2])
@pytest.mark.parametrize("distance", [emd, sliced])
def test_infinities_are_refused(distance, bad: float, dim: int) -> None:
    good, broken = np.zeros((3, dim)), np.zeros((3, dim))
    broken[1] = bad
    for pair in ((good, broken), (broken, good)):
        with pytest.raises(ValueError, match=f"{distance.__name__} needs finite"):
            distance(*pair)
    modes = np.zeros(3, dtype=int)
    with pytest.raises(ValueError, match="emd_by_mode needs finite"):
        emd_by_mode(good, broken, modes, modes, np.ones(1), good[:1])


@pytest.mark.parametrize("weights", [[1, 1], [1, 1, -1], [0, 0, 0], [1, 1, np.nan], []])
def test_weights_that_are_none_are_refused(weights: list[float]) -> None:
    with pytest.raises(ValueError, match="emd needs"):
        emd(np.zeros((3, 2)), np.zeros((3, 2)), weights, [1, 1, 1])
