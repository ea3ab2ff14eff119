"""What the Experiments page says is what was claimed and what was seen."""

import math
from dataclasses import replace
from statistics import median
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from playground.experiments import CURE, EXPERIMENTS, START, Check
from playground.ui.claims import Record, bounds, claims, config_of, modes, number, remedy
from playground.verify import record, words
from playground.yardstick import yardstick_of

NAME = "mode-collapse-2d"
POWERS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


def finding(check: Check, observed: list[float]) -> dict:
    """As `verify --json` writes it."""
    return {"variant": check.of, "quantity": words(check.quantity), "expected": check.expected, "observed": observed}


def recorded(name: str, findings: list[dict]) -> Record:
    """A record of one experiment as it is today."""
    return {name: {"games": EXPERIMENTS[name].games, "findings": findings}}


def read(text: str) -> float:
    digits, _, power = text.replace(",", "").replace("−", "-").partition("·10")
    return float(digits) * 10.0 ** int(power.translate(POWERS) or 0)


@example(999.6)
@given(st.floats(1e-30, 1e30) | st.floats(-1e30, -1e-30) | st.just(0.0))
def test_a_number_is_said_to_two_digits_at_least(value: float):
    assert read(number(value)) == pytest.approx(value, rel=0.051, abs=0)
    assert len(number(value)) <= 10


def test_numbers_that_are_none():
    assert (number(math.nan), number(math.inf), number(-math.inf)) == ("none", "∞", "−∞")


@given(st.lists(st.integers(0, 8), min_size=2, max_size=16))
def test_a_seed_counts_if_its_check_holds(observed: list[int]):
    experiment = EXPERIMENTS[NAME]
    start, cured = experiment.checks
    seen = [finding(start, [float(v) for v in observed]), finding(cured, [8.0] * len(observed))]
    first, second = claims(NAME, experiment, recorded(NAME, seen))
    held = sum(value <= start.high for value in observed)
    assert first.text == f"At most {start.high} of 8 modes" and second.text == "All 8 modes"
    assert (first.where, second.where) == ("", "after the cure")
    assert first.seen == f"seen on {held} of {len(observed)} seeds: median {median(observed):g} of 8"
    assert sum(first.good) == held and all(second.good)


@pytest.mark.parametrize("other", [Check("modes", high=5), Check("rotation", high=EXPERIMENTS[NAME].checks[0].high)])
def test_a_finding_on_another_bound_or_quantity_is_not_shown_as_evidence(other: Check):
    experiment = EXPERIMENTS[NAME]
    moved = [finding(other, [4.0] * 16), finding(experiment.checks[1], [8.0] * 16)]
    assert all(claim.observed == () and claim.seen == "" for claim in claims(NAME, experiment, recorded(NAME, moved)))


@pytest.mark.parametrize(
    "changes",
    [{"iterations": 999}, {"config": EXPERIMENTS[NAME].config.with_(batch_size=255)}, {"cure": {"gamma": 2.0}}],
    ids=["iterations", "config", "cure"],
)
def test_what_was_seen_of_another_game_is_not_shown_as_evidence(changes: dict[str, Any]):
    experiment = EXPERIMENTS[NAME]
    seen = recorded(NAME, [finding(check, [8.0] * 16) for check in experiment.checks])
    assert all(claim.observed for claim in claims(NAME, experiment, seen))
    assert not any(claim.observed for claim in claims(NAME, replace(experiment, **changes), seen))


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_the_shipped_record_is_of_todays_experiments_and_they_hold(name: str):
    """After a change of an experiment: `python -m playground verify NAME --record`."""
    found = claims(name, EXPERIMENTS[name], record())
    assert found and all(len(claim.good) in (1, 4, 16) for claim in found)
    assert all(sum(claim.good) >= 13 / 16 * len(claim.good) for claim in found)


def test_a_value_that_is_not_there_is_no_evidence_and_no_median():
    experiment = EXPERIMENTS[NAME]
    seen = [finding(each, [math.nan, 8.0]) for each in experiment.checks]
    first, second = claims(NAME, experiment, recorded(NAME, seen))
    assert first.good == (False, False) and second.good == (False, True)
    assert second.seen == "seen on 1 of 2 seeds: median 8 of 8"


def test_an_exact_result_stands_before_the_seeds():
    name = "dirac-gan"
    exact = {"variant": "exact", "quantity": "radius", "expected": "0.63", "observed": [0.632], "verdict": True}
    seen = [exact, *(finding(check, [1.0] * 16) for check in EXPERIMENTS[name].checks)]
    first, *rest = claims(name, EXPERIMENTS[name], recorded(name, seen))
    assert first.text == "Radius: 0.63" and first.seen == "calculated: 0.632" and first.good == (True,)
    assert len(rest) == len(EXPERIMENTS[name].checks) and all(len(claim.observed) == 16 for claim in rest)


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_every_check_is_said_with_its_bounds(name: str):
    experiment = EXPERIMENTS[name]
    for check, claim in zip(experiment.checks, claims(name, experiment, {}), strict=True):
        assert claim.observed == () and "_" not in claim.text
        assert check.quantity == "diverged" or any(
            number(bound) in claim.text for bound in (check.low, check.high) if np.isfinite(bound)
        )


@pytest.mark.parametrize(
    "check", [Check("emd", 1, 1), Check("emd", 0.5, 2), Check("emd", high=2), Check("emd", low=0.5)]
)
def test_bounds_in_words_name_the_finite_ones(check: Check):
    assert [read(word) for word in bounds(check).split() if word[0].isdigit()] == sorted(
        {bound for bound in (check.low, check.high) if np.isfinite(bound)}
    )


@pytest.mark.parametrize("name", [name for name, each in EXPERIMENTS.items() if each.cure])
def test_a_cure_is_named_by_what_it_moves(name: str):
    experiment = EXPERIMENTS[name]
    moved = experiment.cured.changed(experiment.config)
    words = remedy(experiment)
    assert ("Wasserstein" in words) == (moved.get("objective") == "wasserstein")
    assert "gamma" not in moved or f"γ = {moved['gamma']:g}" in words
    assert len(words) < 60


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_modes_are_counted_as_the_yardstick_counts_them(name: str):
    for variant in {START, CURE, *EXPERIMENTS[name].variants}:
        config = config_of(EXPERIMENTS[name], variant)
        assert modes(config) == len(yardstick_of(config).weights)
