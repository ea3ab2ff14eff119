"""The judge of experiments: what holds, what does not, and what is only noise."""

import json
import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.cli import main
from playground.experiments import CURE, EXPERIMENTS, START, Check
from playground.meter import pace
from playground.metrics import METRICS
from playground.verify import (
    Evidence,
    as_json,
    found,
    judge,
    keep,
    last,
    late,
    measured,
    played,
    quantity,
    record,
    trials,
)

NUMBERS = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=30)


def evidence(**metrics: list[float]) -> Evidence:
    """A history with these metrics, whose losses all stand at their number."""
    losses = {"d_real": np.full(8, 2.0), "d_fake": np.full(8, -1.0), "loss_discriminator": np.full(8, 0.25)}
    return Evidence({name: np.array(values) for name, values in metrics.items()}, losses, floor=0.1)


@given(st.integers(1, 64), st.data())
def test_a_claim_holds_if_thirteen_of_sixteen_seeds_show_it(seeds: int, data: st.DataObject) -> None:
    good = data.draw(st.lists(st.booleans(), min_size=seeds, max_size=seeds))
    finding = found("x", "", "modes", "≥ 8", [float(each) for each in good], good)
    assert finding.verdict == (16 * sum(good) >= 13 * seeds) and finding.held == sum(good)


@given(st.floats(-10, 10), st.floats(0, 10), st.floats(-30, 30))
def test_bounds_include_their_ends_and_exclude_what_is_no_number(low: float, width: float, value: float) -> None:
    check = Check("modes", low, low + width)
    assert check.holds(low) and check.holds(low + width) and not check.holds(math.nan)
    assert check.holds(value) == (low <= value <= low + width)


def test_expectations_read_as_people_write_them() -> None:
    assert Check("modes", low=8).expected == "≥ 8" and Check("modes", high=3).expected == "≤ 3"
    assert Check("modes", 1, 2).expected == "1 … 2" and Check("modes", 8, 8).expected == "= 8"


