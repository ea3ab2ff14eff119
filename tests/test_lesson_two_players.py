"""The figures of the lesson on two players agree with analysis."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm, wasserstein_distance

from playground.lessons.benches import forgery, two_kinds
from playground.lessons.benches.forgery import FORGERY
from playground.lessons.benches.two_kinds import DEVIATION, TWO_KINDS


def test_two_kinds_are_equally_likely_where_the_log_odds_say() -> None:
    for share in (0.1, 0.5, 0.8):
        values = TWO_KINDS.start | {"share": share}
        cat, dog = values["cat"], values["dog"]
        middle = (cat + dog) / 2 + DEVIATION**2 / (dog - cat) * np.log((1 - share) / share)
        assert two_kinds.posterior(middle, values) == pytest.approx(0.5)


def test_what_all_animals_weigh_is_a_density_and_bayes_rule_holds() -> None:
    values = TWO_KINDS.start | {"share": 0.3, "x": 6.2}
    mass, _ = quad(lambda x: float(two_kinds.evidence(x, values)), -10, 30)
    assert mass == pytest.approx(1)
    numbers = TWO_KINDS.reading({"share": 0.3, "x": 6.2})
    assert numbers["p_dog"] == pytest.approx(0.3 * numbers["as_dog"] / numbers["all"])


def test_a_posterior_has_a_value_where_no_density_is_left() -> None:
    assert two_kinds.posterior(200.0, TWO_KINDS.start) == pytest.approx(1)


def test_the_forgers_distance_is_that_of_samples() -> None:
    reading, rng = FORGERY.reading({"a": -1.0, "b": 1.2, "border": 0.5}), np.random.default_rng(1)
    fake = forgery.generate(rng.normal(size=200_000), reading.values)
    pick = rng.choice(forgery.PLACES, 200_000, p=forgery.SHARES)
    real = rng.normal(pick, forgery.WIDTH)
    assert reading["emd"] == pytest.approx(wasserstein_distance(real, fake), abs=0.015)


def test_the_border_shares_out_the_noise_and_nothing_is_left_to_do_at_the_right_one() -> None:
    border = float(norm.ppf(forgery.SHARES[0]))
    numbers = FORGERY.numbers({"a": forgery.PLACES[0], "b": forgery.PLACES[1], "border": border})
    assert numbers["share_b"] == pytest.approx(forgery.SHARES[1])
    assert numbers["emd"] == pytest.approx(0, abs=1e-9)
