"""What the numbers of a run say in words, on snapshots with known numbers."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.config import Config
from playground.diagnosis import PATIENCE, VANISHED, advice, diagnose
from playground.meter import METRICS
from playground.snapshot import Snapshot
from playground.training import Trainer


def snapshot(iteration: int = 2000, modes: int = 8, total: int = 8, signal: float = 0.5, **last: float) -> Snapshot:
    """A snapshot whose newest metrics are given; the generator's signal began at 1."""
    newest = dict.fromkeys(METRICS, 0.0) | {"emd": 0.1, "modes": float(modes), "generator_signal": signal} | last
    columns = {name: np.array([1.0, value]) for name, value in newest.items()}
    return Snapshot(
        config=Config(),
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
        losses={"iteration": np.array([0.0, iteration])},
        metrics={"iteration": np.array([0.0, iteration]), **columns},
        modes=np.array([modes]),
        modes_total=total,
        shares=np.full(total, 1 / total),
        mode_names=tuple(map(str, range(total))),
        floor=0.1,
        space="data space",
    )


@pytest.mark.parametrize(
    ("seen", "name", "ill"),
    [
        (snapshot(signal=1e-4, saturation_fake=1.0), "Vanishing gradient", True),
        (snapshot(iteration=20, signal=1e-4, saturation_fake=1.0, modes=0), "Vanishing gradient", True),
        (snapshot(iteration=20, modes=1), "Not yet", False),
        (snapshot(modes=0), "Mode collapse", True),
        (snapshot(modes=1, largest_share=0.9), "Mode collapse", True),
        (snapshot(modes=4), "Mode collapse", True),
        (snapshot(modes=5), "Mode dropping", True),
        (snapshot(modes=7), "Mode dropping", True),
        (snapshot(modes=1, total=2), "Mode collapse", True),
        (snapshot(modes=8, emd=0.15), "Healthy", False),
        (snapshot(modes=8, emd=0.9), "Learning", False),
        (snapshot(modes=1, total=1, emd=0.15), "Healthy", False),
        (snapshot(modes=1, total=1, emd=0.9), "Learning", False),
    ],
)
def test_numbers_have_a_name(seen: Snapshot, name: str, ill: bool) -> None:
    verdict = diagnose(seen)
    assert (verdict.name, verdict.ill) == (name, ill) and verdict.text.endswith(".")


def test_a_weak_signal_alone_is_not_a_vanishing_gradient() -> None:
    """Near the equilibrium the arrows are short too, but then D is unsure."""
    assert diagnose(snapshot(signal=1e-6, saturation_fake=0.0, emd=0.1)).name == "Healthy"
    # non-saturating keeps pushing however sure D is
    assert diagnose(snapshot(signal=1.0, saturation_fake=1.0, emd=0.1)).name == "Healthy"


def test_verdicts_bring_their_evidence() -> None:
    assert "3 of 8" in diagnose(snapshot(modes=3, largest_share=0.7)).text
    assert "70%" in diagnose(snapshot(modes=3, largest_share=0.7)).text
    assert "2 of 8" in diagnose(snapshot(modes=6)).text
    assert "0.120" in diagnose(snapshot(emd=0.12)).text and "0.100" in diagnose(snapshot(emd=0.12)).text
    assert "9.0 times" in diagnose(snapshot(emd=0.9)).text
    assert "10,000" in diagnose(snapshot(signal=1e-4, saturation_fake=1.0)).text


@given(
    st.integers(0, 10_000),
    st.integers(1, 49).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total))),
    st.floats(0, 1e3),
    st.fixed_dictionaries(
        {"emd": st.floats(0, 1e3), "saturation_fake": st.floats(0, 1), "largest_share": st.floats(0, 1)}
    ),
)
def test_every_state_has_exactly_one_verdict_that_fits(
    iteration: int, modes: tuple[int, int], signal: float, last: dict[str, Any]
) -> None:
    verdict = diagnose(snapshot(iteration, *modes, signal=signal, **last))
    assert "nan" not in verdict.text and "inf" not in verdict.text.lower().split()
    vanished = max(1.0, signal) / max(signal, 1e-300) >= 1 / VANISHED and last["saturation_fake"] >= 0.9
    assert (verdict.name == "Vanishing gradient") == vanished
    if not vanished and iteration >= PATIENCE:
        assert verdict.ill == (modes[0] < modes[1])


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
