"""What the numbers of a run say in words, on snapshots with known numbers."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.config import Config
from playground.diagnosis import RULES, VANISHED, Verdict, advice, diagnose
from playground.metrics import METRICS
from playground.signs import PATIENCE, Signs, flips
from playground.snapshot import Snapshot
from playground.training import Trainer


def snapshot(
    iteration: int = 2000,
    modes: int = 8,
    total: int = 8,
    signal: float = 0.5,
    config: Config | None = None,
    d: float = 0.0,
    **last: float,
) -> Snapshot:
    """A snapshot whose newest metrics are given, the others unknown; the generator's signal began at 1."""
    newest = dict.fromkeys(METRICS, math.nan) | {"emd": 0.1, "modes": float(modes), "generator_signal": signal} | last
    newest["sliced"] = newest["emd"]
    columns = {
        name: np.array([1.0 if value == value else value, value, value, value]) for name, value in newest.items()
    }
    losses = {"d_real": np.array([d]), "d_fake": np.array([-d]), "loss_discriminator": np.array([1.0])}
    return Snapshot(
        config=config or Config(),
        iteration=iteration,
        member=0,
        real=np.zeros((4, 2)),
        fake=np.zeros((4, 2)),
        d_real=np.zeros(4),
        d_fake=np.zeros(4),
        arrows=np.zeros((4, 2)),
        grid=None,
        d_grid=None,
        density=None,
        losses={"iteration": np.array([float(iteration)]), **losses},
        metrics={"iteration": np.linspace(0, iteration, 4), **columns},
        modes=np.array([modes]),
        modes_total=total,
        shares=np.full(total, 1 / total),
        mode_names=tuple(map(str, range(total))),
        floor=0.1,
        space="data space",
    )


CRITIC = Config(objective="wasserstein")
CLIPPED = Config(objective="wasserstein", constraint="clip")
STANDING = Config(generator_steps=0)
SEEN = [
    (snapshot(d=1e7), "Divergence", True),
    (snapshot(d=math.nan), "Divergence", True),
    (snapshot(modes=0, signal=1e-4, accuracy_fake=1.0), "Vanishing gradient", True),
    (snapshot(iteration=20, signal=1e-4, accuracy_fake=1.0, modes=0), "Vanishing gradient", True),
    (snapshot(emd=0.9, slope_mean=500.0), "Exploding gradient", True),
    (snapshot(sign_train=0.9, sign_held_out=0.1), "Discriminator overfitting", True),
    (snapshot(iteration=20, modes=1), "Not yet", False),
    (snapshot(modes=2, clipped=0.8, config=CLIPPED), "Clipping-bound critic", True),
    (snapshot(modes=2, clipped=0.1, config=CLIPPED), "Mode collapse", True),
    (snapshot(modes=2, clipped=0.8), "Mode collapse", True),  # clipped once, not now
    (snapshot(d=1e7, modes=2, clipped=0.8, config=CLIPPED), "Clipping-bound critic", True),  # bounded, however large
    (snapshot(emd=0.9, saturation_fake=0.95, saturation_real=0.95, config=CRITIC), "Not yet", False),  # of before
    (snapshot(modes=0, emd=0.9, config=STANDING), "Not yet", False),  # nothing moves the fakes
    (snapshot(modes=1, accuracy_fake=0.9, accuracy_past=0.3, config=STANDING), "Not yet", False),
    (snapshot(modes=1, accuracy_fake=0.02, emd=1.0, config=CRITIC), "Mode collapse", True),  # a critic's level is free
    (snapshot(modes=0, emd=1.0, estimate=5.0, slope_mean=5.0, config=CRITIC), "Critic not 1-Lipschitz", True),
    (snapshot(modes=0, emd=1.0, estimate=1.0, slope_mean=1.0, config=CRITIC), "Mode collapse", True),
    (snapshot(modes=1, accuracy_fake=0.02, emd=1.0), "Generator too strong", True),
    (snapshot(modes=1, rotation=7.0, largest_share=0.9, accuracy_fake=0.5), "Mode hopping", True),
    (snapshot(modes=1, accuracy_fake=0.9, accuracy_past=0.3), "Catastrophic forgetting", True),
    (snapshot(modes=0), "Mode collapse", True),
    (snapshot(modes=1, largest_share=0.9), "Mode collapse", True),
    (snapshot(modes=4), "Mode collapse", True),
    (snapshot(modes=5), "Mode dropping", True),
    (snapshot(modes=7), "Mode dropping", True),
    (snapshot(modes=1, total=2), "Mode collapse", True),
    (snapshot(emd=0.9, saturation_fake=0.95, saturation_real=0.95), "Discriminator too strong", True),
    (snapshot(modes=8, emd=0.15), "Healthy", False),
    (snapshot(modes=8, emd=0.9), "Not yet", False),
    (snapshot(modes=1, total=1, emd=0.15), "Healthy", False),
    (snapshot(modes=1, total=1, emd=0.9), "Not yet", False),
]


