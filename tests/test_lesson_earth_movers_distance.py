"""The figures on the earth mover's distance agree with linear programs, SciPy and closed forms."""

import numpy as np
import ot
import pytest
from scipy.integrate import quad
from scipy.stats import norm, wasserstein_distance

from playground.lessons.benches import dirt, drifting, sampled_distance
from playground.lessons.benches.dirt import DIRT_AND_HOLES, GRAINS, PLACES
from playground.lessons.benches.drifting import DRIFTING
from playground.lessons.benches.sampled_distance import SAMPLED_DISTANCE, SIZES


def piles(seed: int) -> dict[str, float]:
    """Random heaps and holes."""
    heaps, holes = np.random.default_rng(seed).integers(0, 7, (2, len(PLACES)))
    heaps[0], holes[0] = max(heaps[0], 1), max(holes[0], 1)  # something to move, and a place for it
    return {f"dirt{i}": float(n) for i, n in enumerate(heaps, 1)} | {
        f"hole{i}": -float(n) for i, n in enumerate(holes, 1)
    }


@pytest.mark.parametrize("seed", range(6))
def test_both_plans_are_the_cheapest_and_the_dearest_there_are(seed: int) -> None:
    values = DIRT_AND_HOLES.start | piles(seed)
    p, q, cost = dirt.shares(values, "dirt"), dirt.shares(values, "hole"), dirt.distances()
    for plan, wanted in (
        (dirt.plan(p, q), ot.emd2(p, q, cost)),
        (dirt.wasteful(p, q), 6 - float(np.asarray(ot.emd2(p, q, 6 - cost)).item())),
    ):
        np.testing.assert_allclose(plan.sum(1), p, atol=1e-12)
        np.testing.assert_allclose(plan.sum(0), q, atol=1e-12)
        assert (plan * cost).sum() == pytest.approx(float(np.asarray(wanted).item()), abs=1e-9)
    assert DIRT_AND_HOLES.reading(values)["emd"] == pytest.approx(wasserstein_distance(PLACES, PLACES, p, q))


@pytest.mark.parametrize("waste", [0.0, 1.0])
@pytest.mark.parametrize("seed", range(3))
def test_the_grains_carry_out_the_plan(seed: int, waste: float) -> None:
    """Each is a 48th of the dirt, so that their mean way is the cost up to what grains cannot be split into."""
    values = DIRT_AND_HOLES.start | piles(seed) | {"plan": waste}
    amounts = dirt.amounts_of(values, "dirt"), dirt.amounts_of(values, "hole")
    x0, _, x1, _ = dirt.grains(*amounts, waste=bool(waste))
    way = np.abs(np.rint(x1) - np.rint(x0)).mean()
    assert way == pytest.approx(DIRT_AND_HOLES.reading(values)["cost"], abs=2 * len(PLACES) * len(PLACES) / GRAINS / 4)


def test_grains_start_in_their_heaps_and_all_arrive() -> None:
    assert np.all(dirt.flown(0.0) == 0) and np.all(dirt.flown(dirt.PERIOD - 0.1) == 1)
    x0, y0, x1, y1 = dirt.grains((4, 2, 0, 0, 1, 1, 0), (0, 0, 3, 2, 1, 1, 1), waste=False)
    counts = np.bincount(np.rint(x0).astype(int), minlength=8)[1:]
    np.testing.assert_array_equal(counts, GRAINS * np.array([4, 2, 0, 0, 1, 1, 0]) / 8)
    assert np.all(y0 > 0) and np.all(y1 < 0) and np.all(np.isin(np.rint(x1), [3, 4, 5, 6, 7]))


def test_nothing_piled_up_is_no_error() -> None:
    nothing = dict.fromkeys(DIRT_AND_HOLES.controls, 0.0)
    reading = DIRT_AND_HOLES.reading(nothing)
    assert reading["emd"] == 0 and DIRT_AND_HOLES.picture(reading, 1.0).alt


@pytest.mark.parametrize("d", [0.0, 1.0, 4.0, 10.0])
def test_js_flattens_at_log_2_while_the_emd_is_the_distance(d: float) -> None:
    reading = DRIFTING.reading({"d": d})

    def integrand(x: float) -> float:
        p, q = float(norm.pdf(x)), float(norm.pdf(x, d))
        return 0.5 * (p * np.log(2 * p / (p + q)) + q * np.log(2 * q / (p + q)))

    assert reading["js"] == pytest.approx(quad(integrand, -8, d + 8, points=[0, d], limit=200)[0], abs=1e-6)
    assert reading["emd"] == d
    assert np.interp(d, drifting.STEPS, drifting.divergences()) == pytest.approx(reading["js"], abs=1e-4)


def test_the_floor_is_what_two_samples_of_one_law_score() -> None:
    for n, tolerance in ((64, 0.06), (1024, 0.06)):
        scored = np.mean([sampled_distance.measured(draw, n, 0.0) for draw in range(400)])
        assert scored == pytest.approx(float(sampled_distance.floor_of(n)), rel=tolerance)


def test_a_draw_is_scored_as_scipy_scores_it_and_stays_the_same() -> None:
    real, fake = sampled_distance.drawn(3, 64)
    scored = sampled_distance.measured(3, 64, 0.2)
    assert scored == pytest.approx(wasserstein_distance(real[:, 0], fake[:, 0] + 0.2))
    sampled_distance.drawn.cache_clear()
    np.testing.assert_array_equal(sampled_distance.drawn(3, 64)[0], real)


def test_the_floor_falls_like_the_root_of_the_number_of_samples() -> None:
    floors = [SAMPLED_DISTANCE.reading({"n": i})["floor"] for i in range(len(SIZES))]
    np.testing.assert_allclose(np.divide(floors[:-1], floors[1:]), np.sqrt(np.divide(SIZES[1:], SIZES[:-1])))