@given(NUMBERS)
def test_the_newest_number_counts_and_gaps_do_not(values: list[float]) -> None:
    assert last(np.array([*values, math.nan])) == values[-1] and math.isnan(last(np.array([math.nan])))
    part = late(np.array([math.nan, *values]), 0.25)
    assert 1 <= len(part) <= max(1, len(values) // 4) and part[-1] == values[-1]


def test_quantities_are_what_their_words_say() -> None:
    seen = evidence(
        generator_signal=[0.5, 2.0, 0.001],
        emd=[1.0, 0.3],
        estimate=[9.0, 0.6],
        modes=[3.0, 7.0, 6.0, 5.0, 8.0, 4.0],
        accuracy_fake=[0.9, 0.9],
        accuracy_past=[0.4, 0.4],
        sign_train=[0.6] * 4,
        sign_held_out=[0.1] * 4,
    )
    wanted = {
        "signal_fall": 2000,
        "signal_rise": 0.002,
        "emd_over_floor": 3,
        "estimate_over_emd": 2,
        "modes": 4,
        "modes_lost": 3,
        "forgetting": 0.5,
        "overfitting": 0.5,
        "logit_real": 2,
        "d_gap": 3,
        "loss_discriminator": 0.25,
        "diverged": 0,
    }
    assert {name: quantity(name, seen) for name in wanted} == pytest.approx(wanted)


def test_a_check_is_judged_seed_by_seed() -> None:
    seen = {"": [evidence(modes=[1.0]), evidence(modes=[1.0])], "b": [evidence(modes=[6.0]), evidence(modes=[4.0])]}
    finding = judge("x", Check("modes", low=5, of="b"), seen)
    assert finding.observed == [6.0, 4.0] and finding.held == 1 and not finding.verdict


def test_a_game_that_ended_early_shows_that_and_nothing_else() -> None:
    seen = {"": [replace(evidence(modes=[8.0]), diverged=True)]}
    assert judge("x", Check("diverged", low=1), seen).verdict and not judge("x", Check("modes", low=5), seen).verdict


@pytest.mark.slow
def test_the_command_says_what_holds_and_exits_by_it(tmp_path, capsys, empty_record: Path) -> None:
    file = tmp_path / "found.json"
    keep({"ring-gan": {}, "gone": {}})
    names = ["dirac-gan", "two-gaussians-apart"]
    status = main(["verify", *names, "--seeds", "2", "--json", str(file), "--record"])
    told, found = capsys.readouterr().out, json.loads(file.read_text())
    assert list(found) == names and all(name in told for name in names)
    assert status == (0 if all(each["held"] for each in found.values()) else 1)
    kept = record()
    assert list(kept) == ["two-gaussians-apart", "dirac-gan", "ring-gan"] and kept["dirac-gan"] == found["dirac-gan"]
    findings = found["dirac-gan"]["findings"]
    assert findings and "median" in findings[0] and all(len(each["observed"]) in (1, 2) for each in findings)


def test_the_dear_metrics_of_a_short_game_are_measured_at_its_end() -> None:
    short = replace(EXPERIMENTS["deep-critic"], iterations=10, checks=(Check("layer_growth"),), variants={})
    assert short.iterations < pace(short.config)
    (seen,) = trials(short, 1)[START]
    assert seen.metrics["iteration"][-1] == 10 and math.isfinite(seen.metrics["layer_growth"][-1])


def test_a_start_is_played_for_its_cure_and_a_variant_only_if_it_is_checked() -> None:
    some = EXPERIMENTS["frozen-generator"]
    alone = replace(some, checks=(Check("modes", low=8, of=CURE),))
    assert played(some) == ["", "non-saturating", "overlapping"] and played(alone) == [""]
    assert played(replace(some, checks=(Check("modes", low=1, of="overlapping"),))) == ["overlapping"]


@pytest.mark.parametrize("name", [name for name, each in EXPERIMENTS.items() if each.checks])
def test_what_is_measured_of_an_experiment_is_all_that_its_checks_are_read_from(name: str) -> None:
    wanted = measured(EXPERIMENTS[name])
    left_out = {each for each, metric in METRICS.items() if metric.is_dear(2) and each not in wanted}
    seen = evidence(**{each: [math.nan if each in left_out else 0.5] * 4 for each in METRICS})
    for check in EXPERIMENTS[name].checks:
        assert math.isfinite(quantity(check.quantity, seen)), check.quantity


@pytest.fixture
def empty_record(tmp_path, monkeypatch) -> Iterator[Path]:
    """A record that nothing has been kept in."""
    monkeypatch.setattr("playground.verify.RECORD", tmp_path / "record.json")
    record.cache_clear()
    yield tmp_path / "record.json"
    record.cache_clear()


def test_a_record_is_added_to_in_the_order_of_the_experiments(empty_record: Path) -> None:
    assert record() == {}
    empty_record.touch()  # as a test of whether it can be written leaves it
    keep({"ring-gan": {"held": True}, "gone": {}})
    keep({"dirac-gan": {"held": False}})
    assert list(record().items()) == [("dirac-gan", {"held": False}), ("ring-gan", {"held": True})]


def test_a_record_says_nothing_once_a_default_has_changed_and_all_when_a_knob_is_new(empty_record: Path) -> None:
    keep({"ring-gan": {}})
    kept = json.loads(empty_record.read_text())
    for defaults, known in (
        (kept["defaults"] | {"batch_size": 1}, {}),
        (kept["defaults"] | {"gone": 1}, {}),
        ({name: value for name, value in kept["defaults"].items() if name != "batch_size"}, {"ring-gan": {}}),
    ):
        empty_record.write_text(json.dumps(kept | {"defaults": defaults}))
        record.cache_clear()
        assert record() == known


def test_one_failed_finding_fails_the_experiment() -> None:
    good, bad = found("x", "", "a", "≥ 1", [1.0], [True]), found("x", "", "a", "≥ 1", [0.0], [False])
    some = EXPERIMENTS["dirac-gan"]
    assert as_json(some, [good], 1.0)["held"] and not as_json(some, [good, bad], 1.0)["held"]


@pytest.mark.parametrize("words", [["verify", "no-such"], ["verify", "--seeds", "65"], ["verify", "--seeds", "0"]])
def test_the_command_refuses_what_there_is_not(words: list[str], capsys) -> None:
    assert main(words) == 2 and capsys.readouterr().err.startswith("playground: ")