@pytest.mark.parametrize(("seen", "name", "ill"), SEEN)
def test_numbers_have_a_name(seen: Snapshot, name: str, ill: bool) -> None:
    verdict = diagnose(seen)
    assert (verdict.name, verdict.ill) == (name, ill) and verdict.text.endswith(".")
    assert bool(verdict.cure) == ill


def test_every_verdict_has_been_seen_here() -> None:
    assert {rule.name for rule in RULES} == {name for _, name, _ in SEEN} | {"Oscillation"}


@pytest.mark.parametrize(
    ("far", "length", "name"),
    [(1.0, 8, "Oscillation"), (0.01, 8, "Not yet"), (1.0, 1000, "Not yet")],
    ids=["to and fro", "within chance", "once"],
)
def test_a_discriminator_that_swings_to_and_fro_oscillates(far: float, length: int, name: str) -> None:
    """Where fakes are not near: its outputs, ±.1 within a batch of 256, part and change sides."""
    seen = snapshot(emd=0.9)
    seen.losses["d_real"] = far * np.sin(2 * np.pi * np.arange(400) / length)
    seen.losses["d_fake"] = np.zeros(400)
    within = np.tile([-0.1, 0.1], 2)
    assert diagnose(replace(seen, d_real=within, d_fake=within)).name == name


def test_a_penalty_that_costs_much_is_no_divergence() -> None:
    seen = snapshot()
    seen.losses["loss_discriminator"] = np.array([1e5])
    assert diagnose(seen).name == "Healthy"


def test_a_swing_goes_from_clearly_above_to_clearly_below() -> None:
    assert flips(np.array([1.0, 0.1, -0.1, 0.1, 1.0, -0.1, -1.0, 0.1, -1.0, 1.0, np.nan])) == 2
    assert flips(np.array([np.nan])) == 0


def test_a_cure_is_seen_at_the_newest_distance() -> None:
    """Exact distances are measured seldom: their median would come late."""
    seen = snapshot()
    seen.metrics["emd"] = np.array([2.0, 2.0, 2.0, 0.12])
    assert diagnose(seen).name == "Healthy"


@pytest.mark.parametrize(
    ("name", "odd"), [("modes", 1.0), ("emd", 9.0), ("slope_mean", 1e4), ("generator_signal", 1e-9)]
)
def test_one_odd_measurement_turns_no_verdict_and_many_do(name: str, odd: float) -> None:
    well, ill = (0.15, "Healthy") if name in ("modes", "emd") else (0.9, "Not yet")  # where its rule is reached
    seen = snapshot(modes=8, emd=well, slope_mean=1.0, accuracy_fake=1.0)
    row = {key: np.full(6, values[-1]) for key, values in seen.metrics.items()} | {"iteration": np.arange(1.0, 7.0)}
    row["generator_signal"][0] = 1.0  # its strongest
    for at in (-1, -2, -3):
        values = np.full(6, seen.metrics[name][-1])
        values[at] = odd
        assert diagnose(replace(seen, metrics=row | {name: values})).name == ill
    many = np.append(row[name][:1], np.full(5, odd))
    assert diagnose(replace(seen, metrics=row | {name: many})).name != ill


def test_what_the_untrained_players_did_does_not_count_among_the_last_measurements() -> None:
    seen = snapshot(iteration=500)
    metrics = {key: values[-2:] for key, values in seen.metrics.items()} | {"iteration": np.array([0.0, 500.0])}
    assert Signs(replace(seen, metrics=metrics | {"modes": np.array([0.0, 5.0])})).modes == 5
    only = {key: values[:1] for key, values in metrics.items()}
    assert Signs(replace(seen, iteration=0, metrics=only | {"modes": np.array([3.0])})).modes == 3


def test_fakes_between_the_modes_that_come_nearer_have_not_collapsed() -> None:
    """Right after a cure a generator spreads what it had heaped up: for a while no mode has its share."""
    seen = snapshot(modes=0)
    for distance, name in (
        ([2.0, 1.8, 1.2, 1.0], "Not yet"),
        ([2.0, math.nan, math.nan, 1.0], "Not yet"),  # known once since the start: whether it falls is open
        ([2.0, math.nan, 1.2, 1.0], "Not yet"),
        ([2.0, math.nan, 1.0, 1.0], "Mode collapse"),  # from where it started it fell, but now it stands
        ([1.0] * 4, "Mode collapse"),
    ):
        assert diagnose(replace(seen, metrics=seen.metrics | {"sliced": np.array(distance)})).name == name


@pytest.mark.parametrize(
    ("moves", "cure"),
    [
        ({}, "Try packing, R1 or the Wasserstein loss with a gradient penalty."),
        ({"packing": 2, "constraint": "r1"}, "Try the Wasserstein loss with a gradient penalty."),
        ({"objective": "wasserstein", "constraint": "gradient-penalty"}, "Try packing or R1."),
        ({"objective": "wasserstein", "constraint": "gradient-penalty", "packing": 2}, "Try R1."),
    ],
)
def test_what_is_in_place_is_not_advised(moves: dict[str, Any], cure: str) -> None:
    assert diagnose(snapshot(modes=6, config=Config(**moves))).cure == cure


def test_a_cure_that_is_in_place_leaves_nothing_to_try() -> None:
    cured = Config(objective="wasserstein", constraint="gradient-penalty")
    assert diagnose(snapshot(modes=2, config=cured)) == Verdict(
        "Mode collapse", "2 of 8 modes are covered; the largest holds nan% of the samples.", True
    )


def test_a_weak_signal_alone_is_not_a_vanishing_gradient() -> None:
    """Near the equilibrium the arrows are short too, but then D is unsure."""
    assert diagnose(snapshot(signal=1e-6, accuracy_fake=0.5, emd=0.9)).name == "Not yet"
    # non-saturating keeps pushing however sure D is
    assert diagnose(snapshot(signal=1.0, accuracy_fake=1.0, emd=0.9)).name == "Not yet"


def test_verdicts_bring_their_evidence() -> None:
    assert "3 of 8" in diagnose(snapshot(modes=3, largest_share=0.7)).text
    assert "70%" in diagnose(snapshot(modes=3, largest_share=0.7)).text
    assert "2 of 8" in diagnose(snapshot(modes=6)).text
    assert "0.120" in diagnose(snapshot(emd=0.12)).text and "0.100" in diagnose(snapshot(emd=0.12)).text
    assert "9.0 times" in diagnose(snapshot(emd=0.9)).text
    assert "10,000" in diagnose(snapshot(emd=0.9, signal=1e-4, accuracy_fake=1.0)).text
    assert "million-fold" in diagnose(snapshot(emd=0.9, signal=1e-30, accuracy_fake=1.0)).text
    assert (
        "40%" in diagnose(snapshot(sign_train=0.9, sign_held_out=0.1)).text
    )  # of the samples: sign is twice the share
    assert "80%" in diagnose(snapshot(modes=2, clipped=0.8, config=CLIPPED)).text


@given(
    st.integers(0, 10_000),
    st.integers(1, 49).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total))),
    st.floats(0, 1e3),
    st.fixed_dictionaries({"emd": st.floats(0, 1e3)}),
    st.dictionaries(
        st.sampled_from(["saturation_fake", "largest_share", "accuracy_fake", "accuracy_past", "slope_mean"]),
        st.floats(0, 1),
    ),
)
def test_every_state_has_exactly_one_verdict_that_fits(
    iteration: int, modes: tuple[int, int], signal: float, emd: dict[str, Any], rest: dict[str, Any]
) -> None:
    verdict = diagnose(snapshot(iteration, *modes, signal=signal, **emd, **rest))
    assert "inf" not in verdict.text.lower().split() and verdict.text[0].isupper() | verdict.text[0].isdigit()
    vanished = max(1.0, signal) / max(signal, 1e-300) >= 1 / VANISHED and rest.get("accuracy_fake", 0) >= 0.9
    assert (verdict.name == "Vanishing gradient") == (vanished and verdict.name != "Healthy")
    if not vanished and iteration >= PATIENCE and modes[0] < modes[1] and modes[1] > 1:
        assert verdict.ill


def test_a_fresh_game_is_not_called_ill() -> None:
    from playground.snapshot import take

    assert not diagnose(take(Trainer(Config(data="two-gaussians", batch_size=8)))).ill


@pytest.mark.parametrize(
    ("config", "word"),
    [
        (Config(objective="wasserstein"), "gradient penalty"),
        (Config(objective="hinge"), "gradient penalty"),
        (Config(optimiser="sgd"), "Adam"),
        (Config(objective="wasserstein", constraint="gradient-penalty", penalty=1000.0), "penalty's weight"),
    ],
)
def test_advice_names_what_can_be_moved(config: Config, word: str) -> None:
    assert word in advice(config) and "reset" in advice(config)
